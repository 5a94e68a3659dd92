"""Plugin: the whole result of a search as CSV, streamed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from datasette import Response
from datasette.utils.asgi import AsgiStream

from datasette_plugins import feed, render, streaming
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.query import query_of
from datasette_plugins.search import change_of
from parsers.dates import BEIJING
from parsers.errors import QueryError

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
        return await wrong_query(datasette, request, error)
    t = render.words(datasette, request)
    day = (query.as_of or render.now().astimezone(BEIJING).date().isoformat()).replace("-", "")
    disposition = f"attachment; filename=\"caixun-{day}.csv\"; filename*=UTF-8''{quote(t('csv.name'))}-{day}.csv"

    async def write(writer: Any) -> None:
        head = _BOM + feed.csv_lines([feed.COLUMNS])
        await streaming.write(writer, head, first, rows, lambda hits: feed.csv_lines(map(feed.csv_row, hits)))

    headers = {"Content-Disposition": disposition, "Cache-Control": "no-cache"}
    return AsgiStream(write, headers=headers, content_type="text/csv; charset=utf-8")


async def wrong_query(datasette: Any, request: Any, error: QueryError) -> Response:
    """A page with status 400 that says what is wrong with the query."""
    t = render.words(datasette, request)
    actions = [(query_of(request).url(), t("nav.search")), ("/about#query", t("search.help"))]
    return await render.notice(datasette, request, 400, t("error.400.title"), [str(error)], actions)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/search.csv`."""
    return [(r"^/search\.csv$", search_csv)]
