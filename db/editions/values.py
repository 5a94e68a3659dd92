"""What is known of an edition, as it stands in edition.json inside of it and in the list of all editions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from db.citations import Edition as Cited
from db.connection import EDITION
from db.errors import WrongEdition

NOTE = EDITION  # its presence makes a folder an edition
ARCHIVE, CHANGES = "archive.db", "changes.jsonl"
MANIFEST, SUMS, LIST = "datapackage.json", "SHA256SUMS", "editions.json"
KINDS = ("added", "revised", "gone", "returned", "moved", "removed")
KEPT, BY_RULE, WITHDRAWN = "kept", "rule", "takedown"  # why the files of an edition are there, or no longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition. `id` is its day, with -2, -3 … for further ones of the same day; `date` that day in Beijing.

    `as_of` is the change of the archive that it shows, `seen` the newest change when it was made (takedowns up to
    there are in it); `show` is full or excerpt; `live` the address of the site that goes on, "" if unknown; `sha256`
    and `bytes` are those of its archive.db; `changed` counts articles by KINDS since the edition `previous`, empty
    for the first one; `state` is kept, rule (removed by the rule of keeping) or takedown (withdrawn).
    """

    id: str
    date: str
    title: str
    created: str
    as_of: int
    seen: int
    show: str
    live: str
    version: str
    sha256: str
    bytes: int
    rows: Mapping[str, int]
    previous: str = ""
    changed: Mapping[str, int] = field(default_factory=dict)
    state: str = KEPT

    @property
    def order(self) -> tuple[str, int]:
        """Editions in the order of their days, and of their making within a day."""
        return order_of(self.id)

    @property
    def kept(self) -> bool:
        """Whether its files are still there."""
        return self.state == KEPT

    def cited(self, base: str) -> Cited:
        """The edition as a value of references; `base` is the address of the site that names it."""
        return Cited(
            id=self.id, date=self.date, title=self.title, sha256=self.sha256,
            url=f"{(self.live or base).rstrip('/')}/edition/{self.id}",
        )  # fmt: skip


def order_of(identity: str) -> tuple[str, int]:
    """(day, number within the day) of an id such as 2026-11-21 or 2026-11-21-2."""
    number = identity[11:]
    return identity[:10], int(number) if number.isdigit() else 1


def write(edition: Edition, file: Path) -> None:
    """Put the edition into `file` as JSON."""
    file.write_text(json.dumps(asdict(edition), ensure_ascii=False, indent=2) + "\n", "utf-8")


def write_all(editions: Iterable[Edition], file: Path) -> None:
    """Put a list of editions into `file` as JSON."""
    listed = [asdict(edition) for edition in editions]
    file.write_text(json.dumps(listed, ensure_ascii=False, indent=2) + "\n", "utf-8")


def read(folder: Path) -> Edition:
    """The edition in `folder`. Raises WrongEdition when there is none, or its note cannot be read."""
    file = folder / NOTE
    try:
        return _edition(json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        raise WrongEdition(f"{folder} 里没有 {NOTE}：这不是才讯发布的版本，或没有拷全，请重新拷贝") from None
    except (ValueError, KeyError, TypeError):
        raise WrongEdition(f"{file} 读不出来：已损坏，请重新拷贝这个版本") from None


def read_all(file: Path) -> tuple[Edition, ...]:
    """The editions listed in `file`; () where there is none. Raises WrongEdition when it cannot be read."""
    try:
        return tuple(_edition(one) for one in json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError):
        raise WrongEdition(f"{file} 读不出来：已损坏；删去它后重新发布，会照文件夹里的版本重建") from None


def _edition(values: Mapping[str, Any]) -> Edition:
    known = {name: values[name] for name in Edition.__dataclass_fields__ if name in values}
    order_of(known["id"])
    return Edition(**known)


def found(folder: Path) -> Edition | None:
    """The edition in `folder`, None where it is no edition. Raises WrongEdition when its note cannot be read."""
    return read(folder) if (folder / NOTE).exists() else None
