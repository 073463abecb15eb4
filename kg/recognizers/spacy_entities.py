"""The entities of any spaCy pipeline as mentions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import EnvironmentError_, UsageError
from kg.model import FIELDS, ConceptType, Field, Mention, Paper, Rejected
from kg.recognizers.files import digest
from kg.recognizers.options import fraction, types
from kg.recognizers.pieces import pieces
from kg.recognizers.protocol import Recognition, Recognized
from kg.recognizers.verify import reject

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

#: What labels mean where `labels` is not given: those of our types, of SciERC, of scispaCy, and of OntoNotes the one that may fit.
LABELS: dict[str, ConceptType | None] = {
    **{t.value.upper(): t for t in ConceptType},
    "MATERIAL": ConceptType.DATASET,
    "MODEL": ConceptType.ARCHITECTURE,
    "OTHERSCIENTIFICTERM": None,
    "ENTITY": None,
    "PRODUCT": None,
}
#: Characters that are given to the pipeline at a time.
PIECE = 50_000


class SpacyEntities:
    """Takes `doc.ents` (or a group of `doc.spans`) of a spaCy pipeline for mentions; title and abstract are read apart.

    Args:
        pipeline: name of an installed package, path of a folder, or a loaded pipeline.
        labels: for each label that counts the name of one of our types, or "" where paperkg shall decide the type. Without it
            `LABELS` holds, and entities with other labels are rejected; with it they are left out.
        score: confidence of every mention; spaCy's entities have none of their own.
        spans: the group of `doc.spans` to read in place of `doc.ents`.

    Raises:
        EnvironmentError_: there is no such pipeline, or a package that it needs is missing.
        UsageError: an option that does not fit, or a pipeline that knows no label that counts.
    """

    main = "pipeline"

    def __init__(
        self, pipeline: str | Path | Language, labels: Mapping[str, str] | None = None, score: float = 0.75, spans: str = ""
    ) -> None:
        self._score = fraction("score", score)
        if not isinstance(spans, str):
            raise UsageError(f"spans is {spans!r}; give the name of a group of doc.spans")
        self._given = labels is not None
        self._labels = LABELS if labels is None else types("labels", labels)
        self._spans = spans
        self._nlp, self._model = _loaded(pipeline)
        known = {label for pipe in self._nlp.pipe_names for label in self._nlp.pipe_labels.get(pipe, ())}
        if known and not any(self._counts(label) for label in known):
            shown = ", ".join(sorted(known)[:20])
            raise UsageError(f"none of the pipeline's labels means a type: {shown}; say what they mean, as labels.{min(known)}=Method")

    @property
    def fingerprint(self) -> str:
        """A hash of the pipeline (its files, or what it saves), of spaCy's version and of the options."""
        from spacy.about import __version__

        labels = {k: v.value if v else "" for k, v in self._labels.items()}
        said = json.dumps([__version__, self._model, labels, self._given, self._score, self._spans, PIECE], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        """The entities of every paper.

        Raises:
            UsageError: the group of spans is in none of the texts.
        """
        places: list[tuple[int, Field, int]] = []
        texts: list[str] = []
        for number, paper in enumerate(papers):
            for field in FIELDS:
                for start, end in pieces(paper.text(field), PIECE):
                    places.append((number, field, start))
                    texts.append(paper.text(field)[start:end])
        mentions: list[list[Recognized]] = [[] for _ in papers]
        rejected: list[list[Rejected]] = [[] for _ in papers]
        for (number, field, start), doc in zip(places, self._nlp.pipe(texts), strict=True):
            for span in self._found(doc):
                text = papers[number].text(field)[start + span.start_char : start + span.end_char]
                if self._counts(span.label_):
                    mention = Mention(field, start + span.start_char, start + span.end_char, text)
                    mentions[number].append(Recognized(mention, self._score, self._meaning(span.label_)))
                elif not self._given:
                    hint = f"say what it means, as labels.{span.label_}=Method"
                    rejected[number].append(reject(papers[number], f"with the label {span.label_}, which means no type", text, hint))
        return [Recognition(tuple(m), tuple(r)) for m, r in zip(mentions, rejected, strict=True)]

    def _found(self, doc: Doc) -> Iterable[Span]:
        if not self._spans:
            return tuple(doc.ents)
        if self._spans not in doc.spans:
            raise UsageError(f"the pipeline makes no spans {self._spans!r}; it makes: {', '.join(doc.spans) or 'none'}")
        return tuple(doc.spans[self._spans])

    def _counts(self, label: str) -> bool:
        return label in self._labels or (not self._given and _plain(label) in self._labels)

    def _meaning(self, label: str) -> ConceptType | None:
        return self._labels[label] if label in self._labels else self._labels[_plain(label)]


def _plain(label: str) -> str:
    return "".join(c for c in label.upper() if c.isalpha())


def _loaded(pipeline: str | Path | Language) -> tuple[Language, str]:
    """The pipeline, and a hash of it."""
    if not isinstance(pipeline, str | Path):
        if not hasattr(pipeline, "pipe") or not hasattr(pipeline, "to_bytes"):
            raise UsageError(f"pipeline is {type(pipeline).__name__}; give a spaCy pipeline, its name or its folder")
        # the vocabulary grows with every text that is read; of it only the vectors decide anything
        parts = (pipeline.to_bytes(exclude=["vocab"]), pipeline.vocab.vectors.to_bytes(exclude=["strings"]))
        return pipeline, hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
    if not str(pipeline):
        raise UsageError("no spaCy pipeline is named; give its name or its folder, as spacy=en_core_web_sm")
    import spacy

    try:
        nlp = spacy.load(pipeline)
    except (OSError, ImportError, ValueError) as error:
        first = " ".join(str(error).split())[:200]
        raise EnvironmentError_(
            f"no spaCy pipeline {str(pipeline)!r} can be loaded ({first}); give the folder of one, or install it: "
            f"python -m spacy download {Path(pipeline).name}"
        ) from error
    return nlp, digest(Path(nlp.path)) if nlp.path else ""
