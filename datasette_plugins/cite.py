"""Plugin: how to cite an article, one of its texts, a fact, a search, an edition or the archive: page and files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from datasette import NotFound, Response

from datasette_plugins import article_head, facts, render
from datasette_plugins.archive import ask, base_url, edition_of, site_of
from datasette_plugins.article import revision_number
from datasette_plugins.edition import shelf
from datasette_plugins.hooks import hook
from datasette_plugins.language import Words
from datasette_plugins.query import query_of
from datasette_plugins.search import change_of
from db import citations, revisions
from db.citations import Work
from db.site import Site
from parsers.errors import QueryError

_TYPES = {
    "txt": "text/plain; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json; charset=utf-8",
}


async def cite(datasette: Any, request: Any) -> Response:
    """`/cite?article=ID[&revision=N][&fact=K]`, `?edition=ID`, or the archive itself; `.bib`, `.ris`, … is a file.

    An article is cited by its original address, a revision or a fact by its permanent one here. A server of an edition
    cites that instead of an archive that grows. NotFound for what does not exist, 410 for what was taken down.
    """
    site = await ask(site_of, datasette)
    served = edition_of(datasette)
    edition = request.args.get("edition") or (served.id if served and not request.args.get("article") else "")
    if edition:
        work = await ask(_edition_work, site, datasette, base_url(datasette, request), edition)
        return await _answer(datasette, request, work, "/cite", [("edition", edition)])
    identity = request.args.get("article") or ""
    if identity and await ask(lambda: revisions.removed(site.archive, identity)):
        return await render.page(datasette, request, "caixun_removed.html", {"id": identity}, status=410)
    asked = {name: request.args.get(name) or "" for name in ("revision", "fact")}
    reference = _article_work if identity else _archive_work
    base, t = base_url(datasette, request), render.words(datasette, request)
    work = await ask(reference, site, base, t, {"article": identity, **asked})
    pairs = [(name, value) for name, value in (("article", identity), *asked.items()) if value]
    return await _answer(datasette, request, work, "/cite", pairs)


async def cite_search(datasette: Any, request: Any) -> Response:
    """The result of a search as a data set, as of the day that the search names, else today."""
    site = await ask(site_of, datasette)
    t, query = render.words(datasette, request), query_of(request)
    try:
        work = await ask(_search_work, site, base_url(datasette, request), t, request)
    except QueryError as error:
        actions = [(query.url(), t("nav.search"))]
        return await render.notice(datasette, request, 400, t("error.400.title"), [str(error)], actions)
    return await _answer(datasette, request, work, "/cite/search", query.on_page(1).parameters())


async def _answer(datasette: Any, request: Any, work: Work, path: str, pairs: list[tuple[str, str]]) -> Response:
    form = request.url_vars.get("form")
    if form:
        disposition = f'attachment; filename="{work.key}.{form}"'
        headers = {"Content-Disposition": disposition, "Cache-Control": "no-cache"}
        return Response(citations.FORMS[form](work), headers=headers, content_type=_TYPES[form])
    query = f"?{urlencode(pairs)}" if pairs else ""
    texts = [(name, make(work).rstrip(), f"{path}.{name}{query}") for name, make in citations.FORMS.items()]
    return await render.page(
        datasette,
        request,
        "caixun_cite.html",
        {"work": work, "texts": texts, "edition": dict(pairs).get("edition", "")},
    )


def _article_work(site: Site, base: str, t: Words, asked: dict[str, str]) -> Work:
    number = revision_number(asked["revision"])
    record = site.article(asked["article"], number)
    if record is None:
        raise NotFound("")
    work = article_head.work(record, base, article_head.today(), pinned=number is not None or bool(asked["fact"]))
    if not asked["fact"]:
        return work
    wanted = revision_number(asked["fact"])
    item = next((one for one in facts.numbered(record) if one.number == wanted), None)
    if item is None:
        raise NotFound("")
    address = f"{article_head.permanent(record, base)}#e{item.number}"
    note = t("cite.quote", quote=item.fact.evidence)
    return replace(work, key=f"{work.key}-f{item.number}", url=address, archived=address, note=note)


def _edition_work(site: Site, datasette: Any, base: str, identity: str) -> Work:
    found = shelf(datasette).find(site.archive, identity)
    if found is None:
        raise NotFound("")
    return found.edition.cited(base).work(article_head.today())


def _archive_work(site: Site, base: str, t: Words, asked: dict[str, str]) -> Work:
    number, today = site.version(), article_head.today()
    return Work(
        key=f"caixun-{number}",
        title=t("cite.archive", line=t("site.line")),
        subtitle=t("cite.version", number=number),
        container=t("site.name"),
        published=today,
        accessed=today,
        url=f"{base}/",
        dataset=True,
    )


def _search_work(site: Site, base: str, t: Words, request: Any) -> Work:
    query, today = query_of(request).on_page(1), article_head.today()
    total = site.search(query.q, query.filters, query.order, 1, 0, change_of(site, query.as_of)).total
    pinned = query if query.as_of else query.at(today)
    words = " ".join([query.q, *(value for _, value in query.chosen)]).strip()
    return Work(
        key=f"caixun-search-{pinned.as_of}",
        title=t("cite.search", words=words) if words else t("cite.search.all"),
        subtitle=t("cite.search.size", count=total, day=pinned.as_of),
        container=t("site.name"),
        published=pinned.as_of,
        accessed=today,
        url=base + pinned.url(),
        dataset=True,
    )


@hook
def extra_template_vars() -> dict[str, Any]:
    """Where a search is cited: the result page links there."""
    return {"cite_address": "/cite/search"}


@hook
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """`/cite` and `/cite/search`, each also as .txt, .bib, .ris and .json."""
    forms = "|".join(citations.FORMS)
    return [
        (rf"^/cite(\.(?P<form>{forms}))?$", cite),
        (rf"^/cite/search(\.(?P<form>{forms}))?$", cite_search),
    ]
