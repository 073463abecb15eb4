"""Runs the tests of the compiled kernels with a library that looks at each access to memory and at each operation that C leaves undefined.

usage: python tests/native/sanitize.py [TESTS …]

Needs a compiler with AddressSanitizer and UndefinedBehaviorSanitizer (gcc, clang). The usual library is built again afterwards;
until then no other process should use this checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: With those of the parts that have a kernel.
RECOGNIZE = ("forest", "network", "features", "grams")
RDF = ("lines", "turtle_blocks")
TESTS = (
    "tests/native",
    *(f"tests/recognize/test_{part}.py" for part in RECOGNIZE),
    *(f"tests/exports/rdf/test_{part}.py" for part in RDF),
)


def main(tests: list[str]) -> int:
    """Builds, tests, builds again; the exit status of the tests."""
    sys.path.insert(0, str(ROOT))
    import build_native

    def anew(folder: Path, compilers: list[list[str]]) -> None:
        (folder / build_native.STAMP).unlink(missing_ok=True)
        build_native.build(folder, compilers)

    folder = ROOT / "kg" / "native"
    (compiler, *_) = build_native.system_compilers()
    runtime = subprocess.run([*compiler, "-print-file-name=libasan.so"], capture_output=True, text=True, check=True).stdout.strip()
    # the runtime has to come first; Python keeps much memory until it ends
    os.environ |= {"LD_PRELOAD": runtime, "ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}
    try:
        anew(folder, [[*compiler, "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g"]])
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(tests or TESTS)]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode
    finally:
        del os.environ["LD_PRELOAD"]
        anew(folder, [compiler])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
