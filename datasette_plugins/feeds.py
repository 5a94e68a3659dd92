"""Plugin: the newest articles of any search as Atom, RSS and JSON Feed; answered with 304 when nothing has changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any

from datasette import Response

from datasette_plugins import feed, render
from datasette_plugins.archive import ask, base_url, site_of
from datasette_plugins.downloads import wrong_query
from datasette_plugins.hooks import hook
from datasette_plugins.query import query_of
from db.values import Hit
from parsers.errors import QueryError

_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of feed: its path, its media type, and what writes it."""

    path: str
    media_type: str
    write: Callable[[Iterable[Hit], feed.Head], bytes]


FORMATS = (
    Format("/search.atom", feed.ATOM_TYPE, feed.atom),
    Format("/search.rss", feed.RSS_TYPE, feed.rss),
    Format("/search.feed.json", feed.JSON_TYPE, feed.json_feed),
)


def _view(form: Format) -> Callable[[Any, Any], Awaitable[Response]]:
    async def view(datasette: Any, request: Any) -> Response:
        return await _answer(datasette, request, form)

    return view


async def _answer(datasette: Any, request: Any, form: Format) -> Response:
    """The newest 50 articles of the search, one a story; a wrong query is a page with status 400."""
    query = query_of(request)
    site = await ask(site_of, datasette)
    written = await ask(_written, site.directory.archive)  # before the search: a later write must not look seen
    try:
        result = await ask(site.search, query.q, query.filters, "newest", _ENTRIES, 0)
    except QueryError as error:
        return await wrong_query(datasette, request, error)
    t = render.words(datasette, request)
    title = t("feed.title", query=" ".join([query.q, *(value for _, value in query.chosen)]).strip() or t("feed.all"))
    first = query.at("").on_page(1)
    head = feed.Head(title, base_url(datasette, request), first.url(form.path), first.url())
    body = form.write(result.hits, head)
    headers = _validators(body, written)
    if unchanged(request.headers, headers["ETag"], written):
        return Response("", status=304, headers=headers, content_type=form.media_type)
    return Response(body, headers=headers, content_type=f"{form.media_type}; charset=utf-8")


def _written(archive: Path) -> datetime:
    """When something was last written into the archive, to the second (UTC): nothing in a feed is newer."""
    log = archive.with_name(archive.name + "-wal")
    states = [archive.stat(), *([log.stat()] if log.exists() else [])]
    newest = max(state.st_mtime for state in states if state.st_size)  # an empty log is only a reader's
    return datetime.fromtimestamp(int(newest), UTC)


def _validators(body: bytes, written: datetime) -> dict[str, str]:
    # A second that is not over may still bring more: what was seen in it counts as seen a second before.
    seen = min(written, render.now().replace(microsecond=0) - timedelta(seconds=1))
    return {
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(seen, usegmt=True),
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Cookie",
    }


def unchanged(asked: Mapping[str, str], etag: str, written: datetime) -> bool:
    """Whether a conditional request (RFC 9110 section 13) already has what we would send."""
    tags = asked.get("if-none-match")
    if tags is not None:  # then If-Modified-Since does not count
        return tags.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since = asked.get("if-modified-since")
    if since is None:
        return False
    try:
        return written <= parsedate_to_datetime(since).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return False


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/search.atom`, `/search.rss` and `/search.feed.json`."""
    return [(f"^{re.escape(form.path)}$", _view(form)) for form in FORMATS]
