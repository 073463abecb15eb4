"""The TypeScript of the pages: its types hold, and its own tests pass, with the Node that the build uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("what", ["check", "test"])
def test_types_and_unit_tests(what: str) -> None:
    done = subprocess.run([sys.executable, str(ROOT / "hatch_build.py"), what], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert what == "check" or "fail 0" in done.stdout
