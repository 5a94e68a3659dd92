"""The data dictionary: what every public table and column of archive.db holds, in Chinese and English.

One place for the table pages, the authorizer (nothing outside of it is public) and the documentation of downloads.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its description by language ("zh", "en") and its unit or format, "" where it has none."""

    name: str
    about: Mapping[str, str]
    unit: str = ""

    def line(self, language: str) -> str:
        """The description with the unit, on one line."""
        text = self.about[language]
        if not self.unit:
            return text
        return f"{text}（{self.unit}）" if language == "zh" else f"{text} ({self.unit})"


@dataclass(frozen=True, slots=True)
class Table:
    """A public table; `texts`: it holds what is refused where only excerpts are shown."""

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    texts: bool = False
    columns: Mapping[str, Column] = field(default_factory=dict)


def _by_language(pair: list[str]) -> dict[str, str]:
    return dict(zip(LANGUAGES, pair, strict=False))


def _column(name: str, values: list[str]) -> Column:
    return Column(name, _by_language(values), values[2] if len(values) > 2 else "")


def _load() -> dict[str, Table]:
    read = tomllib.loads((Path(__file__).parent / "dictionary.toml").read_text(encoding="utf-8"))
    return {
        name: Table(
            name,
            _by_language(table["title"]),
            _by_language(table["about"]),
            table.get("texts", False),
            {column: _column(column, values) for column, values in table["columns"].items()},
        )
        for name, table in read.items()
    }


TABLES: Mapping[str, Table] = _load()
EXCERPT_TABLES = frozenset(name for name, table in TABLES.items() if not table.texts)
EVIDENCE = 150  # characters of an evidence sentence where only excerpts are shown
