"""A reader that asks a recogniser which strings name concepts; linking, relations and evidence are those of `kg.reader`."""

from __future__ import annotations

import hashlib
from typing import Any

from kg.catalog import Catalog
from kg.errors import PaperkgError, UsageError, did_you_mean
from kg.model import Paper
from kg.reader import Reader
from kg.recognize.decide import decide
from kg.recognize.sight import Sight
from kg.recognize.things import places_text
from kg.recognizers.combine import COMBINE, Choice, Combine, combined
from kg.recognizers.protocol import Recognizer
from kg.recognizers.registry import from_text


class RecognizingReader(Reader):
    """Reads papers with a recogniser beside paperkg's own, or in its place.

    Args:
        catalog: the known concepts; None for the catalog that ships with paperkg.
        recognizer: what finds the mentions.
        combine: "improve" joins its mentions with paperkg's own, "replace" takes only its.
        options: those of `kg.reader.Reader`.

    Raises:
        UsageError: another word for `combine`, or something that is no recogniser.

    >>> from kg.recognizers.ours import Ours
    >>> reader = RecognizingReader(None, Ours(), combine="replace")
    """

    def __init__(self, catalog: Catalog | None, recognizer: Recognizer, combine: str = "improve", **options: Any) -> None:
        if combine not in COMBINE:
            raise UsageError(f"combine is {combine!r}; {did_you_mean(combine, COMBINE)}")
        if not isinstance(recognizer, Recognizer):
            raise UsageError(f"{type(recognizer).__name__} is no recogniser: it needs `fingerprint` and `recognize`")
        super().__init__(catalog, **options)
        self.recognizer = recognizer
        self.combine: Combine = combine

    @property
    def fingerprint(self) -> str:
        """A hash of all that the readings of `kg.reader.Reader` depend on, of the recogniser and of how both are combined."""
        return hashlib.sha256(f"{super().fingerprint}\n{self.recognizer.fingerprint}\n{self.combine}".encode()).hexdigest()

    def undecided(self, paper: Paper, limit: int = 10, least: float = 0.1) -> list[tuple[str, float]]:
        """Strings that paperkg's own decision found likely and that name nothing in the reading, with their confidence."""
        sight = self.look([paper])
        wide, decided, _ = self._decide(sight)
        taken = {int(wide.groups.key[d.group]) for d in decided[0]}
        low = self.model.calibration.score(least)
        near = [d for d in decide(sight, self.model, low, nested=low)[0] if int(sight.groups.key[d.group]) not in taken]
        return [(places_text(sight, d), self.model.calibration.confidence(d.probability)) for d in near][:limit]

    def _decide(self, sight: Sight) -> Choice:
        said = self.recognizer.recognize(sight.papers)
        if len(said) != len(sight.papers):
            raise PaperkgError(f"the recogniser gave {len(said)} recognitions for {len(sight.papers)} papers; it must give one for each")
        return combined(sight, self.model, self._cuts, said, self.combine)


def reading_with(catalog: Catalog | None, recognizer: Recognizer | str, combine: str = "improve", **options: Any) -> RecognizingReader:
    """A reader with a recogniser or a text that names one (see `from_text`); what other processes call to have one of their own."""
    made = from_text(recognizer) if isinstance(recognizer, str) else recognizer
    return RecognizingReader(catalog, made, combine, **options)
