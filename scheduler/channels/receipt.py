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
    """The other side answered, and did not accept; the text ends with the first 4 KB of what it said, on one line.

    `wait` is how long it asked to be left alone (None: not said). What is refused for good is no address any more.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, answer: str = "", wait: datetime.timedelta | None = None
    ) -> None:
        said = f"{message}；应答：{answer}" if answer else message
        super().__init__(said, permanent=permanent, address_dead=permanent)
        self.answer = answer
        self.wait = wait
