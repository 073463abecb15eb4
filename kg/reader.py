"""Reads papers: recognise, link, relate, for each paper by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from copy import copy
from dataclasses import fields, replace
from functools import cache
from itertools import islice, pairwise
from operator import mul
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.catalog import Catalog, format_row
from kg.errors import DataError, UsageError, did_you_mean
from kg.linking.linker import Candidate, Linker, Named
from kg.linking.meaning import Around
from kg.linking.senses import Senses
from kg.model import ConceptType, Finding, Paper, Reading, Rejected, Relation, Statement
from kg.recognize.calibration import BALANCED, Calibration
from kg.recognize.decide import ENCODER, Decided, Model, decide
from kg.recognize.encoder import Encoder
from kg.recognize.forest import Forest, sigmoid
from kg.recognize.grams import ALLCAP, DIGIT, INNERCAP, Words, telling
from kg.recognize.known import CatalogIndex
from kg.recognize.network import Network
from kg.recognize.same import Linked, pairs_of_papers, together
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics
from kg.recognize.things import Thing, label_of, places_text, things
from kg.relate.concepts import ConceptRelations, hierarchy
from kg.relate.papers import relations_of
from kg.threads import one_thread

_TYPES = tuple(ConceptType)
_PROPOSES = tuple(Relation).index(Relation.PROPOSES)
_KEPT = 5  # candidates kept with a finding
#: Papers that are read together; the result does not depend on it.
BATCH = 200


#: How papers are read: by trees and a small network, or by an encoder as well, which takes many times as long.
FAST, ACCURATE = PROFILES = ("fast", "accurate")
#: Files of a model beside its trained decisions: the counts of word sequences, those of meanings, and what it was made from.
STATISTICS, SENSES, MANIFEST = "statistics.npz", "senses.npz", "model.json"


def data_folder() -> Path:
    """Where the trained decisions and the statistics of the package are."""
    return Path(__file__).parent / "recognize" / "data"


def is_model(folder: Path) -> bool:
    """Whether a folder is a model, as `kg train` writes it."""
    return (folder / MANIFEST).is_file()


@cache
def _shipped_model(accurate: bool) -> Model:
    return Model.load(data_folder(), accurate)


@cache
def _shipped() -> tuple[Statistics, Senses]:
    return Statistics.load(data_folder() / STATISTICS), Senses.load(data_folder() / SENSES)


def _loaded(folder: Path, accurate: bool) -> tuple[Model, Statistics, Senses]:
    """The trained decisions of a folder, its statistics and its senses; those that ship where it has none of its own.

    Raises:
        DataError: it is no model, or has no encoder where one is asked for.
    """
    if not is_model(folder):
        raise DataError(f"{folder}: no model there (it has no {MANIFEST}); give a folder that `kg train` wrote")
    if accurate and not (folder / ENCODER).is_file():
        raise DataError(f"{folder}: a model without an encoder; make it with `kg train --encoder`, or read with the profile {FAST!r}")
    counts, senses = folder / STATISTICS, folder / SENSES
    return (
        Model.load(folder, accurate),
        Statistics.load(counts) if counts.is_file() else _shipped()[0],
        Senses.load(senses) if senses.is_file() else _shipped()[1],
    )


class Reader:
    """Reads papers with one catalog. A reading is a pure function of the paper's text, the catalog and the settings.

    Args:
        catalog: the known concepts; without it the catalog that ships with paperkg.
        threshold: confidence from which a string is taken for a concept, 0 to 1; without it the one that was found best for
            `favour` on papers that the trained decisions had not seen.
        favour: `precision` (few wrong links), `balanced`, or `recall` (few missed ones).
        model: the trained decisions, or the folder with them that `kg train` wrote; without it those that ship.
        statistics: the counts of word sequences; without them those of the folder, or those that ship.
        senses: the counts of what names mean, likewise.
        profile: `fast`, or `accurate`, which needs the extra `[encoder]`. A `model` that is no folder has its own.

    Raises:
        DataError: the folder is no model, one of another version of paperkg, or one without an encoder where the profile needs it.
        EnvironmentError_: the profile needs packages that are not there.
        UsageError: no such favour, or no such profile.
    """

    def __init__(
        self,
        catalog: Catalog | None = None,
        *,
        threshold: float | None = None,
        favour: str = BALANCED,
        model: Model | Path | str | None = None,
        statistics: Statistics | None = None,
        senses: Senses | None = None,
        profile: str = FAST,
    ) -> None:
        if profile not in PROFILES:
            raise UsageError(f"profile is {profile!r}; {did_you_mean(profile, PROFILES)}")
        self.catalog = Catalog.load() if catalog is None else catalog
        if isinstance(model, str | Path):
            model, own, meanings = _loaded(Path(model), profile == ACCURATE)
            statistics, senses = statistics or own, senses or meanings
        model = model or _shipped_model(profile == ACCURATE)
        if model.encoder is not None:
            # what is missing is said now, not after the first papers
            model.encoder.start()
        self._tune(model, favour, threshold)
        self.statistics = statistics or _shipped()[0]
        self.senses = senses or _shipped()[1]
        self._index = CatalogIndex(self.catalog)
        self._linker = Linker(self.catalog, senses=self.senses)
        self.hierarchy = hierarchy(self.catalog)
        self._relations = ConceptRelations(self.hierarchy, self.model.statements)

    def _tune(self, model: Model, favour: str, threshold: float | None) -> None:
        taken, nested = model.calibration.thresholds(favour)
        self.model, self.favour = model, favour
        self.threshold = taken if threshold is None else threshold
        self._cuts = model.calibration.score(self.threshold), model.calibration.score(nested)

    def tuned(self, *, favour: str = BALANCED, threshold: float | None = None, model: Model | None = None) -> Reader:
        """The same reader with other thresholds, or another model; what was made of the catalog is shared.

        Raises:
            UsageError: no such favour.
        """
        other = copy(self)
        other._tune(model or self.model, favour, threshold)
        if model is not None:
            other._relations = ConceptRelations(self.hierarchy, model.statements)
        return other

    @property
    def profile(self) -> str:
        """`fast` or `accurate`."""
        return FAST if self.model.encoder is None else ACCURATE

    @property
    def fingerprint(self) -> str:
        """A hash of everything but the papers that a reading depends on: catalog, thresholds, trained decisions, statistics."""
        digest = hashlib.sha256(repr(self._cuts).encode())
        digest.update("".join(map(format_row, self.catalog.values())).encode())
        trained: list[Forest | Calibration | Network | Encoder | Statistics | Senses] = [*self.model.parts, self.statistics, self.senses]
        for part in trained:
            if isinstance(part, Network | Encoder):
                for name, array in part.arrays().items():
                    digest.update(name.encode() + array.tobytes())
                continue
            for name in (f.name for f in fields(part)):
                value = getattr(part, name)
                digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
        return digest.hexdigest()

    def read(self, papers: Sequence[Paper]) -> list[Reading]:
        """One reading for each paper, in order."""
        found: list[Reading] = []
        for low in range(0, len(papers), BATCH):
            batch = papers[low : low + BATCH]
            with one_thread():
                sight, decided, rejected = self._decide(self.look(batch))
                named = self.named(sight, decided)
                stated = self._relations.statements(sight, named)
            found.extend(
                Reading(paper.id, tuple(findings), tuple(statements), refused)
                for paper, (_, findings), statements, refused in zip(batch, named, stated, rejected, strict=True)
            )
        return found

    def _decide(self, sight: Sight) -> tuple[Sight, list[list[Decided]], Sequence[tuple[Rejected, ...]]]:
        """What names things in each paper of a sight. The one step that `kg.recognizers` replaces; it may widen the sight."""
        return sight, decide(sight, self.model, *self._cuts), [()] * len(sight.papers)

    def look(self, papers: Sequence[Paper]) -> Sight:
        """What is seen of a batch before anything is decided."""
        sight = look(papers, self.statistics, self._index)
        sight = replace(sight, around=self._around(sight.words, len(papers)))
        return replace(sight, fitting=self._fitting(sight))

    def _fitting(self, sight: Sight) -> NDArray[np.int64]:
        """The groups of a sight that are written as a name of the catalog that stands out, and whose concept the words around fit."""
        asked = []
        for group, names in sight.names.items():
            if concepts := {name.concept for name in names if name.exact or name.text.isupper()}:
                asked.append((group, concepts))
        members, count = sight.groups.members(np.array([group for group, _ in asked], np.int64))
        places = list(zip(sight.grams.first[members].tolist(), sight.grams.last[members].tolist(), strict=True))
        paper = sight.groups.paper[[group for group, _ in asked]].tolist() if asked else []
        found, at = [], 0
        for (group, concepts), number, size in zip(asked, paper, count.tolist(), strict=True):
            words = sight.around[number].besides(places[at : at + size])
            at += size
            if any(self._linker.fits(concept, words) for concept in concepts):
                found.append(group)
        return np.array(sorted(found), np.int64)

    def named(self, sight: Sight, decided: Sequence[Sequence[Decided]]) -> list[tuple[list[Thing], list[Finding]]]:
        """The things that each paper of a sight names, linked, and the findings made of them, in the same order."""
        linked = self._one(sight, [self._linked(sight, number, mine) for number, mine in enumerate(decided)])
        found = iter(self._findings(sight, [one for mine in linked for one in mine]))
        return [([thing for thing, _, _ in mine], list(islice(found, len(mine)))) for mine in linked]

    def linked(self, paper: Paper) -> tuple[Sight, list[Linked]]:
        """The things of one paper with their concepts, before those are made one that have two names: for training."""
        sight, decided, _ = self._decide(self.look([paper]))
        return sight, self._linked(sight, 0, decided[0])

    def _one(self, sight: Sight, linked: list[list[Linked]]) -> list[list[Linked]]:
        """The same with one thing for all names that a paper has for a concept, as far as the trained decision sees that."""
        pairs = pairs_of_papers(sight, linked, self.hierarchy.broader)
        score = sigmoid(self.model.same.scores(np.concatenate([one.matrix for one in pairs])))[:, 0]
        out, at = [], 0
        for mine, some in zip(linked, pairs, strict=True):
            own = score[at : at + len(some.first)]
            at += len(some.first)
            found: dict[int, Linked] = {}
            for number, one in zip(together(some, own, len(mine)), mine, strict=True):
                found[number] = _merged(found[number], one) if number in found else one
            out.append(list(found.values()))
        return out

    def _linked(self, sight: Sight, number: int, decided: Sequence[Decided]) -> list[Linked]:
        """The things of one paper with the concepts that they are linked to, one for each known concept."""
        apart = things(sight, number, decided)
        together: list[Linked] = []
        at: dict[str, int] = {}
        for thing, (chosen, candidates) in zip(apart, self._link(apart, sight.around[number]), strict=True):
            if chosen is not None and chosen.concept in at:
                first, before, kept = together[at[chosen.concept]]
                together[at[chosen.concept]] = (_union(first, thing), max(before, chosen, key=_surer), kept)
                continue
            if chosen is not None:
                at[chosen.concept] = len(together)
            together.append((thing, chosen, candidates))
        return together

    def findings(self, sight: Sight, number: int, things: Sequence[Thing]) -> list[Finding]:
        """The findings of things of one paper that are given, linked one by one: for training."""
        chosen = self._link(things, sight.around[number])
        return self._findings(sight, [(thing, *one) for thing, one in zip(things, chosen, strict=True)])

    def stated(self, sight: Sight, named: Sequence[tuple[Sequence[Thing], Sequence[Finding]]]) -> list[list[Statement]]:
        """The relations that each paper of a sight states between things that are given: to measure that alone."""
        return self._relations.statements(sight, named)

    def seen(self, paper: Paper) -> tuple[Sight, list[Thing], list[Finding]]:
        """What is seen of one paper and named in it: for explanations, and for training."""
        sight, decided, _ = self._decide(self.look([paper]))
        return sight, *self.named(sight, decided)[0]

    def undecided(self, paper: Paper, limit: int = 10, least: float = 0.1) -> list[tuple[str, float]]:
        """Strings of a paper that were nearly taken for concepts, with their confidence, the surest first."""
        sight = self.look([paper])
        taken = {d.group for d in decide(sight, self.model, *self._cuts)[0]}
        low = self.model.calibration.score(least)
        near = decide(sight, self.model, low, nested=low)[0]
        return [(places_text(sight, d), self.model.calibration.confidence(d.probability)) for d in near if d.group not in taken][:limit]

    def _around(self, words: Words, papers: int) -> tuple[Around, ...]:
        """The words of each paper by which the meanings of names are told apart."""
        senses = self.senses
        columns, good = senses.known_words(words.hash), telling(words)
        plain = (words.flags & (ALLCAP | INNERCAP | DIGIT)) == 0
        usual = senses.usual(words.paper[good], papers, words.hash[good], columns[good], plain[good]).tolist()
        own = np.where(good, columns, -1).tolist()
        bounds = pairwise(np.searchsorted(words.paper, np.arange(papers + 1)).tolist())
        return tuple(Around(own[low:high], low, one) for (low, high), one in zip(bounds, usual, strict=True))

    def _link(self, named: Sequence[Thing], around: Around) -> list[tuple[Candidate | None, list[Candidate]]]:
        """The choice and the candidates of every thing; ambiguous names are decided last, with what the others are."""
        linker = self._linker
        names = [(thing.texts, tuple(thing.long)) for thing in named]
        # most things have no candidates, and need not be described
        asked = [_asked(thing, *own, around) if linker.knows(*own) else None for thing, own in zip(named, names, strict=True)]
        first = [linker.candidates(one) if one is not None else [] for one in asked]
        chosen = [linker.choose(candidates) for candidates in first]
        context = frozenset(c.concept for c in chosen if c is not None and not c.comparison.ambiguous)
        out = []
        for thing, own, one, candidates, choice in zip(named, names, asked, first, chosen, strict=True):
            if one is not None and any(c.comparison.ambiguous for c in candidates) and linker.related(candidates, context):
                again = linker.candidates(one, context)
                out.append((linker.choose(again), again))
            elif not candidates and linker.misspells(own[0]):
                again = linker.misspelt(_asked(thing, *own, around), context)
                out.append((linker.choose(again), again))
            else:
                out.append((choice, candidates))
        return out

    def _findings(self, sight: Sight, linked: Sequence[Linked]) -> list[Finding]:
        """The findings of things: their names, types, relations and evidence."""
        said = [self._said(sight, *one) for one in linked]
        relations = relations_of(sight, [(thing, own, type_) for (thing, _, _), (_, own, type_, _, _) in zip(linked, said, strict=True)])
        told, confidence = self._linker.told, self.model.calibration.confidence
        found = []
        for (thing, _, candidates), (scores, _, type_, concept, variant), (relation, evidence) in zip(linked, said, relations, strict=True):
            best = thing.groups[0]
            sure = confidence(best.probability) if best.confidence is None else best.confidence
            kept = tuple([(c.concept, c.score, told(candidates, number)) for number, c in enumerate(candidates[:_KEPT])])
            found.append(Finding(*label_of(sight, thing), type_, scores, relation, sure, evidence, concept, variant, kept))
        return found

    def _said(
        self, sight: Sight, thing: Thing, chosen: Candidate | None, candidates: Sequence[Candidate]
    ) -> tuple[tuple[float, ...], tuple[float, ...], ConceptType, str, str]:
        """The scores of types and of relations of a thing, its type, and the concept that it is linked to with the variant."""
        groups = thing.groups
        scores, relations = groups[0].types, groups[0].relations
        if len(groups) > 1 or not groups[0].probability:
            weights = [g.probability for g in groups]
            scores = _mean([g.types for g in groups], weights)
            relations = _mean([g.relations for g in groups], weights)
        if chosen is None:
            return scores, relations, _likeliest(scores), "", ""
        known = self.catalog[chosen.concept]
        text = sight.words.plain.text
        variant = self._linker.variant(chosen, ((text[first], mention.end) for mention, first, _ in thing.mentions))
        return scores, relations, known.type, known.id, variant


def _asked(thing: Thing, texts: tuple[str, ...], long_forms: tuple[str, ...], around: Around) -> Named:
    """A thing as the linker is asked for it."""
    best = thing.groups[0]
    places = tuple((first, last) for _, first, last in thing.mentions)
    return Named(texts, _likeliest(best.types), long_forms, thing.type_word, best.relations[_PROPOSES] > 0.5, places, around)


def _merged(a: Linked, b: Linked) -> Linked:
    """Two things of one paper that are one concept: the known one, or of two the surer."""
    first = max(a, b, key=lambda one: (one[1] is not None, one[0].groups[0].probability))
    return _union(a[0], b[0]), first[1], first[2]


def _likeliest(scores: Sequence[float]) -> ConceptType:
    """The type of the greatest score; of equal ones the first."""
    return _TYPES[scores.index(max(scores))]


def _surer(candidate: Candidate | None) -> float:
    return candidate.score if candidate else -1.0


def _union(a: Thing, b: Thing) -> Thing:
    """Two things of one paper that are one concept."""
    groups = sorted((*a.groups, *b.groups), key=lambda d: (-d.probability, d.group))
    mentions = sorted({*a.mentions, *b.mentions}, key=lambda m: (m[1], m[2]))
    return Thing(
        groups, mentions, list(dict.fromkeys((*a.short, *b.short))), list(dict.fromkeys((*a.long, *b.long))), a.type_word or b.type_word
    )


def _mean(rows: Sequence[Sequence[float]], weights: Sequence[float]) -> tuple[float, ...]:
    if len(rows) == 1 and weights[0]:
        return tuple(rows[0])
    total = sum(weights) or 1.0
    return tuple([round(sum(map(mul, column, weights)) / total, 4) for column in zip(*rows, strict=True)])
