"""From the names of a mention to the concepts of the catalog that it may mean."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from kg.catalog import Catalog, Name, same_writing
from kg.linking.compare import Via
from kg.text import fold, fold_word, folded_words, words
from kg.wordings import is_acronym, one_stem


class _Part:
    """A part of a name that may be left out, in any case; its pattern is in small letters.

    `ends`, where given, are strings in one of which every name with such a part ends: nearly all have none, and are told at once.
    """

    def __init__(self, pattern: str, ends: tuple[str, ...] = ("",)) -> None:
        self._any = re.compile(pattern, re.IGNORECASE)
        # the same of letters that are small, which is sought in a third of the time
        self._small = re.compile(pattern)
        self._ends = ends

    def search(self, text: str) -> re.Match[str] | None:
        """Where the part is."""
        if not text.isascii():
            return self._any.search(text)
        small = text.lower()
        return self._small.search(small) if small.endswith(self._ends) else None

    def without(self, text: str) -> str:
        """The name without it."""
        match = self.search(text)
        return text if match is None else text[: match.start()] + text[match.end() :]


# Generic nouns around a name that do not belong to it ("the ImageNet dataset", "Adam optimizer").
_TAIL = _Part(
    r"[\s\-–](?:data\s?sets?|benchmarks?|corp(?:us|ora)|models?|architectures?|networks?|algorithms?|methods?|frameworks?|techniques?|"
    r"approach(?:es)?|tasks?|problems?|optimizers?|loss(?:es)?|scores?|metrics?|measures?|systems?|librar(?:y|ies)|languages?|"
    r"encoders?|decoders?|backbones?|layers?|modules?|mechanisms?|classifiers?|variants?|series|famil(?:y|ies)|challenge|test sets?|"
    r"leaderboard|suite|environments?|simulator|treebank|collection|toolkit|strateg(?:y|ies)|procedures?|schemes?|settings?|"
    r"training|learning|objectives?|based|style|like)$"
)
_HEAD = _Part(
    r"^(?:(?:standard|vanilla|original|popular|well-known|large-scale|small-scale|pre-?trained|fine-?tuned|frozen|classical|classic"
    r"|conventional|traditional|modern|typical|powerful|novel|new|recent|existing|improved|effective|accurate|challenging|practical"
    r"|real-world|state-of-the-art|high-quality|scalable|automatic|automated|advanced|off-the-shelf|open-source|closed-source"
    r"|proprietary|commercial|general-purpose|widely-used|generic|plain|trained|multi-?layer(?:ed)?)[\s\-]"
    # with a hyphen these belong to the next word ("large-kernel")
    r"|(?:large|small|massive|deep|fast|faster|simple|better|best)\s)"
)
# Nouns that say what a thing is: with another noun in their place it is another thing (a surrogate loss is no surrogate model).
_TELLING = _Part(
    r"[\s\-–](?:loss(?:es)?|scores?|metrics?|measures?|data\s?sets?|benchmarks?|corp(?:us|ora)|encoders?|decoders?|classifiers?|layers?"
    r"|modules?|optimizers?|librar(?:y|ies)|languages?|environments?|simulator|treebank|collection|toolkit|test sets?|suite|challenge)$"
)
# Nouns that a name of the catalog may have where a paper leaves them out ("weakly-supervised", "diffusion").
_HEADS = ("learning", "model", "method", "network", "algorithm", "dataset", "mechanism")
_HEAD_KEYS = tuple(map(fold, _HEADS))
# What does a task is named for it ("entity tagger", entity tagging), and modelling for its model.
_DOERS = {
    "detector": "detection", "classifier": "classification", "recognizer": "recognition", "recogniser": "recognition", "tagger": "tagging",
    "parser": "parsing", "tracker": "tracking", "segmenter": "segmentation", "estimator": "estimation", "summarizer": "summarization",
    "summariser": "summarization", "captioner": "captioning", "forecaster": "forecasting", "predictor": "prediction",
    "translator": "translation", "matcher": "matching", "planner": "planning", "modeling": "model", "modelling": "model",
}  # fmt: skip
#: What the last words end in that fold to these, as far as they are ASCII.
_DOING = tuple({end for word in _DOERS for end in (word[-1], word[-1].upper(), "s", "S")})
_VERB = re.compile(r"([a-z]+[-‐‑][a-z]+?)(?:ed|e)?")
# Sizes and checkpoints behind a model's name ("Llama 2 13B", "BERT-base", "T5-11B-v1.1", "GPT-4-0613").
_SIZE = _Part(
    r"[\s\-_/]?(?:\d+(?:\.\d+)?\s?[bmk](?:illion)?(?:\s?parameters?)?|x?x?-?(?:base|small|large|tiny|mini|medium|huge|giant|nano|xl|xxl|xs)"
    r"|chat|instruct|cased|uncased|hf|v\d+(?:\.\d+)*|(?!19|20)\d{4})$",
    ("illion", "parameter", "parameters", "base", "small", "large", "tiny", "mini", "medium", "huge", "giant", "nano", "xl", "xs",
     "chat", "instruct", "cased", "hf", *"bmk0123456789\n"),
)  # fmt: skip


def reductions(text: str) -> Iterator[tuple[str, Via]]:
    """A name as it stands, then with generic nouns dropped, then with size and version dropped, each with the step taken.

    >>> list(reductions("Llama 2 13B model"))
    [('Llama 2 13B model', 'name'), ('Llama 2 13B', 'generic noun dropped'), ('Llama 2', 'variant')]
    """
    return iter(_reductions(text))


@lru_cache(maxsize=50_000)
def _reductions(text: str) -> tuple[tuple[str, Via], ...]:
    steps: list[tuple[str, Via]] = [(text, "name")]
    # each end by itself first: "large-scale pre-training" is pre-training, and its "training" belongs to the name
    found = [text]
    for bare in found:
        for part in (_HEAD, _TAIL):
            shorter = part.without(bare).strip(" -–")
            if len(shorter) >= 2 and shorter not in found and len(found) < 6:
                found.append(shorter)
                steps.append((shorter, "generic noun dropped"))
    bare = found[-1]
    for _ in range(3):
        shorter = _SIZE.without(bare).strip(" -–_/")
        # a name must be left ("T5"); numbers and single letters are none
        if shorter == bare or len(shorter) < 2 or not any(c.isalpha() for c in shorter):
            break
        bare = shorter
        steps.append((bare, "variant"))
    return tuple(steps)


def deed(text: str) -> str:
    """A name of several words with its last word as what that does, or models, and a verb with a hyphen as its gerund; empty for others.

    >>> deed("face detectors"), deed("additive modeling"), deed("detector"), deed("face model")
    ('face detection', 'additive model', '', '')
    >>> deed("fine-tune"), deed("pre-trained")
    ('fine-tuning', 'pre-training')
    """
    if verb := _VERB.fullmatch(text):
        return f"{verb.group(1)}ing"
    if text.isascii() and not text.endswith(_DOING):
        return ""
    *_, (start, end) = [(0, 0), *words(text)]
    done = _DOERS.get(fold_word(text[start:end]), "")
    return text[:start] + done if done and start and end == len(text) else ""


@lru_cache(maxsize=50_000)
def without_noun(text: str) -> str:
    """A name without the generic noun behind it, which may be the same thing: "ImageNet dataset" and "ImageNet".

    What stands before a name does not go: a large language model is more than a language model.
    """
    return _TAIL.without(text).strip(" -–")


def variant_of(text: str, name: str) -> str:
    """What a mention says beyond the name of its family: the size or version ("13B"); empty where nothing is left.

    >>> variant_of("Llama 2 13B model", "Llama 2")
    '13B'
    """
    bare = _TAIL.without(text)
    if fold(bare) == fold(name) or not fold(bare).startswith(fold(name)):
        return ""
    for cut in range(len(bare), 0, -1):
        if fold(bare[:cut]) == fold(name):
            return bare[cut:].strip(" -–_/")
    return ""


_BEHIND = re.compile(
    r"[\s\-_]?(\d+(?:\.\d+)?\s?[bBmM]|(?:base|small|large|tiny|mini|medium|huge|chat|instruct|v\d+(?:\.\d+)*))(?![\w.]*\w)", re.I
)


def size_of(text: str, name: str) -> str:
    """As `variant_of`, but only a size or checkpoint: what an alias says beyond the label of its concept.

    >>> size_of("Llama-3-8B", "Llama 3"), size_of("LLaMA-1", "LLaMA")
    ('8B', '')
    """
    beyond = variant_of(text, name)
    whole = _SIZE.search(f"-{beyond}") if beyond else None
    return beyond if whole is not None and whole.span() == (0, 1 + len(beyond)) else ""


def size_behind(text: str, end: int) -> str:
    """The size or checkpoint that stands right behind a mention ending at `end`; empty where there is none.

    >>> size_behind("the Llama 2 13B model", 11), size_behind("Llama 2 has 13B weights", 7)
    ('13B', '')
    """
    match = _BEHIND.match(text, end)
    # a word needs its hyphen ("BERT-base"; "BERT large" may go on "BERT large scale training")
    if match is None or (match.group(1)[0].isalpha() and text[end] != "-"):
        return ""
    return match.group(1)


def doubtful(name: Name, same: bool = False) -> bool:
    """Whether the context has a say in what a name means: abbreviations, names that the catalog flags, and single words. Names of
    several words say what they mean, and so do those with capitals inside ("CodeBERT"), where they are written so.

    Args:
        same: whether the text writes the name as the catalog does.
    """
    if name.kind == "acronym" or name.ambiguous:
        return True
    if same and any(map(str.islower, name.text)) and any(map(str.isupper, name.text[1:])):
        return False
    return name.exact or name.text.isalnum()


def names_for(texts: Iterable[str], catalog: Catalog, long_forms: Iterable[str] = ()) -> Iterator[tuple[str, Name, Via, bool]]:
    """Every (text, catalog name, step, same writing) that the strings of one mention lead to.

    Args:
        texts: the strings that stand in the paper.
        long_forms: long forms that the paper itself gives for them; their matches count as reached by abbreviation.
    """
    texts = tuple(texts)
    known = catalog.names
    for text in texts:
        some = False
        steps = _reductions(text)
        for reduced, via in steps:
            # most are nowhere
            if (key := fold(reduced)) not in known:
                continue
            for match in _matches(text, reduced, via, catalog):
                # "Llamas" at the beginning of a sentence, and "llamas" elsewhere in the paper, name no model
                if match[1].exact and match[1].text[1:].islower() and any(t.islower() and fold(t) == key for t in texts):
                    continue
                some = True
                yield match
            if some:
                break  # a shorter name is asked for only where the longer is unknown
        if not some:
            longer: list[str] = []
            for bare, via in steps:
                if via != "variant" and not any(_told(whole, bare) for whole in longer):
                    longer.append(bare)
                    key = fold(bare)
                    for noun, behind in zip(_HEADS, _HEAD_KEYS, strict=True):
                        # most of these names are nowhere: their keys are put together without folding each
                        if key + behind in known or "(" in bare:
                            for match in _matches(text, f"{bare} {noun}", "generic noun added", catalog):
                                some = True
                                yield match
            if not some and (done := deed(text)):
                yield from _matches(text, done, "another ending", catalog)
    for text in long_forms:
        for reduced, _ in reductions(text):
            matches = list(_matches(text, reduced, "abbreviation", catalog))
            yield from matches
            if matches:
                break


def _told(whole: str, bare: str) -> bool:
    """Whether what a name lost says what the thing is."""
    return not whole.endswith(bare) and _TELLING.search(whole) is not None


def _matches(text: str, reduced: str, via: Via, catalog: Catalog) -> Iterator[tuple[str, Name, Via, bool]]:
    for name in catalog.names.get(fold(reduced), ()):
        same = same_writing(name.text, reduced)
        # an abbreviation by itself is no name that is written like it ("MU", "Mu method")
        if not same and (name.exact or (via == "generic noun added" and is_acronym(text))):
            continue
        yield text, name, via, same or (via == "name" and reduced[:1].islower() and name.text.casefold() == reduced.casefold())


#: Texts whose near names are remembered; a bound on memory.
_REMEMBERED = 50_000
#: RapidFuzz's ratio from which two names of eight letters or more are taken for spellings of one.
ALIKE = 92.0


def alike(one: str, other: str) -> bool:
    """Whether two folded names differ by a slip of spelling ("lowrankadaption"): long, beginning alike, nearly equal.

    >>> alike("lowrankadaption", "lowrankadaptation"), alike("supervisedlearning", "unsupervisedlearning")
    (True, False)
    >>> alike("crosslingual", "crosslingualqa"), alike("semeval2014task4", "semeval2024task4")
    (False, False)
    """
    from rapidfuzz import fuzz

    return len(one) >= 8 and one[: Spellings.BEGIN] == other[: Spellings.BEGIN] and fuzz.ratio(one, other) >= ALIKE and _slip(one, other)


def _slip(one: str, other: str) -> bool:
    """Whether two near names may differ by a slip: not by another number, nor by a short word more ("cross-lingual QA")."""
    if [c for c in one if c.isdigit()] != [c for c in other if c.isdigit()]:
        return False
    short, long = sorted((one, other), key=len)
    return not long.startswith(short) or len(long) - len(short) < 2


class Spellings:
    """Names of a catalog that differ from a text by a slip of spelling.

    Only names of eight letters or more are asked for, and only those that begin alike: slips at the very beginning are rare,
    and comparing with all names would cost more than all other steps together.
    """

    BEGIN = 3

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._keys: dict[str, list[str]] = {}  # by their beginning, the shorter ones first
        self._near: dict[str, list[tuple[Name, float]]] = {}
        for key in sorted(catalog.names, key=len):
            if len(key) >= 7:
                self._keys.setdefault(key[: self.BEGIN], []).append(key)

    def _another(self, text: str, name: str) -> bool:
        """Whether a text has another word than a name, not the same one with a slip: both are words of the catalog without one stem
        (minimization, maximization), or one of the two has a word more.
        """
        one, other = folded_words(text), folded_words(name)
        if len(one) != len(other):
            few, many = sorted((one, other), key=len)
            return set(few) <= set(many)
        return any(a != b and {a, b} <= self._catalog.names.words and not one_stem(a, b, 5) for a, b in zip(one, other, strict=True))

    def near(self, text: str) -> list[tuple[Name, float]]:
        """The nearest names with their similarity (0 to 100, RapidFuzz's ratio), the nearest first."""
        found = self._near.get(text)
        if found is None:
            if len(self._near) >= _REMEMBERED:
                self._near.clear()
            found = self._near[text] = self._sought(text, ALIKE, 3)
        return found

    def _as_long(self, wanted: str, cutoff: float) -> list[str]:
        """The keys that begin as one does and are not so much longer or shorter that their ratio cannot reach the cut-off."""
        keys = self._keys.get(wanted[: self.BEGIN], [])
        # the ratio of n and m letters is at most 2 · min(n, m) / (n + m)
        least = cutoff / (200 - cutoff)
        shortest, longest = int(len(wanted) * least), int(len(wanted) / least) + 1
        return keys[bisect_left(keys, shortest, key=len) : bisect_right(keys, longest, key=len)]

    def _sought(self, text: str, cutoff: float, limit: int) -> list[tuple[Name, float]]:
        from rapidfuzz import fuzz, process

        wanted = fold(text)
        if len(wanted) < 8:
            return []
        found = process.extract(wanted, self._as_long(wanted, cutoff), scorer=fuzz.ratio, limit=limit, score_cutoff=cutoff)
        near = [(key, ratio) for key, ratio, _ in found if key != wanted and _slip(wanted, key)]
        names = [(name, round(ratio, 2)) for key, ratio in near for name in self._catalog.names[key] if not name.exact]
        return [(name, ratio) for name, ratio in names if not self._another(text, name.text)]
