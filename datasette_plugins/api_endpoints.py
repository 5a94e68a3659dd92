"""The endpoints of the API: each page of the archive as JSON, read by the functions that the page itself uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from datasette_plugins.api_asked import Asked, WrongRequest, cursor_at, wrong_query
from datasette_plugins.coverage import certificate, span_of, today
from datasette_plugins.query import ORDERS
from datasette_plugins.render import now
from db import coverage, people, places_page, policies, search, story_tree
from db.conditions import FACETS
from db.coverage import Certificate, Strip
from db.errors import WrongCursor
from db.people import Person, PersonRow
from db.places_page import PlaceCount, PlaceFacts
from db.policies import Policy, PolicyRow
from db.serialise import SearchAnswer, search_answer
from db.site import Site
from db.story_tree import StoryTree
from db.values import ArticleRecord, FacetValue, Home, SourceHealth
from parsers.query_problems import WrongQuery

MOST_RESULTS = 100
_PLACE_HITS = 20


@dataclass(frozen=True, slots=True)
class ArticleAnswer:
    """One revision of an article. `full_text` false: paragraphs, captions and repairs are empty, read them at `url`."""

    full_text: bool
    article: ArticleRecord


@dataclass(frozen=True, slots=True)
class PoliciesAnswer:
    """Policies, the newest mention first."""

    total: int
    results: tuple[PolicyRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PeopleAnswer:
    """Names, those in most articles first."""

    total: int
    results: tuple[PersonRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """The people of one name, told apart."""

    name: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class PlacesAnswer:
    """All provinces with their places."""

    results: tuple[PlaceCount, ...]


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """One place: what it lies in (nearest first), places below it with articles, its newest articles, its facts."""

    name: str
    above: tuple[str, ...]
    below: tuple[FacetValue, ...]
    newest: SearchAnswer
    facts: PlaceFacts


@dataclass(frozen=True, slots=True)
class SourcesAnswer:
    """All sources with their health."""

    results: tuple[SourceHealth, ...]


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    """Which source was really crawled on which day (or week)."""

    first: date
    last: date
    certificate: Certificate
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path with the names of its query parameters (strings api.parameter.NAME) and the type of its answer.

    `lasting`: the answer changes only with the archive, not with the day or the crawler.
    """

    name: str
    path: str
    parameters: tuple[str, ...]
    answer: Any
    read: Callable[[Site, Asked], Any]
    lasting: bool = True


def read_home(site: Site, asked: Asked) -> Home:
    """The numbers of the front page."""
    return site.home(today())


def read_search(site: Site, asked: Asked) -> SearchAnswer:
    """A page of results. Raises WrongRequest."""
    q, day = asked.text("q"), asked.day("asof")
    filters = {name: asked.all(name) for name in FACETS if asked.all(name)}
    order, limit = asked.choice("order", ORDERS, "newest"), asked.number("limit", 20, MOST_RESULTS)
    as_of = search.change_at(site.archive, day) if day else None
    try:
        result = search.search(site.archive, q, filters, order, limit, 0, as_of, asked.text("cursor") or None)
    except WrongQuery as error:
        raise wrong_query(error, q, asked.t) from error
    except WrongCursor as error:
        raise asked.wrong("cursor", asked.t("api.error.cursor")) from error
    return search_answer(q, result)


def read_article(site: Site, asked: Asked) -> ArticleAnswer:
    """One article in its current revision or its n-th. Raises WrongRequest (404; 410 after takedown)."""
    revision = asked.number("revision", 0, 1_000_000) or None
    record = site.article(asked.text("id"), revision)
    if record is None:
        raise asked.missing("id")
    if record.state == "removed":
        raise WrongRequest(asked.t("api.error.removed"), 410, {"parameter": "id"})
    if site.show_full_text:
        return ArticleAnswer(True, record)
    hidden = replace(record, paragraphs=(), captions=(), original_paragraphs=(), repairs=())
    return ArticleAnswer(False, hidden)


def read_story(site: Site, asked: Asked) -> StoryTree:
    """A story by any id that it ever had. Raises WrongRequest (404; 410 when all of it was taken down)."""
    found = story_tree.tree(site.archive, asked.text("id"), texts=site.show_full_text)
    if found is None:
        raise asked.missing("id")
    if not found.nodes:
        raise WrongRequest(asked.t("api.error.removed"), 410, {"parameter": "id"})
    return found


def read_policies(site: Site, asked: Asked) -> PoliciesAnswer:
    """Policies by words, province and step. Raises WrongRequest."""
    start, step = asked.start(), asked.choice("step", policies.STEPS)
    found = policies.policies(
        site.archive, text=asked.text("text"), province=asked.text("province"), step=step, offset=start
    )
    return PoliciesAnswer(found.total, found.rows, cursor_at(start + policies.LISTED, found.total))


def read_policy(site: Site, asked: Asked) -> Policy:
    """A policy by its id or a printed title. Raises WrongRequest."""
    found = policies.policy(site.archive, asked.text("id"))
    if found is None:
        raise asked.missing("id")
    return found


def read_people(site: Site, asked: Asked) -> PeopleAnswer:
    """Names by part of the name, province and organisation. Raises WrongRequest."""
    start = asked.start()
    found = people.people(
        site.archive,
        name=asked.text("text"),
        province=asked.text("province"),
        organisation=asked.text("organisation"),
        offset=start,
    )
    return PeopleAnswer(found.total, found.rows, cursor_at(start + people.LISTED, found.total))


def read_person(site: Site, asked: Asked) -> PersonAnswer:
    """The people of one name. Raises WrongRequest."""
    name = asked.values["name"][0]  # as it is stored: 王　伟 has a wide space
    found = people.person(site.archive, name, texts=site.show_full_text)
    if not found:
        raise asked.missing("name")
    return PersonAnswer(name, found)


def read_places(site: Site, asked: Asked) -> PlacesAnswer:
    """All provinces with their places."""
    return PlacesAnswer(places_page.places(site.archive))


def read_place(site: Site, asked: Asked) -> PlaceAnswer:
    """One place by its full name or a short form. Raises WrongRequest."""
    name = places_page.named(asked.text("name"))
    if name is None:
        raise asked.missing("name")
    result = search.search(site.archive, "", {"place": (name,)}, "newest", _PLACE_HITS)
    below = tuple(one for one in result.facets.get("place", ()) if one.parent == name and one.count)
    return PlaceAnswer(
        name, places_page.above(name), below, search_answer("", result), places_page.place_facts(site.archive, name)
    )


def read_sources(site: Site, asked: Asked) -> SourcesAnswer:
    """All sources with their health."""
    return SourcesAnswer(site.sources(now()))


def read_coverage(site: Site, asked: Asked) -> CoverageAnswer:
    """Coverage between two days, the last year by default, by day or week. Raises WrongRequest."""
    by = asked.choice("by", ("day", "week"), "week")
    first, last = span_of(asked.day("from"), asked.day("to"), by)
    strips = coverage.strips(site.archive, first, last, 1 if by == "day" else 7)
    return CoverageAnswer(first, last, certificate(site, first, last), strips)


_SEARCH = ("q", *FACETS, "order", "limit", "cursor", "asof")
ENDPOINTS = (
    Endpoint("home", "/home.json", (), Home, read_home, lasting=False),
    Endpoint("search", "/search.json", _SEARCH, SearchAnswer, read_search),
    Endpoint("article", "/article/{id}.json", ("revision",), ArticleAnswer, read_article),
    Endpoint("story", "/story/{id}.json", (), StoryTree, read_story),
    Endpoint("policies", "/policies.json", ("text", "province", "step", "cursor"), PoliciesAnswer, read_policies),
    Endpoint("policy", "/policy/{id}.json", (), Policy, read_policy),
    Endpoint("people", "/people.json", ("text", "province", "organisation", "cursor"), PeopleAnswer, read_people),
    Endpoint("person", "/person/{name}.json", (), PersonAnswer, read_person),
    Endpoint("places", "/places.json", (), PlacesAnswer, read_places),
    Endpoint("place", "/place/{name}.json", (), PlaceAnswer, read_place),
    Endpoint("sources", "/sources.json", (), SourcesAnswer, read_sources, lasting=False),
    Endpoint("coverage", "/coverage.json", ("from", "to", "by"), CoverageAnswer, read_coverage, lasting=False),
)
