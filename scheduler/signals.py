"""Hearing the signals that ask a process to stop, for as long as it wants to decide by itself what then happens."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def heard(numbers: Sequence[signal.Signals], told: Callable[[], object]) -> Iterator[None]:
    """While this lasts `told` is called for each of these signals; then whoever heard them before hears them again.

    Main thread only.
    """
    before = {number: signal.signal(number, lambda _number, _frame: told()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
