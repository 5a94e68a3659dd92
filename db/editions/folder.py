"""The folder of all editions: a folder each, the list of all that ever were, and `current`, which leads to the newest.

Nothing appears half made: an edition is written under another name and renamed, the list and `current` are replaced by
a rename. Whatever a kill leaves is told by its name and swept by the next publication.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from db.durable import sync
from db.editions import values
from db.editions.values import BY_RULE, LIST, NOTE, Edition
from db.errors import CannotPublish

CURRENT = "current"
DRAFT = ".draft"
_LOCK, _LEAVING, _FRESH = ".lock", ".leaving-", ".new"


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder `path` of all editions."""

    path: Path

    @property
    def draft(self) -> Path:
        """Where an edition is written before it is whole."""
        return self.path / DRAFT

    def listed(self) -> tuple[Edition, ...]:
        """All editions that ever were, the newest first. Raises WrongEdition when the list is damaged.

        The list may be older than the folders (a kill between the two renames), so the folders have the word.
        """
        known = {one.id: one for one in values.read_all(self.path / LIST)}
        there = {one.id: one for one in self._there()}
        gone = {name: one if not one.kept else replace(one, state=BY_RULE) for name, one in known.items()}
        return tuple(sorted((gone | there).values(), key=lambda one: one.order, reverse=True))

    def _there(self) -> Iterator[Edition]:
        if not self.path.is_dir():
            return
        for place in self.path.iterdir():
            if not place.name.startswith(".") and not place.is_symlink() and (place / NOTE).exists():
                yield values.read(place)

    def place(self, edition: Edition) -> Path:
        """The folder of an edition."""
        return self.path / edition.id

    def current(self) -> Path | None:
        """The folder of the current edition; None before the first."""
        link = self.path / CURRENT
        return link.resolve() if link.exists() else None

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold the folder for one publication. Raises CannotPublish when another one is under way, OSError."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / _LOCK).open("w", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotPublish(f"{self.path} 正在发布另一个版本：请等它结束") from None
            self.sweep()
            yield

    def sweep(self) -> None:
        """Remove what a killed publication left behind."""
        for place in self.path.glob(".*"):
            if place.name == DRAFT or place.name.startswith(_LEAVING):
                shutil.rmtree(place, ignore_errors=True)
            elif place.name.endswith(_FRESH):
                place.unlink()

    def take_in(self, edition: Edition) -> None:
        """Give the finished draft its name: from now on it is one of the editions."""
        for file in self.draft.iterdir():
            file.chmod(0o444)
            sync(file)
        sync(self.draft)
        self.draft.rename(self.place(edition))
        sync(self.path)

    def settle(self, editions: Sequence[Edition]) -> None:
        """Write the list, and lead `current` to the newest edition that is kept."""
        fresh = self.path / f".{LIST}{_FRESH}"
        values.write_all(editions, fresh)
        sync(fresh)
        fresh.replace(self.path / LIST)
        newest = next((one for one in editions if one.kept), None)
        link = self.path / CURRENT
        if newest is None:
            link.unlink(missing_ok=True)
        elif not link.is_symlink() or str(link.readlink()) != newest.id:
            step = self.path / f".{CURRENT}{_FRESH}"
            step.unlink(missing_ok=True)
            step.symlink_to(newest.id)
            step.replace(link)
        sync(self.path)

    def drop(self, editions: Iterable[Edition]) -> None:
        """Remove the files of editions; first out of sight, so that none is ever seen half removed."""
        for edition in editions:
            place = self.place(edition)
            if place.exists():
                away = self.path / f"{_LEAVING}{edition.id}"
                place.rename(away)
                shutil.rmtree(away)


def beyond(editions: Sequence[Edition], keep: int) -> set[str]:
    """The ids whose files go by the rule: not among the newest `keep`, nor the first of their month."""
    there = [one for one in editions if one.kept]
    firsts: dict[str, str] = {}
    for one in sorted(editions, key=lambda one: one.order):
        if one.kept or one.state == BY_RULE:  # one that was withdrawn leaves its place to the next
            firsts.setdefault(one.date[:7], one.id)
    stay = {one.id for one in there[: max(keep, 1)]} | set(firsts.values())
    return {one.id for one in there} - stay
