"""The scripts and style sheets of our pages, as `exports/page` (TypeScript) is built to: they come with the wheel."""

from __future__ import annotations

from pathlib import Path

from kg.errors import EnvironmentError_

__all__ = ["FOLDER", "bundled"]

#: Where the built files are, in the wheel and in a checkout alike.
FOLDER = Path(__file__).parent / "page" / "dist"


def bundled(name: str) -> str:
    """The text of a built file, such as `explorer.js`.

    Raises:
        EnvironmentError_: it was not built; the message says how to.
    """
    path = FOLDER / name
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise EnvironmentError_(
            f"{path}: missing, so there is no page: the scripts of pages are built when paperkg is installed. In a checkout, run "
            "`make page` or `pip install -e .` once; otherwise install paperkg again. `kg view --engine pyvis` writes one without them"
        ) from None
    except OSError as error:
        raise EnvironmentError_(f"{path} cannot be read ({error.strerror}); install paperkg again") from None
    if "</script" in text.lower() or "</style" in text.lower():
        # it would end its own element: a fault of the build, never of a user
        raise EnvironmentError_(f"{path}: holds the end of an element and cannot stand in a page; build it again with `make page`")
    return text
