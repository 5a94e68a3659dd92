"""From values to a page: template variables that every page has, filters, and the response."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from datasette import Response
from markupsafe import Markup

from datasette_plugins import assets, drawing
from datasette_plugins.archive import base_url, settings
from datasette_plugins.language import COOKIE, LANGUAGES, Words, choose
from datasette_plugins.query import naming
from datasette_plugins.spans import mark
from parsers.dates import BEIJING

_YEAR = 365 * 24 * 3600


def moment(text: str | None) -> str:
    """An ISO 8601 time as people read it, in Beijing time, with the precision that it has ("" for None)."""
    if not text:
        return ""
    if "T" not in text:
        return text
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = parsed.astimezone(BEIJING) if parsed.tzinfo else parsed
    return local.strftime("%Y-%m-%d %H:%M")


def day(text: str | None) -> str:
    """The day (or month, or year) of an ISO 8601 time, in Beijing time."""
    return moment(text)[:10]


def now() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


def marked(text: str, spans: Any) -> Markup:
    """`text` with the matches in <mark> (a template filter)."""
    return mark(text, spans)


def web_address(url: str | None) -> str:
    """`url` when it is one that a browser may safely be sent to (http, https), else ""."""
    return url if url and url.lower().startswith(("http://", "https://")) else ""


def span(minutes: int, t: Words) -> str:
    """A time span of whole minutes in its largest fitting unit."""
    if minutes < 60:
        return t("story.minutes", count=minutes)
    if minutes < 48 * 60:
        return t("story.hours", count=round(minutes / 60))
    return t("story.days", count=round(minutes / 1440))


def number(value: float) -> str:
    """A count with thousands separators."""
    return f"{value:,.0f}"


def bytes_of(size: float) -> str:
    """A number of bytes in the unit that fits."""
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 or unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def percent(share: float) -> str:
    """A share (0 to 1) in per cent; never 100 % or 0 % unless it is."""
    rounded = round(share * 100, 1)
    if share < 1 and rounded >= 100:
        rounded = 99.9
    return f"{max(rounded, 0.1) if share > 0 else 0:g}%"


FILTERS = {
    "percent": percent,
    "moment": moment,
    "day": day,
    "marked": marked,
    "web_address": web_address,
    "number": number,
    "bytes": bytes_of,
    "span": span,
    "naming": naming,
    "segment": lambda text: quote(str(text), safe=""),
}


def variables(datasette: Any, request: Any) -> dict[str, Any]:
    """What base.html needs on every page, ours and Datasette's own."""
    language = choose(request, settings(datasette).get("language", "zh")) if request else "zh"
    path = request.path if request else "/"
    return {
        "t": Words(language),
        "lang": language,
        "here": path,
        "print_line": _printed(datasette, request) if request else None,
        "asset": assets.address,
        "language_links": [(code, _in_language(request, code)) for code in LANGUAGES] if request else [],
    }


def _printed(datasette: Any, request: Any) -> dict[str, str]:
    """What a sheet of paper must say: the address of the page and the day (Beijing) on which it was printed."""
    query = f"?{request.query_string}" if request.query_string else ""
    address = f"{base_url(datasette, request)}{request.path}{query}"
    return {"address": address, "day": now().astimezone(BEIJING).date().isoformat()}


def _in_language(request: Any, language: str) -> str:
    pairs = [(name, value) for name, value in parse_qsl(request.query_string) if name != "lang"]
    return f"?{urlencode([*pairs, ('lang', language)])}"


async def page(
    datasette: Any,
    request: Any,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """An HTML response of one of our templates; `?lang=` is remembered in a cookie for a year."""
    return answer(request, await drawn(datasette, request, template, context), status=status, headers=headers)


async def drawn(datasette: Any, request: Any, template: str, context: dict[str, Any] | None = None) -> str:
    """One of our templates as the text of a page."""
    values = {"ours": True, **(context or {})}
    text = await datasette.render_template(drawing.template_of(datasette, template), values, request=request)
    return str(text)


def answer(request: Any, body: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The response with the text of a page."""
    response = Response.html(body, status=status, headers=headers or {})
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        response.set_cookie(COOKIE, asked, max_age=_YEAR)
    return response


async def notice(
    datasette: Any, request: Any, status: int, title: str, lines: list[str], actions: list[tuple[str, str]]
) -> Response:
    """A page that says one thing (an error, a confirmation) and what to do next."""
    context = {"title": title, "lines": lines, "actions": actions, "status": status}
    return await page(datasette, request, "caixun_notice.html", context, status=status)


def words(datasette: Any, request: Any) -> Words:
    """The strings in the language of this request."""
    return Words(choose(request, settings(datasette).get("language", "zh")))
