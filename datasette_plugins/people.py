"""Plugin: people of the archive — a list to search, and a page per name with posts over time and articles."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlencode

from datasette import Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.query import one_line
from db import people
from parsers.places import PROVINCES

_LONGEST = 40  # characters of a filter; names and organisations are shorter


async def people_list(datasette: Any, request: Any) -> Response:
    """`?q=&province=&organisation=&page=`: names, most articles first."""
    site = await ask(site_of, datasette)
    asked = {name: asked_text(request, name) for name in ("q", "province", "organisation")}
    number = page_number(request)
    found = await ask(
        lambda: people.people(
            site.archive,
            name=asked["q"],
            province=asked["province"],
            organisation=asked["organisation"],
            offset=(number - 1) * people.LISTED,
        )
    )
    context = {"found": found, "asked": asked, "provinces": PROVINCES}
    context |= pages("/people", asked, number, found.total, people.LISTED)
    return await render.page(datasette, request, "caixun_people.html", context)


async def person(datasette: Any, request: Any) -> Response:
    """The people of one name, told apart; 404 with a way on when no current article names them."""
    site = await ask(site_of, datasette)
    name = unquote(request.url_vars["name"])
    found = await ask(lambda: people.person(site.archive, name, texts=site.show_full_text))
    if not found:
        return await missing(datasette, request, "person.missing", name, "/people")
    return await render.page(datasette, request, "caixun_person.html", {"name": name, "people": found})


async def missing(datasette: Any, request: Any, key: str, name: str, path: str) -> Response:
    """The 404 of a name in an address: what was looked for, and where else to look for it."""
    t = render.words(datasette, request)
    actions = [(f"/search?{urlencode({'q': name[:_LONGEST]})}", t("people.in_text", name=name[:_LONGEST]))]
    actions.append((path, t("people.title" if path == "/people" else "policies.title")))
    return await render.notice(datasette, request, 404, t("error.404.title"), [t(key, name=name[:_LONGEST])], actions)


def asked_text(request: Any, name: str) -> str:
    """A text parameter without control characters, "" when it is not given."""
    return one_line(request.args.get(name) or "")[:_LONGEST]


def page_number(request: Any) -> int:
    """The page asked for, from 1; 1 for what is no number."""
    text = request.args.get("page") or ""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def pages(path: str, asked: dict[str, str], number: int, total: int, size: int) -> dict[str, Any]:
    """Page numbers and the addresses of the neighbours, None where there is none."""
    last = max(1, -(-total // size))

    def address(page: int) -> str:
        pairs = [(name, value) for name, value in asked.items() if value] + ([("page", str(page))] if page > 1 else [])
        return f"{path}?{urlencode(pairs)}" if pairs else path

    previous = address(number - 1) if number > 1 else None
    return {
        "page": number,
        "last_page": last,
        "previous": previous,
        "next": address(number + 1) if number < last else None,
    }


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/people` and `/person/NAME`."""
    return [(r"^/people$", people_list), (r"^/person/(?P<name>[^/]+)$", person)]
