"""Which grams of a paper are concepts, of which type, and how the paper stands to them: the trained decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kg.errors import DataError
from kg.recognize import context
from kg.recognize.calibration import Calibration
from kg.recognize.columns import Columns
from kg.recognize.encoder import Encoder
from kg.recognize.forest import SCALE, Forest, sigmoid, softmax
from kg.recognize.network import Network
from kg.recognize.sight import Sight

#: Groups with less than this at the first look are not looked at again.
FLOOR = 0.02
#: Without a calibration, a group is taken from this score on …
THRESHOLD = 0.45
#: … and from this one where all its places are covered by surer groups.
NESTED = 0.8
#: What is added to the score of a name of a known concept that the words of its paper fit.
FITS = 0.1
#: … up to this: only what somebody says is certain (a recogniser that was plugged in) has 1.
SURE = 0.9999
#: The file of the calibration in a model's folder.
CALIBRATION = "calibration.npz"
#: … that of the network …
NETWORK = "network.npz"
#: … and those of the profile `accurate`: its encoder, and what scores mean with it.
ENCODER, ACCURATE_CALIBRATION = "encoder.npz", "calibration-accurate.npz"


@dataclass(frozen=True)
class Model:
    """The trained forests, one for each decision, the network and the encoder that decide with them, and what their scores mean.

    Without a network or an encoder the others decide alone; an encoder is there in the profile `accurate` only.
    """

    FORESTS: ClassVar[tuple[str, ...]] = ("first", "second", "types", "relations", "statements", "same")

    first: Forest
    second: Forest
    types: Forest
    relations: Forest
    statements: Forest
    same: Forest
    calibration: Calibration = field(default_factory=lambda: Calibration.none(THRESHOLD, NESTED))
    network: Network | None = None
    encoder: Encoder | None = None

    @classmethod
    def load(cls, folder: Path, accurate: bool = False) -> Model:
        """Reads the parts of a folder.

        Args:
            accurate: with the encoder, and with the calibration that goes with it.

        Raises:
            DataError: one is missing, or is not what it should be.
        """
        found: dict[str, Any] = {}
        for name in cls.FORESTS:
            path = folder / f"{name}.npz"
            try:
                found[name] = Forest.load(path)
            except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
                raise DataError(f"{path}: not a part of a model ({error}); make the model again with `kg train`") from None
        network = Network.load(folder / NETWORK) if (folder / NETWORK).exists() else None
        calibration = Calibration.load(folder / (ACCURATE_CALIBRATION if accurate else CALIBRATION))
        encoder = Encoder.load(folder / ENCODER) if accurate else None
        return cls(**found, calibration=calibration, network=network, encoder=encoder)

    @property
    def parts(self) -> tuple[Forest | Calibration | Network | Encoder, ...]:
        """The forests, in the order of their names, the calibration, and the network and the encoder if there are such."""
        return *self.forests, self.calibration, *(part for part in (self.network, self.encoder) if part is not None)

    @property
    def forests(self) -> tuple[Forest, ...]:
        """The forests, in the order of their names."""
        return tuple(getattr(self, name) for name in self.FORESTS)

    def save(self, folder: Path) -> None:
        """Writes all parts, each a file."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, forest in zip(self.FORESTS, self.forests, strict=True):
            forest.save(folder / f"{name}.npz")
        self.calibration.save(folder / (CALIBRATION if self.encoder is None else ACCURATE_CALIBRATION))
        if self.network is not None:
            self.network.save(folder / NETWORK)
        if self.encoder is not None:
            self.encoder.save(folder / ENCODER)


@dataclass(frozen=True, slots=True)
class Decided:
    """One group that names a concept: its index in `Sight.groups`, its score (from 0 to 1; `Model.calibration` says how sure that
    is), and the probabilities of types and relations.

    `places` are the grams (indices of `Sight.grams`) of the group that no surer group covers; all of them where none is free.
    `confidence` is set where something else than the score tells how sure it is (a recogniser of `kg.recognizers`).
    """

    group: int
    probability: float
    types: tuple[float, ...]
    relations: tuple[float, ...]
    places: tuple[int, ...]
    confidence: float | None = None


def second_look(sight: Sight, first: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The groups that are looked at again and their columns as numbers: those of the sight, then those of `context`."""
    chosen, columns = _seen_again(sight, first)
    return chosen, columns.floats()


def _seen_again(sight: Sight, first: NDArray[np.float64]) -> tuple[NDArray[np.int64], Columns]:
    chosen = np.flatnonzero(first > FLOOR)
    columns = sight.seen.taken(chosen)
    around = context.context(sight.words, sight.grams, sight.groups, sight.pairs, first, chosen)
    for name, column in zip(context.COLUMNS, around.T, strict=True):
        columns.add(name, column)
    return chosen, columns


@dataclass(frozen=True, slots=True)
class Looked:
    """What the trees say: `first` of all groups, and `score`, with the surroundings, of the groups `chosen`, which have the `columns`."""

    first: NDArray[np.float64]
    chosen: NDArray[np.int64]
    columns: Columns
    score: NDArray[np.float64]

    def kinds(self, model: Model, rows: NDArray[np.int64] | NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Probabilities of the types and of the relations of some of the chosen groups."""
        columns = self.columns.taken(rows)
        columns.add("score", self.score[rows].astype(np.float32))
        return softmax(model.types.scores(columns)), softmax(model.relations.scores(columns))


def with_score(matrix: NDArray[np.float32], score: NDArray[np.float64]) -> NDArray[np.float32]:
    """The columns that types and relations are read from, as numbers."""
    return np.concatenate([matrix, score[:, None].astype(np.float32)], axis=1)


def both_looks(sight: Sight, model: Model) -> Looked:
    """What the trees say of all groups. The first look decided with more examples, the second with more of the surroundings."""
    first = sigmoid(model.first.scores(sight.seen))[:, 0]
    chosen, columns = _seen_again(sight, first)
    second = sigmoid(model.second.scores(columns))[:, 0]
    return Looked(first, chosen, columns, np.round((second + first[chosen]) / 2, 4))


@dataclass(frozen=True, slots=True)
class Weighed:
    """What all parts of a model say together: `score` of the groups that the trees have chosen, and what else has `read` them (log-odds of
    shape (chosen, OUTPUTS)), each counting as much as the trees.
    """

    trees: Looked
    read: tuple[NDArray[np.float64], ...]
    score: NDArray[np.float64]

    def kinds(self, model: Model, rows: NDArray[np.int64] | NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Probabilities of the types and of the relations of some of the chosen groups."""
        types, relations = self.trees.kinds(model, rows)
        edge = 1 + types.shape[1]
        return (
            _mean([types, *(softmax(one[rows, 1:edge]) for one in self.read)]),
            _mean([relations, *(softmax(one[rows, edge:]) for one in self.read)]),
        )


def weigh(sight: Sight, model: Model) -> Weighed:
    """The scores of all groups that are looked at twice: the mean of what each part of the model says."""
    trees = both_looks(sight, model)
    read = []
    for part in (model.network, model.encoder):
        if part is not None:
            seen = part.scores(sight.words, sight.grams, sight.groups, len(sight.papers), trees.chosen)
            read.append(seen.astype(np.float64) * SCALE)
    return Weighed(trees, tuple(read), _mean([trees.score, *(sigmoid(one[:, 0]) for one in read)]))


def _mean(of: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    mean: NDArray[np.float64] = np.round(sum(of[1:], of[0]) / len(of), 4)
    return mean


def decide(sight: Sight, model: Model, threshold: float = THRESHOLD, nested: float = NESTED) -> list[list[Decided]]:
    """The groups of every paper that name concepts, the surest first.

    Args:
        threshold: score from which a group is taken, 0 to 1.
        nested: the same for groups whose places are all covered by surer ones.

    Raises:
        DataError: the model does not fit the columns of the sight.
    """
    if not len(sight.groups):
        return [[] for _ in sight.papers]
    if sight.columns != model.first.columns:
        raise DataError("the model was fitted on other columns than this version of paperkg sees; make it again with `kg train`")
    weighed = weigh(sight, model)
    chosen, score = weighed.trees.chosen, weighed.score
    if sight.fitting is not None:
        score = np.where(np.isin(chosen, sight.fitting), np.round(np.minimum(score + FITS, SURE), 4), score)
    kept = np.flatnonzero(score >= threshold)
    taken = select(sight, chosen[kept], score[kept], nested)
    rows = np.array([kept[i] for paper in taken for i, _ in paper], np.int64)
    types, relations = weighed.kinds(model, rows)
    found: list[list[Decided]] = []
    at = 0
    for paper in taken:
        mine = []
        for i, places in paper:
            row = int(kept[i])
            mine.append(Decided(int(chosen[row]), float(score[row]), tuple(types[at].tolist()), tuple(relations[at].tolist()), places))
            at += 1
        found.append(mine)
    return found


def select(sight: Sight, groups: NDArray[np.int64], score: NDArray[np.float64], nested: float) -> list[list[tuple[int, tuple[int, ...]]]]:
    """Greedy choice, the surest first: (index into `groups`, free places) for every paper.

    Of equal scores the longer gram goes first, then the earlier.
    """
    found: list[list[tuple[int, tuple[int, ...]]]] = [[] for _ in sight.papers]
    member, count = sight.groups.members(groups)
    begin = np.cumsum(count) - count
    first, last = sight.grams.first[member], sight.grams.last[member]
    paper, lead = sight.groups.paper[groups], first[begin]
    # in lists: to read one number of an array takes far longer
    grams, firsts, lasts = member.tolist(), first.tolist(), last.tolist()
    sure, papers, begins, counts = (score >= nested).tolist(), paper.tolist(), begin.tolist(), count.tolist()
    now, covered = -1, set[int]()
    for i in np.lexsort((lead, lead - last[begin], -score, paper)).tolist():
        if papers[i] != now:
            now, covered = papers[i], set()
        mine = range(begins[i], begins[i] + counts[i])
        free = [m for m in mine if covered.isdisjoint(range(firsts[m], lasts[m] + 1))]
        if not free and not sure[i]:
            continue
        for m in free:
            covered.update(range(firsts[m], lasts[m] + 1))
        found[now].append((i, tuple(grams[m] for m in free or mine)))
    return found
