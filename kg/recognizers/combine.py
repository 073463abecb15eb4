"""The mentions of a recogniser and paperkg's own decisions made one.

"replace": only the recogniser's mentions name things. "improve": both do. Where they agree the confidence is that of two
independent witnesses, 1 − (1−p)(1−q); what only the recogniser names enters with its confidence. Of mentions that overlap the
surer wins, as it does among paperkg's own. Type and relation are the recogniser's where it gives them, paperkg's where it does not,
and the mean of both, weighted by confidence, where both name a string.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kg.model import ConceptType, Rejected, Relation
from kg.recognize import context
from kg.recognize.decide import Decided, Model, decide, select
from kg.recognize.forest import Forest, softmax
from kg.recognize.sight import Sight
from kg.recognizers.places import Alignment, Place, gram_at, moved, with_grams
from kg.recognizers.protocol import Recognition, Recognized
from kg.recognizers.verify import reject, verified

Combine = Literal["improve", "replace"]
COMBINE: tuple[Combine, ...] = ("improve", "replace")
COVERED = "overlaps a surer mention"
#: A thing needs some weight for the mean of its types to exist.
LEAST = 0.0001
Shares = tuple[float, ...]
Choice = tuple[Sight, list[list[Decided]], list[tuple[Rejected, ...]]]


@dataclass(slots=True)
class _Named:
    """What the recogniser says of one group: its mentions with their grams."""

    mentions: list[tuple[Recognized, int]] = field(default_factory=list)

    @property
    def confidence(self) -> float:
        return max(LEAST, round(max(one.confidence for one, _ in self.mentions), 4))

    def types(self) -> Shares | None:
        """Shares of the types among the mentions that have one, weighted by confidence; None where none has."""
        return _votes([(tuple(ConceptType).index(one.type), one.confidence) for one, _ in self.mentions if one.type], len(ConceptType))

    def relations(self) -> Shares | None:
        """The same of the relations."""
        return _votes([(tuple(Relation).index(one.relation), one.confidence) for one, _ in self.mentions if one.relation], len(Relation))


def combined(sight: Sight, model: Model, cuts: tuple[float, float], recognitions: Sequence[Recognition], how: Combine) -> Choice:
    """What names things in each paper of a sight, the surest first, and which mentions were rejected.

    `cuts` are the scores from which paperkg's own decision takes a string, and from which within another one.

    The sight that comes back has further grams where mentions need them; the decisions are about that one.
    """
    alignment = Alignment(sight)
    placed: list[list[tuple[Recognized, Place]]] = []
    rejected: list[list[Rejected]] = []
    for number, (paper, recognition) in enumerate(zip(sight.papers, recognitions, strict=True)):
        good, wrong = verified(paper, recognition)
        aligned, unfit = alignment.places(number, good)
        placed.append(aligned)
        rejected.append([*wrong, *unfit])
    wide = with_grams(sight, (place for some in placed for _, place in some))
    views = _Views(sight, wide, model)
    own = views.chosen(*cuts) if how == "improve" else [[] for _ in sight.papers]
    decided = []
    for number, mine in enumerate(own):
        named = _grouped(wide, views.group_of_gram, placed[number])
        together = _united(mine, named, views)
        if how == "improve":
            together, covered = _settled(wide, together, named, cuts[1])
            rejected[number] += [reject(sight.papers[number], COVERED, one.mention.text) for one in covered]
        else:
            together.sort(key=lambda d: _rank(wide, d))
        decided.append(together)
    return wide, decided, [tuple(some) for some in rejected]


def _grouped(sight: Sight, group_of_gram: NDArray[np.int64], placed: Sequence[tuple[Recognized, Place]]) -> dict[int, _Named]:
    found: dict[int, _Named] = {}
    for one, place in placed:
        gram = gram_at(sight, place)
        found.setdefault(int(group_of_gram[gram]), _Named()).mentions.append((one, gram))
    return found


def _united(own: Sequence[Decided], named: dict[int, _Named], views: _Views) -> list[Decided]:
    together = {d.group: d for d in own}
    for group, said in named.items():
        mine, places = together.get(group), tuple(sorted({gram for _, gram in said.mentions}))
        types, relations, sure = said.types(), said.relations(), said.confidence
        if mine is None:
            seen = views.of(group, places[0]) if types is None or relations is None else ((), ())
            together[group] = Decided(group, views.score(group, sure), types or seen[0], relations or seen[1], places, sure)
            continue
        p = views.confidence(mine)
        both = round(1 - (1 - p) * (1 - sure), 4)
        together[group] = Decided(
            group,
            max(mine.probability, views.score(group, both)),
            _mean(mine.types, types, p, sure),
            _mean(mine.relations, relations, p, sure),
            tuple(sorted({*mine.places, *places})),
            both,
        )
    return list(together.values())


def _settled(sight: Sight, together: list[Decided], named: dict[int, _Named], nested: float) -> tuple[list[Decided], list[Recognized]]:
    """The surest of what overlaps, as `kg.recognize.decide.select` chooses; and the mentions of the recogniser that lost."""
    first, last = sight.grams.first, sight.grams.last
    taken: set[int] = set()
    kept: list[Decided] = []
    lost: list[Recognized] = []
    for one in sorted(together, key=lambda d: _rank(sight, d)):
        free = tuple(g for g in one.places if taken.isdisjoint(range(first[g], last[g] + 1)))
        places = free or (one.places if one.probability >= nested else ())
        said = named[one.group].mentions if one.group in named else []
        lost += [mention for mention, gram in said if gram not in places]
        if places:
            for gram in free:
                taken.update(range(first[gram], last[gram] + 1))
            kept.append(replace(one, places=places))
    return kept, lost


def _rank(sight: Sight, one: Decided) -> tuple[float, int, int]:
    gram = sight.groups.order[sight.groups.start[one.group]]
    return -one.probability, int(sight.grams.first[gram]) - int(sight.grams.last[gram]), int(sight.grams.first[gram])


class _Views:
    """What paperkg itself thinks of the groups of a sight that has been widened by further grams."""

    def __init__(self, sight: Sight, wide: Sight, model: Model) -> None:
        self._sight, self._wide, self._model = sight, wide, model
        groups = wide.groups
        self.group_of_gram = np.zeros(len(wide.grams), np.int64)
        self.group_of_gram[groups.order] = np.repeat(np.arange(len(groups)), np.diff(groups.start))
        self._group = moved(sight, wide)
        self._looked = decide(sight, model, 0.0, nested=0.0)
        self._known = {int(self._group[d.group]): d for some in self._looked for d in some}
        self._had = frozenset(self._group.tolist())

    def confidence(self, one: Decided) -> float:
        """How sure paperkg's own decision is."""
        return self._model.calibration.confidence(one.probability)

    def score(self, group: int, confidence: float) -> float:
        """A score of this confidence: that of the group itself if it has it, otherwise the least."""
        mine = self._known.get(group)
        if mine is not None and self.confidence(mine) == confidence:
            return mine.probability
        return min(1.0, max(LEAST, self._model.calibration.score(confidence)))

    def chosen(self, threshold: float, nested: float) -> list[list[Decided]]:
        """What `decide` takes, in terms of the wide sight."""
        likely = [d for some in self._looked for d in some if d.probability >= threshold]
        taken = select(self._sight, np.array([d.group for d in likely], np.int64), np.array([d.probability for d in likely]), nested)
        size = len(self._wide.words)
        before = self._sight.grams.first.astype(np.int64) * size + self._sight.grams.last
        gram = np.searchsorted(self._wide.grams.first.astype(np.int64) * size + self._wide.grams.last, before)
        return [
            [replace(likely[i], group=int(self._group[likely[i].group]), places=tuple(gram[list(places)].tolist())) for i, places in some]
            for some in taken
        ]

    def of(self, group: int, gram: int) -> tuple[Shares, Shares]:
        """Shares of types and relations of a group, one of whose grams is `gram`."""
        if group in self._known:
            return self._known[group].types, self._known[group].relations
        if group in self._had:
            return self._unlooked(group)
        inner = self._inside(gram)
        if inner >= 0:
            return self.of(int(self.group_of_gram[inner]), inner)
        return _share(self._model.types), _share(self._model.relations)

    def _unlooked(self, group: int) -> tuple[Shares, Shares]:
        """Of a group that the first look ruled out: by its own columns, as if nothing around it were a concept."""
        columns = len(self._model.types.columns) - len(self._wide.columns)
        assert columns == len(context.COLUMNS) + 1
        row = np.concatenate([self._wide.seen.floats(np.array([group]))[0], np.zeros(columns, np.float32)])
        return _share(self._model.types, row), _share(self._model.relations, row)

    def _inside(self, gram: int) -> int:
        """The longest gram within one that has no columns of its own, the last of several; -1 where there is none."""
        grams = self._wide.grams
        begin, end = int(grams.first[gram]), int(grams.last[gram])
        low, high = np.searchsorted(grams.first, [begin, end + 1])
        within = [g for g in range(int(low), int(high)) if g != gram and grams.last[g] <= end and int(self.group_of_gram[g]) in self._had]
        return max(within, key=lambda g: (int(grams.last[g]) - int(grams.first[g]), int(grams.first[g])), default=-1)


def _share(forest: Forest, row: NDArray[np.float32] | None = None) -> Shares:
    scores = forest.base[None].astype(np.int64) if row is None else forest.scores(row[None])
    return tuple(softmax(scores)[0].tolist())


def _votes(votes: Sequence[tuple[int, float]], size: int) -> Shares | None:
    if not votes:
        return None
    sums = [0.0] * size
    for position, weight in votes:
        sums[position] += max(LEAST, weight)
    return tuple(round(s / sum(sums), 4) for s in sums)


def _mean(mine: Shares, theirs: Shares | None, p: float, q: float) -> Shares:
    if theirs is None:
        return mine
    return tuple(round((a * p + b * q) / (p + q), 4) for a, b in zip(mine, theirs, strict=True))
