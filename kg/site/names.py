"""Names of the site's files: safe on every file system, and the same for an id whatever else is in the graph."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

__all__ = ["numbered", "safe_name"]

_LONGEST = 60
_SAFE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# names that Windows keeps for devices
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10))})


@lru_cache(maxsize=262_144)
def safe_name(text: str) -> str:
    """The name of a file or an anchor that stands for a string, and for no other; without a suffix.

    A string of lower-case letters, digits and single hyphens is its own name; any other gets a hash behind `_`, which stands in no
    string that is its own name.

    >>> safe_name("low-rank-adaptation"), safe_name("acl:N19-1423"), safe_name("../..")
    ('low-rank-adaptation', 'acl-n19-1423_09cc333c6e6d', '_0cfd1c96cbc0')
    """
    if _SAFE.fullmatch(text) and len(text) <= _LONGEST and text not in _DEVICES and text != "index":
        return text
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    head = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST].rstrip("-")
    return f"{head}_{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def numbered(name: str, page: int) -> str:
    """The file of a page of something that is cut into several; no name of `safe_name` holds a full stop.

    >>> numbered("bert", 1), numbered("bert", 2)
    ('bert.html', 'bert.2.html')
    """
    return f"{name}.html" if page == 1 else f"{name}.{page}.html"
