"""docs/reference/cli.md says what the commands are."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg.cli.app import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "cli.md"


def test_the_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("cli_reference", ROOT / "docs" / "reference" / "cli.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert PAGE.read_text(encoding="utf-8") == module.page(), "run: python docs/reference/cli.py"


def test_the_page_has_every_option_of_help(kg: Callable[..., Any]) -> None:
    sections = dict(re.findall(r"^## kg (\w+)\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
    assert list(sections) == list(COMMANDS)
    for name in COMMANDS:
        options = set(re.findall(r"^ +(?:-\w, )?(--[\w-]+)", kg(name, "--help").out, re.MULTILINE)) - {"--help"}
        assert not [option for option in options if f"{option}`" not in sections[name] and f"{option} " not in sections[name]]


def test_examples_are_commands_with_options_that_exist(kg: Callable[..., Any]) -> None:
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line.partition("| kg ")[2] or line.removeprefix("kg ").partition(" | ")[0])
            helped = kg(*words[: {"catalog": 2, "analyze": 3}.get(words[0], 1)], "--help").out
            assert not [word for word in words if word.startswith("--") and word not in helped], line
