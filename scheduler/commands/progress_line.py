"""One line of progress at the foot of a terminal; without a terminal, a line every ten seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import click

_EVERY = 10.0
_last = [time.monotonic()]


def show(state: str) -> None:
    """Draw `state` over the last one; the empty state clears the line."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K" + state, err=True, nl=False)
        return
    if state and time.monotonic() - _last[0] >= _EVERY:
        _last[0] = time.monotonic()
        click.echo(state, err=True)


def say(line: str) -> None:
    """A line that stays, above the progress."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)
    click.echo(line, err=True)


def megabytes(label: str) -> Callable[[int], None]:
    """Draws how much has been done, given the bytes of each step."""
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        show(f"{label} {done / 1e6:,.0f} MB")

    return step
