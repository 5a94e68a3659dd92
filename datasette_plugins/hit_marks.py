"""A search result as HTML, made in Python and kept: a page has twenty, and the same articles head most pages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup

from datasette_plugins.language import Words
from datasette_plugins.render import day
from datasette_plugins.spans import escaped, mark
from db.values import Hit

_PLACES = 3
_FIGURES = 3


def hit_items(hits: Iterable[Hit], level: int, t: Words) -> Markup:
    """Results as items of a list, their titles headings of `level`."""
    return Markup("".join(_item(hit, level, t) for hit in hits))  # noqa: S704 - every text in it is escaped


@lru_cache(maxsize=2048)  # made of nothing but what it is asked with; some 5 MB
def _item(hit: Hit, level: int, t: Words) -> str:
    gone = f' <span class="state gone">⊘ {escaped(t("state.gone"))}</span>' if hit.state == "gone" else ""
    return (
        f'<li class="hit" data-hit>\n<h{level}><a href="/article/{quote(hit.id, safe="")}" lang="zh-CN">'
        f"{mark(hit.title, hit.title_marks)}</a>{gone}</h{level}>\n"
        f'<p class="scan">{_scanned(hit, t)}</p>\n{_snippet(hit)}\n{_chips(hit, t)}\n</li>'
    )


def _scanned(hit: Hit, t: Words) -> str:
    """The line between title and snippet: when, who, where, what, how often."""
    source = hit.source_title
    if hit.origin and hit.origin != source:
        source = f"{source} / {hit.origin}"
    parts = [_date(hit, t), f'<span lang="zh-CN">{escaped(source)}</span>']
    if hit.places:
        parts.append(f'<span lang="zh-CN">{escaped("、".join(hit.places[:_PLACES]))}</span>')
    if hit.doc_type:
        parts.append(f"<span>{escaped(t.label('type', hit.doc_type))}</span>")
    if hit.copies:
        copies = escaped(t("hit.copies", count=hit.copies))
        parts.append(f'<a href="/story/{quote(hit.story, safe="")}">{copies}</a>')
    return "".join(parts)


def _date(hit: Hit, t: Words) -> str:
    if hit.published:
        return f'<time datetime="{escaped(hit.published[:10])}">{escaped(day(hit.published))}</time>'
    return f"<span>{escaped(t('date.seen', day=day(hit.first_seen)))}</span>"


def _snippet(hit: Hit) -> str:
    return f'<p class="snippet" lang="zh-CN">{mark(hit.snippet, hit.snippet_marks)}</p>' if hit.snippet else ""


def _chips(hit: Hit, t: Words) -> str:
    if not hit.figures:
        return ""
    chips = "".join(f"<li>{escaped(figure)}</li>" for figure in hit.figures[:_FIGURES])
    return f'<ul class="chips" lang="zh-CN" aria-label="{escaped(t("hit.figures"))}">{chips}</ul>'


FILTERS = {"hit_items": hit_items}
