"""A small library of compiled kernels for the inner loops that cost most. It is never needed: whoever calls a kernel can do the same with
numpy or Arrow, and gives the same result.

It is made of the C files beside this one when a wheel is built or paperkg is installed in place (`build_native.py`). With
`PAPERKG_NATIVE=0` in the environment it is not used.
"""

from __future__ import annotations

import hashlib
import os
import sys
from ctypes import CDLL, addressof, c_char, c_char_p, c_int, c_int64, c_void_p
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
#: The file of the library.
NAME = {"win32": "kernels.dll", "darwin": "kernels.dylib"}.get(sys.platform, "kernels.so")
#: What kernels take: `a` is the address of an array, `n` a whole number of 64 bits.
KERNELS = {
    "kg_trees": "nn aaaa nnnnn aaa an a",
    "kg_level": "n",
    "kg_read_words": "nnna aaa aaaaa naa aan an aaa an aa ann aa",
    "kg_decide_groups": "nnnaan aanaa an aaan ann a",
    "kg_find": "na na nan a",
    "kg_look_up": "na na nan na a",
    "kg_flags": "naa naa naa na a",
    "kg_shares": "naa naa naa na a",
    "kg_least": "nna naa naa a",
    "kg_around": "na naa na aaa",
    "kg_words": "na na na aaa aaa aa a",
    "kg_hashes": "na na n aa",
    "kg_grams": "naaaa nn aaaaa a",
    "kg_groups": "naaaaaa",
    "kg_lines": "an an an an aaan n an aa",
    "kg_plain": "aa",
    "kg_bytes_of_places": "aaanaa",
    "kg_segments": "aana",
    "kg_order": "aannaaaa",
    "kg_turtle": "annnaaaan an an a",
    "kg_cues": "naa naaa nan aa",
    "kg_among": "naaaa a",
    "kg_containing": "n naa naa aan aa",
    "kg_since": "naa nan a",
}
#: The best instructions of a machine that kernels may use; fewer in tests alone.
BEST = 9
Kernel: TypeAlias = Any  # a function of ctypes: it takes addresses and whole numbers, and returns 0 where they fit together


def library() -> CDLL | None:
    """The library, or None where it is not there or not wanted; see `missing`. Kernels are its functions `kg_…`."""
    return _loaded()[0] if _wanted() else None


def missing() -> str:
    """Why there is no library; empty where there is one."""
    return _loaded()[1] if _wanted() else "PAPERKG_NATIVE=0 in the environment"


def address(array: NDArray[Any], kind: Any) -> int:
    """Where the values of an array of one kind stand, one behind the other. The array has to outlive the call that is given it.

    Raises:
        TypeError: they are of another kind, or do not stand so.
    """
    if array.dtype != kind or not array.flags.c_contiguous:
        raise TypeError(f"an array of {array.dtype}, contiguous: {array.flags.c_contiguous}; {np.dtype(kind)} is wanted, contiguous")
    try:
        return addressof(c_char.from_buffer(array))  # type: ignore[arg-type]  # several times as fast as to ask the array
    except (TypeError, ValueError):  # not to be written to, or without values
        return int(array.ctypes.data)


def checked(status: int) -> None:
    """Looks at what a kernel returned.

    Raises:
        ValueError: it found that what it was given does not fit together.
    """
    if status:
        raise ValueError(f"a compiled kernel was given what does not fit together (status {status})")


def sources(folder: Path) -> str:
    """A hash of the files that a library is made of."""
    found = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".c", ".h")):
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def _wanted() -> bool:
    return os.environ.get("PAPERKG_NATIVE", "") != "0"


@cache
def _loaded() -> tuple[CDLL | None, str]:
    return load(HERE)


def load(folder: Path) -> tuple[CDLL | None, str]:
    """The library in a folder, or why it cannot be used."""
    path = folder / NAME
    if not path.is_file():
        return None, f"{path} is not there: nothing could compile it when paperkg, or its wheel, was built"
    try:
        found = CDLL(str(path))
        found.kg_sources.restype = c_char_p
        made_from = found.kg_sources().decode()
        for name, takes in KERNELS.items():
            kernel = getattr(found, name)
            kernel.restype = c_int
            kernel.argtypes = [{"a": c_void_p, "n": c_int64}[one] for one in takes.replace(" ", "")]
    except (OSError, AttributeError) as error:
        return None, f"{path} cannot be used ({error}); install paperkg again"
    # in a checkout the sources may have changed since
    if (folder / "kg.h").is_file() and made_from != sources(folder):
        return None, f"{path} was made from other sources; run `python hatch_build.py` in the checkout"
    return found, ""
