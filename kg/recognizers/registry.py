"""Which recognisers there are: the built-in ones and those that packages register as `paperkg.recognizers`.

An entry point names what makes the recogniser: a class, or a function with keyword options. An attribute `main` of it is the
option that a bare value stands for (`spacy=en_core_web_sm` is `spacy=pipeline=en_core_web_sm`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from kg.errors import EnvironmentError_, UsageError, did_you_mean
from kg.recognizers.options import parsed
from kg.recognizers.protocol import Recognizer

GROUP = "paperkg.recognizers"
#: They are entry points too; the table serves where paperkg runs from its sources.
BUILT_IN = {
    "ours": "kg.recognizers.ours:Ours",
    "spacy": "kg.recognizers.spacy_entities:SpacyEntities",
    "gliner": "kg.recognizers.gliner:Gliner",
    "llm": "kg.recognizers.llm:LanguageModel",
}
Factory = Callable[..., Recognizer]


def names() -> tuple[str, ...]:
    """The names of all recognisers, the built-in ones first; nothing is imported.

    Raises:
        EnvironmentError_: two plug-ins have one name, or one has that of a built-in recogniser.
    """
    return (*BUILT_IN, *_others())


def load(name: str, **options: Any) -> Recognizer:
    """A recogniser by its name and options.

    >>> load("ours", threshold=0.5).fingerprint != load("ours").fingerprint
    True

    Raises:
        UsageError: no such recogniser or option, or a value that does not fit.
        EnvironmentError_: the recogniser, or what it needs, is not installed or cannot be imported.
    """
    make = _factory(name)
    try:
        known = inspect.signature(make).parameters
    except ValueError as error:
        raise EnvironmentError_(f"the recogniser {name!r} does not say which options it takes ({error}); ask its makers") from error
    if not any(p.kind is p.VAR_KEYWORD for p in known.values()):
        for option in options:
            if option not in known:
                raise UsageError(f"the recogniser {name!r} has no option {option!r}; {did_you_mean(option, known)}")
    for option, parameter in known.items():
        if parameter.default is parameter.empty and parameter.kind in _NAMED and option not in options:
            raise UsageError(f"the recogniser {name!r} needs the option {option!r}: {name}={option}=…")
    made = make(**options)
    if not isinstance(made, Recognizer):
        raise EnvironmentError_(
            f"the recogniser {name!r} gives {type(made).__name__}, without `fingerprint` and `recognize`; ask its makers"
        )
    return made


_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def from_text(text: str) -> Recognizer:
    """A recogniser as the command line names it: `NAME`, or `NAME=CONFIG` (see `kg.recognizers.options.parsed`).

    Raises:
        DataError: a configuration file cannot be read.
        UsageError: as `load`.
        EnvironmentError_: as `load`.
    """
    name, _, config = text.partition("=")
    name = name.strip()
    return load(name, **parsed(config, getattr(_factory(name), "main", "")))


def _factory(name: str) -> Factory:
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        found: Factory = getattr(import_module(module), attribute)
        return found
    others = _others()
    if name not in others:
        raise UsageError(f"no recogniser {name!r}; {did_you_mean(name, names())}")
    point = others[name]
    try:
        loaded = point.load()
    except (ImportError, AttributeError) as error:
        raise EnvironmentError_(f"the recogniser {name!r} ({point.value}) cannot be imported: {error}; reinstall it") from error
    if not callable(loaded):
        raise EnvironmentError_(f"the recogniser {name!r} ({point.value}) is {type(loaded).__name__}, nothing to be called; ask its makers")
    made: Factory = loaded
    return made


def _others() -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        if BUILT_IN.get(point.name) == point.value or (point.name in found and found[point.name].value == point.value):
            continue
        if point.name in BUILT_IN or point.name in found:
            raise EnvironmentError_(f"the recogniser {point.name!r} ({point.value}) needs a name of its own; uninstall one of the two")
        found[point.name] = point
    return found
