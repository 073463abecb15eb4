"""Builds the library of compiled kernels (kg/native, C99) with the system's C compiler or, where there is none, with that of `ziglang`.

Where nothing compiles it, the package is made without: all that kernels do has its way in numpy and Arrow too. `PAPERKG_NATIVE=0`
in the environment leaves the library out.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

ZIG = "ziglang"
#: Systems that it has wheels for: where there is none, asking for it would make the installation fail.
ZIG_SYSTEMS = {
    ("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64"), ("Windows", "ARM64"),
}  # fmt: skip
#: As in kg/native/__init__.py, which is not imported here: it needs numpy.
LIBRARY = {"win32": "kernels.dll", "darwin": "kernels.dylib"}.get(sys.platform, "kernels.so")
#: No -march: a wheel is for all machines of its platform. No contraction: numpy rounds each product and each sum.
FLAGS = (
    "-std=c99",
    "-O3",
    "-ffp-contract=off",
    "-fno-trapping-math",
    "-fvisibility=hidden",
    "-shared",
    *(() if sys.platform == "win32" else ("-fPIC",)),
)
#: Beside what was built, here and by build_page.py: a hash of what it was made from, and of itself.
STAMP = ".made-from"
_READ = "import ctypes, sys; f = ctypes.CDLL(sys.argv[1]).kg_sources; f.restype = ctypes.c_char_p; print(f().decode())"


class NoLibrary(Exception):
    """Why there is none."""


def build(folder: Path, compilers: Sequence[Sequence[str]] | None = None) -> bool:
    """Builds the library in `folder` (kg/native) by the first compiler that can, all that there are if none are given; whether anything
    had to be done.

    Raises:
        NoLibrary: there is none, and none from former sources is left there.
    """
    library, stamp = folder / LIBRARY, folder / STAMP
    wanted = digest(sources(folder))
    unwanted = os.environ.get("PAPERKG_NATIVE") == "0"
    if not unwanted and library.is_file() and stamp.is_file() and stamp.read_text("utf-8") == f"{wanted} {digest([library])}":
        return False
    stamp.unlink(missing_ok=True)
    library.unlink(missing_ok=True)
    if unwanted:
        raise NoLibrary("PAPERKG_NATIVE=0 in the environment")
    if sys.byteorder != "little" or sys.maxsize < 1 << 32:
        raise NoLibrary("kernels are for machines of 64 bits that keep the lowest byte first")
    troubles = []
    for compiler in [*system_compilers(), *zig()] if compilers is None else compilers:
        try:
            _compile(folder, compiler, wanted)
            stamp.write_text(f"{wanted} {digest([library])}", "utf-8")
        except (NoLibrary, OSError) as trouble:
            troubles.append(str(trouble))
        else:
            return True
    raise NoLibrary("; ".join(troubles) or f"no C compiler (CC, cc, gcc, clang, or the package {ZIG})")


def dependencies(folder: Path) -> list[str]:
    """What a build has to install first: a compiler, where the system's cannot build the library."""
    if os.environ.get("PAPERKG_NATIVE") == "0" or (platform.system(), platform.machine()) not in ZIG_SYSTEMS or sys.maxsize < 1 << 32:
        return []
    try:
        build(folder, system_compilers())
    except (NoLibrary, OSError):
        return [ZIG]
    return []


def system_compilers() -> list[list[str]]:
    """What `CC` names, or else the compilers on the path by their usual names."""
    named = shlex.split(os.environ.get("CC", ""), posix=os.name != "nt")
    found = [named] if named else [[name] for name in ("cc", "gcc", "clang")]
    return [[place, *words[1:]] for words in found if (place := shutil.which(words[0]))]


def zig() -> list[list[str]]:
    """The compiler of `ziglang`, where that is installed."""
    # without -mcpu it compiles for the machine that it runs on
    return [[sys.executable, "-m", ZIG, "cc", "-mcpu=baseline", "-fno-sanitize=all"]] if find_spec(ZIG) else []


def sources(folder: Path) -> list[Path]:
    """The files that the library is made of, in a fixed order."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".c", ".h"))


def digest(files: Iterable[Path]) -> str:
    """A hash of the names and contents of files."""
    found = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def _compile(folder: Path, compiler: Sequence[str], made_from: str) -> None:
    """Makes the library, looks whether this Python can load it, and puts it in its place."""
    with tempfile.TemporaryDirectory(prefix="paperkg-") as work:
        made = Path(work) / LIBRARY
        # names without folders: the same bytes wherever the sources are
        names = [path.name for path in sources(folder) if path.suffix == ".c"]
        command = [*compiler, *FLAGS, f'-DKG_SOURCES="{made_from}"', *names, "-o", str(made)]
        _run(command, folder, {"ZIG_GLOBAL_CACHE_DIR": work, "ZIG_LOCAL_CACHE_DIR": work})
        if _run([sys.executable, "-c", _READ, str(made)], folder, {}).strip() != made_from:
            raise NoLibrary(f"what {compiler[0]} made is another library")
        # a copy beside it first: a process that has the old one loaded keeps it whole
        beside = folder / f"{LIBRARY}.new"
        shutil.copyfile(made, beside)
        beside.replace(folder / LIBRARY)


def _run(command: Sequence[str], folder: Path, environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        raise NoLibrary(f"{command[0]} does not start: {error.strerror or error}") from error
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise NoLibrary(f"{command[0]} fails: {said[0] if said else f'exit status {done.returncode}'}")
    return done.stdout
