"""Plugin: the archive's tables, SQL and ready questions in our look, with Chinese search and counts on table pages."""

from __future__ import annotations

import functools
import json
import re
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from datasette import Response
from datasette.facets import Facet
from datasette.filters import FilterArguments
from datasette.utils import path_with_added_args, path_with_removed_args

from datasette_plugins import render
from datasette_plugins.archive import DATABASE, DataDirectoryMissingError, ask, site_of
from datasette_plugins.hooks import hook
from datasette_plugins.language import COOKIE, LANGUAGES
from db.conditions import condition
from db.dictionary import TABLES
from db.site import Site
from parsers.errors import QueryError
from parsers.query import parse_query

_QUESTIONS = Path(__file__).parent / "questions"
_HEAD = re.compile(r"^-- (\w+)(?:\.(\w+))?: (.+)$", re.MULTILINE)
App = Callable[..., Awaitable[None]]
_ASKING = (
    "select id, title, day from articles where revision in"
    " (select rowid from article_index where article_index match '\"人才\"') order by revision desc limit 20"
)
SEARCHED = frozenset(name for name, table in TABLES.items() if "revision" in table.columns and name != "changes")
MANY_VALUED = {"places": ("article_places", "place", "_place"), "themes": ("article_themes", "theme", "_theme")}


@dataclass(frozen=True, slots=True)
class Question:
    """A ready question: its name in addresses, its SQL, title and description by language."""

    name: str
    sql: str
    titles: dict[str, str]
    descriptions: dict[str, str]


@functools.cache
def questions() -> tuple[Question, ...]:
    """The questions of the folder questions/, in the order of their file names."""
    return tuple(_question(path) for path in sorted(_QUESTIONS.glob("*.sql")))


def _question(path: Path) -> Question:
    sql = path.read_text(encoding="utf-8").strip()
    said = {(key, language or "zh"): text.strip() for key, language, text in _HEAD.findall(sql)}
    name = re.sub(r"^\d+-", "", path.stem)
    return Question(
        name,
        sql,
        {language: said["title", language] for language in LANGUAGES},
        {language: said["about", language] for language in LANGUAGES},
    )


@hook
def canned_queries(datasette: Any, database: str) -> dict[str, dict[str, str]]:
    """The ready questions; people change their SQL in the page."""
    if database != DATABASE:
        return {}
    return {
        one.name: {"sql": one.sql, "title": one.titles["zh"], "description": one.descriptions["zh"]}
        for one in questions()
    }


@hook
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """`caixun_found(query)` in SQL: a JSON array of the revisions that a search finds."""
    if database == DATABASE:
        site = site_of(datasette)
        conn.create_function("caixun_found", 1, lambda query: json.dumps(found(site, str(query or ""))))


def found(site: Site, query: str) -> list[int]:
    """The revisions, older ones too, that answer a query of the search. Raises QueryError."""
    text, values = condition(parse_query(query))
    sql = f"select a.revision from articles a where ({text}) and a.state <> 'removed'"  # noqa: S608 - of db.conditions
    return [row[0] for row in site.archive.execute(sql, values)]


@hook
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> FilterArguments | None:
    """`_q` (the grammar of the search), `_place` and `_theme` on tables that have a revision."""
    if database != DATABASE or table not in SEARCHED:
        return None
    clauses, values = _many_valued_filters(request)
    query = (request.args.get("_q") or "").strip()
    context: dict[str, Any] = {"supports_q": True, "q": query}
    if query:
        try:
            parse_query(query)
        except QueryError as error:
            context["q_error"] = str(error)
            clauses.append("0")
        else:
            clauses.append("revision in (select value from json_each(caixun_found(:caixun_q)))")
            values["caixun_q"] = query
    return FilterArguments(clauses, values, extra_context=context)


def _many_valued_filters(request: Any) -> tuple[list[str], dict[str, str]]:
    clauses: list[str] = []
    values: dict[str, str] = {}
    for table, column, argument in MANY_VALUED.values():
        for wanted in request.args.getlist(argument):
            name = f"caixun_{column}_{len(values)}"
            clauses.append(f"revision in (select revision from {table} where {column} = :{name})")  # noqa: S608 - ours
            values[name] = wanted
    return clauses, values


class ManyValued(Facet):  # type: ignore[misc]  # Datasette ships no types
    """Counts of places or themes: `?_facet_values=places`; a province counts what its cities have."""

    type = "values"

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """The counts, most frequent first, and the names of those that took too long."""
        asked = [config["config"].get("simple", "") for config in self.get_configs()]
        wanted = [name for name in dict.fromkeys(asked) if name in MANY_VALUED and self.table in SEARCHED]
        return [await self._counted(name) for name in wanted], []

    async def _counted(self, name: str) -> dict[str, Any]:
        table, column, argument = MANY_VALUED[name]
        size = self.get_facet_size()
        sql = (
            f"select {column} as value, count(*) as count from {table} where revision in"  # noqa: S608 - names of ours
            f" (select revision from ({self.sql})) group by 1 order by 2 desc, 1 limit {size + 1}"
        )
        limit = self.ds.setting("facet_time_limit_ms")
        rows = (await self.ds.execute(self.database, sql, self.params, truncate=False, custom_time_limit=limit)).rows
        return {
            "name": name,
            "type": self.type,
            "hideable": True,
            "toggle_url": path_with_removed_args(self.request, {"_facet_values": name}),
            "results": [self._value(row["value"], row["count"], argument) for row in rows[:size]],
            "truncated": len(rows) > size,
        }

    def _value(self, value: str, count: int, argument: str) -> dict[str, Any]:
        selected = (argument, value) in self.get_querystring_pairs()
        change = path_with_removed_args if selected else path_with_added_args
        address = change(self.request, {argument: value})
        return {"value": value, "label": value, "count": count, "toggle_url": address, "selected": selected}


@hook
def register_facet_classes() -> list[type[Facet]]:
    """The counts of columns that hold several values."""
    return [ManyValued]


@hook
def extra_template_vars(
    datasette: Any, request: Any, database: str | None, table: str | None, view_name: str | None
) -> dict[str, Any]:
    """The dictionary of the table shown; the lists that /data and Datasette's front pages show."""
    variables: dict[str, Any] = {}
    if database == DATABASE and table is not None and table in TABLES:
        variables["described"] = TABLES[table]
        variables["many_valued"] = _facet_links(request) if table in SEARCHED else []
    if database == DATABASE and table is None:
        variables["question_of"] = {one.name: one for one in questions()}
    if view_name in ("index", "database") or (request and request.path == "/data"):
        variables |= _listed(datasette, render.words(datasette, request).language)
    return variables


def _facet_links(request: Any) -> list[tuple[str, str]]:
    asked = request.args.getlist("_facet_values")
    return [(name, path_with_added_args(request, {"_facet_values": name})) for name in MANY_VALUED if name not in asked]


def _listed(datasette: Any, language: str) -> dict[str, Any]:
    try:
        texts = site_of(datasette).show_full_text
    except DataDirectoryMissingError:
        texts = False
    return {
        "questions": [
            {"name": one.name, "title": one.titles[language], "description": one.descriptions[language]}
            for one in questions()
        ],
        "tables_described": [table for table in TABLES.values() if texts or not table.texts],
        "sql_seconds": datasette.setting("sql_time_limit_ms") // 1000,
    }


@hook
def asgi_wrapper() -> Callable[[App], App]:
    """`?lang=` on a table page becomes a cookie: Datasette would take it for a condition on a column."""

    def wrap(app: App) -> App:
        async def choosing(scope: Any, receive: Any, send: Any) -> None:
            answer = _language_chosen(scope) if scope["type"] == "http" else None
            await (app(scope, receive, send) if answer is None else answer.asgi_send(send))

        return choosing

    return wrap


def _language_chosen(scope: Any) -> Response | None:
    if not scope["path"].startswith(f"/{DATABASE}"):
        return None
    pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    asked = next((value for name, value in pairs if name == "lang"), None)
    if asked is None:
        return None
    rest = urlencode([pair for pair in pairs if pair[0] != "lang"])
    answer = Response.redirect(quote(scope["path"]) + (f"?{rest}" if rest else ""))
    if asked in LANGUAGES:
        answer.set_cookie(COOKIE, asked, max_age=365 * 24 * 3600)
    return answer


async def data(datasette: Any, request: Any) -> Response:
    """The page that leads to tables, questions and SQL."""
    await ask(site_of, datasette)
    return await render.page(datasette, request, "caixun_data.html", {})


async def _index(datasette: Any, request: Any) -> Response:
    return Response.redirect(f"/{DATABASE}?{urlencode({'sql': _ASKING})}")


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/data`; the page of the index, which has no rows to list, shows how SQL asks it."""
    return [(r"^/data$", data), (rf"^/{DATABASE}/article_index$", _index)]
