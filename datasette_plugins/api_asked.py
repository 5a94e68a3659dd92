"""What a request of the API asks for, checked; what is wrong with it is said with its place and what was meant."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from datasette_plugins.language import Words
from datasette_plugins.query import one_line, within_calendar
from parsers.errors import CaixunError
from parsers.query import parse_leniently, print_query
from parsers.query_problems import WrongQuery

_MARK = re.compile(r"from:(\d{1,9})")


class WrongRequest(CaixunError):
    """A request that cannot be answered: the HTTP `status`, `where` it is wrong, and what may have been meant."""

    def __init__(
        self, message: str, status: int, where: dict[str, Any] | None = None, meant: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.where = where
        self.meant = meant

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"error": str(self), "where": self.where, "did_you_mean": self.meant}


def wrong_query(error: WrongQuery, q: str, t: Words) -> WrongRequest:
    """The answer to a query with a fault: its place in `q`, and the query that can be understood."""
    problem = error.problem
    where = {"parameter": "q", "position": problem.position, "length": problem.length}
    return WrongRequest(problem.text(t.language), 400, where, print_query(parse_leniently(q)[0]) or None)


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a request by name, the parts of its path among them, and the language of messages."""

    values: Mapping[str, Sequence[str]]
    t: Words

    def text(self, name: str, default: str = "") -> str:
        """The first value as one line."""
        given = self.values.get(name) or (default,)
        return one_line(given[0])

    def all(self, name: str) -> tuple[str, ...]:
        """All values, sorted and unique."""
        return tuple(sorted({value for value in self.values.get(name, ()) if value}))

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`. Raises WrongRequest."""
        text = self.text(name)
        if not text:
            return default
        if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most:
            return int(text)
        raise self.wrong(name, self.t("api.error.number", name=name, most=most))

    def day(self, name: str) -> str:
        """An ISO day, "" when none is given. Raises WrongRequest."""
        text = self.text(name)
        try:
            return within_calendar(date.fromisoformat(text)).isoformat() if text else ""
        except ValueError:
            raise self.wrong(name, self.t("api.error.day", name=name)) from None

    def choice(self, name: str, choices: Sequence[str], default: str = "") -> str:
        """One of `choices`, `default` when none is given. Raises WrongRequest."""
        text = self.text(name, default)
        if text in choices or text == default:
            return text
        meant = get_close_matches(text, choices, 1, 0.5)
        message = self.t("api.error.choice", name=name, choices="、".join(choices))
        raise self.wrong(name, message, meant[0] if meant else None)

    def start(self) -> int:
        """How many rows stand before the page that `cursor` names. Raises WrongRequest."""
        text = self.text("cursor")
        if not text:
            return 0
        try:
            mark = _MARK.fullmatch(base64.urlsafe_b64decode(text.encode() + b"==").decode("ascii"))
        except (binascii.Error, UnicodeError):
            mark = None
        if mark is None:
            raise self.wrong("cursor", self.t("api.error.cursor"))
        return int(mark[1])

    def wrong(self, name: str, message: str, meant: str | None = None) -> WrongRequest:
        """The error of one parameter."""
        return WrongRequest(message, 400, {"parameter": name}, meant)

    def missing(self, name: str, meant: str | None = None) -> WrongRequest:
        """The error of a path that names nothing."""
        return WrongRequest(self.t("api.error.missing", what=self.text(name)[:60]), 404, {"parameter": name}, meant)


def cursor_at(start: int, total: int) -> str | None:
    """The cursor of the rows from `start` on, None when there are none."""
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode().rstrip("=") if start < total else None
