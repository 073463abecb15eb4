"""What a loader is, and which there are: the built-in ones and those that packages register as `paperkg.loaders`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from kg.errors import EnvironmentError_, UsageError, did_you_mean
from kg.model import Note, Paper, Rejected
from loaders.source import Input

Item = Paper | Rejected | Note
GROUP = "paperkg.loaders"


@dataclass(frozen=True, slots=True)
class Loader:
    """One kind of source.

    `sniff` gets the beginning of an input (at most 64 KiB of text) and the field mapping, and says why it takes the input
    for its own, or "" where it does not. `read` gets the opened input and the mapping; it yields papers in the order of the
    input, and a `Rejected` or `Note` for everything it leaves out. It may raise `loaders.source.BrokenInput` where the rest
    cannot be read. `extensions` (with the dot, without .gz or .zst) decide where no content does.
    """

    name: str
    about: str
    extensions: tuple[str, ...]
    sniff: Callable[[str, Mapping[str, str]], str]
    read: Callable[[Input, Mapping[str, str]], Iterator[Item]]


#: Built-in loaders and their modules, in the order in which their content is looked for: the surest sign first.
BUILT_IN = {
    "acl": "loaders.acl",
    "bibtex": "loaders.bibtex",
    "jsonl": "loaders.jsonl",
    "json": "loaders.json_array",
    "csv": "loaders.table",
    "tsv": "loaders.table",
    "listing": "loaders.listing",
}


@cache
def registered() -> dict[str, Loader]:
    """All loaders by name: plug-ins first, since their signs are more particular than those of the built-in ones.

    Raises:
        EnvironmentError_: a plug-in cannot be imported, is no `Loader`, or takes a built-in name.
    """
    found: dict[str, Loader] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        try:
            loader = point.load()
        except (ImportError, AttributeError) as error:
            raise EnvironmentError_(
                f"the plug-in loader {point.name!r} ({point.value}) cannot be imported: {error}; reinstall it"
            ) from error
        if not isinstance(loader, Loader):
            raise EnvironmentError_(f"the plug-in loader {point.name!r} ({point.value}) is no loaders.Loader but {type(loader).__name__}")
        if point.name in BUILT_IN or point.name in found or loader.name != point.name:
            raise EnvironmentError_(
                f"the plug-in loader {point.name!r} ({point.value}) needs a name of its own, equal to its entry point's"
            )
        found[point.name] = loader
    for name, module in BUILT_IN.items():
        found[name] = next(x for x in importlib.import_module(module).LOADERS if x.name == name)
    return found


def loader(name: str) -> Loader:
    """The loader of a name.

    Raises:
        UsageError: there is none.
    """
    known = registered()
    if name not in known:
        raise UsageError(f"no loader {name!r}; {did_you_mean(name, known)}")
    return known[name]
