"""What became of a message that was handed to a channel."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from scheduler.errors import DeliveryError


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message that was accepted whole: in how many parts, and the last answer as a line of the event log."""

    parts: int
    answer: str


class NotAccepted(DeliveryError):
    """The other side answered, and did not accept.

    `answer` is a line for the event log with the first 4 KB of what it said; `wait` is how long it asked to be left
    alone (None: not said).
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        answer: str = "",
        wait: datetime.timedelta | None = None,
    ) -> None:
        super().__init__(message, permanent=permanent)
        self.answer = answer
        self.wait = wait
