"""The facts that the filters leave as CSV and as JSON, streamed, with evidence, doubts and article."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from datasette.utils.asgi import AsgiStream, Response

from datasette_plugins import feed, render, streaming
from datasette_plugins.archive import ask, base_url, site_of
from datasette_plugins.fact_filters import filters_of, not_understood
from db import fact_search
from db.fact_values import FactRow
from parsers.dates import BEIJING


async def facts_csv(datasette: Any, request: Any) -> AsgiStream | Response:
    """One row a fact; numbers are exact, in the unit's base."""
    head = "\ufeff" + feed.csv_lines([fact_search.COLUMNS])
    return await _download(datasette, request, "csv", head, lambda rows: feed.csv_lines(map(fact_search.cells, rows)))


async def facts_json(datasette: Any, request: Any) -> AsgiStream | Response:
    """A JSON array, an object a fact and line; `url` leads to the words on the article page."""
    base = base_url(datasette, request)
    lines = _JsonLines(base)
    return await _download(datasette, request, "json", "[", lines.text, tail="\n]\n")


async def _download(
    datasette: Any, request: Any, kind: str, head: str, text: Callable[[list[FactRow]], str], tail: str = ""
) -> AsgiStream | Response:
    site = await ask(site_of, datasette)
    if wrong := not_understood(request):
        t = render.words(datasette, request)
        lines = [t("facts.wrong." + name, value=value) for name, value in wrong.items()]
        if kind == "json":
            return Response.json({"ok": False, "error": " ".join(lines), "status": 400}, status=400)
        return await render.notice(datasette, request, 400, t("error.400.title"), lines, [("/facts", t("facts.title"))])
    filters = filters_of(request)
    rows = streaming.Rows(lambda: fact_search.every(site.archive, filters))
    first = await rows.chunk()

    async def write(writer: Any) -> None:
        await streaming.write(writer, head, first, rows, text)
        if tail:
            await writer.write(tail)

    day = render.now().astimezone(BEIJING).strftime("%Y%m%d")
    name = quote(render.words(datasette, request)("facts.csv.name"))
    disposition = f"attachment; filename=\"caixun-facts-{day}.{kind}\"; filename*=UTF-8''{name}-{day}.{kind}"
    content_type = "text/csv; charset=utf-8" if kind == "csv" else "application/json; charset=utf-8"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-cache"}
    return AsgiStream(write, headers=headers, content_type=content_type)


class _JsonLines:
    """Writes rows as members of one array, a comma before each but the first."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._begun = False

    def text(self, rows: list[FactRow]) -> str:
        """The next members."""
        parts = []
        for row in rows:
            parts.append(("," if self._begun else "") + "\n" + json.dumps(self._object(row), ensure_ascii=False))
            self._begun = True
        return "".join(parts)

    def _object(self, row: FactRow) -> dict[str, Any]:
        fact = row.fact
        return {
            "id": row.id,
            **fact.as_json(),
            "measure_normal": row.measure or None,
            "doubts": [asdict(doubt) for doubt in row.doubts],
            "copies": row.copies,
            "article": row.article,
            "article_title": row.article_title,
            "published": row.published,
            "site": row.site,
            "story": row.story,
            "url": f"{self._base}/article/{quote(row.article, safe='')}#e{row.number}",
        }
