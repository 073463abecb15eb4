"""What the words between two mentions say: a handful of English constructions, matched on classes of words.

A stretch of text is written as one letter for each word by its class (`kg.relate.lexicon`), with the marks between them, so that
"A, a new kind of B" and "A, an efficient form of B" are one construction.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kg.recognize.grams import MARK
from kg.relate.lexicon import CODE, NAMES
from kg.relate.places import SHOWN, Text

#: Constructions, the surest first, as what stands between the left mention A and the right one B. `<name>` is a word of that class,
#: `N` a general noun or nothing, `D` up to three words of a noun phrase, `_` any words. The sign says whether the left
#: mention is the head (+) or the right one (-) of the relation that the construction suggests.
_N = "(?:<model>|<method>|<task>|<dataset>|<metric>|<train>)?"
_D = "(?:<the>|<a>|<own>)?(?:<none>|<existing>|<model>|<method>|<dataset>|<train>){0,3}"
_CONSTRUCTIONS: tuple[tuple[str, int, str], ...] = (
    ("such", -1, rf"^{_N}[,(:]*(?:<like>,?|<like><as>){{1,3}}{_D}$"),
    ("kind", 1, rf"^{_N}[,(]?(?:<which>?<be>)?(?:<a>|<the>)?(?:<none>|<existing>){{0,3}}<kind>+<of>{_D}$"),
    ("is", 1, rf"^{_N}(?:,(?:<a>)|<be>(?:<a>|<the>)|<as><a>)(?:<none>|<existing>){{0,3}}$"),
    ("named", -1, rf"^{_N}[,(]?(?:<which>?<own>?)?<name><as>?$"),
    ("based", 1, rf"^{_N}[,(]?(?:<which>)?<be>?(?:<none>)?<base>(?:<on>|<from>|<via>|<of>|<to>)+{_D}$"),
    ("extends", 1, rf"^{_N}<base>{_D}$"),
    ("trained", 1, rf"^{_N}[,(]?(?:<which>)?<be>?<train>+{_D}<on>{_D}$"),
    ("outperforms", 1, rf"^{_N}(?:<none>|<which>){{0,2}}<compare>(?:<with>|<to>|<than>)?{_D}$"),
    ("than", 1, r"^(?:<[a-z]+>){0,6}(?:<than>|<compare>(?:<with>|<to>))(?:<the>|<none>|<existing>){0,2}$"),
    ("consists", -1, rf"^{_N},?(?:<which>)?(?:<be>)?<consist>(?:<of>|<with>|<via>)?{_D}$"),
    ("combines", -1, rf"^{_N},?(?:<which>)?(?:<be>)?<combine>(?:<with>)?{_D}$"),
    ("employs", -1, rf"^{_N},?(?:<which>)?(?:<use>){_D}$"),
    ("hyphened", -1, r"^-(?:<base>|<train>|<none>)(?:<none>|<existing>|<model>){0,2}$"),
    ("for", 1, rf"^{_N}<for>{_D}$"),
    ("to", 1, rf"^{_N}(?:<be>)?(?:<aim>|<use>)*(?:<to>|<for>)(?:<none>|<address>|<improve>|<study>|<train>|<propose>|<achieve>){_D}$"),
    ("does", 1, rf"^{_N},?(?:<which>)?(?:<none>)?(?:<address>|<improve>){_D}$"),
    ("using", -1, rf"^{_N},?(?:<via>)?<using>{_D}$"),
    ("via", -1, rf"^{_N}<via>{_D}$"),
    ("with", -1, rf"^{_N}<with>{_D}$"),
    ("on", 1, rf"^{_N}<on>{_D}$"),
    ("in", 1, rf"^{_N}<in>{_D}$"),
    ("of", 1, rf"^{_N}<of>{_D}$"),
    ("noun", -1, r"^(?:<model>|<method>|<task>|<dataset>|<metric>)$"),
    ("beside", 1, r"^-?$"),
    ("apposed", -1, rf"^{_N},$"),
    ("colon", 1, r"^:(?:<[a-z]+>){0,4}$"),
)  # fmt: skip
PATTERNS: tuple[str, ...] = ("none", *(name for name, _, _ in _CONSTRUCTIONS))
SIGNS = np.array([0, *(sign for _, sign, _ in _CONSTRUCTIONS)], np.int8)
#: Words between two mentions beyond which no construction holds them together.
MOST = 9
_LETTERS = {name: chr(0x100 + code) for name, code in CODE.items()}


def _compiled(pattern: str) -> str:
    pattern = pattern.replace("<[a-z]+>", f"[{_LETTERS[NAMES[0]]}-{_LETTERS[NAMES[-1]]}]")
    return re.sub(r"<([a-z]+)>", lambda m: _LETTERS[m.group(1)], pattern)


_MATCHER = re.compile("|".join(f"({_compiled(p)})" for _, _, p in _CONSTRUCTIONS))
#: For every mark its sign between letters, as a code point; 0 for those that are not written.
_MARKS = np.zeros(256, "<u4")
for _mark, _shown in SHOWN.items():
    _MARKS[MARK[_mark]] = ord(_shown)


def written(text: Text) -> tuple[str, NDArray[np.int64]]:
    """The words of a batch as letters with marks behind them, and where each word begins there (one more entry than words)."""
    signs = np.empty((len(text.code), 2), "<u4")
    signs[:, 0] = text.code
    signs[:, 0] += 0x100
    signs[:, 1] = _MARKS[text.words.after]
    at = np.concatenate(([0], np.cumsum(1 + (signs[:, 1] > 0))))
    flat = signs.reshape(-1)
    return flat[flat > 0].tobytes().decode("utf-32-le"), at


@lru_cache(maxsize=200_000)
def construction(between: str) -> int:
    """The number of the construction in `PATTERNS`, 0 where none is known."""
    match = _MATCHER.match(between)
    return match.lastindex or 0 if match else 0
