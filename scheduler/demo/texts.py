"""The demo's articles: text files with a header, and what they say at a given tick."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from pathlib import Path

from parsers.errors import CaixunError

SITES = ("portal", "epaper", "gov", "mirror")
FOLDER = Path(__file__).parent / "texts"
_KNOWN = {
    "site", "section", "number", "title", "kicker", "subtitle", "date", "time", "origin", "authors", "editor",
    "document", "relevant", "tick", "removed", "edited", "change", "mirrored", "repost", "cut",
}  # fmt: skip


class DemoTextError(CaixunError):
    """A text file of the demo is wrong; the line names the file and the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One article as written. Ticks count from 0; None means it never happens; `date` is ISO 8601 or "".

    `rows` is a table (first row: heads); `changes` are (old, new) pairs that apply from tick `edited` on;
    `section` is the column on the portal and the gov site, and the number of the page in the newspaper.
    """

    name: str
    site: str
    section: str
    number: int
    title: str
    kicker: str
    subtitle: str
    date: str
    time: str
    origin: str
    authors: tuple[str, ...]
    editor: str
    document: str
    relevant: bool
    tick: int
    removed: int | None
    edited: int | None
    changes: tuple[tuple[str, str], ...]
    mirrored: int | None
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def path(self) -> str:
        """The article's path on its site; needs `date`."""
        year, month, day = self.date.split("-")
        if self.site == "epaper":
            return f"/pc/content/{year}{month}/{day}/content_{self.number}.html"
        if self.site == "gov":
            return f"/{self.section}/{year}{month}/t{year}{month}{day}_{self.number}.html"
        return f"/system/{year}/{month}/{day}/{self.number:09d}.shtml"


@functools.cache
def load() -> tuple[Text, ...]:
    """Every text of the demo, see `read`."""
    return read(FOLDER)


def read(folder: Path) -> tuple[Text, ...]:
    """The texts of `folder` in file order, reposts filled in. Raises DemoTextError for a bad file."""
    texts: dict[str, Text] = {}
    # z-… holds the reposts, which are made from texts read before them
    for path in sorted(folder.glob("*.txt")):
        texts[path.stem] = _parse(path.stem, path.read_text("utf-8"), texts)
    return tuple(texts.values())


def at(tick: int, day: str) -> list[Text]:
    """The texts that are on the sites (but the mirror) at `tick`, edits applied, newest first.

    A text that appears at a tick from 1 on carries `day` (ISO 8601).
    """
    present = [_as_of(text, tick, day) for text in load() if _present(text, tick)]
    return sorted(present, key=lambda text: (text.tick, text.date, text.time, text.number), reverse=True)


def dated(text: Text, day: str) -> Text:
    """`text` with the day on which it appears."""
    return text if text.date else dataclasses.replace(text, date=day)


def _present(text: Text, tick: int) -> bool:
    return text.tick <= tick and (text.removed is None or tick < text.removed)


def _as_of(text: Text, tick: int, day: str) -> Text:
    text = dated(text, day)
    if text.edited is None or tick < text.edited:
        return text
    return dataclasses.replace(text, paragraphs=tuple(_change(line, text) for line in text.paragraphs))


def _change(line: str, text: Text) -> str:
    for old, new in text.changes:
        line = line.replace(old, new)
    return line


def _parse(name: str, content: str, known: dict[str, Text]) -> Text:
    head, _, body = content.partition("\n\n")
    fields = _fields(name, head)
    changes = fields.pop("change", [])
    single = {key: values[-1] for key, values in fields.items()}
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    text = _text(name, single, tuple(_pair(name, change) for change in changes), lines)
    return _reposted(text, known[single["repost"]], single.get("cut", "")) if "repost" in single else text


def _fields(name: str, head: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if not colon or key not in _KNOWN:
            raise DemoTextError(f"演示文本 {name}.txt：表头行“{line}”不认识，请改为 名称: 值")
        fields.setdefault(key, []).append(value.strip())
    return fields


def _pair(name: str, change: str) -> tuple[str, str]:
    old, arrow, new = change.partition("=>")
    if not arrow:
        raise DemoTextError(f"演示文本 {name}.txt：change 行要写成 旧 => 新")
    return old.strip(), new.strip()


def _text(name: str, head: dict[str, str], changes: tuple[tuple[str, str], ...], lines: list[str]) -> Text:
    missing = [key for key in ("site", "section", "number", "title", "relevant") if not head.get(key)]
    if missing or head["site"] not in SITES:
        raise DemoTextError(f"演示文本 {name}.txt：缺少 {'、'.join(missing) or '认识的 site'}")
    return Text(
        name=name,
        site=head["site"],
        section=head["section"],
        number=int(head["number"]),
        title=head["title"],
        kicker=head.get("kicker", ""),
        subtitle=head.get("subtitle", ""),
        date=head.get("date", ""),
        time=head.get("time", "09:00:00"),
        origin=head.get("origin", ""),
        authors=tuple(head.get("authors", "").split()),
        editor=head.get("editor", ""),
        document=head.get("document", ""),
        relevant=head["relevant"] == "true",
        tick=int(head.get("tick", "0")),
        removed=_tick(head, "removed"),
        edited=_tick(head, "edited"),
        changes=changes,
        mirrored=_tick(head, "mirrored"),
        paragraphs=tuple(line for line in lines if not line.startswith(("|", "图："))),
        captions=tuple(line.removeprefix("图：") for line in lines if line.startswith("图：")),
        rows=tuple(_cells(line) for line in lines if line.startswith("|")),
    )


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))


def _tick(head: dict[str, str], key: str) -> int | None:
    return int(head[key]) if key in head else None


def _reposted(text: Text, original: Text, cut: str) -> Text:
    kept = [line for number, line in enumerate(original.paragraphs) if str(number) not in cut.split()]
    return dataclasses.replace(text, paragraphs=(*kept, *text.paragraphs))
