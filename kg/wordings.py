"""Wordings of a name that mean the same: keys by which names of a corpus are compared beyond folding (`kg.text.fold`).

Every function is pure. A key never decides alone: `kg.joining` joins two names only where both stand in the corpus or the
catalog, so that a key may be coarser than a reader would like.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from kg.text import BETWEEN, WORD, fold_word, words

#: Words between the parts of a name that say nothing by themselves.
_BETWEEN = BETWEEN | {"over", "vs"}
# British endings beyond those that `fold_word` knows (generalised, analyser, favourable, paediatric), each behind letters that it has.
_BRITISH = (
    ("is", re.compile(r"is(e[drs]?|ing|er|able)$"), r"iz\1"),
    ("ys", re.compile(r"ys(e[drs]?|ing|er)$"), r"yz\1"),
    ("our", re.compile(r"(?<=[bdhlnv])our(?=$|able|ite|ing|ed)"), "or"),
    ("ll", re.compile(r"(?<=[aeiou])ll(?=ed$|ing$|er$)"), "l"),
    ("aed", re.compile(r"aed(?=i)"), "ed"),
)
#: Nouns that a name may have or lack, by what they make of it; the kinds are those of `kg.joining`.
_NOUN = re.compile(
    r"[\s\-–](?:(?P<data>data\s?sets?|corp(?:us|ora)|benchmarks?)|(?P<metric>scores?|metrics?|measures?)"
    r"|(?P<work>models?|algorithms?|methods?|frameworks?|approach(?:es)?|techniques?|mechanisms?|systems?|tasks?|problems?))$",
    re.IGNORECASE,
)
# Sizes and releases behind the name of a model.
_SIZE = re.compile(
    r"[\s\-_/](?:\d+(?:\.\d+)?\s?[bm](?:illion)?(?:\s?parameters?)?|x?x?-?(?:base|small|large|tiny|mini|medium|huge|giant|xl|xxl|xs)"
    r"|chat|instruct|cased|uncased)$|[\s\-_]?v\d+(?:\.\d+)*$",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"(?:[a-z]{0,2}[A-Z][A-Z0-9]{1,7}|[A-Z]{2,8}-?[A-Z0-9]{0,3})s?$")


@lru_cache(maxsize=200_000)
def spelling(word: str) -> str:
    """`fold_word` with British endings set aside; only compared, never shown.

    >>> spelling("generalised") == spelling("generalized"), spelling("analyser") == spelling("Analyzer")
    (True, True)
    """
    low = fold_word(word)
    if len(low) > 5:
        for letters, pattern, american in _BRITISH:
            if letters in low:
                low = pattern.sub(american, low)
    return low


def order(name: str) -> str:
    """The key of a name whatever the order of its words, as far as that does not change what is meant.

    "A of B" is "B A"; a gerund in front of two words or more goes behind them; the words before the last may be exchanged
    where nothing but blanks and hyphens stands between them. Names of two words keep their order: a language model is no model
    language. Names with "to" keep it too: text to image is not image to text.

    >>> order("classification of short texts") == order("short text classification")
    True
    >>> order("answering complex questions") == order("complex question answering")
    True
    >>> order("fine-grained Arabic tagging") == order("Arabic fine-grained tagging")
    True
    >>> order("text-to-image model") == order("image-to-text model")
    False
    """
    parts = list(map(spelling, WORD.findall(name)))
    if parts.count("of") == 1 and 0 < parts.index("of") < len(parts) - 1 and not _BETWEEN & {*parts} - {"of"}:
        at = parts.index("of")
        parts = [*parts[at + 1 :], *parts[:at]]
    elif not _BETWEEN.isdisjoint(parts):
        return "".join(parts)
    if len(parts) < 3:
        return "".join(parts)
    if parts[0].endswith("ing") and len(parts[0]) > 5 and not parts[-1].endswith("ing"):
        parts = [*parts[1:], parts[0]]
    return "".join((*sorted(parts[:-1]), parts[-1]))


def skeleton(long: str) -> tuple[str, ...]:
    """The beginnings of the words of a long form that give letters to its abbreviation: what `akin` forms share.

    >>> skeleton("reinforcement learning from human feedback")
    ('rein', 'lear', 'huma', 'feed')
    """
    return tuple(w[:4] for w in _content(long))


def akin(one: str, other: str) -> bool:
    """Whether two long forms of one abbreviation are wordings of each other: word by word the same stem.

    Words have one stem where they begin with the same four letters and at most five letters follow what they have in common. A form
    of a single word is akin to none: too little speaks for it.

    >>> akin("named entity recognizer", "named entity recognition"), akin("intersection of union", "intersection over union")
    (True, True)
    >>> akin("multimodal translation", "multilingual translation"), akin("adverse drug event", "adverse drug effect")
    (False, False)
    """
    a, b = _content(one), _content(other)
    return len(a) == len(b) > 1 and all(map(one_stem, a, b))


def _content(long: str) -> list[str]:
    name = bare(long)[0]
    return [w for w in map(spelling, WORD.findall(name)) if w not in _BETWEEN]


def one_stem(a: str, b: str, least: int = 4) -> bool:
    """Whether two words begin with the same letters, `least` or more, and at most five follow in each.

    >>> one_stem("recognizer", "recognition"), one_stem("minimization", "maximization")
    (True, False)
    """
    if a == b:
        return True
    same = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        same += 1
    return same >= least and len(a) - same <= 5 and len(b) - same <= 5


def bare(name: str) -> tuple[str, str]:
    """A name without the generic noun behind it, and what the noun says it is: "data", "metric", "work" or nothing.

    >>> bare("Wizard corpus"), bare("noisy channel model"), bare("language")
    (('Wizard', 'data'), ('noisy channel', 'work'), ('language', ''))
    """
    match = _NOUN.search(name)
    if match is None or match.start() < 2:
        return name, ""
    return name[: match.start()], str(match.lastgroup)


def unsized(name: str) -> tuple[str, str]:
    """A model's name without size and release, and what was taken off.

    >>> unsized("PrismNet-v2 13B"), unsized("PrismNet-large"), unsized("knowledge base")
    (('PrismNet', 'v2 13B'), ('PrismNet', 'large'), ('knowledge base', ''))
    """
    found = name
    for _ in range(3):
        shorter = _SIZE.sub("", found)
        # a name must be left, and one that is a name by its capitals or digits: "knowledge base" has no size
        if shorter == found or len(shorter) < 2 or not coined(shorter):
            break
        found = shorter
    return found, name[len(found) :].strip(" -_/")


def coined(name: str) -> bool:
    """Whether a name is one by the capitals or digits of its last word: PrismNet, CIFAR-10, Prism; not "knowledge" or "Prism net"."""
    last = name.split()[-1]
    return any(c.isupper() for c in last[1:]) or any(c.isdigit() for c in last) or (" " not in name and last[:1].isupper())


def expanded(name: str, long_form: Callable[[str], str]) -> str:
    """A name with the abbreviations in it written out; the name itself where none is known.

    Args:
        long_form: the long form that an abbreviation has in the corpus, or an empty string.

    >>> expanded("neural MT", {"MT": "machine translation"}.get) == "neural machine translation"
    True
    """
    spans = list(words(name))
    if len(spans) < 2:
        return name
    out, at = "", 0
    for start, end in spans:
        word = name[start:end]
        long = long_form(word.removesuffix("s") if word[-1] == "s" and word[:-1].isupper() else word) if is_acronym(word) else ""
        if long:
            out += name[at:start] + long
            at = end
    return out + name[at:] if at else name


def is_acronym(name: str) -> bool:
    """Whether a name is written like an abbreviation.

    >>> [n for n in ("MT", "mAP", "LLMs", "Prism", "a") if is_acronym(n)]
    ['MT', 'mAP', 'LLMs']
    """
    return bool(_ACRONYM.match(name))


def has_acronym(name: str) -> bool:
    """Whether a name of several words has one that is written like an abbreviation.

    >>> has_acronym("neural MT"), has_acronym("MT"), has_acronym("machine translation")
    (True, False, False)
    """
    parts = WORD.findall(name)
    return len(parts) > 1 and any(map(is_acronym, parts))
