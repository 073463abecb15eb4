"""The text of a web page that lists papers: what is copied from the page of trending papers.

Paragraphs stand in turn, title and abstract, after some lines of the page itself (its name, a call to subscribe, a byline, a
date). A paragraph is taken for an abstract by its length and its sentences; the last line before it that is not furniture of
the page is its title. All other lines are reported, as notes. An abstract that breaks off stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.clean import clean
from kg.model import Note, Paper, Rejected
from loaders.identity import identify
from loaders.registry import Item, Loader
from loaders.source import Input, Lines, broken, encoding_rejected, shown

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
#: Lines that such pages have around their papers, and that are never titles.
_FURNITURE = re.compile(
    rf"""(?:
      {_MONTH}\.?\s\d{{1,2}}(?:,?\s\d{{4}})? | \d{{1,2}}\s{_MONTH}\.?(?:\s\d{{4}})? | \d{{4}}-\d\d-\d\d
    | (?:published|submitted|updated|posted)\s(?:on|by)\b.* | (?:submitted|posted)\sby
    | by\s?\S+.{{0,40}}\bcommunity
    | get\s.{{0,30}}\bpapers\b.{{0,30}}\b(?:inbox|e-?mail)\b.*
    | subscribe | sign\s?up | log\s?in | new | trending(?:\spapers)? | daily\spapers
    | [\s·•|]*\d[\d.,]*\s?[km]? | [\s·•|]*\d+\s(?:authors?|comments?|upvotes?|stars?) | upvote.{{0,10}} | \+\d+
    | (?:view\s)?(?:arxiv(?:\spage)?|pdf|github|project(?:\spage)?|code|paper)(?:\s[\d.,]+k?)?
    | load\smore | show\smore | previous | next | read\smore | https?://\S+
    )""",
    re.I | re.X,
)
_SENTENCE_END = re.compile(r"""[.!?…]["'”’)\]]*$""")
_LONG, _SHORT, _MIDDLE = 40, 12, 20  # words
_WRAPPED_LEAST, _WRAPPED_MOST = 50, 160  # characters of a line of wrapped text
_BLOCK = 200  # lines


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    text: str

    @property
    def words(self) -> int:
        return len(self.text.split())


def blocks(numbered: Iterable[tuple[int, str]]) -> Iterator[_Block]:
    """The paragraphs of a text: a line each, or lines between blank ones where an editor has wrapped them."""
    held: list[tuple[int, str]] = []
    for number, line in numbered:
        text = line.strip()
        if text:
            held.append((number, text))
        if held and (not text or len(held) >= _BLOCK):
            yield from _unwrap(held)
            held = []
    yield from _unwrap(held)


def _unwrap(held: list[tuple[int, str]]) -> Iterator[_Block]:
    lengths = [len(text) for _, text in held]
    if len(held) > 1 and min(lengths[:-1]) >= _WRAPPED_LEAST and max(lengths) <= _WRAPPED_MOST:
        yield _Block(held[0][0], " ".join(text for _, text in held))
    else:
        for number, text in held:
            yield _Block(number, text)


def _is_abstract(block: _Block) -> bool:
    """Text long enough that no title is, or a whole sentence of some length."""
    return block.words >= _LONG or (block.words >= _SHORT and bool(_SENTENCE_END.search(block.text)) and not block.text.endswith("?"))


def pairs(found: Iterable[_Block]) -> Iterator[tuple[_Block | None, _Block | None]]:
    """(title, abstract) of each paper in order; (None, abstract) without a title, (line, None) for a line of the page."""
    waiting: list[_Block] = []
    queue = iter(found)
    block = next(queue, None)
    while block is not None:
        after = next(queue, None)
        title = next((b for b in reversed(waiting) if not _FURNITURE.fullmatch(b.text)), None)
        # an early end: a longer piece behind a title that is not itself in front of an abstract
        cut = block.words >= _MIDDLE and title is not None and not (after is not None and _is_abstract(after))
        if _is_abstract(block) or cut:
            for other in waiting:
                if other is not title:
                    yield other, None
            waiting = []
            yield title, block
        else:
            waiting.append(block)
        block = after
    for other in waiting:
        yield other, None


def sniff(text: str, mapping: Mapping[str, str]) -> str:
    """There is at least one title with its abstract."""
    if text.lstrip().startswith(("<", "{", "[", "@")):
        return ""
    count = sum(title is not None and abstract is not None for title, abstract in pairs(blocks(enumerate(text.splitlines(), 1))))
    return "paragraphs of text, a title and an abstract in turn" if count else ""


def read(source: Input, mapping: Mapping[str, str]) -> Iterator[Item]:
    """A paper for each title with its abstract, a note for each line of the page, a rejection for an abstract alone."""
    numbered = Lines(source.stream)
    for title, abstract in pairs(blocks(numbered)):
        if abstract is None:
            assert title is not None
            reason = "line of the page, no paper" if _FURNITURE.fullmatch(title.text) else "line without an abstract, no paper"
            yield Note(source.name, title.line, reason, shown(title.text))
        elif title is None:
            yield Rejected(source.name, abstract.line, "missing title", shown(abstract.text), "put the title in a line before its abstract")
        else:
            yield _paper(source, title, abstract)
    numbered.check()


def _paper(source: Input, title: _Block, abstract: _Block) -> Item:
    for what, block in (("title", title), ("abstract", abstract)):
        if broken(block.text):
            return encoding_rejected(source.name, block.line, what, block.text)
    name = clean(title.text)
    if not name:
        return Rejected(source.name, title.line, "missing title", shown(title.text), "put the title in a line before its abstract")
    return Paper(identify(name).id, name, clean(abstract.text), source=source.name, line=title.line)


LOADERS = (Loader("listing", "text of a page that lists papers: title and abstract in turn", (".txt", ".text", ".md"), sniff, read),)
