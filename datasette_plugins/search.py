"""Plugin: the search page, and the page that looks through the values of one facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from datasette import NotFound, Response
from markupsafe import Markup

from datasette_plugins import charts, render
from datasette_plugins.archive import ask, settings, site_of
from datasette_plugins.coverage import certificate, certificate_link, today
from datasette_plugins.hooks import hook
from datasette_plugins.kept import kept
from datasette_plugins.kept_pages import key_of, pages_of
from datasette_plugins.language import Words, choose
from datasette_plugins.query import ORDERS, PAGE_SIZE, SearchQuery, in_html, one_line, query_of
from datasette_plugins.query_faults import reading_of
from datasette_plugins.render import number
from datasette_plugins.saved import can_save
from datasette_plugins.spans import escaped
from db import attention, coverage
from db.conditions import FACETS
from db.coverage import Certificate
from db.search import change_at, facet_values
from db.site import Site
from db.values import FacetValue, SearchResult
from parsers.query import parse_leniently, parse_query, print_query
from parsers.words import keywords

SHOWN = 8  # values of a facet in the rail; the others are a page away
LISTED = 500  # values on the page of one facet; its field finds the rest
_RELATED = 6
_SILENT = 364  # days that the certificate of an empty result looks back


@dataclass(frozen=True, slots=True)
class Found:
    """A result with what stands around it. `understood` is what was searched where that is not what was typed."""

    result: SearchResult
    understood: str
    chart: charts.Chart | None
    tiles: tuple[charts.Tile, ...]
    certificate: Certificate
    related: tuple[str, ...]


async def search(datasette: Any, request: Any) -> Response:
    """Results with facets; a wrong query or day is told its faults and what was searched instead (status 400)."""
    query = query_of(request)
    reading = reading_of(query.q, choose(request, settings(datasette).get("language", "zh")))
    wrong_day = "" if query.as_of else one_line(request.args.get("asof") or "")
    if reading is None and not wrong_day:
        return render.answer(request, await _page(datasette, request, query))
    asked = query.asking(reading.instead) if reading else query
    found = await ask(_found, datasette, None if reading and not reading.instead else asked, None)
    context = _context(asked, found.found) | {"saving": found.saving, "reading": reading, "wrong_day": wrong_day}
    return await render.page(datasette, request, "caixun_search.html", context, status=400)


async def _page(datasette: Any, request: Any, query: SearchQuery) -> str:
    key = key_of(datasette, request)
    answer = await ask(_found, datasette, query, key)
    if answer.page is None:
        context = _context(query, answer.found) | {"saving": answer.saving}
        page = await render.drawn(datasette, request, "caixun_search.html", context)
        if key is not None:
            pages_of(answer.site).put((key, answer.saving), answer.stamp, page)
        return page
    return answer.page


@dataclass(frozen=True, slots=True)
class Answer:
    """A page that was kept, or what one is made of; `saving`: the search can be saved."""

    site: Site
    stamp: int  # of the archive, read before the search
    saving: bool
    page: str | None = None
    found: Found | None = None


def _found(datasette: Any, query: SearchQuery | None, key: Hashable | None) -> Answer:
    """All that a page asks of the store, in one go, as a thread is waited for only once."""
    site = site_of(datasette)
    stamp, saving = site.stamp.read(), can_save(site)
    page = pages_of(site).get((key, saving), stamp) if key is not None else None
    return Answer(site, stamp, saving, page, find(site, query) if query and page is None else None)


def find(site: Site, query: SearchQuery) -> Found:
    """The page of results that `query` asks for. Raises QueryError."""
    as_of = change_of(site, query.as_of)
    printed = print_query(parse_query(query.q))
    result = site.search(query.q, query.filters, query.order, PAGE_SIZE, query.offset, as_of)
    return Found(
        result,
        printed if printed.split() != query.q.split() else "",
        _chart(site, query, result, as_of),
        charts.tiles((value.value, value.count) for value in result.facets.get("place", ())),
        _certificate(site, query, result),
        related(query.q, result),
    )


def change_of(site: Site, day: str) -> int | None:
    """The last change of the archive that was made by the end of a day in Beijing, None for "" (now)."""
    if not day:
        return None
    return change_at(site.archive, day)


def _chart(site: Site, query: SearchQuery, result: SearchResult, as_of: int | None) -> charts.Chart | None:
    if len(result.months) < 2:
        return None
    months = tuple(month for month, _ in result.months)
    shares = kept(site, ("shares", months), lambda: coverage.month_shares(site.archive, months, today()))
    if query.chart != "share":
        return charts.chart(result.months, shares)
    totals = kept(site, ("totals", as_of), lambda: attention.month_totals(site.archive, as_of))
    return charts.chart(result.months, shares, totals)


def _certificate(site: Site, query: SearchQuery, result: SearchResult) -> Certificate:
    last = date.fromisoformat(query.as_of) if query.as_of else today()
    sources = query.filters.get("source", ())
    start = date.fromisoformat(f"{result.months[0][0]}-01") if result.months else last - timedelta(days=_SILENT)
    return kept(site, ("certificate", start, last, sources), lambda: certificate(site, start, last, sources))


def related(q: str, result: SearchResult) -> tuple[str, ...]:
    """Words that several of the titles shown have beside the query's own: where to look next."""
    if not q:
        return ()
    counts = Counter(chain.from_iterable(_title_words(hit.title) for hit in result.hits))
    places = "\n".join({place for hit in result.hits for place in hit.places})
    several = (word for word, count in counts.most_common() if 2 <= count < len(result.hits))
    beside = (word for word in several if word not in q and q not in word and word not in places)
    return tuple(islice(beside, _RELATED))


@lru_cache(maxsize=4096)
def _title_words(title: str) -> tuple[str, ...]:
    """The words of a title, each once; the same titles head most pages of results."""
    return tuple(dict.fromkeys(keywords(title, 8)))


def _context(query: SearchQuery, found: Found | None) -> dict[str, Any]:
    context: dict[str, Any] = {
        "query": query,
        "result": None,
        "orders": ORDERS,
        "labels": {},
        "shown": SHOWN,
        "newest_day": today().isoformat(),
        "hidden": hidden(query),
        "arranged": arranged,
        "value_label": value_label,
        "value_links": value_links,
    }
    if found is None:
        return context
    result = found.result
    return context | {
        "result": result,
        "found": found,
        "labels": labels_of(result),
        "certificate": found.certificate,
        "certificate_link": certificate_link(found.certificate),
        "pages": max(1, -(-result.stories // PAGE_SIZE)),  # hits are listed one a story
    }


def hidden(query: SearchQuery) -> list[tuple[str, str]]:
    """What a form that asks another text must carry on."""
    return [(name, value) for name, value in query.parameters() if name not in ("q", "page")]


def value_label(t: Words, name: str, label: str) -> str:
    """What people read for a facet value: kinds and states in their language, everything else as it is."""
    return t.label(name, label) if name in ("type", "status") else label


def value_links(query: SearchQuery, name: str, rows: list[tuple[FacetValue, int]], t: Words) -> Markup:
    """The values of a facet as items of a list; in Python, since a page has a hundred and a macro for each is slow."""
    address, items = query.toggling(name), []
    for value, depth in rows:
        under = ' class="under"' if depth else ""
        current, box = (' aria-current="true"', "☑") if value.selected else ("", "☐")
        items.append(
            f'<li{under}><a href="{in_html(address(value.value))}"{current} rel="nofollow">'
            f'<span class="box" aria-hidden="true">{box}</span>'
            f'<span class="facet-label">{escaped(value_label(t, name, value.label))}</span>'
            f'<span class="num">{number(value.count)}</span></a></li>'
        )
    return Markup("".join(items))  # noqa: S704 - every text above is escaped


def arranged(values: tuple[FacetValue, ...]) -> list[tuple[FacetValue, int]]:
    """The values with their depth: those below another one follow it, and only where it (or they) are chosen."""
    if all(value.parent is None for value in values):  # the chosen ones stand first
        return [(value, 0) for place, value in enumerate(values) if place < SHOWN or value.selected]
    own = {value.value for value in values}
    below: dict[str, list[FacetValue]] = {}
    for value in values:
        if value.parent in own and value.parent is not None:
            below.setdefault(value.parent, []).append(value)
    tops = [value for value in values if value.parent not in own]
    opened = {value.value for value in values if value.selected} | ({tops[0].value} if len(tops) == 1 else set())
    opened |= {value.parent for value in values if value.selected and value.parent}
    rows: list[tuple[FacetValue, int]] = []

    def put(value: FacetValue, depth: int) -> None:
        rows.append((value, depth))
        for child in below.get(value.value, [])[:SHOWN] if value.value in opened else ():
            put(child, depth + 1)

    for place, value in enumerate(tops):
        if place < SHOWN or value.value in opened:
            put(value, 0)
    return rows


def labels_of(result: SearchResult) -> dict[tuple[str, str], str]:
    """What people read for each (facet, value) of a result."""
    return {(name, value.value): value.label for name, values in result.facets.items() for value in values}


async def facet(datasette: Any, request: Any) -> Response:
    """Every value of one facet of a search, those that contain `contains`; several can be chosen at once."""
    name = request.url_vars["name"]
    if name not in FACETS:
        raise NotFound("")
    query, site = query_of(request), await ask(site_of, datasette)
    contains = (request.args.get("contains") or "").strip()[:50]
    listed = await ask(_values, site, query, name, contains)
    context = {
        "query": query,
        "name": name,
        "contains": contains,
        "values": listed,
        "most": LISTED,
        "value_label": value_label,
        "kept": [(other, value) for other, value in query.on_page(1).parameters() if other != name],
    }
    return await render.page(datasette, request, "caixun_facet.html", context)


def _values(site: Site, query: SearchQuery, name: str, contains: str) -> tuple[FacetValue, ...]:
    text = print_query(parse_leniently(query.q)[0])
    return facet_values(site.archive, text, query.filters, name, contains, LISTED, change_of(site, query.as_of))


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/search` and `/search/facet/NAME`."""
    return [(r"^/search$", search), (r"^/search/facet/(?P<name>[a-z]+)$", facet)]
