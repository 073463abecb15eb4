"""The compiled kernels in two ways: as they were built, and without what is for one kind of processor, as others have them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

import build_native
from kg import native


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> native.Kernel:
    """The library in plain C."""
    folder = tmp_path_factory.mktemp("plain")
    for path in build_native.sources(native.HERE):
        shutil.copy(path, folder)
    compilers = [[*compiler, "-DKG_PLAIN"] for compiler in (*build_native.system_compilers(), *build_native.zig())]
    if not compilers:
        pytest.skip("no C compiler: CC, cc, gcc, clang, or the package ziglang")
    build_native.build(folder, compilers)
    library, why = native.load(folder)
    assert library is not None, why
    return library


@pytest.fixture(scope="module", params=["as built", "plain C"])
def kernels(request: pytest.FixtureRequest) -> Iterator[native.Kernel]:
    """Either library, in use while a module is tested."""
    if native.library() is None:
        pytest.skip(native.missing())
    if request.param == "as built":
        yield native.library()
        return
    library = request.getfixturevalue("plain")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "_loaded", lambda: (library, ""))
        yield library
