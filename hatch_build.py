"""What is built when a wheel is made or paperkg is installed in place: the scripts of pages (build_page.py) and the library of compiled
kernels (build_native.py). Nothing is done where they were built from the same sources.

    python hatch_build.py           build, where something changed
    python hatch_build.py check     npm run check (types), in exports/page; `test` likewise
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script where hatchling is not installed
    BuildHookInterface = object  # type: ignore[assignment,misc]

ROOT = Path(__file__).resolve().parent
PAGE, NATIVE = ROOT / "exports" / "page", ROOT / "kg" / "native"

# hatchling loads this file by its place
sys.path.insert(0, str(ROOT))
import build_native  # noqa: E402
import build_page  # noqa: E402

sys.path.remove(str(ROOT))


class Hook(BuildHookInterface):  # type: ignore[type-arg,misc]
    """Runs before hatchling collects the files of a wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """A C compiler from the Python index, where the system has none."""
        return build_native.dependencies(NATIVE)

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds what is missing or old. `version` is "standard" or "editable"; both need it."""
        build_page.build(PAGE)
        try:
            build_native.build(NATIVE)
        except build_native.NoLibrary as trouble:
            self.app.display_warning(without(trouble))
            return
        if version == "standard":
            platform = self.build_config.builder.get_best_matching_tag().rpartition("-")[2]
            build_data["pure_python"], build_data["tag"] = False, f"py3-none-{platform}"


def without(trouble: build_native.NoLibrary) -> str:
    """What is said where there is no library."""
    return f"paperkg is made without compiled kernels, and is slower, with the same results: {trouble}"


def main(arguments: list[str]) -> int:
    """The command line; see above."""
    if arguments in (["check"], ["test"]):
        return build_page.check(PAGE, arguments[0])
    if arguments:
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    sys.stdout.write(f"{'built' if build_page.build(PAGE) else 'nothing to do in'} {PAGE / 'dist'}\n")
    try:
        sys.stdout.write(f"{'built' if build_native.build(NATIVE) else 'nothing to do in'} {NATIVE}\n")
    except build_native.NoLibrary as trouble:
        sys.stdout.write(without(trouble) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
