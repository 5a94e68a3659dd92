"""Plugin: a brief of any search over some days — choose, look, take it away as Word, HTML or Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, base_url, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.language import Words
from datasette_plugins.operator import is_operator
from datasette_plugins.query import SearchQuery, one_line, query_of
from db.brief import markdown, page, sending, templates
from db.brief.collecting import collect
from db.brief.values import ITEMS, TITLE, Asked, Brief
from db.brief.word import MEDIA_TYPE
from db.site import Site
from parsers.dates import BEIJING
from parsers.errors import CaixunError

TYPES = {"docx": MEDIA_TYPE, "html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8"}
SIZES = (20, 50, 100, 200, 500)
_WEEK = 7
_LONGEST = 60  # characters of a title, number or office


@dataclass(frozen=True, slots=True)
class BriefForm:
    """What stands in the form: the search, the days as typed, the words of the head; `asked` once days are there."""

    query: SearchQuery
    first: str
    last: str
    asked: bool
    texts: dict[str, str] = field(default_factory=dict)
    items: int = ITEMS

    def parameters(self) -> list[tuple[str, str]]:
        """The pairs of the query string that ask for this brief."""
        pairs = [("from", self.first), ("to", self.last), *self.query.parameters()]
        pairs += [(name, value) for name, value in self.texts.items() if value]
        return pairs + ([("items", str(self.items))] if self.items != ITEMS else [])

    def url(self, path: str) -> str:
        """The address of this brief under `path`."""
        return f"{path}?{urlencode(self.parameters())}"

    def read(self, excerpt: bool) -> Asked:
        """What to collect. Raises ValueError for a day that is none."""
        return Asked(
            date.fromisoformat(self.first), date.fromisoformat(self.last), self.query.q, self.query.filters,
            self.texts["title"] or TITLE, self.texts["number"], self.texts["office"], self.items, excerpt,
        )  # fmt: skip


def today() -> date:
    """The day in Beijing."""
    return render.now().astimezone(BEIJING).date()


def form_of(arguments: Any, query: SearchQuery) -> BriefForm:
    """The form as the query string has it; without days the last week, and nothing asked yet."""
    texts = {name: one_line(arguments.get(name) or "")[:_LONGEST] for name in ("title", "number", "office")}
    first, last = (arguments.get("from") or "").strip()[:10], (arguments.get("to") or "").strip()[:10]
    size = arguments.get("items") or ""
    return BriefForm(
        SearchQuery(query.q, query.filters),
        first or (today() - timedelta(days=_WEEK - 1)).isoformat(),
        last or today().isoformat(),
        bool(first and last),
        texts,
        int(size) if size.isascii() and size.isdigit() and int(size) in SIZES else ITEMS,
    )


def collected(site: Site, form: BriefForm, base: str) -> tuple[Brief, str]:
    """The brief and its text. Raises ValueError (a day), QueryError, Refused and WrongTemplate."""
    made = collect(site.archive, form.read(excerpt=not site.show_full_text), today())
    return made, templates.of_directory(site.directory.path).text(made, base)


async def brief(datasette: Any, request: Any) -> Response:
    """The form, and below it the brief that it asks for; what is wrong stands beside the form."""
    form, t = form_of(request.args, query_of(request)), render.words(datasette, request)
    site = await ask(site_of, datasette)
    operator = is_operator(datasette, request)
    context: dict[str, Any] = {
        "form": form, "sizes": SIZES, "found": None, "body": "", "error": "", "is_operator": operator, "default": TITLE,
    }  # fmt: skip
    if form.asked:
        try:
            found, text = await ask(collected, site, form, base_url(datasette, request))
        except (ValueError, CaixunError) as error:
            context["error"] = told(error, t)
        else:
            document = markdown.read(text)
            context |= {"found": found, "document": document, "body": page.body(document)}
    status = 400 if context["error"] else 200
    return await render.page(datasette, request, "caixun_brief.html", context, status=status)


def told(error: Exception, t: Words) -> str:
    """What is wrong, as a line for people."""
    return str(error) if isinstance(error, CaixunError) else t("brief.wrong_day")


async def brief_file(datasette: Any, request: Any) -> Response:
    """The brief as a file; 400 with what to do when it cannot be made."""
    form, t = form_of(request.args, query_of(request)), render.words(datasette, request)
    kind, site = request.url_vars["form"], await ask(site_of, datasette)
    try:
        _, text = await ask(collected, site, form, base_url(datasette, request))
        content = await ask(templates.of_directory(site.directory.path).file, text, kind)
    except (ValueError, CaixunError) as error:
        actions = [(form.url("/brief"), t("brief.title"))]
        return await render.notice(datasette, request, 400, t("error.400.title"), [told(error, t)], actions)
    return attachment(
        content, templates.file_name(form.texts["title"] or TITLE, form.texts["number"], today(), kind), kind
    )


def attachment(content: bytes, name: str, kind: str) -> Response:
    """A file to be saved under a Chinese name."""
    plain = f"brief.{kind}"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-cache"}
    return Response(content, headers=headers, content_type=TYPES[kind])


async def sent(datasette: Any, request: Any) -> Response:
    """A brief as it was sent; its link is known to whoever got it. 410 once an article in it was taken down."""
    site = await ask(site_of, datasette)
    edition = await ask(_edition, site, request.url_vars["key"])
    if edition is None:
        raise NotFound("")
    document = edition.document
    private = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    if await ask(lambda: sending.removed(site.archive, document)):
        t = render.words(datasette, request)
        lines = [t("brief.removed")]
        return await render.notice(datasette, request, 410, edition.title, lines, [("/", t("nav.home"))])
    if request.url_vars.get("file"):
        answer = attachment(edition.file, edition.name, "docx")
        answer.headers.update(private)
        return answer
    context = {"edition": edition, "document": document, "body": page.body(document)}
    return await render.page(datasette, request, "caixun_brief_sent.html", context, headers=private)


def _edition(site: Site, key: str) -> sending.Edition | None:
    return sending.edition_of(site.subscribers, key) if site.directory.subscribers.exists() else None


@hook
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """`/brief`, the same as a file, and `/b/KEY`."""
    return [
        (r"^/brief$", brief),
        (r"^/brief\.(?P<form>docx|html|md)$", brief_file),
        (r"^/b/(?P<key>[\w-]{22})(?P<file>\.docx)?$", sent),
    ]
