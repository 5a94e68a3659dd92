"""Not more messages to one robot than it takes: WeCom and DingTalk twenty a minute, then they block for minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

SPACING = 3.3  # seconds between two messages to one robot: 18 a minute, two below the limit
_MOST_KEPT = 10_000

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class Pacer:
    """Gives each address its turns. Spaced evenly, so that even a restart of ours cannot bring a burst."""

    def __init__(self, clock: Clock, sleep: Sleep = asyncio.sleep, spacing: float = SPACING) -> None:
        self._clock, self._sleep, self._spacing = clock, sleep, spacing
        self._next: dict[str, float] = {}

    def wait(self, address: str) -> float:
        """How many seconds until the next turn of `address`."""
        return max(0.0, self._next.get(address, 0.0) - self._clock())

    async def turn(self, address: str) -> None:
        """Return when a message may be sent to `address`; turns are given in the order in which they were asked for."""
        now = self._clock()
        mine = max(now, self._next.get(address, now))
        self._next[address] = mine + self._spacing
        if mine > now:
            await self._sleep(mine - now)
        if len(self._next) > _MOST_KEPT:
            self._next = {name: at for name, at in self._next.items() if at > now}
