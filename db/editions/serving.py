"""What a server shows of editions: those listed, and the files of one, as long as they may be given away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from db.connection import open_reader
from db.dictionary import TABLES
from db.editions import changes, values
from db.editions.changes import Change
from db.editions.folder import Folder
from db.editions.publishing import withdrawn
from db.editions.values import ARCHIVE, CHANGES, KINDS, LIST, MANIFEST, NOTE, SUMS, WITHDRAWN, Edition
from db.errors import WrongEdition

FILES = (ARCHIVE, CHANGES, NOTE, LIST, MANIFEST, SUMS)
SHOWN = 50  # changes of a kind on the page of an edition; all of them are in the file


@dataclass(frozen=True, slots=True)
class Shown:
    """The page of an edition: its record, the folder with its files (None: no longer offered), sizes, changes."""

    edition: Edition
    folder: Path | None
    files: tuple[tuple[str, int], ...]
    changes: tuple[tuple[str, int, tuple[Change, ...]], ...]  # kind, how many, the first of them


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a server has editions from: `own` when it serves one itself, `folder` where they are published."""

    own: Path | None
    folder: Path | None

    def listed(self, archive: sqlite3.Connection) -> tuple[Edition, ...]:
        """All editions known here, the newest first; one with a text that was taken down since counts as withdrawn.

        Raises WrongEdition when a note or the list is damaged.
        """
        if self.own is not None:
            return values.read_all(self.own / LIST)
        listed = Folder(self.folder).listed() if self.folder else ()
        return tuple(replace(one, state=WITHDRAWN) if one.kept and withdrawn(archive, one) else one for one in listed)

    def find(self, archive: sqlite3.Connection, identity: str) -> Shown | None:
        """One edition; None when there never was one of that id."""
        edition = next((one for one in self.listed(archive) if one.id == identity), None)
        if edition is None:
            return None
        place = self._place(edition)
        if place is None:
            return Shown(edition, None, (), ())
        sizes = tuple((name, (place / name).stat().st_size) for name in FILES)
        counted = ((kind, edition.changed.get(kind, 0)) for kind in KINDS)
        told = ((kind, count, tuple(changes.read(place / CHANGES, kind, SHOWN))) for kind, count in counted if count)
        return Shown(edition, place, sizes, tuple(told))

    def _place(self, edition: Edition) -> Path | None:
        if self.own is not None:
            return self.own if values.read(self.own).id == edition.id else None
        if self.folder is None or not edition.kept:
            return None
        place = self.folder / edition.id
        return place if all((place / name).is_file() for name in FILES) else None


def served(folder: Path) -> Path:
    """The folder of the edition that `folder` means: itself, or the current one of a folder of editions.

    Raises WrongEdition when there is none.
    """
    if values.found(folder) is not None:
        return folder
    current = Folder(folder).current()
    if current is None:
        raise WrongEdition(f"{folder} 里没有已发布的版本：请给版本的目录，或有 current 的目录（caixun publish 建立）")
    values.read(current)
    return current


def lacking(folder: Path) -> list[str]:
    """What pages of today know and the edition in `folder` does not have: "table" or "table.column"."""
    found = []
    with closing(open_reader(folder / ARCHIVE)) as archive:
        for name, table in TABLES.items():
            columns = {row["name"] for row in archive.execute(f"pragma table_xinfo({name})")}
            found += [f"{name}.{column}" for column in table.columns if column not in columns] if columns else [name]
    return found
