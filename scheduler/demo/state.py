"""What the demo's four sites show at a tick: pure routing over a directory's two state files.

`tick` is an integer (absent: 0) and `day` an ISO date, the day that articles of tick 1 and later carry. Both are
read on each request, so the sites are the same after a restart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from parsers.dates import BEIJING
from parsers.errors import CaixunError
from scheduler.demo import pages, texts
from scheduler.demo.texts import Text

LAST_TICK = 12
DEFAULT_DAY = "2026-11-21"
_GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90400000000002c00000000010001000002024401003b")
_HTML = {"portal": "text/html"}  # the portal says its charset only in the page, as many GBK sites do


class DemoStateError(CaixunError):
    """The file `tick` or `day` of the demo's directory is wrong; the line says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One page: bytes, type, and when it last changed (None: the site gives no such time)."""

    status: int
    body: bytes
    content_type: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What a test may expect of an article: `state` is present, edited, gone or coming."""

    site: str
    path: str
    title: str
    relevant: bool
    state: str


class Site:
    """The four sites as functions of the tick and the day in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._routes: dict[str, Callable[[str], Answer | None]] = {
            "portal": self._portal,
            "epaper": self._epaper,
            "gov": self._gov,
            "mirror": self._mirror,
        }

    @property
    def tick(self) -> int:
        """The tick in the file, at most LAST_TICK. Raises DemoStateError where it is no number."""
        written = self._read("tick", "0")
        if not written.isdecimal():
            raise DemoStateError(f"演示时刻文件 {self.directory / 'tick'} 不是整数：请改为 0 至 {LAST_TICK}")
        return min(int(written), LAST_TICK)

    @property
    def day(self) -> str:
        """The day in the file, ISO 8601. Raises DemoStateError where it is no day."""
        written = self._read("day", DEFAULT_DAY)
        try:
            return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=BEIJING).date().isoformat()
        except ValueError as error:
            raise DemoStateError(f"演示日期文件 {self.directory / 'day'} 应为 年-月-日，如 2026-11-21") from error

    def move(self, tick: int, day: str) -> None:
        """Write the state for all to see at once: a reader never finds half a file."""
        self.directory.mkdir(parents=True, exist_ok=True)
        for name, value in (("day", day), ("tick", str(tick))):
            draft = self.directory / f"{name}.new"
            draft.write_text(value, "utf-8")
            draft.replace(self.directory / name)

    def answer(self, site: str, path: str) -> Answer:
        """What `site` (portal, epaper, gov, mirror) answers to a GET of `path`; 404 for what it does not have."""
        if path == "/robots.txt":
            return Answer(200, b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")
        if path.endswith(".gif"):
            return Answer(200, _GIF, "image/gif")
        found = self._routes[site]("/index.shtml" if path == "/" else path)
        if found is not None:
            return found
        name = {"portal": pages.PORTAL, "epaper": pages.EPAPER, "gov": pages.GOV, "mirror": pages.MIRROR}[site]
        return Answer(404, pages.not_found(name).encode(), "text/html; charset=utf-8")

    def truth(self, tick: int) -> list[Truth]:
        """Every article of the four sites as it is at `tick`, gone and coming ones included."""
        day = self.day
        found = [_truth(text, tick, day, text.site, text.tick) for text in texts.load()]
        copied = [text for text in texts.load() if text.mirrored is not None]
        return found + [_truth(text, tick, day, "mirror", text.mirrored or 0) for text in copied]

    def _read(self, name: str, default: str) -> str:
        try:
            return (self.directory / name).read_text("utf-8").strip() or default
        except FileNotFoundError:
            return default

    def _texts(self, site: str) -> list[Text]:
        return [text for text in texts.at(self.tick, self.day) if text.site == site]

    def _portal(self, path: str) -> Answer | None:
        present = self._texts("portal")
        if path == "/index.shtml":
            return _html("portal", pages.portal_front(present))
        if match := re.fullmatch(r"/col/(\w+)/index(?:_(\d+))?\.shtml", path):
            column, page = match[1], int(match[2] or 1)
            listed = [text for text in present if text.section == column]
            return _html("portal", pages.portal_list(column, listed, page)) if _has(listed, page) else None
        return self._article("portal", path, present, lambda text: pages.portal_article(text, _steady(text)))

    def _epaper(self, path: str) -> Answer | None:
        present = self._texts("epaper")
        if path in ("/pc/layout/index.html", "/index.shtml", "/index.html"):
            return _html("epaper", pages.epaper_index(present))
        if match := re.fullmatch(r"/pc/layout/(\d{4})(\d{2})/(\d{2})/node_(\d{2})\.html", path):
            date = "-".join(match.groups()[:3])
            printed = [text for text in present if (text.date, text.section) == (date, match[4])]
            return _html("epaper", pages.epaper_node(date, match[4], printed)) if printed else None
        return self._article("epaper", path, present, pages.epaper_article)

    def _gov(self, path: str) -> Answer | None:
        present = self._texts("gov")
        if path in ("/index.shtml", "/index.html"):
            path = "/xwdt/rcgz/index.html"
        if match := re.fullmatch(r"/(.+)/index(?:_(\d+))?\.html", path):
            column, page = match[1], int(match[2] or 0) + 1
            listed = [text for text in present if text.section == column]
            return _html("gov", pages.gov_list(column, listed, page)) if _has(listed, page) else None
        return self._article("gov", path, present, pages.gov_article)

    def _mirror(self, path: str) -> Answer | None:
        tick, day = self.tick, self.day
        copied = [
            texts.dated(text, day) for text in texts.load() if text.mirrored is not None and text.mirrored <= tick
        ]
        if path in ("/index.shtml", "/index.html"):
            return _html("mirror", pages.mirror_list(copied))
        return self._article("mirror", path, copied, pages.mirror_article)

    def _article(self, site: str, path: str, present: list[Text], page: Callable[[Text], str]) -> Answer | None:
        for text in present:
            if text.path == path:
                return _html(site, page(text), self._modified(text) if site in ("portal", "gov") else None)
        return None

    def _modified(self, text: Text) -> datetime:
        published = datetime.fromisoformat(f"{text.date}T{text.time}").replace(tzinfo=BEIJING)
        if text.edited is None or self.tick < text.edited:
            return published
        return max(published, datetime.fromisoformat(self.day).replace(tzinfo=BEIJING)) + timedelta(minutes=1)


def _truth(text: Text, tick: int, day: str, site: str, since: int) -> Truth:
    state = "present"
    if tick < since:
        state = "coming"
    elif site != "mirror" and text.removed is not None and tick >= text.removed:
        state = "gone"
    elif site != "mirror" and text.edited is not None and tick >= text.edited:
        state = "edited"
    return Truth(site, texts.dated(text, day).path, text.title, text.relevant, state)


def _steady(article: Text) -> list[Text]:
    """Texts for the side blocks: such as never come or go, so that the page changes only with its article."""
    return [
        text
        for text in texts.load()
        if text.site == "portal" and text.tick == 0 and text.removed is None and text.name != article.name
    ][:9]


def _has(listed: list[Text], page: int) -> bool:
    return 0 < page <= -(-len(listed) // pages.PAGE_SIZE)


def _html(site: str, page: str, modified: datetime | None = None) -> Answer:
    body = page.encode("gbk" if site == "portal" else "utf-8")
    return Answer(200, body, _HTML.get(site, "text/html; charset=utf-8"), modified)
