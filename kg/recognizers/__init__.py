"""Recognisers as plug-ins: what finds the mentions of concepts, beside paperkg's own recogniser or in its place.

    from kg.recognizers import RecognizingReader, load
    reader = RecognizingReader(None, load("spacy", pipeline="my-pipeline"), combine="improve")
    kg.link("We fine-tune BERT on SQuAD.", reader=reader)

Nothing here is imported unless a recogniser is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.recognizers.protocol import Recognition, Recognized, Recognizer
    from kg.recognizers.reader import RecognizingReader
    from kg.recognizers.registry import from_text, load, names

_PLACES = {
    "Recognition": "kg.recognizers.protocol",
    "Recognized": "kg.recognizers.protocol",
    "Recognizer": "kg.recognizers.protocol",
    "RecognizingReader": "kg.recognizers.reader",
    "from_text": "kg.recognizers.registry",
    "load": "kg.recognizers.registry",
    "names": "kg.recognizers.registry",
}
__all__ = ["Recognition", "Recognized", "Recognizer", "RecognizingReader", "from_text", "load", "names"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'kg.recognizers' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
