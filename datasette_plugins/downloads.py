"""Plugin: the whole result of a search as CSV (streamed) and its newest part as an Atom feed (conditional GET)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from datasette import Response
from datasette.utils.asgi import AsgiStream

from datasette_plugins import feed, render, streaming
from datasette_plugins.archive import ask, base_url, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.query import query_of
from datasette_plugins.search import change_of
from parsers.dates import BEIJING
from parsers.errors import QueryError

_ENTRIES = 50
_BOM = "\ufeff"


async def search_csv(datasette: Any, request: Any) -> Response | AsgiStream:
    """Every article of the result, as of the day that the search names; a wrong query is a page with status 400.

    The rows are streamed. A failure on the way breaks the connection off, so that a partial file never looks complete.
    """
    query = query_of(request)
    site = await ask(site_of, datasette)
    rows = streaming.Rows(lambda: site.hits(query.q, query.filters, query.order, change_of(site, query.as_of)))
    try:
        first = await rows.chunk()
    except QueryError as error:
        rows.close()
        return await _wrong_query(datasette, request, error)
    t = render.words(datasette, request)
    day = (query.as_of or render.now().astimezone(BEIJING).date().isoformat()).replace("-", "")
    disposition = f"attachment; filename=\"caixun-{day}.csv\"; filename*=UTF-8''{quote(t('csv.name'))}-{day}.csv"

    async def write(writer: Any) -> None:
        head = _BOM + feed.csv_lines([feed.COLUMNS])
        await streaming.write(writer, head, first, rows, lambda hits: feed.csv_lines(map(feed.csv_row, hits)))

    headers = {"Content-Disposition": disposition, "Cache-Control": "no-cache"}
    return AsgiStream(write, headers=headers, content_type="text/csv; charset=utf-8")


async def search_atom(datasette: Any, request: Any) -> Response:
    """The newest 50 articles of the search; 304 when nothing has changed since."""
    query = query_of(request)
    site = await ask(site_of, datasette)
    try:
        result = await ask(site.search, query.q, query.filters, "newest", _ENTRIES, 0)
    except QueryError as error:
        return await _wrong_query(datasette, request, error)
    t = render.words(datasette, request)
    title = t("feed.title", query=" ".join([query.q, *(value for _, value in query.chosen)]).strip() or t("feed.all"))
    first_page = query.on_page(1)
    body = feed.atom(result.hits, title, base_url(datasette, request), first_page.url("/search.atom"), first_page.url())
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": "no-cache"}
    newest = max((hit.first_seen for hit in result.hits), default=None)
    if newest:
        headers["Last-Modified"] = format_datetime(datetime.fromisoformat(newest).astimezone(UTC), usegmt=True)
    if _unchanged(request.headers, headers):
        return Response("", status=304, headers=headers, content_type="application/atom+xml")
    return Response(body, headers=headers, content_type="application/atom+xml; charset=utf-8")


def _unchanged(asked: dict[str, str], ours: dict[str, str]) -> bool:
    tags = asked.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or ours["ETag"] in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since = asked.get("if-modified-since")
    if since is None or "Last-Modified" not in ours:
        return False
    try:
        return parsedate_to_datetime(ours["Last-Modified"]) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


async def _wrong_query(datasette: Any, request: Any, error: QueryError) -> Response:
    t = render.words(datasette, request)
    actions = [(query_of(request).url(), t("nav.search")), ("/about#query", t("search.help"))]
    return await render.notice(datasette, request, 400, t("error.400.title"), [str(error)], actions)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/search.csv` and `/search.atom`."""
    return [(r"^/search\.csv$", search_csv), (r"^/search\.atom$", search_atom)]
