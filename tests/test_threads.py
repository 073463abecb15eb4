"""Reading is by one thread of the libraries of linear algebra, and leaves their number as it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from kg.model import Paper
from kg.reader import Reader
from kg.threads import one_thread

_controller = ThreadpoolController()


def threads() -> set[int]:
    """The numbers of threads of the libraries that numpy has loaded."""
    return {library["num_threads"] for library in _controller.info() if library["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def three() -> Iterator[None]:
    np.ones((2, 2)) @ np.ones((2, 2))
    assert threads(), "numpy has such a library"
    with _controller.limit(limits=3, user_api="blas"):
        yield


def test_one_inside_and_as_before_behind() -> None:
    assert threads() == {3}
    with one_thread():
        assert threads() == {1}
        with one_thread():
            assert threads() == {1}
        assert threads() == {1}, "the outer block goes on"
    assert threads() == {3}


def test_as_before_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), one_thread():
        1 / 0  # noqa: B018
    assert threads() == {3}


@pytest.mark.parametrize("last", [False, True])
def test_blocks_in_several_threads(last: bool) -> None:
    """The thread that came first leaves first, or last."""
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with one_thread():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with one_thread():
        thread.start()
        assert entered.wait(10)
        assert threads() == {1}
        if last:
            leave.set()
            thread.join(10)
            assert threads() == {1}
    assert threads() == {3}
    leave.set()
    thread.join(10)
    assert threads() == {3}
    with one_thread():
        assert threads() == {1}


def test_a_reader_reads_so(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, seen = Reader(), list[set[int]]()
    look = reader.look
    monkeypatch.setattr(reader, "look", lambda papers: (seen.append(threads()), look(papers))[1])
    reader.read([Paper("p", "BERT", "We train BERT on ImageNet.")])
    assert seen == [{1}]
    assert threads() == {3}
