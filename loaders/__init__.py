"""Sources of papers: `read` any input, `detect` what it is.

A loader is a module with one `Loader` record; a package adds its own under the entry-point group `paperkg.loaders`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from operator import attrgetter
from pathlib import Path

from kg.errors import DataError
from kg.model import Note, Rejected
from loaders.fields import check_mapping
from loaders.registry import GROUP, Item, Loader, loader, registered
from loaders.source import BrokenInput, Input, Origin, decode, foreign, origin

__all__ = ["GROUP", "Item", "Loader", "detect", "inputs", "loader", "read", "registered"]

_PACKED = (".gz", ".zst", ".zstd")


def inputs(path: Path | str, loader: str | None = None) -> list[Path]:
    """The files that `read` reads for a path: the path itself, or those of a folder that a loader takes, sorted by name.

    Raises:
        DataError: there is no such path, or nothing readable in the folder.
        UsageError: there is no loader of that name.
    """
    files, _ = _files(origin(path), loader)
    return [Path(place.path) for place in files]


def detect(path: Path | str, mapping: Mapping[str, str] | None = None) -> tuple[str, str]:
    """What an input is: the name of its loader and the reason, from its content first and its file name second.

    The name is empty where it is no input for any loader; the reason then says what was found instead. Of a folder the first
    file counts. Standard input is consumed by this: let `read` do it there.

    Raises:
        DataError: there is no such file, or it cannot be opened.
    """
    files, _ = _files(origin(path), None)
    with Input(files[0]) as source:
        found, why = _detected(source, mapping or {})
    if isinstance(found, Rejected):
        return "", f"{found.reason}; {found.hint}"
    return found.name, f"a folder of {len(files)} files; {files[0].name}: {why}" if Path(path).is_dir() else why


def read(path: Path | str, loader: str | None = None, mapping: Mapping[str, str] | None = None, name: str | None = None) -> Iterator[Item]:
    """The papers of an input in its order, and a `Rejected` or a `Note` for everything that is left out.

    `path` is a file (plain, gzip or zstd), a folder, or "-" for standard input. `loader` is the name of a loader where the
    input shall not be detected; `mapping` gives the source's name of a field (`{"title": "Name"}`); `name` is what the records'
    `source` says instead of the file's name.

    Raises:
        DataError: there is no such file, it cannot be opened, or a folder holds no input.
        UsageError: there is no loader of that name, or the mapping names an unknown field.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "mine.jsonl"
    >>> _ = file.write_text('{"paper_title": "A Small Paper", "summary": "We say little.", "published": "2021-03-04"}\\n')
    >>> [(p.id, p.year, p.line) for p in read(file)]
    [('title:a-small-paper', 2021, 1)]
    """
    known = dict(mapping or {})
    check_mapping(known)
    chosen = _loader(loader)
    files, notes = _files(origin(path, name or ""), loader)
    return _read(files, notes, chosen, known)


def _loader(name: str | None) -> Loader | None:
    return loader(name) if name else None


def _read(files: list[Origin], notes: list[Note], chosen: Loader | None, mapping: Mapping[str, str]) -> Iterator[Item]:
    yield from notes
    for place in files:
        with Input(place) as source:
            found: Loader | Rejected
            if chosen is not None:
                found = _unusable(source) or chosen
            else:
                found, _ = _detected(source, mapping)
            if isinstance(found, Rejected):
                yield found
                continue
            try:
                yield from found.read(source, mapping)
            except BrokenInput as error:
                yield Rejected(source.name, error.line, error.reason, "", error.hint, fatal=True)
            except OSError as error:
                yield Rejected(
                    source.name, 0, f"cannot be read: {error.strerror}", "", "check the disk, or copy the file again", fatal=True
                )


def _unusable(source: Input) -> Rejected | None:
    """The rejection of an input that no loader can read."""
    if not source.head.strip(b"\xef\xbb\xbf \t\r\n\0"):
        if source.head.strip(b"\xef\xbb\xbf \t\r\n"):
            return Rejected(source.name, 0, "a binary file", "only zero bytes", "give text in UTF-8", fatal=True)
        try:
            source.stream.peek(1)
            more = source.stream.read(1) if not source.head else b""
        except BrokenInput as error:
            return Rejected(source.name, error.line, error.reason, "", error.hint, fatal=True)
        if not more:
            return Rejected(source.name, 0, "empty file", "", "give a file that holds papers", fatal=True)
    if wrong := foreign(source.head):
        return Rejected(source.name, 0, wrong[0], "", wrong[1], fatal=True)
    return None


def _detected(source: Input, mapping: Mapping[str, str]) -> tuple[Loader | Rejected, str]:
    if wrong := _unusable(source):
        return wrong, ""
    text = decode(source.head, True)
    known = registered()
    for found in known.values():
        if why := found.sniff(text, mapping):
            return found, why
    ending = _ending(source.name)
    for found in known.values():
        if ending in found.extensions:
            return found, f"its name ends in {ending}"
    names = ", ".join(known)
    from loaders.source import shown

    return Rejected(source.name, 0, "format not recognised", shown(text), f"say what it is: --loader {names}", fatal=True), ""


def _ending(name: str) -> str:
    path = Path(name.casefold())
    return Path(path.stem).suffix if path.suffix in _PACKED else path.suffix


def _files(place: Origin, name: str | None) -> tuple[list[Origin], list[Note]]:
    """The files of an input, and a note for each file of a folder that is none."""
    chosen = _loader(name)
    folder = Path(place.path)
    if place.path == "-" or not folder.is_dir():
        return [place], []
    endings = set(chosen.extensions) if chosen else {ending for one in registered().values() for ending in one.extensions} - {".md", ".txt"}
    files, notes = [], []
    with os.scandir(folder) as there:
        # these know what is a file without asking the system once more, and their names are compared faster than paths
        found = sorted(there, key=attrgetter("name"))
    for file in found:
        if file.name.startswith(".") or not file.is_file():
            continue
        if _ending(file.name) in endings:
            files.append(Origin(file.path, file.name))
        else:
            notes.append(Note(file.name, 0, "file of the folder that is no input"))
    if not files:
        below = [f.name for f in sorted(folder.iterdir()) if f.is_dir() and any(_ending(file.name) in endings for file in f.iterdir())]
        hint = f"folders in it are not searched; give {folder / below[0]}" if below else "give files, or another folder"
        raise DataError(f"{place.path}: no input in this folder (looked for {', '.join(sorted(endings))}); {hint}")
    return files, notes
