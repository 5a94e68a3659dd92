"""The higher facts of one archive, computed once for each version of it (the number of its newest change)."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from db import higher_facts
from parsers.values import Fact

VIEWS: dict[str, Callable[[sqlite3.Connection], tuple[Any, ...]]] = {
    "meetings": higher_facts.meetings,
    "promises": higher_facts.promises,
    "phrases": higher_facts.first_uses,
    "posts": higher_facts.posts,
    "policies": higher_facts.policies,
}


class HigherTables:
    """The tables of one archive as they were last computed. Several threads may ask: one computes, the others wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, tuple[tuple[str, Any], ...]]] = {}

    def rows(self, connection: sqlite3.Connection, view: str, text: str = "") -> list[Any]:
        """The rows of a view of VIEWS that hold `text` in a name, a place, an evidence or the title of an article."""
        with self._lock:
            version = int(connection.execute("select coalesce(max(number), 0) from changes").fetchone()[0])
            if self._known.get(view, (None,))[0] != version:
                found = VIEWS[view](connection)
                self._known[view] = version, tuple(("\n".join(_words(one)), one) for one in found)
            known = self._known[view][1]
        return [one for words, one in known if text in words]


def _words(value: object) -> Iterator[str]:
    """The texts in a value, those of its members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Fact):
        yield from (value.subject, value.period, value.evidence)
        yield from _words(tuple(value.fields.values()))
    elif is_dataclass(value):
        for member in fields(value):
            yield from _words(getattr(value, member.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _words(item)
