"""The names of a catalog by their folded form, made at every start: of all names at once, and each as a record only when it is met."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from kg.model import Concept, ConceptType
from kg.text import WORD, fold, fold_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT_CASE = "exact-case"
NEEDS_CONTEXT = "needs-context"
#: From so many words on, a name is no everyday word: it matches in any case even where its row is flagged `exact-case`.
_LONG_NAME = 3
#: Names that are taken apart at a time: memory holds the words of so many.
_TOGETHER = 2_000
#: What parts a name from the next where many are split to words.
_END = "\0"
_WORD_OR_END = re.compile(f"{WORD.pattern}|{_END}")
#: ASCII with a blank for all that is no letter, digit or `_END`.
_BLANKED = "".join(char if char.isalnum() or char == _END else " " for char in map(chr, range(128)))

NameKind = Literal["label", "alias", "acronym"]


class Name(NamedTuple):
    """One name of one concept of the catalog."""

    text: str
    concept: str
    kind: NameKind
    exact: bool
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Ends:
    """How labels and aliases of several words begin and end: the folded words of all names, and for each type and word of how many
    concepts a name begins, or ends, with it, shape (types, words). A concept counts once for a word.
    """

    words: list[str]
    starts: NDArray[np.int64]
    heads: NDArray[np.int64]


class Names(Mapping[str, tuple[Name, ...]]):
    """Every folded name with the concepts that go by it, in order of id.

    Args:
        concepts: the concepts, sorted by id.
    """

    def __init__(self, concepts: Sequence[Concept]) -> None:
        import numpy as np

        self._concepts = concepts
        texts: list[str] = []
        self._begin: list[int] = []  # the first name of each concept, its label
        for concept in concepts:
            self._begin.append(len(texts))
            texts.append(concept.label)
            texts += concept.aliases
            texts += concept.acronyms
        self._texts = texts
        self._acronyms = Counter(chain.from_iterable(set(c.acronyms) for c in concepts if c.acronyms))
        # each distinct word is numbered, and folded once
        number = _numbering()
        end = number[_END]
        folded: list[str] = []
        keys: list[str] = []
        words = []
        for begin in range(0, len(texts), _TOGETHER):
            numbers = list(map(number.__getitem__, _words_and_ends(texts[begin : begin + _TOGETHER])))
            folded += fold_words(islice(number, len(folded), None))
            keys += "".join(map(folded.__getitem__, numbers)).split(_END)
            words.append(np.array([*numbers, end], np.int32))
        brackets = [row for row, text in enumerate(texts) if "(" in text]
        for row in brackets:
            keys[row] = fold(texts[row])
        self._bracketed = {keys[row] for row in brackets} - {""}
        # each distinct key is numbered too, and has its names in `_order`, from where `_start` says
        self._number = _numbering()
        of_key = _numbers(self._number, keys)
        self._number.default_factory = None
        self._number.pop("", None)
        self._start = np.append(0, np.cumsum(np.bincount(of_key, minlength=1)))
        self._order = np.argsort(of_key, kind="stable")
        self._made: dict[str, tuple[Name, ...]] = {}
        # the words of all names by their number, the folded form of each number, and where the words of each name begin
        all_words = np.concatenate([np.zeros(0, np.int32), *words])
        ends = np.flatnonzero(all_words == end)
        self._words, self._folded = all_words[all_words != end], folded
        self._first = np.append(0, ends - np.arange(len(ends)))

    def __getitem__(self, key: str) -> tuple[Name, ...]:
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = tuple(name for _, name in self._named(key))
        return found

    # the next two do what `Mapping` would, many times as fast
    def __contains__(self, key: object) -> bool:
        return key in self._number

    def get(self, key: str, default: tuple[Name, ...] = ()) -> tuple[Name, ...]:  # type: ignore[override]
        return self[key] if key in self._number else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._number)

    def __len__(self) -> int:
        return len(self._number)

    def like(self, wordings: Iterable[str]) -> list[str]:
        """The keys of names that may be wordings of each other (`kg.wordings.order`) with one of some: all that are, and few others."""
        import numpy as np

        from kg.keys import SortedKeys

        near = SortedKeys(np.unique(_letters(list(wordings)))).find(self._letters) >= 0
        keys = list(self._number)
        found = dict.fromkeys(keys[n] for n in np.flatnonzero(near).tolist())
        # of what stands between brackets, a key has nothing
        return [*found, *(key for key in self._number if key in self._bracketed and key not in found)] if self._bracketed else [*found]

    @cached_property
    def _letters(self) -> NDArray[np.uint64]:
        return _letters(list(self._number))

    @property
    def shared(self) -> list[str]:
        """The keys that several names have, sorted."""
        import numpy as np

        several = set(np.flatnonzero(np.diff(self._start) > 1).tolist())
        return sorted(key for key, number in self._number.items() if number in several)

    @cached_property
    def words(self) -> frozenset[str]:
        """The folded words of all names."""
        import numpy as np

        # what is but another writing of a name is no name of its own, and its words may be no words elsewhere
        counts = np.ones(len(self._texts), bool)
        for key in self.shared:
            kept = {row for row, _ in self._named(key)}
            counts[[row for row in self._rows(key) if row not in kept]] = False
        words = self._words[np.repeat(counts, np.diff(self._first))]
        return frozenset(map(self._folded.__getitem__, np.flatnonzero(np.bincount(words)).tolist()))

    @cached_property
    def ends(self) -> Ends:
        """How names begin and end."""
        import numpy as np

        if not len(self._words):
            nothing = np.zeros((len(ConceptType), 0), np.int64)
            return Ends([], nothing, nothing)
        place = _numbering()
        words = _numbers(place, self._folded)[self._words]
        sizes = np.diff(np.append(self._begin, len(self._texts)))
        owner = np.repeat(np.arange(len(self._concepts)), sizes)
        acronym = np.arange(len(owner)) - np.repeat(self._begin, sizes) > np.repeat([len(c.aliases) for c in self._concepts], sizes)
        several = (np.diff(self._first) > 1) & ~acronym
        kinds = {kind.value: n for n, kind in enumerate(ConceptType)}
        kind = np.array([kinds[c.type._value_] for c in self._concepts], np.int64)

        def counts(of: NDArray[np.int64]) -> NDArray[np.int64]:
            both = np.sort(owner[several] * len(place) + of[several])
            concept, word = np.divmod(both[np.diff(both, prepend=-1) > 0], len(place))
            found = np.bincount(kind[concept] * len(place) + word, minlength=len(kinds) * len(place))
            return found.reshape(len(kinds), len(place))

        return Ends(list(place), counts(words[self._first[:-1].clip(max=len(words) - 1)]), counts(words[self._first[1:] - 1]))

    def ambiguous(self, concept: Concept) -> bool:
        """Whether a concept has an ambiguous name."""
        if NEEDS_CONTEXT not in concept.flags and not any(self._acronyms[a] > 1 for a in concept.acronyms):
            return False
        mine = {fold(text) for text in concept.names}
        return any(n.ambiguous and n.concept == concept.id for key in mine for n in self.get(key))

    def _rows(self, key: str) -> list[int]:
        """The numbers of the names of a key."""
        number = self._number[key]
        rows: list[int] = self._order[self._start[number] : self._start[number + 1]].tolist()
        return rows

    def _named(self, key: str) -> Iterator[tuple[int, Name]]:
        """The names of a key with the number of each; a second writing of one concept counts only where the case matters."""
        seen: set[tuple[int, str]] = set()
        for row in self._rows(key):
            number = bisect_right(self._begin, row) - 1
            concept, text, place = self._concepts[number], self._texts[row], row - self._begin[number]
            kind: NameKind = "label" if place == 0 else "alias" if place <= len(concept.aliases) else "acronym"
            exact = kind == "acronym" or (EXACT_CASE in concept.flags and len(WORD.findall(text)) < _LONG_NAME)
            if (mark := (number, text if exact else "")) in seen:
                continue
            seen.add(mark)
            ambiguous = NEEDS_CONTEXT in concept.flags or (kind == "acronym" and self._acronyms[text] > 1)
            yield row, Name(text, concept.id, kind, exact, ambiguous)


def _words_and_ends(texts: Sequence[str]) -> list[str]:
    """The words of some names, one name behind the other, with `_END` between two."""
    joined = f" {_END} ".join([text.replace(_END, " ") for text in texts])
    if joined.isascii() and "+" not in joined and "#" not in joined:
        # as the pattern has it, many times as fast
        return joined.translate(_BLANKED).split()
    return _WORD_OR_END.findall(joined)


def _numbering() -> defaultdict[str, int]:
    """Numbers of strings, in the order in which they are asked for first."""
    return defaultdict(count().__next__)


def _numbers(number: defaultdict[str, int], texts: Sequence[str]) -> NDArray[np.int64]:
    import numpy as np

    return np.fromiter(map(number.__getitem__, texts), np.int64, len(texts))


#: Letters that another wording of a name does not lose, gain or change (`kg.wordings`): not those of "of", or of British endings.
_LASTING = "bcdghijkmnpqrtvwxy0123456789"


def _letters(texts: Sequence[str]) -> NDArray[np.uint64]:
    """A hash of each text that depends on how often it has each of the lasting letters, not on their order."""
    import numpy as np

    if not texts:
        return np.zeros(0, np.uint64)
    weights = np.zeros(256, np.uint64)
    for letter in _LASTING:
        weights[ord(letter)] = int.from_bytes(hashlib.blake2b(letter.encode(), digest_size=8).digest(), "little")
    joined = np.frombuffer("\n".join(texts).encode() + b"\n", np.uint8)
    begins = np.append(0, np.flatnonzero(joined == ord("\n"))[:-1] + 1)
    found: NDArray[np.uint64] = np.add.reduceat(weights[joined], begins)
    return found
