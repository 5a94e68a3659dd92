"""Answers of 200 that are a wall: a challenge script, a block, a login. They are told before a page is stored as one.

Only small pages are looked at (a wall has no navigation and no text), so that a crawl does not read every page twice.
"""

from __future__ import annotations

from parsers import parse_page
from parsers.values import PageKind
from parsers.visits import BLOCKED_STATUS

LARGEST = 24 * 1024  # bytes; the largest walls seen (瑞数, 知道创宇) are about 16 KB of script
_WALLS = {PageKind.BLOCKED: "blocked", PageKind.CHALLENGE: "challenge", PageKind.LOGIN: "login"}


def wall(body: bytes, url: str, content_type: str | None) -> str | None:
    """One line "blocked：…", "challenge：…" or "login：…" where the page is a wall, else None."""
    if len(body) > LARGEST or not body:
        return None
    page = parse_page(body, url, content_type)
    word = _WALLS.get(page.kind)
    return f"{word}：{page.reason}" if word else None


def is_block(status: int, error: str | None) -> bool:
    """Whether a visit says that the site does not want us: by its status, or by the wall it showed."""
    return status in BLOCKED_STATUS or (error or "").split("：")[0] in _WALLS.values()
