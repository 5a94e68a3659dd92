"""Plugin: two texts beside each other — two articles, or two revisions of one — with every difference by its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from datasette import NotFound, Response
from markupsafe import Markup, escape

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from db import revisions
from db.site import Site
from db.values import ArticleRecord
from parsers.differences import WEIGHTS, Difference, DifferenceKind, differences, weightiest

LISTED = 60  # changes named above the texts; more than that are read in the texts
VIEWS = ("side", "inline", "changed")


@dataclass(frozen=True, slots=True)
class Row:
    """Two paragraphs beside each other, and both in one; "" where one has none. `same` when nothing changed."""

    old: Markup
    new: Markup
    inline: Markup
    same: bool = False


async def compare(datasette: Any, request: Any) -> Response:
    """`?a=ID[:REVISION]&b=ID[:REVISION]`: what changed from a to b; `view` side, inline, or changed rows only."""
    site = await ask(site_of, datasette)
    old = await ask(_record, site, request.args.get("a") or "")
    new = await ask(_record, site, request.args.get("b") or "")
    if old is None or new is None:
        raise NotFound("")
    shown = site.show_full_text
    found = await ask(_differences, old.body, new.body) if shown else ()
    view = request.args.get("view") or ""
    context = {
        "old": old,
        "new": new,
        "shown": shown,
        "view": view if view in VIEWS else VIEWS[0],
        "views": VIEWS,
        "fields": tuple(_fields(old, new)),
        "kinds": _kinds(found),
        "changes": revisions.told(weightiest(found)[:LISTED], new.body),
        "total": len(found),
        "rows": tuple(rows(old.paragraphs, new.paragraphs, found)),
    }
    return await render.page(datasette, request, "caixun_compare.html", context)


# A page is looked at in several views; the texts of a revision never change.
_differences = lru_cache(maxsize=64)(differences)


def _record(site: Site, text: str) -> ArticleRecord | None:
    """The article that `a` or `b` names; None also for one that was taken down, in any of its revisions."""
    identity, _, revision = text.partition(":")
    if revision and not (revision.isascii() and revision.isdigit() and len(revision) < 7):
        return None
    if revisions.removed(site.archive, identity):
        return None
    return site.article(identity, int(revision) if revision else None)


def _fields(old: ArticleRecord, new: ArticleRecord) -> Iterator[tuple[str, str, str]]:
    """(name, before, after) of what stands around the text and is not the same."""
    pairs = (
        ("title", old.title, new.title),
        ("subtitle", old.subtitle, new.subtitle),
        ("published", render.moment(old.published), render.moment(new.published)),
        ("origin", old.origin, new.origin),
        ("author", "、".join(old.authors), "、".join(new.authors)),
        ("editor", old.editor, new.editor),
    )
    for name, before, after in pairs:
        if (before or "") != (after or ""):
            yield name, before or "", after or ""


def _kinds(found: tuple[Difference, ...]) -> tuple[tuple[DifferenceKind, int, int], ...]:
    """(kind, how many, weight from 1 to 5), the weightiest kind first."""
    counts = Counter(one.kind for one in found)
    ordered = sorted(counts, key=lambda kind: -WEIGHTS[kind])
    return tuple((kind, counts[kind], max(1, round(WEIGHTS[kind] * 5))) for kind in ordered)


def rows(old: tuple[str, ...], new: tuple[str, ...], found: tuple[Difference, ...]) -> Iterator[Row]:
    """The paragraphs of both texts in page order, those that belong together in one row."""
    cut = {one.old_start for one in found if one.kind is DifferenceKind.PARAGRAPH and one.before}
    added = {one.new_start for one in found if one.kind is DifferenceKind.PARAGRAPH and one.after}
    inside = [one for one in found if one.kind is not DifferenceKind.PARAGRAPH]
    left, right = list(_with_starts(old)), list(_with_starts(new))
    while left or right:
        if left and left[0][1] in cut:
            text, _ = left.pop(0)
            yield Row(_marked("del", text), Markup(""), _marked("del", text))
        elif right and (right[0][1] in added or not left):
            text, _ = right.pop(0)
            yield Row(Markup(""), _marked("ins", text), _marked("ins", text))
        elif not right:
            text, _ = left.pop(0)
            yield Row(_marked("del", text), Markup(""), _marked("del", text))
        else:
            yield _pair(left.pop(0), right.pop(0), inside)


def _with_starts(paragraphs: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    start = 0
    for text in paragraphs:
        if text:
            yield text, start
        start += len(text) + 1


def _pair(old: tuple[str, int], new: tuple[str, int], found: list[Difference]) -> Row:
    here = [one for one in found if old[1] <= one.old_start <= old[1] + len(old[0]) and one.new_start >= new[1]]
    here = [one for one in here if one.new_start <= new[1] + len(new[0])]
    left, right, both = Markup(""), Markup(""), Markup("")
    at, to = 0, 0
    for one in here:
        same = escape(old[0][at : one.old_start - old[1]])
        cut, added = _marked("del", one.before, one.kind), _marked("ins", one.after, one.kind)
        left += same + cut
        right += escape(new[0][to : one.new_start - new[1]]) + added
        both += same + cut + added
        at, to = one.old_start - old[1] + len(one.before), one.new_start - new[1] + len(one.after)
    rest = escape(old[0][at:])
    return Row(left + rest, right + escape(new[0][to:]), both + rest, same=not here)


def _marked(tag: str, text: str, kind: str = DifferenceKind.PARAGRAPH) -> Markup:
    if not text:
        return Markup("")
    form = Markup('<del class="{}">{}</del>') if tag == "del" else Markup('<ins class="{}">{}</ins>')
    return form.format(kind, text)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/compare`."""
    return [(r"^/compare$", compare)]
