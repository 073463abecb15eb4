"""Ctrl-C goes to every process of a terminal; those that read papers leave it to the one that started them."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from kg.batches import _unheard

ASK = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_a_process_is_deaf_to_it_from_its_first_moment() -> None:
    def deaf() -> str:
        return subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, timeout=60).stdout.strip()

    with _unheard():
        assert deaf() == "True"
    assert deaf() == "False"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_this_process_hears_it_when_the_block_has_ended() -> None:
    reached = False
    with pytest.raises(KeyboardInterrupt), _unheard():
        signal.raise_signal(signal.SIGINT)
        reached = True
    assert reached
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
