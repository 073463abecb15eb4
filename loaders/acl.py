"""The ACL Anthology's XML: collections of volumes of papers, as its repository has them under `data/xml`.

Streamed: memory holds one paper, however large the file. A document type, and with it any entity of its own, is refused
before the parser sees it. Inline markup becomes plain text, `<tex-math>` goes through the LaTeX rules of `kg.clean`.
Front matter is no paper and is noted. Ids follow the Anthology: collection `N19`, volume `1`, paper `423` → `N19-1423`,
collection `2020.acl`, volume `main`, paper `1` → `2020.acl-main.1`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.model import Note, Rejected
from loaders.fields import made, told
from loaders.registry import Item, Loader
from loaders.source import BrokenInput, Input, shown

if TYPE_CHECKING:
    from lxml.etree import _Element

_SKIPPED = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.S)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_ENCODING = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']""")
#: Encodings in which markup is ASCII, so that a document type cannot hide.
_ENCODINGS = {
    name: codecs.lookup(name).name
    for name in ("utf-8", "utf8", "ascii", "us-ascii", "iso-8859-1", "latin-1", "iso-8859-15", "windows-1252")
}
#: XML allows no control characters; a broken byte travels through the parser as a character that no text has.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CONTROLS = bytes(n for n in range(0x20) if n not in (0x09, 0x0A, 0x0D))
#: How U+FFFE and U+FFFF begin in UTF-8.
_NO_CHARACTER = "\ufffe".encode()[:2]
_LONE = re.compile("[\udc80-\udcff]")
_CARRIED = re.compile("[\U0010fe80-\U0010feff]")
_CARRY = 0x10FE00 - 0xDC00
_CHUNK = 1 << 16
#: Collections of the time when an id had no dots.
_OLD = re.compile(r"[A-Z]\d\d")


class _Utf8:
    """The bytes of an input in well-formed UTF-8, for the parser."""

    def __init__(self, source: Input, encoding: str) -> None:
        self._stream = source.stream
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self._rest = b""
        self.carried = False  # whether a byte was broken so far

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            data = self._stream.read(_CHUNK)
            text = self._decoder.decode(data, final=not data)
            try:
                self._rest = text.encode()
            except UnicodeEncodeError:
                text = _LONE.sub(lambda m: chr(ord(m.group()) + _CARRY), text)
                self._rest, self.carried = text.encode(), True
            # nearly every piece is sound: to look for a byte is much faster than for a character of a set
            if len(self._rest.translate(None, _CONTROLS)) < len(self._rest) or _NO_CHARACTER in self._rest:
                self._rest = _FORBIDDEN.sub(" ", text).encode()
            if not data:
                break
        piece, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return piece


def sniff(text: str, mapping: Mapping[str, str]) -> str:
    """XML whose root is `collection`."""
    root = _root(text.encode("utf-8", "surrogateescape"))
    return "XML with the root element <collection>" if root == "collection" else ""


def _root(head: bytes) -> str:
    """The name of the root element; "" where the beginning has none or is no XML."""
    bare = _SKIPPED.sub(b"", head.removeprefix(b"\xef\xbb\xbf")).lstrip()
    match = _ROOT.search(bare)
    return match.group(1).decode("ascii", "replace") if match and bare.startswith(b"<") else ""


def _refused(source: Input) -> Rejected | None:
    head = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    bare = _SKIPPED.sub(b"", head)
    match = _ROOT.search(bare)
    before = bare[: match.start()] if match else bare
    if b"<!DOCTYPE" in before or b"<!ENTITY" in before:
        if match and match.group(1).lower() == b"html":
            return Rejected(source.name, 0, "an HTML page", "", "save the text, BibTeX or JSON instead", fatal=True)
        found = shown(before[before.index(b"<!") :].decode("utf-8", "replace"))
        line = head[: head.index(b"<!DOCTYPE" if b"<!DOCTYPE" in head else b"<!ENTITY")].count(b"\n") + 1
        hint = "remove the document type; the Anthology's files have none"
        return Rejected(source.name, line, "XML with a document type or entities is refused", found, hint, fatal=True)
    root = _root(head)
    if root != "collection":
        found = f"<{root}>" if root else shown(head.decode("utf-8", "replace"))
        return Rejected(
            source.name, 1, "no ACL Anthology XML: its root is not <collection>", found, "convert it to JSONL or CSV", fatal=True
        )
    declared = _declared(head)
    if declared not in _ENCODINGS:
        return Rejected(source.name, 1, "XML in an unusual encoding", declared, f"convert it: iconv -f {declared} -t UTF-8", fatal=True)
    return None


def _declared(head: bytes) -> str:
    match = _ENCODING.match(head)
    return match.group(1).decode().casefold() if match else "utf-8"


def read(source: Input, mapping: Mapping[str, str]) -> Iterator[Item]:
    """A paper or rejection for each `<paper>`, a note for each front matter."""
    if refused := _refused(source):
        yield refused
        return
    from lxml import etree

    stream = _Utf8(source, _ENCODINGS[_declared(source.head.removeprefix(b"\xef\xbb\xbf").lstrip())])
    volume = _Volume()
    events = etree.iterparse(
        stream, ("start", "end"), tag=("collection", "volume", "meta", "frontmatter", "paper"), encoding="utf-8",
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for event, element in events:
            if event == "start":
                if element.tag == "collection":
                    volume.collection = element.get("id", "")
                elif element.tag == "volume":
                    volume.start(element)
                continue
            if element.tag == "meta":
                volume.meta(element)
            elif element.tag == "paper":
                yield _paper(element, volume, source, stream.carried)
                _forget(element)
            elif element.tag == "frontmatter":
                yield Note(source.name, _line(element), "front matter of a volume, no paper", volume.paper_id("0"))
                _forget(element)
            elif element.tag == "volume":
                if not volume.papers:
                    yield Note(source.name, _line(element), "volume without papers", f"{volume.collection}-{volume.id}")
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise _broken(error) from error


def _broken(error: Any) -> BrokenInput:
    message = str(error.msg or "").split(", line ")[0]
    line = error.lineno or 0
    cut = re.search(
        r"premature end|end of (?:data|document|file|comment)|not terminated|no element found|unclosed|EndTag|end tag", message, re.I
    )
    if cut and not re.search("mismatch", message):
        return BrokenInput(f"XML breaks off: {message}", "download or copy the file again", line)
    return BrokenInput(f"XML is not well-formed: {message}", "mend the file at this line; what follows was not read", line)


class _Volume:
    """What the papers of a volume have in common."""

    def __init__(self) -> None:
        self.collection, self.id, self.year, self.venue, self.papers = "", "", "", "", 0

    def start(self, element: _Element) -> None:
        self.id, self.year, self.venue, self.papers = element.get("id", ""), "", "", 0

    def meta(self, element: _Element) -> None:
        self.year = element.findtext("year") or ""
        self.venue = _plain(element.find("journal-title")) or _plain(element.find("booktitle"))

    def paper_id(self, number: str) -> str:
        """The Anthology's id; of the old style where the collection is a letter and two digits."""
        if not _OLD.fullmatch(self.collection):
            return f"{self.collection}-{self.id}.{number}"
        # workshops have two digits for the volume, all others one
        letter_w = (
            self.collection[0] == "W" or self.collection == "C69" or (self.collection == "D19" and self.id.isdigit() and int(self.id) >= 5)
        )
        return f"{self.collection}-{self.id:0>2}{number:0>2}" if letter_w else f"{self.collection}-{self.id}{number:0>3}"


def _paper(element: _Element, volume: _Volume, source: Input, carried: bool) -> Item:
    volume.papers += 1
    number = element.get("id", "")
    own = volume.paper_id(number) if number else ""
    # once through the children: to ask for each field by itself goes through them every time
    first: dict[Any, _Element] = {}
    authors = []
    for child in element:
        tag = child.tag
        if tag == "author":
            authors.append(_author(child))
        elif tag not in first:
            first[tag] = child
    url = _own(first.get("url")).strip()
    row: dict[str, Any] = {
        "id": f"acl:{own}" if own else "",
        "title": told(_plain(first.get("title"))),
        "abstract": told(_plain(first.get("abstract"))),
        "authors": authors,
        "year": _own(first.get("year")) or volume.year,
        "venue": told(_own(first.get("journal")) or volume.venue),
        "url": url if "://" in url or not own else f"https://aclanthology.org/{own}/",
        "doi": _own(first.get("doi")),
    }
    if carried:
        row = _carried(row)
    # its fields are known: nobody has to find out which of them means what
    return made(
        source.name, _line(element), source.stem, row, title=row["title"], abstract=row["abstract"], authors=row["authors"],
        venue=row["venue"], given=row["id"].strip(), places=list(filter(None, [row["url"]])), dois=[row["doi"]], years=[row["year"]],
    )  # fmt: skip


def _author(element: _Element) -> str:
    names: dict[Any, str] = {}
    for part in element:
        names.setdefault(part.tag, part.text or "")
    return f"{names.get('first', '')} {names.get('last', '')}"


def _own(element: _Element | None) -> str:
    """The text of an element up to its first child."""
    return "" if element is None else element.text or ""


def _plain(element: _Element | None) -> str:
    """The text of an element without its markup; formulas between dollars, for the rules of `kg.clean`."""
    if element is None:
        return ""
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for child in element:
        inner = _plain(child)
        parts.append(f"${inner}$" if child.tag == "tex-math" and inner and "$" not in inner else inner)
        parts.append(child.tail or "")
    return "".join(parts)


def _carried(row: dict[str, Any]) -> dict[str, Any]:
    """Broken bytes as `loaders.source` shows them."""

    def back(value: Any) -> Any:
        if isinstance(value, str):
            return value if value.isascii() else _CARRIED.sub(lambda m: chr(ord(m.group()) - _CARRY), value)
        if isinstance(value, list):
            return [back(part) for part in value]
        return {name: back(part) for name, part in value.items()}

    return {name: back(value) for name, value in row.items()}


def _line(element: _Element) -> int:
    line: Any = element.sourceline
    return line or 0


def _forget(element: _Element) -> None:
    """Frees an element that has been read, and what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


LOADERS = (Loader("acl", "ACL Anthology XML: a file, or a folder of them", (".xml",), sniff, read),)
