"""An example of a recogniser of one's own, with nothing left out: CamelCase words with a number of one's choice in capitals.

In a package of its own it would be registered in `pyproject.toml` and be there as `kg build --recognizer camel`:

    [project.entry-points."paperkg.recognizers"]
    camel = "my_package:Camel"
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from kg.errors import UsageError
from kg.model import FIELDS, ConceptType, Mention, Paper
from kg.recognizers import Recognition, Recognized


class Camel:
    """Takes words with at least `least` capitals inside for architectures that the paper is about, as "PrismNet"."""

    #: `camel=2` on the command line is `camel=least=2`.
    main = "least"

    def __init__(self, least: int = 1) -> None:
        if not isinstance(least, int) or least < 1:
            raise UsageError(f"least is {least!r}; give a number of capitals, 1 or more")
        self._pattern = re.compile(rf"\b[^\W\d_](?:[^\W_A-Z]*[A-Z]){{{least},}}[^\W_]*")

    @property
    def fingerprint(self) -> str:
        """A hash of all that the mentions depend on: the version of these rules, and the option that is in the pattern."""
        return hashlib.sha256(f"camel 1 {self._pattern.pattern}".encode()).hexdigest()

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        """One recognition for each paper. Type is given; how the paper stands to the concept is left to paperkg."""
        return [Recognition(tuple(self._one(paper))) for paper in papers]

    def _one(self, paper: Paper) -> list[Recognized]:
        return [
            Recognized(Mention(field, m.start(), m.end(), m.group()), 0.8, ConceptType.ARCHITECTURE)
            for field in FIELDS
            for m in self._pattern.finditer(paper.text(field))
        ]
