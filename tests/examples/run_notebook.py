"""Runs the code cells of a notebook in order in IPython, without a kernel, and writes what each shows as JSON to stdout's file.

Usage: python run_notebook.py NOTEBOOK OUT. A cell that fails ends the program with its traceback; so does a connection to another machine.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config


def no_network(self: socket.socket, address: Any) -> None:
    raise AssertionError(f"a notebook of the examples connects to {address}")


def main(notebook: Path, out: Path) -> None:
    config = Config()
    # neither a history on the disk nor colours in tracebacks
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    shell = InteractiveShell.instance(config=config)
    socket.socket.connect = socket.socket.connect_ex = no_network  # type: ignore[assignment, method-assign]
    shown = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        with capture_output() as captured:
            ran = shell.run_cell(source)
        if not ran.success:
            sys.exit(f"{notebook.name}: this cell fails\n\n{source}\n\n{captured.stdout}{captured.stderr}")
        data = shell.display_formatter.format(ran.result)[0] if ran.result is not None else {}
        shown.append({"id": cell["id"], "data": data, "stdout": captured.stdout if ran.result is None else "", "stderr": captured.stderr})
    out.write_text(json.dumps(shown), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
