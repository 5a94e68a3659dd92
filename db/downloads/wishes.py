"""A wish: one download with all that decides its bytes. Equal wishes have one key, one name and one file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from db import authorizer
from db.connection import open_reader
from db.downloads.frames import SEARCHED
from db.downloads.manifest import Asked

ENDINGS = {"csv": "csv", "jsonl": "jsonl", "xlsx": "xlsx", "parquet": "parquet", "sqlite": "sqlite"}
_KEY = 20  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for; `full`: whole texts are shown here (else bodies are left out and evidence is cut)."""

    asked: Asked
    bom: bool = True
    texts: bool = True
    full: bool = True

    def normal(self) -> Wish:
        """The same wish without what has no say in its bytes."""
        asked = self.asked
        if asked.what not in SEARCHED:
            asked = replace(asked, query="", filters={})
        bom = self.bom and asked.form == "csv"
        return Wish(asked, bom, self.texts and self.full and asked.what == "articles", self.full)

    @property
    def whole(self) -> bool:
        """Whether it is a whole table: nothing of what a reader searched for."""
        return not self.asked.query.strip() and not self.asked.filters

    @property
    def key(self) -> str:
        """Hexadecimal digits that only this wish has."""
        text = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:_KEY]

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"caixun-{self.asked.what}-{self.asked.as_of}-{self.key}.{ENDINGS[self.asked.form]}"

    @property
    def notes(self) -> dict[str, Any]:
        """What the manifest says of the choices."""
        return {"bom": self.bom, "texts": self.texts, "full": self.full}

    def as_json(self) -> dict[str, Any]:
        """The wish as JSON values; `wish_of` reads them."""
        asked = self.asked
        return {
            "what": asked.what,
            "form": asked.form,
            "query": asked.query,
            "filters": {name: list(values) for name, values in sorted(asked.filters.items())},
            "as_of": asked.as_of,
            **self.notes,
        }


def wish_of(said: dict[str, Any]) -> Wish:
    """The wish that `as_json` told."""
    filters = {name: tuple(values) for name, values in said["filters"].items()}
    asked = Asked(said["what"], said["form"], said["query"], filters, said["as_of"])
    return Wish(asked, said["bom"], said["texts"], said["full"])


def open_public(archive: Path, *, full: bool) -> sqlite3.Connection:
    """A reading connection for downloads: only what the public may read, evidence cut unless `full`.

    Searching looks into texts in both cases; which columns come out is the wish's to say (`Wish.normal`).
    """
    connection = open_reader(archive)
    if not full:
        authorizer.excerpt_facts(connection)
    authorizer.guard(connection, full_text=True, also=frozenset({"takedowns"}))  # the manifest names them
    return connection
