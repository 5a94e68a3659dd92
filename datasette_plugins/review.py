"""Plugin: the operator's review queue — is this article about talent work? Verdicts become test cases."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.operator import is_operator, refusal
from db.review import ReviewQueue
from parsers.relevance import BORDERLINE

_SHOWN = 50
_PRIVATE = {"Cache-Control": "no-store"}
_SAID = {"yes": True, "no": False}


async def review(datasette: Any, request: Any) -> Response:
    """The queue with two buttons each; POST keeps a verdict (`said` yes or no) or takes it back (`said` again)."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    queue = await ask(_queue, datasette)
    if request.method == "POST":
        fields = dict(parse_qsl((await request.post_body()).decode("utf-8", "replace")))
        return await _judge(queue, fields.get("url", ""), fields.get("said", ""))
    context = {
        "waiting": await ask(queue.waiting, _SHOWN),
        "total": await ask(queue.count),
        "verdicts": await ask(queue.verdicts),
        "band": BORDERLINE,
    }
    return await render.page(datasette, request, "caixun_review.html", context, headers=dict(_PRIVATE))


async def _judge(queue: ReviewQueue, url: str, said: str) -> Response:
    if said == "again":
        known = await ask(queue.withdraw, url)
    else:
        at = render.now().isoformat(timespec="seconds")
        known = said in _SAID and await ask(queue.judge, url, _SAID[said], at) is not None
    if not known:
        raise NotFound(url)
    return Response.redirect("/review", headers=dict(_PRIVATE))  # a reload asks nothing twice


async def cases(datasette: Any, request: Any) -> Response:
    """The verdicts as JSON lines, ready for tests/parsers/relevance_items.jsonl."""
    turned_away = await refusal(datasette, request)
    if turned_away is not None:
        return turned_away
    queue = await ask(_queue, datasette)
    lines = await ask(lambda: [f"{line}\n" for line in queue.cases()])
    headers = {**_PRIVATE, "Content-Disposition": 'attachment; filename="relevance-cases.jsonl"'}
    return Response("".join(lines), content_type="application/x-ndjson; charset=utf-8", headers=headers)


def _queue(datasette: Any) -> ReviewQueue:
    return ReviewQueue(site_of(datasette).directory.path)


@hook
def extra_template_vars(datasette: Any, request: Any) -> dict[str, Any]:
    """Whether the reader is the operator: pages then lead to the operator's own."""
    return {"operator": request is not None and is_operator(datasette, request)}


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/review` and its download."""
    return [(r"^/review$", review), (r"^/review/cases\.jsonl$", cases)]
