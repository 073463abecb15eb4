"""How papers are read together: Python's collector of cycles meanwhile, and what it finds afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from kg.batches import collecting_seldom


@pytest.fixture(autouse=True)
def threshold() -> Iterator[tuple[int, int, int]]:
    """What the collector of this process is set to; as before afterwards."""
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)


@pytest.mark.parametrize(("own", "seldom"), [(False, 500_000), (True, 2_000_000)])
def test_cycles_are_looked_for_seldom_and_as_before_afterwards(own: bool, seldom: int, threshold: tuple[int, int, int]) -> None:
    with pytest.raises(KeyError), collecting_seldom(own):
        assert gc.get_threshold() == (seldom, *threshold[1:])
        raise KeyError
    assert gc.get_threshold() == threshold
    gc.set_threshold(0)
    with collecting_seldom(own):
        assert gc.get_threshold()[0] == 0, "who switched it off wants it off"


@pytest.mark.parametrize("own", [False, True])
def test_what_paperkg_made_alone_is_old_at_the_end(own: bool) -> None:
    with collecting_seldom(own):
        made: list[list[int]] = [[n] for n in range(1000)]
        gc.disable()
    old = {id(one) for one in gc.get_objects(generation=2)}
    gc.enable()
    assert not gc.get_freeze_count()
    assert ({id(one) for one in made} <= old) == own


def test_what_somebody_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        with collecting_seldom(own=True):
            pass
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()
