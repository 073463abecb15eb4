"""What a recogniser is: something that says which strings of a paper name concepts. Plug-ins implement `Recognizer`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from kg.model import ConceptType, Mention, Paper, Rejected, Relation


@dataclass(frozen=True, slots=True)
class Recognized:
    """A mention that a recogniser takes for the name of a concept.

    `confidence` is from 0 to 1. `type` and `relation` (of the paper to the concept) are None where the recogniser has no
    opinion; paperkg's own decisions fill them in.
    """

    mention: Mention
    confidence: float
    type: ConceptType | None = None
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class Recognition:
    """All that a recogniser says of one paper: its mentions in any order, and what it found but cannot stand for.

    In `rejected`, `source` is the paper's id and `fatal` is true where the whole paper got no usable answer.
    """

    mentions: tuple[Recognized, ...] = ()
    rejected: tuple[Rejected, ...] = ()


@runtime_checkable
class Recognizer(Protocol):
    """Finds mentions. What it says of a paper must depend on title, abstract and its own configuration alone.

    Two methods are optional. `usage() -> dict[str, int | float | str]` counts what was spent so far; the command line shows it
    at the end. `close()` ends what the recogniser holds open.
    """

    @property
    def fingerprint(self) -> str:
        """A hash of everything but the papers that mentions depend on: version, model, settings."""
        ...

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        """One recognition for each paper, in order.

        Raises:
            PaperkgError: of `kg.errors`, where the recogniser cannot go on; never for a single paper.
        """
        ...
