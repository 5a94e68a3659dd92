"""What an address of /facts asks for, and the address of what is asked for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from db import fact_search
from db.fact_search import FactFilters

LONGEST = 200


def filters_of(request: Any) -> FactFilters:
    """What the address asks, without what is senseless (a year of letters, an unknown kind): see `not_understood`."""
    given = {name: (request.args.get(name) or "").strip()[:LONGEST] for name in asdict(FactFilters())}
    if given["kind"] not in fact_search.KINDS:
        given["kind"] = ""
    if not (given["year"].isascii() and given["year"].isdigit() and len(given["year"]) == 4):
        given["year"] = ""
    return FactFilters(**given)


def not_understood(request: Any) -> dict[str, str]:
    """What the address asks that nothing can answer, by name: an unknown kind, a year that is none."""
    understood = asdict(filters_of(request))
    given = {name: (request.args.get(name) or "").strip()[:LONGEST] for name in ("kind", "year")}
    return {name: value for name, value in given.items() if value and not understood[name]}


def page_of(request: Any) -> int:
    """The page asked for, 1 for anything senseless."""
    text = request.args.get("page") or ""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def address(filters: FactFilters, page: int = 1, path: str = "/facts") -> str:
    """The address of the same facts."""
    pairs = [(name, value) for name, value in asdict(filters).items() if value]
    if page > 1:
        pairs.append(("page", str(page)))
    return f"{path}?{urlencode(pairs)}" if pairs else path
