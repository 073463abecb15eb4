"""JSON: an array of papers, an object that holds one (`{"papers": [...]}`), one paper, or several behind each other.

Streamed: memory holds one paper and a piece of the file. Where a paper is damaged, reading goes on at the next line that
begins an object as deep as this one, if the file is written so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.model import Rejected
from loaders.fields import key, means, to_paper
from loaders.registry import Item, Loader
from loaders.source import BrokenInput, Input, shown

_PIECE = 1 << 16
_LARGEST = 1 << 24  # characters of one value
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
#: Names of lists of papers in an object around them (`{"total": 2, "papers": [...]}`).
LISTS = ("papers", "data", "records", "items", "results", "articles", "publications", "documents", "works", "notes", "message", "entries")


class _Damaged(Exception):
    """A value that is no JSON, at a line, with what stands there."""

    def __init__(self, reason: str, line: int, found: str, cut: bool) -> None:
        super().__init__(reason)
        self.reason, self.line, self.found, self.cut = reason, line, found, cut


class _Text:
    """A file as text that is read on when needed and forgotten when passed."""

    def __init__(self, source: Input) -> None:
        import codecs

        self._stream = source.stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._held, self._at, self._line, self._ended = "", 0, 1, False
        self._more(_PIECE)
        self._held = self._held.removeprefix("\ufeff")

    def _more(self, size: int) -> bool:
        """Reads on; what has been passed is let go."""
        if self._ended:
            return False
        data = self._stream.read(size)
        self._line += self._held.count("\n", 0, self._at)
        self._held = self._held[self._at :] + self._decoder.decode(data, final=not data)
        self._at = 0
        self._ended = not data
        return bool(data)

    def line(self, at: int | None = None) -> int:
        return self._line + self._held.count("\n", 0, self._at if at is None else at)

    def peek(self) -> str:
        """The next character that is no white space, "" at the end."""
        while True:
            match = _SPACE.match(self._held, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more(_PIECE):
                return ""

    def take(self) -> str:
        char = self.peek()
        self._at += len(char)
        return char

    def value(self) -> Any:
        """The next whole value.

        Raises:
            _Damaged: there is none; the text stands where it began.
        """
        size = _PIECE
        self.peek()
        while True:
            problem: ValueError | RecursionError
            try:
                value, end = _DECODER.raw_decode(self._held, self._at)
            except (ValueError, RecursionError) as error:
                problem = error
            else:
                # a number at the end of the piece may go on
                if end < len(self._held) or self._ended or isinstance(value, (dict, list, str)):
                    self._at = end
                    return value
                self._more(size)
                continue
            left = len(self._held) - self._at
            if isinstance(problem, json.JSONDecodeError):
                # an error well before the end does not go away with more text, save for an open string
                open_string = problem.msg.startswith("Unterminated string")
                sure = len(self._held) - problem.pos > 100 and not open_string
                line, found = self.line(problem.pos), self._held[problem.pos : problem.pos + 80]
                reason = problem.msg
            else:
                sure, line, found = True, self.line(), self._held[self._at : self._at + 80]
                reason = "nested too deeply" if isinstance(problem, RecursionError) else "a number of too many digits"
            if sure or left > _LARGEST or not self._more(size):
                raise _Damaged(reason, line, found, self._ended and not sure) from problem
            size *= 2

    def skip(self, opener: re.Pattern[str]) -> bool:
        """Goes to the next line that begins as `opener` says; False where there is none."""
        self._at += 1
        while True:
            match = opener.search(self._held, self._at)
            if match:
                self._at = match.end() - 1
                return True
            # the line that the piece ends in may be the one
            self._at = max(self._at, self._held.rfind("\n"))
            if not self._more(_PIECE):
                return False

    def indent(self) -> str | None:
        """The white space before the next value where it begins its line."""
        start = self._held.rfind("\n", 0, self._at) + 1
        before = self._held[start : self._at]
        return before if not before.strip() and (start or self._line == 1) else None


def sniff(text: str, mapping: Mapping[str, str]) -> str:
    """It begins like an array of objects or an object."""
    match = re.match(r"\s*(\[\s*(?:\{|\]|$)|\{\s*(?:\"|\}|$))", text)
    if not match:
        return ""
    return "a JSON array of objects" if match.group(1)[0] == "[" else "a JSON object"


def read(source: Input, mapping: Mapping[str, str]) -> Iterator[Item]:
    """A paper or a rejection for each object."""
    text = _Text(source)
    try:
        while opener := text.peek():
            if opener == "[":
                yield from _array(text, source, mapping)
            elif opener == "{":
                yield from _object(text, source, mapping)
            elif opener == ",":
                text.take()
            else:
                line = text.line()
                raise _Damaged("no object or array", line, str(text.value()), cut=False)
    except _Damaged as error:
        if error.cut:
            raise BrokenInput(f"JSON breaks off: {error.reason}", "download or copy the file again", error.line) from error
        raise BrokenInput(
            f"no valid JSON: {error.reason}", f"mend the file there (found {shown(error.found, 40)!r})", error.line
        ) from error


def _array(text: _Text, source: Input, mapping: Mapping[str, str]) -> Iterator[Item]:
    text.take()
    first = True
    while True:
        char = text.peek()
        if char == "]":
            text.take()
            return
        if not char:
            raise _Damaged("the array is not closed", text.line(), "", cut=True)
        if not first:
            if char != ",":
                raise _Damaged("no comma between two values", text.line(), char, cut=False)
            text.take()
            if text.peek() == "]":  # a comma after the last one does no harm
                continue
        first = False
        char = text.peek()
        line, indent = text.line(), text.indent()
        try:
            value = text.value()
        except _Damaged as error:
            if error.cut or indent is None or char != "{":
                raise
            again = re.compile(rf"\n{re.escape(indent)}\{{")
            yield Rejected(source.name, error.line, f"no valid JSON: {error.reason}", shown(error.found), "mend this object")
            if not text.skip(again):
                return
            first = True
            continue
        yield _item(value, line, source, mapping)


def _item(value: Any, line: int, source: Input, mapping: Mapping[str, str]) -> Item:
    if not isinstance(value, dict):
        return Rejected(source.name, line, "no JSON object", shown(json.dumps(value)), "give an array of objects")
    return to_paper(value, source.name, line, mapping, source.stem)


def _object(text: _Text, source: Input, mapping: Mapping[str, str]) -> Iterator[Item]:
    """A paper; or the papers in an object that is none: in its lists, or in objects under their ids."""
    start = text.line()
    text.take()
    row: dict[str, Any] = {}
    inside = 0
    while True:
        char = text.peek()
        if char == ",":
            text.take()
            char = text.peek()
        if char == "}":
            text.take()
            break
        if not char:
            raise _Damaged("the object is not closed", text.line(), "", cut=True)
        line = text.line()
        name = text.value()
        if not isinstance(name, str) or text.peek() != ":":
            raise _Damaged("no name with a colon", line, str(name), cut=not text.peek())
        text.take()
        opener = text.peek()
        if opener == "[" and key(name) in LISTS and not any(means(n, "title", mapping) for n in row):
            for item in _array(text, source, mapping):
                inside += 1
                yield item
            continue
        line = text.line()
        value = text.value()
        if isinstance(value, dict) and not any(means(n, "title", mapping) for n in row):
            listed = next((value[n] for n in value if key(n) in LISTS and isinstance(value[n], list)), None)
            if key(name) in LISTS and listed is not None:  # Crossref: {"message": {"items": [...]}}
                for one in listed:
                    inside += 1
                    yield _item(one, line, source, mapping)
                continue
            if key(name) not in ("paper", "content", "source", "attributes", "metadata", "data") and any(
                means(n, "title", mapping) for n in value
            ):
                inside += 1
                yield _item({"id": name, **value}, line, source, mapping)
                continue
        row[name] = value
    if not inside or any(means(n, "title", mapping) for n in row):
        yield to_paper(row, source.name, start, mapping, source.stem)


LOADERS = (Loader("json", "JSON: an array of objects, or an object that holds one", (".json",), sniff, read),)
