"""Plugin: the article page — original first, text with facts in the margin, repairs and doubts shown, what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from datasette import NotFound, Response
from markupsafe import Markup

from datasette_plugins import article_head, facts, margin, render
from datasette_plugins.archive import ask, base_url, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.language import Words
from datasette_plugins.spans import Span
from datasette_plugins.spans import render as render_spans
from db import related, revisions, story_tree
from db.site import Site
from db.values import ArticleRecord

_CUT = {"continued": "before", "continues": "after", "part": "after"}  # flags of texts that miss a part


@dataclass(frozen=True, slots=True)
class Around:
    """What stands below the text: the article's revisions, its story, and articles that share something rare."""

    revisions: tuple[revisions.Revision, ...]
    story: story_tree.StoryTree | None
    related: tuple[related.Related, ...]


async def article(datasette: Any, request: Any) -> Response:
    """The page of an article, `/revision/N` for one of its texts; NotFound for an unknown id or revision."""
    site = await ask(site_of, datasette)
    identity = unquote(request.url_vars["id"])
    number = revision_number(request.url_vars.get("revision") or request.args.get("revision") or "")
    removed = await ask(lambda: revisions.removed(site.archive, identity))
    if removed:
        return await _tombstone(datasette, request, site, identity)
    record = await ask(site.article, identity, number)
    if record is None:
        raise NotFound("")
    around = await ask(_around, site, record)
    context = _context(record, around, site, render.words(datasette, request))
    context |= _machine(record, base_url(datasette, request), pinned=number is not None)
    context["printed"] = _as_printed(record, context["shown"], request.args.get("text") or "")
    return await render.page(datasette, request, "caixun_article.html", context)


async def compare_revisions(datasette: Any, request: Any) -> Response:
    """`/article/ID/compare/1/2` is the comparison page under a shorter name."""
    names = request.url_vars
    identity = quote(unquote(names["id"]), safe="")
    return Response.redirect(f"/compare?a={identity}:{names['old']}&b={identity}:{names['new']}")


async def _tombstone(datasette: Any, request: Any, site: Site, identity: str) -> Response:
    at, reason = await ask(lambda: revisions.removal(site.archive, identity))
    context = {"id": identity, "at": at, "reason": reason}
    return await render.page(datasette, request, "caixun_removed.html", context, status=410)


def _around(site: Site, record: ArticleRecord) -> Around:
    connection, texts = site.archive, site.show_full_text
    listed = revisions.revisions(connection, record.id, texts=texts) if record.revisions > 1 else ()
    story = story_tree.tree(connection, record.story, texts=texts) if record.copies else None
    return Around(listed, story, related.related(connection, record.id))


def _context(record: ArticleRecord, around: Around, site: Site, t: Words) -> dict[str, Any]:
    items = facts.numbered(record)
    shown = site.show_full_text
    blocks = facts.blocks(record, items, t) if shown else ()
    return {
        "article": record,
        "cards": margin.cards(items, record.flags),
        "rows": margin.text_rows(blocks, record.flags),
        "cautions": margin.cautions(record.flags),
        "shown": shown,
        "around": around,
        "cut": {side: [f.detail for f in record.flags if _CUT.get(f.name) == side] for side in ("before", "after")},
    }


def _machine(record: ArticleRecord, base: str, *, pinned: bool) -> dict[str, Any]:
    """What the head and the foot of the printed page say: permanent address, tags, the day."""
    here = article_head.permanent(record, base) if pinned else f"{base}/article/{record.id}"
    return {
        "canonical": here,
        "permanent": article_head.permanent(record, base),
        "tags": article_head.tags(record, base),
        "json_ld": article_head.json_ld(record, base),
        "today": article_head.today(),
    }


def _as_printed(record: ArticleRecord, shown: bool, asked: str) -> tuple[Markup, ...]:
    """The paragraphs as the page printed them — in Traditional script, or before repairs; () when not asked for."""
    if asked != "printed" or not shown:
        return ()
    if record.original_paragraphs:
        return tuple(Markup("{}").format(paragraph) for paragraph in record.original_paragraphs)
    return unrepaired(record)


def unrepaired(record: ArticleRecord) -> tuple[Markup, ...]:
    """The paragraphs with every repair of the body undone, each damaged place marked."""
    repairs = sorted((one for one in record.repairs if one.place == "body"), key=lambda one: one.start)
    body, position, text = record.body, 0, ""
    spans: list[Span] = []
    for one in repairs:
        if one.start < position:
            continue
        text += body[position : one.start]
        before = one.before.replace("\n", " ")  # a mark never reaches over the end of a paragraph
        spans.append(Span(len(text), len(text) + len(before), "repair", title=one.after or None))
        text, position = text + before, one.end
    return tuple(_paragraphs(text + body[position:], spans))


def _paragraphs(text: str, spans: list[Span]) -> Iterator[Markup]:
    start = 0
    for part in text.split("\n"):
        end = start + len(part)
        here = [one for one in spans if start <= one.start and one.end <= end]
        yield render_spans(part, [replace(one, start=one.start - start, end=one.end - start) for one in here])
        start = end + 1


def revision_number(text: str) -> int | None:
    """The revision that an address names, None for the current one; NotFound for what is no number."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise NotFound("")
    return int(text)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/article/ID`, `/article/ID/revision/N` and `/article/ID/compare/N/M`."""
    return [
        (r"^/article/(?P<id>[^/]+)$", article),
        (r"^/article/(?P<id>[^/]+)/revision/(?P<revision>\d{1,6})$", article),
        (r"^/article/(?P<id>[^/]+)/compare/(?P<old>\d{1,6})/(?P<new>\d{1,6})$", compare_revisions),
    ]
