"""How long and how large a download will be, told before anybody waits for it."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

from db.downloads import formats
from db.downloads.frames import count, frame
from db.downloads.wishes import Wish

_SAMPLE = 120  # rows
# Bytes against CSV, rules of thumb from small tables of articles and facts; the page says 约.
_AGAINST_CSV = {"xlsx": 0.5, "parquet": 0.35, "sqlite": 1.2}


@dataclass(frozen=True, slots=True)
class Estimate:
    """The exact number of rows, and about how many bytes each format takes."""

    rows: int
    sizes: Mapping[str, int]


def estimate(connection: sqlite3.Connection, wish: Wish) -> Estimate:
    """Count the rows and measure a sample of them. Raises QueryError."""
    asked = wish.asked
    rows = count(connection, asked.what, asked.query, asked.filters, asked.as_of)
    taken, csv = _sample(connection, wish, "csv")
    _, jsonl = _sample(connection, wish, "jsonl")
    times = rows / max(taken, 1)
    sizes = {"csv": csv * times, "jsonl": jsonl * times}
    sizes |= {form: share * csv * times for form, share in _AGAINST_CSV.items()}
    return Estimate(rows, {form: round(size) for form, size in sizes.items()})


def _sample(connection: sqlite3.Connection, wish: Wish, form: str) -> tuple[int, int]:
    """How many rows were taken, and their bytes."""
    asked = wish.asked
    found = frame(
        connection, asked.what, query=asked.query, filters=asked.filters, as_of=asked.as_of, texts=wish.texts,
        spreadsheet=form == "csv",
    )  # fmt: skip
    out = io.StringIO(newline="")
    sample = replace(found, rows=islice(found.rows, _SAMPLE))
    rows = formats.write_csv(sample, out, bom=False) if form == "csv" else formats.write_jsonl(sample, out)
    return rows, len(out.getvalue().encode())
