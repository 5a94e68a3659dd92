"""Rendered pages of results, kept as long as nothing in the archive has changed, and half a minute at most.

A page is kept under everything that it is made of: the address, the language, the day, and the stamp of the archive
that was read before the page was. So a page made while somebody writes is never given to whoever asks after the write.
Pages of people who are logged in, or who have a message to read, are not kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from datasette_plugins.archive import base_url, settings
from datasette_plugins.coverage import today
from datasette_plugins.language import COOKIE, choose
from datasette_plugins.operator import is_operator
from db.retrieval.kept import Kept
from db.site import Site

_MOST = 24 << 20  # bytes
_SECONDS = 30.0  # coverage may be as old as this, and as old again in `kept`


@dataclass(frozen=True, slots=True)
class _Page:
    """A page, and when it was made by this process's clock."""

    made: float
    text: str

    @property
    def size(self) -> int:
        """Bytes held, about: a character of Chinese text takes two."""
        return 2 * len(self.text)


class Pages:
    """The pages of one state of the archive, at most `most` bytes of them; the one not asked for longest goes first."""

    def __init__(self, most: int = _MOST) -> None:
        self._stamp = -1
        self._pages: Kept[_Page] = Kept(most)
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        """Bytes held, about."""
        return self._pages.held

    def get(self, key: Hashable, stamp: int) -> str | None:
        """The page of `key`, None where it must be made."""
        with self._lock:
            self._turn_to(stamp)
            page = self._pages.get(key)
            return page.text if page is not None and time.monotonic() - page.made <= _SECONDS else None

    def put(self, key: Hashable, stamp: int, page: str) -> None:
        """Keep a page that was made after `stamp` was read."""
        with self._lock:
            if stamp == self._stamp:  # else the archive has changed since
                self._pages.put(key, _Page(time.monotonic(), page))

    def _turn_to(self, stamp: int) -> None:
        if stamp != self._stamp:
            self._pages.clear()
            self._stamp = stamp


_pages: WeakKeyDictionary[Site, Pages] = WeakKeyDictionary()


def pages_of(site: Site) -> Pages:
    """The kept pages of a store."""
    return _pages.setdefault(site, Pages())


def key_of(datasette: Any, request: Any) -> Hashable | None:
    """What a page is kept under; None where it is made for one reader."""
    headers = request.headers
    if "authorization" in headers or ("cookie" in headers and not request.cookies.keys() <= {COOKIE}):
        return None
    language = choose(request, settings(datasette).get("language", "zh"))
    for_operator = is_operator(datasette, request)  # whose pages lead to more
    return request.path, request.query_string, language, base_url(datasette, request), today(), for_operator
