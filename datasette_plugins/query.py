"""A search as it stands in a URL: `?q=&place=…&place=…&order=&page=`, read and written in one place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from db.conditions import FACETS
from parsers.places import is_inside
from parsers.query import MOST_CHARACTERS, runs

ORDERS = ("newest", "relevance", "oldest")
PAGE_SIZE = 20
_LONGEST_QUERY = 2 * MOST_CHARACTERS  # what is beyond the limit of the language is told, not cut in silence
_LAST_PAGE = 50_000
_QUOTATION = re.compile('[“”„‟「」『』〝〞＂"]+')
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


@lru_cache(maxsize=4096)
def _encoded(name: str, value: str) -> str:
    """One pair of a query string; a page of results holds hundreds of addresses made of the same few."""
    return urlencode([(name, value)])


def in_html(address: str) -> str:
    """An address made here, for an attribute of HTML: of the characters that an encoded address has, only & is
    special there."""
    return address.replace("&", "&amp;")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a person asked for; `filters` holds only the facets with a selection, values sorted and unique."""

    q: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    order: str = "newest"
    page: int = 1
    as_of: str = ""  # a day, "2026-11-01": the archive as it was at its end
    chart: str = ""  # "share": months as share of all articles of their month

    def parameters(self) -> list[tuple[str, str]]:
        """The pairs of the query string, defaults left out, always in the same order."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(name, value) for name in FACETS for value in self.filters.get(name, ())]
        if self.order != "newest":
            pairs.append(("order", self.order))
        pairs += [(name, value) for name, value in (("asof", self.as_of), ("chart", self.chart)) if value]
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def url(self, path: str = "/search") -> str:
        """The address of this search under `path`."""
        pairs = self.parameters()
        return f"{path}?{'&'.join(_encoded(*pair) for pair in pairs)}" if pairs else path

    def toggled(self, facet: str, value: str) -> SearchQuery:
        """The same search with one facet value added or taken away, from its first page.

        A place takes the place of those around it and inside it: who picks the city has left the province.
        """
        chosen = set(self.filters.get(facet, ())) ^ {value}
        if facet == "place" and value in chosen:
            chosen -= {one for one in chosen if one in is_inside(value) or value in is_inside(one)}
        rest = {name: values for name, values in self.filters.items() if name != facet}
        if chosen:
            rest[facet] = tuple(sorted(chosen))
        return replace(self, filters=rest, page=1)

    def toggling(self, facet: str) -> Callable[[str], str]:
        """`toggled(facet, value).url()` for many values of one facet: what they share is put together once."""
        own, place = self.filters.get(facet, ()), FACETS.index(facet)
        pairs = [pair for pair in replace(self, page=1).parameters() if pair[0] != facet]
        before = frozenset(("q", *FACETS[:place]))
        head = "".join(f"{_encoded(*pair)}&" for pair in pairs if pair[0] in before)
        tail = "".join(f"&{_encoded(*pair)}" for pair in pairs if pair[0] not in before)

        def url(value: str) -> str:
            return self.toggled(facet, value).url() if own else f"/search?{head}{_encoded(facet, value)}{tail}"

        return url

    def on_page(self, page: int) -> SearchQuery:
        """The same search, another page."""
        return replace(self, page=page)

    def ordered(self, order: str) -> SearchQuery:
        """The same search in another order, from its first page."""
        return replace(self, order=order, page=1)

    def asking(self, q: str) -> SearchQuery:
        """The same filters for another query text."""
        return replace(self, q=q, page=1)

    def at(self, day: str) -> SearchQuery:
        """The same search in the archive as it was at the end of a day, "" for today's."""
        return replace(self, as_of=day, page=1)

    def drawn(self, chart: str) -> SearchQuery:
        """The same search with its months drawn otherwise."""
        return replace(self, chart=chart)

    def without(self, facet: str) -> SearchQuery:
        """The same search with nothing chosen of one facet."""
        return replace(self, filters={name: values for name, values in self.filters.items() if name != facet}, page=1)

    def in_month(self, month: str) -> SearchQuery:
        """The same search within one month ("2025-03"), as words of the query itself."""
        year, number = int(month[:4]), int(month[5:7])
        following = f"{year + number // 12:04}-{number % 12 + 1:02}"
        own = f"({self.q}) " if " " in self.q or "|" in self.q else f"{self.q} " if self.q else ""
        return self.asking(f"{own}after:{month} before:{following}")

    def in_time(self, name: str) -> SearchQuery:
        """The same search within a month ("2025-03") or a year ("2025")."""
        facet = "year" if len(name) == 4 else "month"
        if facet in FACETS:
            return self if self.has(facet, name) else replace(self.without(facet).toggled(facet, name), page=1)
        return self.in_month(name)

    def in_times(self) -> Callable[[str], str]:
        """`in_time(name).url()` for many months or years."""
        month, year = (self.without(facet).toggling(facet) for facet in ("month", "year"))

        def url(name: str) -> str:
            facet, address = ("year", year) if len(name) == 4 else ("month", month)
            return self.url() if self.has(facet, name) else address(name)

        return url

    def has(self, facet: str, value: str) -> bool:
        """Whether a value of a facet is chosen."""
        return value in self.filters.get(facet, ())

    def within(self, place: str) -> str:
        """The address of the same search with a place chosen or let go."""
        return self.toggled("place", place).url()

    def unfiltered(self) -> SearchQuery:
        """The query alone."""
        return replace(self, filters={}, page=1)

    @property
    def offset(self) -> int:
        """How many hits stand before this page."""
        return (self.page - 1) * PAGE_SIZE

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """Every selected (facet, value)."""
        return tuple((name, value) for name in FACETS for value in self.filters.get(name, ()))


def read_query(pairs: list[tuple[str, str]]) -> SearchQuery:
    """The search in decoded (name, value) pairs; unknown names are ignored, unknown orders and pages defaulted."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        cleaned = value if name in FACETS else one_line(value)  # a value of a facet is asked as it is stored
        if cleaned:
            values.setdefault(name, []).append(cleaned)
    order = values.get("order", ["newest"])[0]
    return SearchQuery(
        q=values.get("q", [""])[0][:_LONGEST_QUERY],
        filters={name: tuple(sorted(set(values[name]))) for name in FACETS if name in values},
        order=order if order in ORDERS else "newest",
        page=_page(values.get("page", ["1"])[0]),
        as_of=_day(values.get("asof", [""])[0]),
        chart="share" if values.get("chart") == ["share"] else "",
    )


def one_line(text: str) -> str:
    """`text` as one line: a space of any kind (Chinese keyboards write U+3000) is a space, control characters go."""
    return "".join(" " if c.isspace() else c for c in text if c.isprintable() or c.isspace()).strip()


def naming(text: str, field: str) -> str:
    """The query that asks `field` for a title or name as it is printed: its own quotation marks (“昆仑英才”) would end
    the phrase, so the parts between them are asked for, each as a phrase."""
    return " ".join(f'{field}:"{part.strip()}"' for part in _QUOTATION.split(text) if runs(part))


def within_calendar(day: date) -> date:
    """`day`, or the nearest with room for a year and a time zone on both sides: no archive reaches beyond."""
    return min(max(day, _FIRST_DAY), _LAST_DAY)


def query_of(request: Any) -> SearchQuery:
    """The search in the query string of a Datasette request."""
    return read_query(parse_qsl(request.query_string, keep_blank_values=True))


def _page(text: str) -> int:
    return min(max(int(text), 1), _LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _day(text: str) -> str:
    try:
        return within_calendar(date.fromisoformat(text)).isoformat()
    except ValueError:
        return ""
