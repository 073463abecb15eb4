"""The settings of an analysis: a frozen record that checks itself. Its fields are the options of the command line too.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class RankConfig(Config):
        damping: float = option(0.85, "probability of going on along an arc", above=0, below=1)

A value is checked where the record is made, from Python and from the command line alike.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

from kg.errors import UsageError, did_you_mean

_WORDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


@dataclass(frozen=True, slots=True)
class Option:
    """What is known of a field beside its type and default.

    Attributes:
        about: the help of the option, a phrase.
        metavar: what stands for the value in the help.
        positional: an argument of the command instead of an option.
        choices: the only values there are.
        least, most, above, below: bounds of a number; the first two are allowed values themselves.
        all: the number that means None ("no bound") on the command line.
    """

    about: str
    metavar: str = ""
    positional: bool = False
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    all: int | None = None


def option(default: Any, about: str, **more: Any) -> Any:
    """A field of a `Config` with what `Option` says of it; `default` may be `dataclasses.MISSING`."""
    return dataclasses.field(default=default, metadata={"option": Option(about, **more)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The base of all settings. For the command's help, `EXAMPLES` are lines to show and `TABLES` the result's further tables."""

    EXAMPLES: ClassVar[tuple[str, ...]] = ()
    TABLES: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        """Checks all fields; a type may be given by its name, a tuple as any sequence of texts.

        Raises:
            UsageError: a value of another type, out of its bounds or not among the choices.
        """
        for name, (kind, about) in fields_of(type(self)).items():
            object.__setattr__(self, name, _checked(name, getattr(self, name), kind, about))

    @classmethod
    def of(cls, given: Self | str | None, options: Mapping[str, Any]) -> Self:
        """The given record, or one with the defaults; `options` replace single fields, a text is the first positional field.

        Raises:
            UsageError: the record is one of another analysis, an option does not exist, or a value is wrong.
        """
        known = fields_of(cls)
        config = given if isinstance(given, cls) else None
        if given is not None and config is None:
            first = next((name for name, (_, about) in known.items() if about.positional), None)
            if first is None or not isinstance(given, str):
                raise UsageError(f"the settings must be a {cls.__name__}, found {given!r}")
            options = {first: given, **options}
        for name in options:
            if name not in known:
                raise UsageError(f"no option {name!r}; {did_you_mean(name, known)}")
        if config is None:
            missing = [f.name for f in dataclasses.fields(cls) if f.default is dataclasses.MISSING and f.name not in options]
            if missing:
                raise UsageError(f"{' and '.join(missing)} must be given")
            return cls(**options)
        return dataclasses.replace(config, **options) if options else config

    def to_dict(self) -> dict[str, Any]:
        """The fields as values that JSON has."""
        return {name: _plain(getattr(self, name)) for name in fields_of(type(self))}


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a field: `item`, one or (`many`) a tuple of them, or (`optional`) None."""

    item: type
    many: bool = False
    optional: bool = False


def fields_of(config: type[Config]) -> dict[str, tuple[Kind, Option]]:
    """The fields of a record by name, with their types and what is known of them, in order."""
    if config not in _FIELDS:
        hints = get_type_hints(config)
        _FIELDS[config] = {f.name: (_kind(hints[f.name]), f.metadata["option"]) for f in dataclasses.fields(config)}
    return _FIELDS[config]


_FIELDS: dict[type[Config], dict[str, tuple[Kind, Option]]] = {}


def _kind(hint: Any) -> Kind:
    if get_origin(hint) in (types.UnionType, Union):
        inner = [arg for arg in get_args(hint) if arg is not type(None)]
        found = _kind(inner[0])
        return Kind(found.item, found.many, optional=True)
    if get_origin(hint) is tuple:
        return Kind(get_args(hint)[0], many=True)
    return Kind(hint)


def _checked(name: str, value: Any, kind: Kind, about: Option) -> Any:
    if value is None and kind.optional:
        return None
    if kind.many:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, Sequence):
            raise UsageError(f"{name} must be a list, found {value!r}")
        return tuple(_one(name, item, kind, about) for item in given)
    return _one(name, value, kind, about)


def _one(name: str, value: Any, kind: Kind, about: Option) -> Any:
    if issubclass(kind.item, Enum):
        return member(kind.item, value)
    fits = isinstance(value, (int, float) if kind.item is float else kind.item)
    if not fits or (isinstance(value, bool) and kind.item is not bool):
        raise UsageError(f"{name} must be {_WORDS.get(kind.item, kind.item.__name__)}, found {value!r}")
    if about.choices and value not in about.choices:
        raise UsageError(f"{name} cannot be {value!r}; {did_you_mean(value, about.choices)}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        _bounded(name, value, about)
    return value


def _bounded(name: str, value: float, about: Option) -> None:
    low, high = about.least if about.above is None else about.above, about.most if about.below is None else about.below
    # written so that NaN fails
    low_fits = low is None or (value > low if about.above is not None else value >= low)
    high_fits = high is None or (value < high if about.below is not None else value <= high)
    if low_fits and high_fits and value == value:
        return
    lower = "" if low is None else f"{'at least' if about.above is None else 'above'} {low:g}"
    upper = "" if high is None else f"{'at most' if about.below is None else 'below'} {high:g}"
    must = f"be {lower}{' and ' if lower and upper else ''}{upper}"
    if low is not None and high is not None and (about.above is None) == (about.below is None):
        must = f"lie from {low:g} to {high:g}" if about.above is None else f"lie between {low:g} and {high:g}"
    raise UsageError(f"{name} must {must}, found {value}")


def member(kind: type[Enum], name: Any) -> Any:
    """The member of an enumeration by its value, in any case.

    Raises:
        UsageError: there is none.

    >>> from kg.model import ConceptType
    >>> member(ConceptType, "dataset")
    <ConceptType.DATASET: 'Dataset'>
    """
    for known in kind:
        if str(known.value).casefold() == str(name).casefold():
            return known
    what = {"ConceptType": "concept type", "ConceptRelation": "relation between concepts"}.get(kind.__name__, kind.__name__.lower())
    raise UsageError(f"no {what} {name!r}; {did_you_mean(str(name), (str(k.value) for k in kind))}")


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return [_plain(v) for v in value] if isinstance(value, tuple) else value
