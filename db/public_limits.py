"""How much one statement of the public may make, and no function that no clock can stop.

SQLite looks at the clock between its steps only; one step may fill a gigabyte (`printf('%1000000000d', 1)`) or compare
for hours (`instr` of two long texts). So what a step may make is limited, three functions that compare each place
with each are replaced by those of Python, whose time grows with the length, and a result has a budget.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

LONGEST_VALUE = 4_000_000  # bytes; the text of a paper of three hundred pages has about one million
LARGEST_RESULT = 32_000_000  # bytes of all texts and blobs of one result
_LIMITS: dict[int, int] = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 50_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 300,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 300,
}
_TOO_LARGE = "the result is too large: choose fewer rows or columns"


def limit(connection: sqlite3.Connection) -> None:
    """Put the limits on `connection`; what goes beyond them is a sqlite3.DataError or OperationalError."""
    for category, most in _LIMITS.items():
        connection.setlimit(category, most)
    connection.create_function("instr", 2, _instr, deterministic=True)
    connection.create_function("replace", 3, _replace, deterministic=True)
    for name, strip in (("trim", str.strip), ("ltrim", str.lstrip), ("rtrim", str.rstrip)):
        connection.create_function(name, 2, _stripping(strip), deterministic=True)
    connection.row_factory = _Budget()


class _Budget:
    """A row factory that counts what each cursor has brought."""

    def __init__(self) -> None:
        self._brought: WeakKeyDictionary[sqlite3.Cursor, int] = WeakKeyDictionary()

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        size = sum(len(value) for value in values if isinstance(value, str | bytes))
        brought = self._brought.get(cursor, 0) + size
        if brought > LARGEST_RESULT:
            raise sqlite3.OperationalError(_TOO_LARGE)
        self._brought[cursor] = brought
        return sqlite3.Row(cursor, values)


def _instr(text: Any, part: Any) -> int | None:
    """Where `part` begins in `text`, from 1; 0 when nowhere."""
    if text is None or part is None:
        return None
    if isinstance(text, bytes) and isinstance(part, bytes):
        return text.find(part) + 1
    return _text(text).find(_text(part)) + 1


def _replace(text: Any, part: Any, other: Any) -> str | None:
    if text is None or part is None or other is None:
        return None
    whole, old, new = _text(text), _text(part), _text(other)
    if not old:
        return whole
    if len(whole) + whole.count(old) * (len(new) - len(old)) > LONGEST_VALUE:
        return " " * (LONGEST_VALUE + 1)  # SQLite refuses it in its own words
    return whole.replace(old, new)


def _stripping(strip: Callable[[str, str], str]) -> Callable[[Any, Any], str | None]:
    def stripped(text: Any, characters: Any) -> str | None:
        return None if text is None or characters is None else strip(_text(text), _text(characters))

    return stripped


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
