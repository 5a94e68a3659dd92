"""A download as it stands in a URL or a form: `what=&q=&place=…&asof=&change=&nobom=&notexts=`."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette_plugins.query import SearchQuery, read_query
from datasette_plugins.search import change_of
from db.downloads.frames import KINDS, SEARCHED
from db.downloads.manifest import Asked
from db.downloads.wishes import Wish
from db.site import Site
from parsers.query import parse_query

Pairs = list[tuple[str, str]]
STREAMED = ("csv", "jsonl")


def pairs_of(request: Any) -> Pairs:
    """The decoded pairs of the query string; `as_of` is understood as `asof`."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    return [("asof" if name == "as_of" else name, value) for name, value in pairs]


def read_wish(site: Site, pairs: Pairs, what: str, form: str) -> Wish:
    """The wish in `pairs`. Raises QueryError.

    `change` pins the moment; else the day `asof` counts, else now.
    """
    query, values = read_query(pairs), dict(pairs)
    parse_query(query.q)  # what is wrong with it is said before anything begins
    asked = Asked(what, form, query.q, query.filters, _change(site, query, values.get("change", "")))
    full = site.show_full_text
    return Wish(asked, values.get("nobom") != "1", values.get("notexts") != "1", full).normal()


def _change(site: Site, query: SearchQuery, pinned: str) -> int:
    newest = site.version()
    if pinned.isascii() and pinned.isdigit() and len(pinned) < 16 and int(pinned) <= newest:
        return int(pinned)
    as_of = change_of(site, query.as_of)
    return newest if as_of is None else as_of


def fields(wish: Wish) -> Pairs:
    """The pairs that name a wish for ever: its moment is pinned."""
    asked = wish.asked
    pairs = [("q", asked.query)] if asked.query else []
    pairs += [(name, value) for name, values in sorted(asked.filters.items()) for value in values]
    pairs.append(("change", str(asked.as_of)))
    if asked.form == "csv" and not wish.bom:
        pairs.append(("nobom", "1"))
    if asked.what == "articles" and not wish.texts:
        pairs.append(("notexts", "1"))
    return pairs


def stream_url(wish: Wish, *, manifest: bool = False) -> str:
    """The address of the stream of a wish, or of its manifest."""
    ending = f"{wish.asked.form}.manifest.json" if manifest else wish.asked.form
    return f"/download/{wish.asked.what}.{ending}?{urlencode(fields(wish))}"


def kind_of(pairs: Pairs) -> str:
    """Which table is asked for; articles where none of ours is."""
    what = dict(pairs).get("what", "")
    return what if what in KINDS else "articles"


def is_searched(what: str) -> bool:
    """Whether a search narrows this table."""
    return what in SEARCHED
