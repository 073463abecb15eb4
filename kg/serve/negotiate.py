"""Content negotiation: RFC 9110, section 12.5.1."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PART = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+)/([\w!#$%&'*+.^`|~-]+)\s*((?:;[^;]*)*)")


def best(accept: str | None, offered: Sequence[Sequence[str]]) -> int | None:
    """Which of several offers somebody likes best; the first of them where several are liked equally.

    Args:
        accept: the header; None or empty takes anything.
        offered: media types of each offer: that which is sent, then others that ask for it too.

    >>> best("text/html;q=0.5, text/*;q=0.2, */*;q=0.1", [["text/csv"], ["text/html"], ["a/b"]])
    1
    >>> best("text/*, text/csv;q=0", [["text/csv"], ["text/plain"]])
    1
    >>> best("image/png", [["text/csv"]]) is None
    True
    """
    if not accept or not accept.strip():
        return 0 if offered else None
    ranges = [(m[1].lower(), m[2].lower(), quality(m[3])) for part in accept.split(",") if (m := _PART.fullmatch(part))]
    named = {(a, b) for a, b, _ in ranges}
    # who says something on what is sent means that, whatever else would ask for it
    liked = [max(_quality(t, ranges) for t in (types[:1] if tuple(types[0].split("/")) in named else types)) for types in offered]
    top = max(liked, default=0.0)
    return liked.index(top) if top > 0 else None


def quality(parameters: str) -> float:
    """The `q` of a media range, 1 where it says none, 0 where it says nonsense."""
    for parameter in parameters.split(";"):
        name, equals, value = parameter.partition("=")
        if equals and name.strip().lower() == "q":
            return float(value) if re.fullmatch(r"\s*(0(\.\d{0,3})?|1(\.0{0,3})?)\s*", value) else 0.0
    return 1.0


def _quality(type_: str, ranges: Sequence[tuple[str, str, float]]) -> float:
    main, _, sub = type_.partition("/")
    # the most specific range that fits is the one that counts
    for wanted in ((main, sub), (main, "*"), ("*", "*")):
        if found := [q for a, b, q in ranges if (a, b) == wanted]:
            return max(found)
    return 0.0
