"""Opening of inputs: plain, gzip or zstd by their first bytes, a file or standard input; lines in UTF-8 with their numbers.

Bytes that are no UTF-8 come through as lone surrogates (`surrogateescape`), so that a loader can tell the one record that is
damaged from the rest; `broken` finds them.
"""

from __future__ import annotations

import io
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from kg.errors import DataError
from kg.model import Rejected

HEAD = 65_536
#: A line longer than this many bytes is no line of a text file; it is refused before it fills the memory.
LONGEST_LINE = 1 << 26
STDIN = "<stdin>"

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_BROKEN = re.compile("[\udc80-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: First bytes of files that are often given by mistake: (magic, what it is, what to do).
_FOREIGN = (
    (b"%PDF", "a PDF file", "give titles and abstracts as text, BibTeX, JSONL or CSV"),
    (b"PK\x03\x04", "a ZIP, DOCX or XLSX file", "unpack it, or save the table as CSV"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV or JSONL"),
    (b"PAR1", "a Parquet file", "export the table as JSONL or CSV"),
    (b"BZh", "a bzip2 file", "decompress it with bunzip2, or recompress it with gzip or zstd"),
    (b"\xfd7zXZ", "an xz file", "decompress it with unxz, or recompress it with gzip or zstd"),
    (b"\xff\xfe", "UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8"),
)


class BrokenInput(Exception):
    """The rest of an input cannot be read: a truncated or damaged compressed stream. Caught by `loaders.read`."""

    def __init__(self, reason: str, hint: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.hint, self.line = reason, hint, line


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an input is (`path`, "-" for standard input) and how records call it (`name`: the file's name, no folder)."""

    path: str
    name: str


def origin(path: Path | str, name: str = "") -> Origin:
    """The origin of a path.

    Raises:
        DataError: there is no such file.
    """
    text = str(path)
    if text == "-":
        return Origin("-", name or STDIN)
    if not Path(text).exists():
        raise DataError(f"{text}: no such file or folder; check the spelling, or use - for standard input")
    return Origin(text, name or Path(text).name or Path(text).resolve().name)


class _Inflate(io.RawIOBase):
    """The plain bytes of a gzip or zstd stream of one or more members; a cut or damaged stream raises BrokenInput."""

    def __init__(self, raw: BinaryIO, kind: str, keep: bool = False) -> None:
        self._raw, self._kind, self._keep = raw, kind, keep
        self._inflate = _decompressor(kind)
        self._rest = b""
        self._out = b""
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._out:
            data = self._rest or self._raw.read(8192)
            self._rest = b""
            if not data:
                if self._begun:
                    raise BrokenInput(f"truncated {self._kind} stream", "copy or download the file again")
                return 0
            try:
                if self._inflate.eof:
                    if not data.strip(b"\0"):  # tar and tapes pad with zeros
                        continue
                    self._inflate = _decompressor(self._kind)
                self._begun = True
                self._out = self._inflate.decompress(data)
            except (zlib.error, ValueError, OSError) as error:
                raise BrokenInput(f"damaged {self._kind} stream", f"copy or download the file again ({error})") from error
            except Exception as error:
                if type(error).__name__ != "ZstdError":
                    raise
                raise BrokenInput(f"damaged {self._kind} stream", f"copy or download the file again ({error})") from error
            if self._inflate.eof:
                self._begun = False
                self._rest = self._inflate.unused_data
        size = min(len(buffer), len(self._out))
        buffer[:size] = self._out[:size]
        self._out = self._out[size:]
        return size

    def close(self) -> None:
        if not self._keep:
            self._raw.close()
        super().close()


def _decompressor(kind: str) -> Any:
    if kind == "gzip":
        return zlib.decompressobj(31)
    import zstandard

    return zstandard.ZstdDecompressor().decompressobj()


def _compression(head: bytes) -> str:
    return "gzip" if head.startswith(_GZIP) else "zstd" if head.startswith(_ZSTD) else ""


def _open_raw(place: Origin) -> io.BufferedReader[Any]:
    if place.path == "-":
        stream = getattr(sys.stdin, "buffer", None)
        if stream is None:
            raise DataError("standard input has no bytes to read; give a file")
        return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))
    try:
        return cast("io.BufferedReader[Any]", Path(place.path).open("rb", buffering=HEAD))
    except OSError as error:
        raise DataError(f"{place.path}: cannot be opened ({error.strerror}); check that it is a file that may be read") from error


class _Chained(io.RawIOBase):
    """The bytes already read, then the rest of the stream, then the error that ended the reading ahead."""

    def __init__(self, first: bytes, rest: BinaryIO, error: BrokenInput | None, keep: bool) -> None:
        self._first, self._at, self._rest, self._error, self._keep = first, 0, rest, error, keep

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._at < len(self._first):
            piece = self._first[self._at : self._at + len(buffer)]
            self._at += len(piece)
        elif self._error is not None:
            raise self._error
        else:
            piece = self._rest.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self._keep:
            self._rest.close()
        super().close()


class Input:
    """An opened input: decompressed bytes in `stream`, the first (at most 64 KiB) of them also in `head`.

    `name` is what records call it, `stem` the name without its endings. Standard input is read but not closed.
    """

    def __init__(self, place: Origin) -> None:
        self.name = place.name
        self.stem = stem(place.name)
        raw = _open_raw(place)
        kind = _compression(raw.peek(4)[:4])
        plain: Any = io.BufferedReader(_Inflate(cast("BinaryIO", raw), kind, place.path == "-"), HEAD) if kind else raw
        first, error = bytearray(), None
        try:
            while len(first) < HEAD and (piece := plain.read1(HEAD - len(first))):
                first += piece
        except BrokenInput as found:
            error = found
        self.head = bytes(first)
        self.stream = io.BufferedReader(_Chained(self.head, plain, error, place.path == "-"), HEAD)

    def __enter__(self) -> Input:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()


def stem(name: str) -> str:
    """A file's name without its endings.

    >>> stem("papers.jsonl.gz"), stem("2020.acl.xml"), stem("<stdin>")
    ('papers', '2020.acl', '<stdin>')
    """
    bare = re.sub(r"\.(?:gz|zst|zstd)$", "", name, flags=re.I)
    return bare.rsplit(".", 1)[0] or bare


def foreign(data: bytes) -> tuple[str, str] | None:
    """What a file is that cannot be text in UTF-8, and what to do about it; None for text."""
    for magic, what, hint in _FOREIGN:
        if data.startswith(magic):
            return what, hint
    if b"\0" in data:
        return "a binary file", "give text in UTF-8: listing, JSONL, JSON, CSV, TSV, BibTeX or ACL Anthology XML"
    return None


def decode(data: bytes, first: bool = False) -> str:
    """UTF-8 with broken bytes kept as lone surrogates; a byte-order mark at the start of the input goes."""
    return (data.removeprefix(b"\xef\xbb\xbf") if first else data).decode("utf-8", "surrogateescape")


def lines(stream: io.BufferedReader[Any]) -> Iterator[tuple[int, str]]:
    """Line numbers from 1 and lines without their ends.

    Raises:
        BrokenInput: the stream is cut or damaged, or a line is longer than 64 MiB.
    """
    number = 0
    while True:
        try:
            data = stream.readline(LONGEST_LINE)
        except BrokenInput as error:
            error.line = error.line or number + 1
            raise
        if not data:
            return
        number += 1
        if len(data) >= LONGEST_LINE and not data.endswith(b"\n"):
            raise BrokenInput("line of more than 64 MiB", "split the input into lines, or give JSON as an array", number)
        yield number, decode(data.rstrip(b"\r\n"), number == 1)


class Lines:
    """`lines` for a loader that looks ahead: a broken stream ends them quietly, and `check` raises when all before is read."""

    def __init__(self, stream: io.BufferedReader[Any]) -> None:
        self._lines = lines(stream)
        self._error: BrokenInput | None = None

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return self

    def __next__(self) -> tuple[int, str]:
        try:
            return next(self._lines)
        except BrokenInput as error:
            self._error = error
            raise StopIteration from None

    @property
    def broken(self) -> bool:
        return self._error is not None

    def check(self) -> None:
        """Raises the BrokenInput that ended the lines, if one did."""
        if self._error is not None:
            raise self._error


def broken(text: str) -> str:
    """A description of the first byte that is no UTF-8 (or half of a surrogate pair), or "" where all is well.

    >>> broken(decode(b"na\\xefve")), broken("naïve")
    ('byte 0xef at character 3', '')
    """
    if text.isascii():
        return ""
    match = _SURROGATE.search(text)
    if not match:
        return ""
    if _BROKEN.match(match.group()):
        return f"byte 0x{ord(match.group()) - 0xDC00:02x} at character {match.start() + 1}"
    return f"half a surrogate pair at character {match.start() + 1}"


def shown(text: str, length: int = 80) -> str:
    """The beginning of a text as it can be shown in a message: one line, no lone surrogates.

    >>> shown("a\\nb" + "c" * 90, 6)
    'a bccc…'
    """
    flat = " ".join(text[: 4 * length].split()).encode("utf-8", "replace").decode()
    return flat if len(flat) <= length else flat[:length] + "…"


def encoding_rejected(name: str, line: int, what: str, text: str) -> Rejected:
    """The rejection of a record that holds bytes which are no UTF-8."""
    return Rejected(name, line, "broken encoding: no UTF-8", f"{what} in {shown(text, 60)}", "save the file as UTF-8")
