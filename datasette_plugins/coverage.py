"""Plugin: /coverage — which source was really crawled on which day, gaps named; the certificate of other pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from datasette import Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.query import within_calendar
from db import coverage as covered
from db.coverage import Certificate
from db.site import Site
from parsers.dates import BEIJING

_WEEKS = 52
_DAYS = 91
_LONGEST = 3700  # days; a longer range is cut at its beginning


def today() -> date:
    """The day in Beijing."""
    return render.now().astimezone(BEIJING).date()


async def coverage(datasette: Any, request: Any) -> Response:
    """Strips of the last year by week, of the last quarter by day (`by=day`), or of `from` to `to`."""
    site = await ask(site_of, datasette)
    by = "day" if request.args.get("by") == "day" else "week"
    first, last = span_of(request.args.get("from"), request.args.get("to"), by)
    strips = await ask(_strips, site, first, last, 1 if by == "day" else 7)
    whole = await ask(certificate, site, first, last)
    gaps = sorted((gap for strip in strips for gap in strip.gaps), key=lambda gap: (gap.last, gap.days), reverse=True)
    context = {
        "strips": strips,
        "certificate": whole,
        "gaps": gaps[:100],
        "by": by,
        "first": first,
        "last": last,
        "marks": marks(first, last, 1 if by == "day" else 7),
        "explicit": bool(request.args.get("from") or request.args.get("to")),
    }
    return await render.page(datasette, request, "caixun_coverage.html", context)


def _strips(site: Site, first: date, last: date, step: int) -> tuple[covered.Strip, ...]:
    return covered.strips(site.archive, first, last, step)


def certificate(site: Site, first: date, last: date, sources: tuple[str, ...] = ()) -> Certificate:
    """What was crawled between two days; for a page's one line."""
    return covered.certificate(site.archive, min(first, last), last, sources)


def certificate_link(one: Certificate) -> str:
    """The coverage page of the same days."""
    return f"/coverage?{urlencode({'from': one.first.isoformat(), 'to': one.last.isoformat()})}"


def span_of(first: str | None, last: str | None, by: str) -> tuple[date, date]:
    """The asked days, missing or senseless ends defaulted; by week the first is a Monday."""
    end = min(_day(last) or today(), today())
    start = _day(first) or end - timedelta(days=_DAYS - 1 if by == "day" else _WEEKS * 7 - 7)
    start = max(min(start, end), end - timedelta(days=_LONGEST if by == "week" else 400))
    return (start - timedelta(days=start.weekday()) if by == "week" else start), end


def _day(text: str | None) -> date | None:
    try:
        return within_calendar(date.fromisoformat((text or "").strip()))
    except ValueError:
        return None


def marks(first: date, last: date, step: int) -> tuple[tuple[int, str], ...]:
    """Where months begin along a strip: (number of the cell, "2025-03"), at most about ten of them."""
    starts = [first + timedelta(days=number) for number in range(0, (last - first).days + 1, step)]
    found: list[tuple[int, str]] = []
    for number, start in enumerate(starts):
        month = (start + timedelta(days=step - 1)).strftime("%Y-%m")
        if not found or found[-1][1] != month:
            found.append((number, month))
    every = -(-len(found) // 10)
    return tuple(found[::every])


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/coverage`."""
    return [(r"^/coverage$", coverage)]
