"""How a name in a paper compares with a name of the catalog, described; and the score of such a comparison.

A score is a pure function of its `Comparison`: whoever reads the comparison can recompute and dispute it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from kg.catalog import NameKind
from kg.linking.meaning import TypeAgreement

#: By which step the name in the paper led to the name in the catalog.
Via = Literal[
    "name", "abbreviation", "usual long form", "generic noun dropped", "generic noun added", "another ending", "variant", "spelling"
]

WEIGHTS: dict[str, float] = {
    "label": 0.62,
    "alias": 0.60,
    "acronym": 0.52,
    "via name": 0.20,
    "via abbreviation": 0.20,
    "via usual long form": 0.10,
    "via generic noun dropped": 0.16,
    "via variant": 0.16,
    "via generic noun added": 0.06,
    "via another ending": 0.10,
    "via spelling": 0.0,
    "same writing": 0.08,
    "type agrees": 0.12,
    "type acceptable": 0.08,
    "type of another family": -0.22,
    "type differs": -0.04,
    "ambiguous": -0.30,
    "each concept of the context": 0.10,
    "type word beside it": 0.12,
    "long form in the paper agrees": 0.24,
    "long form in the paper differs": -0.60,
    "other meanings of the name": -0.40,
}
#: At most this many concepts of the context count.
CONTEXT_LIMIT = 3
#: A name that may mean other things must mean the concept with this probability.
MEANT = 0.5


class Comparison(NamedTuple):
    """What speaks for and against a mention meaning a concept.

    `text` is the string in the paper, `name` the catalog's name of `kind` it was compared with, reached `via` a step.
    `type` tells how the type read in the paper stands to the concept's: "agrees", "acceptable" (one of its other types),
    "differs" (of the same family, such as method and architecture), "another family", or "unknown".
    `sense` is the probability that the name means this concept in this paper, by what the field means by it, by the words around and
    by the type; None where the name can mean nothing else, or the paper says what it means. `fit` is what the words around say
    of it (a logarithm of odds, 0 for nothing), `other` the most probable other meaning of the name where that is more probable.
    `long_form` tells how a long form that the paper gives stands to the concept's names: "agrees", "differs" or "none".
    `context` lists related concepts that the paper also names.
    """

    text: str
    name: str
    kind: NameKind
    via: Via
    same_writing: bool
    ambiguous: bool
    type: TypeAgreement = "unknown"
    long_form: Literal["agrees", "differs", "none"] = "none"
    type_word: bool = False
    sense: float | None = None
    fit: float = 0.0
    other: str = ""
    context: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether anything but the name itself speaks for the concept, which an ambiguous name needs.

        A name in small letters ("momentum") can only be confused with the plain word, and that it is no plain word was decided
        when it was recognised.
        """
        return (
            self.name.islower()
            or self.type in ("agrees", "acceptable")
            or self.type_word
            or self.long_form == "agrees"
            or self.via == "abbreviation"
            or bool(self.context)
            or (self.sense is not None and self.sense >= MEANT)
        )

    @property
    def meant(self) -> bool:
        """Whether nothing says that the name means something else here."""
        return self.sense is None or self.sense >= MEANT

    @property
    def shares(self) -> Shares:
        """What the score is made of."""
        return _shares(
            self.kind, self.via, self.same_writing, self.ambiguous, self.type, self.long_form, self.type_word, self.sense, len(self.context)
        )

    def parts(self) -> list[tuple[str, float]]:
        """The named shares that the score sums up, in a fixed order."""
        return list(self.shares.parts)


class Shares(NamedTuple):
    """The named shares of a score, their sum within 0 and 1, and the shares in words."""

    parts: tuple[tuple[str, float], ...]
    score: float
    words: str


# names compare alike again and again: what is said of that is put together once
@lru_cache(maxsize=20_000)
def _shares(
    kind: NameKind,
    via: Via,
    same_writing: bool,
    ambiguous: bool,
    type_: TypeAgreement,
    long_form: str,
    type_word: bool,
    sense: float | None,
    context: int,
) -> Shares:
    found = [kind, f"via {via}"]
    if same_writing:
        found.append("same writing")
    # where a sense was weighed, the type had its say in it
    if sense is None and type_ != "unknown":
        found.append("type of another family" if type_ == "another family" else f"type {type_}")
    if ambiguous and sense is None:
        found.append("ambiguous")
    if long_form != "none":
        found.append(f"long form in the paper {long_form}")
    if type_word:
        found.append("type word beside it")
    parts = [(name, WEIGHTS[name]) for name in found]
    if sense is not None and long_form != "agrees":
        name = "other meanings of the name"
        parts.append((name, round((1 - sense) * WEIGHTS[name], 4)))
    if context:
        count = min(CONTEXT_LIMIT, context)
        parts.append((f"{count} concepts of the context", count * WEIGHTS["each concept of the context"]))
    total = round(min(1.0, max(0.0, sum(weight for _, weight in parts))), 4)
    return Shares(tuple(parts), total, ", ".join(f"{name} {weight:+.2f}" for name, weight in parts))


def score(comparison: Comparison) -> float:
    """From 0 (surely another concept) to 1 (surely this one): the sum of the parts, within these.

    >>> same = Comparison("BERT", "BERT", "label", "name", same_writing=True, ambiguous=False, type="agrees")
    >>> doubtful = Comparison("SGD", "SGD", "acronym", "name", same_writing=True, ambiguous=True)
    >>> score(same), score(doubtful)
    (1.0, 0.5)
    """
    return comparison.shares.score
