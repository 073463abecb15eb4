"""BibTeX and BibLaTeX files, through bibtexparser 2, some hundred entries at a time.

Ids are made from DOI, arXiv id, address or title; a citation key is each author's own and serves only where DBLP made it.
`@proceedings` is a volume and is noted; a damaged entry is rejected with its line, and reading goes on at the next `@`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kg.model import Note, Rejected
from loaders.fields import to_paper
from loaders.registry import Item, Loader
from loaders.source import Input, Lines, shown

_BEGIN = re.compile(r"\s*@\s*[A-Za-z]+\s*[{(]")
_ENTRY = re.compile(r"^\s*@\s*(?!comment|preamble|string)[A-Za-z]+\s*[{(]\s*[^\s,{}()]*\s*,", re.I | re.M)
_DAMAGED = "damaged BibTeX entry"
_CHUNK = 1 << 18  # characters
_ARXIV = re.compile(r"(?:arxiv\s*:\s*|\babs/)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.I)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def sniff(text: str, mapping: Mapping[str, str]) -> str:
    """An entry `@type{key,` begins a line, and no other text begins the file before any "@"."""
    match = _ENTRY.search(text)
    if not match or text.lstrip()[:1] in ("<", "{", "["):
        return ""
    return f"BibTeX entries ({shown(match.group().strip(), 40)} …)"


def read(source: Input, mapping: Mapping[str, str]) -> Iterator[Item]:
    """A paper, a rejection or a note for each entry."""
    strings = {month: month for month in _MONTHS}
    held: list[str] = []
    size, first = 0, 1
    numbered = Lines(source.stream)
    for number, line in numbered:
        if size > _CHUNK and _BEGIN.match(line):
            yield from _chunk("\n".join(held), first, strings, source, mapping)
            held, size, first = [], 0, number
        held.append(line)
        size += len(line) + 1
    last = list(_chunk("\n".join(held), first, strings, source, mapping))
    if numbered.broken and last and isinstance(last[-1], Rejected) and last[-1].reason == _DAMAGED:
        last.pop()  # the entry in which the stream ends: told of by `check`
    yield from last
    numbered.check()


@contextmanager
def _quiet() -> Iterator[None]:
    """bibtexparser logs what it also returns as failed blocks; those are reported here as rejections."""
    log = logging.getLogger("bibtexparser.splitter")

    def nothing(record: logging.LogRecord) -> bool:
        return False

    log.addFilter(nothing)
    try:
        yield
    finally:
        log.removeFilter(nothing)


def _chunk(text: str, first: int, strings: dict[str, str], source: Input, mapping: Mapping[str, str]) -> Iterator[Item]:
    from bibtexparser import model
    from bibtexparser.entrypoint import parse_string

    with _quiet():
        library = parse_string(text, parse_stack=[])
    for found in library.blocks:
        line = first + (found.start_line or 0)
        block: Any = found
        if isinstance(found, (model.DuplicateBlockKeyBlock, model.DuplicateFieldKeyBlock)):
            # two entries of one key are two entries, and of two fields of one name the first counts
            block = found.ignore_error_block
        if isinstance(block, model.String):
            strings[block.key.casefold()] = _value(block.value, strings)
        elif isinstance(block, model.Entry):
            yield _entry(block, line, strings, source, mapping)
        elif isinstance(block, model.ParsingFailedBlock):
            why = getattr(block.error, "abort_reason", "") or "it cannot be parsed"
            yield Rejected(source.name, line, _DAMAGED, shown(block.raw or ""), f"mend the entry ({shown(str(why), 100)})")


def _entry(entry: Any, line: int, strings: Mapping[str, str], source: Input, mapping: Mapping[str, str]) -> Item:
    row: dict[str, Any] = {}
    for field in entry.fields:
        row.setdefault(field.key.casefold(), _value(str(field.value), strings))
    if entry.entry_type.casefold() in {"proceedings", "mvproceedings"}:
        return Note(source.name, line, "a volume of proceedings, no paper", shown(row.get("title", "")))
    names = row.get("author") or row.get("editor") or ""
    row["author"] = [name for name in map(_name, _split(names)) if name]
    for name in ("url", "doi", "eprint"):
        if name in row:
            row[name] = re.sub(r"\\([_%&#~$])|[{}]", r"\1", re.sub(r"\\url\s*", "", row[name])).strip()
    places = " ".join(row.get(n, "") for n in ("journal", "volume", "note", "howpublished", "journaltitle", "number"))
    if match := _ARXIV.search(places):
        row.setdefault("arxiv", match.group(1))
    row["id"] = entry.key if entry.key.startswith("DBLP:") else ""
    return to_paper(row, source.name, line, mapping, source.stem)


def _value(raw: str, strings: Mapping[str, str]) -> str:
    """The text of a field: pieces in braces or quotes, or names of strings, joined by `#`.

    >>> _value('{The } # acl # " 2020"', {"acl": "ACL"}), _value("2020", {}), _value("{{A} and {B}}", {})
    ('The ACL 2020', '2020', '{A} and {B}')
    """
    pieces: list[str] = []
    rest = raw.strip()
    while rest:
        end = _end(rest)
        piece, rest = rest[:end].strip(), rest[end:].lstrip(" \t\r\n#")
        if piece[:1] in ('"', "{"):
            pieces.append(piece[1:-1] if len(piece) > 1 else "")
        elif piece:
            pieces.append(strings.get(piece.casefold(), piece))
    return "".join(pieces)


def _end(text: str) -> int:
    """Where the first piece of a value ends: behind its closing brace or quote, or before the next `#`."""
    opener = text[0]
    if opener not in '"{':
        return text.index("#") if "#" in text else len(text)
    depth = 0
    at = 0 if opener == "{" else 1
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0 and opener == "{":
                return at + 1
        elif char == '"' and depth == 0 and opener == '"':
            return at + 1
        at += 1
    return len(text)


def _split(names: str) -> list[str]:
    """The names between `and`s that stand outside braces."""
    found, depth, last = [], 0, 0
    for match in re.finditer(r"[{}]|\s+and\s+", names):
        mark = match.group()
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        elif depth <= 0:
            found.append(names[last : match.start()])
            last = match.end()
    return [name.strip() for name in (*found, names[last:]) if name.strip()]


def _name(name: str) -> str:
    """A name as it is read: BibTeX writes "Last, First" or "Last, Jr, First".

    >>> _name("van der Berg, Jan"), _name("King, Jr., Martin"), _name("{The Team, Inc.}"), _name("others")
    ('Jan van der Berg', 'Martin King Jr.', '{The Team, Inc.}', '')
    """
    if name == "others":
        return ""
    depth, cuts = 0, []
    for at, char in enumerate(name):
        depth += (char == "{") - (char == "}")
        if char == "," and depth == 0:
            cuts.append(at)
    parts = [name[a:b].strip() for a, b in zip([0, *(c + 1 for c in cuts)], [*cuts, len(name)], strict=True)]
    if len(parts) == 1:
        return name
    family, suffix, given = parts[0], parts[1] if len(parts) > 2 else "", parts[-1]
    return " ".join(part for part in (given, family, suffix) if part)


LOADERS = (Loader("bibtex", "BibTeX and BibLaTeX", (".bib", ".bibtex"), sniff, read),)
