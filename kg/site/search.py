"""The search index: scripts that a page loads piece by piece, so that a search needs no server and reads little of a large index.

Three kinds of pieces, each a call of `paperkgPiece(name, content)`:

- `index`: which word pieces there are, how many entries a piece of entries has, and how a paper may stand to a concept, in words;
- `w-be` (words that begin with "be"): words with the numbers of the entries that hold them, each as its distance from the one before, and
  whole names of concepts whose first word is one of these with the numbers of theirs;
- `e-0`: entries 0 to 399 as [type, name, file, papers or year, other names]; the file of a concept without a page is the path of its newest
  paper. Concepts come first, by falling number of papers, then papers, newest first; so of two that answer a query equally well the
  smaller number is the better one.

exports/page/src/site/ reads it; `words` there cuts queries as `words` here cuts names.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.model import ConceptType
from kg.site.words import PAPER_WORDS

if TYPE_CHECKING:
    from kg.site.pages import Pages

__all__ = ["shard", "shard_file", "words", "write"]

#: Entries in one piece.
BLOCK = 400
_WORD = re.compile(r"[^\W_]+")
_HYPHENED = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)+")
_PLAIN = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """Words in lower case without accents; everything but letters and digits separates them.

    >>> words("Naïve Bayes (NB), C++ / F1-score")
    ['naive', 'bayes', 'nb', 'c', 'f1', 'score']
    """
    return _WORD.findall(_plain(text))


def shard(word: str) -> str:
    """The piece of the index that holds a word: its first two characters, or the one that it has."""
    return word[:2]


def shard_file(key: str) -> str:
    """The name of that piece, safe on every file system.

    >>> shard_file("be"), shard_file("δ")
    ('w-be', 'u-3b4')
    """
    return f"w-{key}" if _PLAIN.fullmatch(key) else "u-" + "-".join(f"{ord(c):x}" for c in key)


def write(pages: Pages) -> None:
    """Writes the index of all concepts, by all their names, and of all papers, by their titles."""
    postings: dict[str, dict[str, list[int]]] = {}
    names: dict[str, dict[str, list[int]]] = {}
    block: list[Any] = []
    total = 0
    for total, (entry, found, whole) in enumerate(_entries(pages), 1):
        number = total - 1
        for word in found:
            postings.setdefault(shard(word), {}).setdefault(word, []).append(number)
        for name in whole:
            names.setdefault(shard(name.partition(" ")[0]), {}).setdefault(name, []).append(number)
        block.append(entry)
        if len(block) == BLOCK:
            _put(pages, f"e-{number // BLOCK}", block)
            block = []
    if block:
        _put(pages, f"e-{(total - 1) // BLOCK}", block)
    keys = sorted(postings.keys() | names.keys())
    for key in keys:
        content = {
            "words": {w: _steps(n) for w, n in sorted(postings.get(key, {}).items())},
            "names": dict(sorted(names.get(key, {}).items())),
        }
        _put(pages, shard_file(key), content)
    _put(pages, "index", {"shards": keys, "block": BLOCK, "relations": [[r.value, forward] for r, forward in PAPER_WORDS.items()]})


def _entries(pages: Pages) -> Iterator[tuple[list[Any], set[str], set[str]]]:
    corpus = pages.corpus
    types = list(ConceptType)
    instead = _newest(pages)
    for number, concept in enumerate(corpus.concepts):
        others = [n for n in dict.fromkeys(concept.names) if n != concept.label]
        found = {word for name in concept.names for word in _all_words(name)}
        whole = {" ".join(cut) for name in concept.names if (cut := words(name))}
        file = corpus.files[number] if pages.has(number) else instead.get(number)
        if file is None:
            # an ancestor that no paper names
            continue
        yield [types.index(concept.type), concept.label, file, corpus.papers_of[number], others], found, whole
    for paper in sorted(range(len(corpus.ids)), key=lambda p: (-(corpus.years[p] or -9999), p)):
        yield [5, corpus.titles[paper], corpus.paper_file(paper), corpus.years[paper], []], set(_all_words(corpus.titles[paper])), set()


def _newest(pages: Pages) -> dict[int, str]:
    """The newest paper of each concept without a page, as a path from the root."""
    corpus = pages.corpus
    found: dict[int, int] = {}
    for paper, concept in zip(corpus.of_paper, corpus.of_concept, strict=True):
        if not pages.has(concept) and (corpus.years[paper] or -1) > (corpus.years[found[concept]] or -1 if concept in found else -2):
            found[concept] = paper
    return {concept: f"paper/{corpus.paper_file(paper)}" for concept, paper in found.items()}


def _all_words(text: str) -> list[str]:
    """The words of a text, and those with hyphens as one word, too: who types "pretraining" means "pre-training"."""
    joined = ["".join(_WORD.findall(part)) for part in _HYPHENED.findall(_plain(text))]
    return [*words(text), *joined]


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c)[0] != "M").lower()


def _steps(numbers: list[int]) -> list[int]:
    return [b - a for a, b in zip([0, *numbers], numbers, strict=False)]


def _put(pages: Pages, name: str, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # these end a line in old scripts
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    pages.put(f"search/{name}.js", f"paperkgPiece({json.dumps(name)},{text})\n")
