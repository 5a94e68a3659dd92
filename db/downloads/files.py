"""A download as a stream or as a file: the file appears whole, with its manifest, or not at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from io import TextIOBase
from pathlib import Path
from typing import Any, TextIO, cast

from db.downloads import formats
from db.downloads.formats import Progress
from db.downloads.frames import Frame, frame, newest_change
from db.downloads.manifest import Asked, beside, describe, dictionary_of

__all__ = ["newest_change", "save", "stream"]


def stream(
    connection: sqlite3.Connection,
    asked: Asked,
    out: TextIO,
    *,
    bom: bool = True,
    texts: bool = True,
    progress: Progress | None = None,
) -> int:
    """Write CSV or JSON lines to `out`; how many rows. Raises QueryError."""
    found = _frame(connection, asked, texts)
    target = cast(TextIOBase, out)
    if asked.form == "csv":
        return formats.write_csv(found, target, bom=bom, progress=progress)
    return formats.write_jsonl(found, target, progress=progress)


def save(
    connection: sqlite3.Connection,
    asked: Asked,
    file: Path,
    now: datetime,
    *,
    bom: bool = True,
    texts: bool = True,
    progress: Progress | None = None,
    notes: Mapping[str, Any] | None = None,
) -> int:
    """Write the file and its manifest; how many rows. Raises QueryError, MissingExtra, OSError.

    Both are written under another name first. The file comes before its manifest: a file without one does not verify.
    `notes` are added to what the manifest says of us.
    """
    draft, note = file.with_name(file.name + ".part"), beside(file)
    note.unlink(missing_ok=True)  # an older one must not speak for the new file
    draft.unlink(missing_ok=True)
    connection.execute("begin")  # one view of the archive for rows and manifest
    try:
        found = _frame(connection, asked, texts)
        rows = _write(found, asked, draft, bom, progress)
        told = describe(connection, asked, found.columns, draft, rows, now)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    finally:
        connection.execute("commit")
    told["resources"][0]["path"] = file.name
    told["caixun"] |= notes or {}
    half = note.with_name(note.name + ".part")
    half.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    draft.replace(file)
    half.replace(note)
    return rows


def _frame(connection: sqlite3.Connection, asked: Asked, texts: bool) -> Frame:
    return frame(
        connection, asked.what, query=asked.query, filters=asked.filters, as_of=asked.as_of, texts=texts,
        spreadsheet=asked.form == "csv",
    )  # fmt: skip


def _write(found: Frame, asked: Asked, draft: Path, bom: bool, progress: Progress | None) -> int:
    about = dictionary_of(found.columns)
    match asked.form:
        case "xlsx":
            return formats.write_xlsx(found, draft, about, progress=progress)
        case "parquet":
            return formats.write_parquet(found, draft, progress=progress)
        case "sqlite":
            return formats.write_sqlite(found, draft, about, progress=progress)
        case form:
            with draft.open("w", encoding="utf-8", newline="") as out:
                if form == "csv":
                    return formats.write_csv(found, cast(TextIOBase, out), bom=bom, progress=progress)
                return formats.write_jsonl(found, cast(TextIOBase, out), progress=progress)
