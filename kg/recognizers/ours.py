"""paperkg's own recogniser, as a plug-in: the mentions that `kg.reader.Reader` starts from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path

from kg.catalog import Catalog
from kg.model import Paper
from kg.reader import BATCH, FAST, Reader
from kg.recognize.calibration import BALANCED, Calibration
from kg.recognize.decide import Decided, decide
from kg.recognize.sight import Sight
from kg.recognize.things import Places
from kg.recognizers.options import fraction
from kg.recognizers.protocol import Recognition, Recognized


class Ours:
    """The trained decisions that ship with paperkg. With "replace" they give the readings that paperkg gives without any plug-in.

    Types and relations are left open: the decisions about them are those that the reader makes anyway.

    Args:
        threshold: confidence from which a string is taken for a concept, 0 to 1; None for the one that `favour` names.
        favour: `precision`, `balanced` or `recall`, as for `kg.Reader`.
        model: the folder of trained decisions that `kg train` wrote; None for those that ship.
        catalog: the known concepts, which the decisions look at too; None for the catalog that ships.
        profile: `fast` or `accurate`, as for `kg.Reader`.
    """

    def __init__(
        self,
        threshold: float | None = None,
        favour: str = BALANCED,
        model: str | Path | None = None,
        catalog: Catalog | None = None,
        profile: str = FAST,
    ) -> None:
        if threshold is not None:
            fraction("threshold", threshold)
        self._make = partial(Reader, catalog, threshold=threshold, favour=favour, model=model, profile=profile)

    @cached_property
    def _reader(self) -> Reader:
        return self._make()

    @property
    def fingerprint(self) -> str:
        """That of the reader: catalog, threshold, trained decisions, statistics."""
        return self._reader.fingerprint

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        """The places of all strings that are taken for concepts, with their confidence."""
        found: list[Recognition] = []
        reader = self._reader
        for low in range(0, len(papers), BATCH):
            sight = reader.look(papers[low : low + BATCH])
            decided = decide(sight, reader.model, *reader._cuts)
            found += [Recognition(tuple(_mentions(sight, n, mine, reader.model.calibration))) for n, mine in enumerate(decided)]
        return found


def _mentions(sight: Sight, number: int, decided: Sequence[Decided], calibration: Calibration) -> list[Recognized]:
    places = Places(sight, number)
    return [Recognized(places.mention(gram)[0], calibration.confidence(one.probability)) for one in decided for gram in one.places]
