"""The payloads planted in an archive, and every address under which they could come out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

from db import archive, ingest
from db.archive import Seen
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from parsers.values import Article, Fact, Flag
from tests.web import archive_of

SECRET = "不公开的标题"  # stands in a table of the operator


@dataclass(frozen=True, slots=True)
class Payload:
    """One hostile text of payloads.toml."""

    kind: str
    name: str
    text: str


def payloads() -> list[Payload]:
    """All of payloads.toml."""
    read = tomllib.loads((Path(__file__).parent / "payloads.toml").read_text("utf-8"))
    return [Payload(one["class"], one["name"], one["text"]) for one in read["payload"]]


def plant(path: Path, listed: list[Payload]) -> DataDirectory:
    """A data directory with an article for each payload: in title, body, author, origin, address, place, facts."""
    directory = archive_of.make(path, 2)
    connection = open_writer(directory.archive)
    for payload in listed[:6]:
        text = payload.text
        bad = ingest.SourceFacts(text, text, text, text, "generic", True, text, None, text, timedelta(days=30))
        ingest.save_sources(connection, {f"hostile-{payload.name}": bad})
    with transaction(connection):
        for number, payload in enumerate(listed):
            url = (
                payload.text
                if payload.kind in ("address", "redirect")
                else f"https://a.example/{number}?{payload.text}"
            )
            day = f"2026-04-{number % 28 + 1:02}"
            seen = Seen(url, "qhnews", f"{day}T01:20:00+00:00", day)
            archive.record(connection, _article(number, payload.text), seen, url=url)
        kept_out = Seen("https://a.example/secret", "qhnews", "2026-04-01T01:20:00+00:00", "2026-04-01")
        archive.reject(connection, kept_out.url, kept_out, SECRET, 0.1, (SECRET,), SECRET)
    connection.close()
    return directory


def _article(number: int, text: str) -> Article:
    one = archive_of.article(number % 28, text)
    body = "\n".join((*one.paragraphs, text))
    start = len(body) - len(text)
    fields = {"measure": text, "value_low": 5, "value_high": 5, "unit": text, "qualifier": "exact", "action": text}
    figure = Fact("figure", text, "2026", text, start, len(body), "count", 1, fields)
    policy = Fact("policy", text, "2026", text, start, len(body), "policy", 1, {"title": text, "action": text})
    person = Fact("person", text, "2026", text, start, len(body), "person", 1, {"name": text, "role": text})
    return replace(
        one,
        subtitle=text,
        kicker=text,
        origin=text,
        authors=(text,),
        editor=text,
        doc_type=text,
        themes=(text,),
        places=(text,),
        captions=(text,),
        words=(text,),
        original_url=text,
        paragraphs=(*one.paragraphs, text),
        flags=(Flag("year", text, start, len(body)),),
        facts=(figure, policy, person),
    )


def stored_pages(directory: DataDirectory) -> list[str]:
    """The addresses that show what is stored."""
    connection = open_writer(directory.archive)
    articles = [row[0] for row in connection.execute("select id from articles order by revision desc limit 200")]
    connection.close()
    own = ["/", "/search", "/search.csv", "/search.atom", "/facts", "/facts.csv", "/sources", "/data", "/about"]
    own += [f"/facts/{view}" for view in ("meetings", "promises", "phrases", "posts", "policies")]
    tables = ["articles", "article_text", "facts", "sources", "changes", "stories", "article_places", "revisions"]
    own += [f"/archive/{table}{suffix}" for table in tables for suffix in ("", ".json", ".csv")]
    own += ["/archive/articles?_facet_values=places&_facet_values=themes&_facet=origin", "/archive/policies"]
    return own + [f"/article/{identity}" for identity in articles]


def asking_pages(text: str) -> list[str]:
    """The addresses that show what a reader asks for."""
    word, segment = urlencode({"x": text})[2:], quote(text, safe="")
    return [
        f"/search?q={word}", f"/search.csv?q={word}", f"/search.atom?q={word}", f"/search?place={word}&theme={word}",
        f"/search?source={word}&order={word}&page={word}&lang={word}", f"/facts?measure={word}", f"/facts?text={word}",
        f"/facts?kind={word}&year={word}&place={word}", f"/facts/policies?text={word}", f"/compare?a={word}&b={word}",
        f"/article/{segment}", f"/story/{segment}", f"/subscribe?q={word}", f"/subscribe/confirm/{segment}",
        f"/archive?sql={word}", f"/archive?sql=select+:a&a={word}", f"/archive.json?sql={word}",
        f"/archive/articles?_q={word}", f"/archive/articles?title__contains={word}", f"/archive/articles?_where={word}",
        f"/archive/articles?_sort={word}", f"/archive/articles?_facet={word}",
        f"/archive/articles?_facet_values={word}",
        f"/archive/articles?_facet_array={word}", f"/archive/articles?_next={word}", f"/archive/articles?_place={word}",
        f"/archive/articles?_size={word}", f"/archive/articles?_col={word}", f"/archive/articles?_through={word}",
        f"/archive/articles?{word}=1", f"/archive/{segment}", f"/archive/articles/{segment}", f"/{segment}",
        f"/archive/articles.csv?_q={word}", f"/archive/places-by-month?地点={word}&检索={word}", f"/login?next={word}",
        f"/-/{segment}", f"/-/caixun/{segment}", f"/-/static/{segment}",
    ]  # fmt: skip
