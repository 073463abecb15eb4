"""What corrections say of one paper, applied to what was read in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kg.corrections.names import Names, Target, listed
from kg.corrections.record import Correction, Kind, Outcome, Status, Wrong, contradiction, failed, oppose, outcome
from kg.model import FIELDS, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation, Statement
from kg.text import sentences

_Unit = tuple[int, int]  # finding and place in its evidence
_MOVES, _ADDS, _SAYS = range(3)  # in which order steps are taken


@dataclass(slots=True)
class _Piece:
    """A finding in the making: what is left of one, or a new one. `concept` is the id that it comes out as."""

    concept: str
    finding: Finding
    evidence: list[Evidence]
    origin: int = -1
    kinds: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, origin: int, concept: str, finding: Finding) -> _Piece:
        """The whole of a finding, which a line about concepts may have cut out already."""
        return cls(concept, finding, list(finding.evidence), origin, {finding.correction: None} if finding.correction else {})


@dataclass(slots=True)
class _Claims:
    """What the corrections of a paper say together, so that those which contradict each other are found before any is applied."""

    units: dict[_Unit, dict[str, list[Correction]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    absent: dict[str, list[Correction]] = field(default_factory=lambda: defaultdict(list))
    present: dict[str, list[Correction]] = field(default_factory=lambda: defaultdict(list))
    relations: dict[str, dict[str, list[Correction]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def conflicts(self) -> dict[str, Correction]:
        """The content of every correction that another one contradicts, with that one."""
        found: dict[str, Correction] = {}
        for several in (*self.units.values(), *self.relations.values()):
            oppose(found, list(several.values()))
        for concept in sorted(self.absent.keys() & self.present.keys()):
            oppose(found, [self.absent[concept], self.present[concept]])
        return found


class PaperCorrections:
    """Applies the corrections of one paper.

    Args:
        paper: the paper.
        reading: what was read in it, with what corrections say of concepts applied.
        names: finds the concepts that corrections are about.
    """

    def __init__(self, paper: Paper, reading: Reading, names: Names) -> None:
        self._paper, self._reading, self._names = paper, reading, names
        self._ids = [names.resolution.id_of(finding) for finding in reading.findings]
        self._claims = _Claims()
        self._steps: list[tuple[Correction, int, Callable[[], None]]] = []
        self._pieces: list[_Piece] = []
        self._dropped: set[int] = set()
        self._fed: set[str] = set()  # concepts that lines give places to

    def apply(self, corrections: Iterable[Correction]) -> tuple[Reading, list[Outcome]]:
        """The corrected reading, and what came of each correction."""
        outcomes: list[Outcome] = []
        judged: list[tuple[Correction, Status, str]] = []
        # what is said of a link may be about one that another line makes
        for correction in sorted(corrections, key=lambda c: c.kind in (Kind.RELATION, Kind.CONFIRM)):
            try:
                status, reason = self._judge(correction)
                judged.append((correction, status, reason))
            except Wrong as wrong:
                outcomes.append(failed(correction, wrong))
        self._claim_what_is_emptied()
        conflicts = self._claims.conflicts()
        for correction, status, reason in judged:
            if (other := conflicts.get(correction.content)) is not None:
                outcomes.append(failed(correction, contradiction(other)))
            else:
                outcomes.append(outcome(correction, status, reason))
        self._pieces = [_Piece.of(n, i, f) for n, (i, f) in enumerate(zip(self._ids, self._reading.findings, strict=True))]
        # what moves and what is new goes before what is said of the relation, whatever the order of the lines
        for correction, _, step in sorted(self._steps, key=lambda s: s[1]):
            if correction.content not in conflicts:
                step()
        return self._made(), outcomes

    # --- what each kind means ---------------------------------------------------------------------------------------------

    def _judge(self, c: Correction) -> tuple[Status, str]:
        if c.kind is Kind.REMOVE:
            return self._unrelated(c) if c.tail else self._remove(c)
        if c.kind is Kind.RELINK:
            return self._relink(c)
        return self._holds(c)

    def _remove(self, c: Correction) -> tuple[Status, str]:
        units, concepts = self._subject(c)
        if not units:
            self._claim(self._claims.absent, concepts, c)
            return Status.HOLDS, f"the paper has no link {self._by(c)}"
        self._take(c, units, concepts, "nothing")
        self._steps.append((c, _MOVES, lambda: self._move(units, None)))
        return Status.APPLIED, f"no link with {self._shown(units)} any more"

    def _relink(self, c: Correction) -> tuple[Status, str]:
        target = self._names.target(c.to, c.type)
        wrong: Wrong | None = None
        try:
            units, concepts = self._subject(c)
        except Wrong as error:
            # the concept that was wrong may be gone with a newer model, and what is right may still be missing
            units, concepts, wrong = [], [], error
        units = [unit for unit in units if self._ids[unit[0]] != target.id]
        self._say(c, target.id, c.relation)
        if units:
            self._take(c, units, concepts, target.id)
            self._fed.add(target.id)
            self._steps.append((c, _MOVES, lambda: self._move(units, target)))
            self._steps.append((c, _SAYS, lambda: self._mark(c, target.id, c.relation)))
            return Status.APPLIED, f"{self._shown(units)} is now {target.label}"
        if target.id in self._ids:
            self._steps.append((c, _SAYS, lambda: self._mark(c, target.id, c.relation)))
            return Status.HOLDS, f"the paper is linked to {target.label} already"
        if wrong and not c.quote:
            raise wrong
        self._create(c, target)
        return Status.APPLIED, f"linked to {target.label} at {c.quote!r}"

    def _holds(self, c: Correction) -> tuple[Status, str]:
        """A link that is there, or shall be: `add`, `confirm` and `relation`."""
        target = self._names.target(c.concept, c.type) if c.kind is Kind.ADD else self._target(c)
        relation = c.to if c.kind is Kind.RELATION else c.relation
        coming = target.id in self._claims.present
        self._say(c, target.id, relation)
        before = self._relation(target.id)
        if before is None and coming:
            if c.quote:
                places = self._places(c)
                self._fed.add(target.id)
                self._steps.append((c, _SAYS, lambda: self._support(target.id, places)))
            self._steps.append((c, _SAYS, lambda: self._mark(c, target.id, relation)))
            return Status.APPLIED, f"the paper {relation or 'is linked to'} {target.label}, as other lines link it"
        if before is None:
            self._create(c, target, relation)
            return Status.APPLIED, f"linked to {target.label} at {c.quote!r}"
        if c.kind is Kind.ADD:
            places = self._places(c)
            self._fed.add(target.id)
            self._steps.append((c, _ADDS, lambda: self._support(target.id, places)))
        self._steps.append((c, _SAYS, lambda: self._mark(c, target.id, relation)))
        if relation and before != relation:
            return Status.APPLIED, f"the paper {relation} {target.label}, no longer {before}"
        if c.kind is Kind.CONFIRM:
            return Status.APPLIED, f"the paper {before} {target.label}, confirmed"
        return Status.HOLDS, f"the paper {before} {target.label} already"

    def _unrelated(self, c: Correction) -> tuple[Status, str]:
        ends = [set(self._known(name)) for name in (c.concept, c.tail)]
        found = {
            number
            for number, s in enumerate(self._reading.statements)
            if s.relation == c.relation and self._ids[s.head] in ends[0] and self._ids[s.tail] in ends[1]
        }
        said = f"{c.concept} {c.relation} {c.tail}"
        if not found:
            return Status.HOLDS, f"the paper does not say {said}"
        self._steps.append((c, _MOVES, lambda: self._dropped.update(found)))
        return Status.APPLIED, f"the paper no longer says {said}"

    # --- what a line is about ---------------------------------------------------------------------------------------------

    def _known(self, wanted: str) -> list[str]:
        if not (ids := self._names.ids(wanted)):
            raise self._names.unknown(wanted)
        return ids

    def _target(self, c: Correction) -> Target:
        """The concept of a link that should be there; of several with the name the one that the paper is linked to."""
        ids = self._known(c.concept)
        mine = [i for i in ids if i in self._ids or i in self._claims.present]
        return self._names.target(mine[0] if len(mine) == 1 else c.concept, "")

    def _subject(self, c: Correction) -> tuple[list[_Unit], list[str]]:
        """The mentions that a line is about, and the concepts that it names."""
        if c.concept:
            ids = self._known(c.concept)
            mine = sorted({i for i in ids if i in self._ids})
            if len(mine) > 1:
                said = listed(map(self._names.described, mine))
                raise Wrong(f"the paper is linked to {said}, all called {c.concept!r}", "give the id of the one that is meant")
            units = [(n, k) for n, i in enumerate(self._ids) if i in mine for k in range(len(self._reading.findings[n].evidence))]
            return units, mine or ids
        places = {e.mention for e in self._places(c)}
        found = [
            (n, k) for n, f in enumerate(self._reading.findings) for k, e in enumerate(f.evidence) if e.mention in places
        ]  # fmt: skip
        return found, []

    def _places(self, c: Correction) -> list[Evidence]:
        """Where the quote stands, whole words only, in the sentence where one is given.

        Raises:
            Wrong: it stands nowhere.
        """
        found: list[Evidence] = []
        inside = False
        for name in FIELDS:
            text = self._paper.text(name)
            bounds = sentences(text)
            for match in re.finditer(re.escape(c.quote), text):
                start, end = match.span()
                low, high = next(((a, b) for a, b in bounds if a <= start and end <= b), (start, end))
                if c.sentence and not (text[low:high] in c.sentence or c.sentence in text[low:high]):
                    continue
                inside = True
                before, behind = text[start - 1 : start], text[end : end + 1]
                if not ((before.isalnum() and c.quote[0].isalnum()) or (behind.isalnum() and c.quote[-1].isalnum())):
                    found.append(Evidence(Mention(name, start, end, match.group()), low, high))
        if not found:
            where = "the sentence of the line" if c.sentence else "title or abstract"
            part = " but inside of words" if inside else ""
            raise Wrong(f"{c.quote!r} does not stand in {where}{part}", "quote title or abstract word for word, as the graph has them")
        return found

    def _relation(self, concept: str) -> str | None:
        found = [f.relation for i, f in zip(self._ids, self._reading.findings, strict=True) if i == concept]
        return min(found, key=tuple(Relation).index).value if found else None

    # --- claims -----------------------------------------------------------------------------------------------------------

    @staticmethod
    def _claim(claims: dict[str, list[Correction]], concepts: Iterable[str], c: Correction) -> None:
        for concept in concepts:
            claims[concept].append(c)

    def _take(self, c: Correction, units: Iterable[_Unit], concepts: Iterable[str], to: str) -> None:
        self._claim(self._claims.absent, concepts, c)
        for unit in units:
            self._claims.units[unit][to].append(c)

    def _claim_what_is_emptied(self) -> None:
        """Lines that take a concept all its places, if only by quotes, say that the paper is not linked to it."""
        for concept in self._claims.present.keys() - self._fed:
            units = [(n, k) for n, i in enumerate(self._ids) if i == concept for k in range(len(self._reading.findings[n].evidence))]
            if all(unit in self._claims.units for unit in units):
                self._claims.absent[concept] += {c.content: c for u in units for cs in self._claims.units[u].values() for c in cs}.values()

    def _say(self, c: Correction, concept: str, relation: str) -> None:
        self._claims.present[concept].append(c)
        if relation:
            self._claims.relations[concept][relation].append(c)

    # --- steps ------------------------------------------------------------------------------------------------------------

    def _move(self, units: Iterable[_Unit], target: Target | None) -> None:
        """Takes mentions out of their findings; those that go to another concept become a finding beside it, those of a whole finding
        change it where it stands, so that relations with other concepts go along."""
        for number in sorted({n for n, _ in units}):
            mentions = {self._reading.findings[number].evidence[k].mention for n, k in units if n == number}
            piece = self._pieces[number]
            taken = [e for e in piece.evidence if e.mention in mentions]
            piece.evidence = [e for e in piece.evidence if e.mention not in mentions]
            if target is not None and taken:
                moved = _of(target, piece.finding)
                self._pieces.append(_Piece(target.id, moved, taken, number, {Kind.RELINK.value: None}))

    def _create(self, c: Correction, target: Target, relation: str = "") -> None:
        relation = relation or c.relation
        if not c.quote or not relation:
            missing = " and ".join(name for name, there in (("quote", c.quote), ("relation", relation)) if not there)
            raise Wrong(f"the paper has no link {self._by(c)}", f"give the {missing} too, so that a link can be made, or delete the line")
        places = self._places(c)
        self._fed.add(target.id)
        self._steps.append((c, _ADDS, lambda: self._add(c, target, Relation(relation), places)))

    def _add(self, c: Correction, target: Target, relation: Relation, places: list[Evidence]) -> None:
        if any(p.concept == target.id for p in self._pieces):
            self._support(target.id, places)
            self._mark(c, target.id, relation.value)
            return
        blank = Finding(target.label, (), (), target.type, (), relation, 1.0, ())
        self._pieces.append(_Piece(target.id, _of(target, blank), list(places), -1, {c.kind.value: None}))

    def _support(self, concept: str, places: Iterable[Evidence]) -> None:
        """Adds places to a link that rests on others already."""
        piece = next(p for p in self._pieces if p.concept == concept)
        there = {e.mention for p in self._pieces if p.concept == concept for e in p.evidence}
        piece.evidence += [e for e in places if e.mention not in there]

    def _mark(self, c: Correction, concept: str, relation: str) -> None:
        for piece in self._pieces:
            if piece.concept == concept and piece.evidence:
                said = Relation(relation) if relation else piece.finding.relation
                piece.finding = replace(piece.finding, relation=said, confidence=1.0)
                piece.kinds.setdefault(c.kind.value)

    def _made(self) -> Reading:
        kept = [p for p in self._pieces if p.evidence]
        kept.sort(key=lambda p: p.origin if p.origin >= 0 else len(self._ids))
        findings = tuple(replace(p.finding, evidence=tuple(p.evidence), correction=", ".join(sorted(p.kinds))) for p in kept)
        said = [s for n, s in enumerate(self._reading.statements) if n not in self._dropped]
        return Reading(self._reading.paper, findings, tuple(_joined(said, kept)))

    def _shown(self, units: Iterable[_Unit]) -> str:
        return listed({self._names.described(self._ids[n]) for n, _ in units})

    @staticmethod
    def _by(c: Correction) -> str:
        return f"with {c.concept!r}" if c.concept else f"by the quote {c.quote!r}"


def _joined(statements: Iterable[Statement], pieces: Sequence[_Piece]) -> Iterator[Statement]:
    """The statements between what is left of their findings; of one that was cut, the piece with a mention inside counts."""
    by_origin: defaultdict[int, list[int]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        by_origin[piece.origin].append(number)
    for s in statements:
        ends = []
        for origin in (s.head, s.tail):
            fits = by_origin.get(origin, [])
            inside = [n for n in fits if any(_within(e.mention, s) for e in pieces[n].evidence)]
            ends += (inside or fits)[:1]
        if len(ends) == 2:
            yield replace(s, head=ends[0], tail=ends[1])


def _within(mention: Mention, s: Statement) -> bool:
    return mention.field == s.field and s.start <= mention.start and mention.end <= s.end


def _of(target: Target, finding: Finding) -> Finding:
    """The finding as one of the target. Its names are not kept: what one paper calls the concept by mistake is no name of it."""
    return replace(
        finding,
        label=target.label,
        aliases=(),
        acronyms=(),
        type=target.type,
        type_scores=tuple(float(t is target.type) for t in ConceptType),
        confidence=1.0,
        concept=target.id if target.known else "",
        variant="",
        candidates=finding.candidates if target.known else (),
    )
