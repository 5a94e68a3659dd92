"""What a search page costs in processor time: `python -m tests.benchmarks.page_cost DATA [--rounds 5] [--profile N]`.

DATA is a data directory with archive.db. Pages are asked of the whole ASGI application in one process, without a
network and one after the other; counted is the time that all threads of the process spent on the processor, which
other programs on the machine hardly change. Three kinds of pages, in three rounds each of its own addresses:

- repeated: the queries of the other benchmarks in the three orders, asked before;
- filtered: the same words with a place, a year or a theme: an address never asked of words that are known;
- new: words never asked, taken from the titles of the archive.

Prints JSON: milliseconds a page (mean), those of finding and of rendering alone, kilobytes. `--profile N` prints the N
functions that took most instead.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import pstats
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette_plugins import archive, drawing, search
from datasette_plugins.app import build
from datasette_plugins.query import SearchQuery, read_query
from db.connection import open_reader
from parsers.words import keywords
from tests.benchmarks.search_readers import QUERIES

ORDERS = ("newest", "relevance", "oldest")
_SEED = 11
_NARROW = (("place", "青海省"), ("place", "浙江省"), ("year", "2024"), ("year", "2023"), ("theme", "引才"))


def addresses(data: Path, new: int) -> dict[str, list[str]]:
    """The query strings of the three kinds."""
    repeated = [urlencode({"q": text, "order": order}) for text in QUERIES for order in ORDERS]
    filtered = [f"{one}&{urlencode([pair])}" for one in repeated for pair in _NARROW]
    random.Random(_SEED).shuffle(filtered)
    return {"repeated": repeated, "filtered": filtered, "new": [urlencode({"q": one}) for one in _words(data, new)]}


def _words(data: Path, count: int) -> list[str]:
    connection = open_reader(data / "archive.db")
    rows = connection.execute("select title from articles where revision % 97 = 0 limit ?", [count * 3]).fetchall()
    connection.close()
    found = dict.fromkeys(" ".join(keywords(row[0], 8)[:2]) for row in rows)
    words = [one for one in found if one and one not in QUERIES]
    random.Random(_SEED).shuffle(words)
    return words[:count]


async def page(app: Any, query: str) -> bytes:
    """The body of a search page that must be there."""
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/search",
        "raw_path": b"/search", "query_string": query.encode(), "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 8000), "headers": [(b"host", b"127.0.0.1:8000"), (b"accept-encoding", b"identity")],
    }  # fmt: skip
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and message["status"] != 200:
            raise ValueError(f"{query}: {message['status']}")
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(parts)


async def whole(app: Any, queries: Sequence[str]) -> tuple[float, float]:
    """Milliseconds of processor time and kilobytes a page."""
    size, started = 0, time.process_time()
    for query in queries:
        size += len(await page(app, query))
    spent = time.process_time() - started
    return spent * 1000 / len(queries), size / 1000 / len(queries)


def each(function: Callable[[Any], Any], items: Iterable[Any]) -> float:
    """Milliseconds of processor time of `function(item)`."""
    listed = list(items)
    started = time.process_time()
    for item in listed:
        function(item)
    return (time.process_time() - started) * 1000 / len(listed)


async def measured(data: Path, rounds: int) -> dict[str, dict[str, float]]:
    """The figures of each kind; what is asked for the first time is asked in one round only."""
    datasette = build(data, "http://127.0.0.1", access={"rate": 10**9})
    app = datasette.app()
    await datasette.invoke_startup()
    asked = addresses(data, 90)
    site = await asyncio.to_thread(archive.site_of, datasette)
    await whole(app, asked["repeated"])
    outcome = {}
    for kind, queries in asked.items():
        share = len(queries) // 3 if kind != "repeated" else 0
        milliseconds, kilobytes = await whole(app, queries[share:] * (1 if share else rounds))
        found = {"page_ms": milliseconds, "page_kb": kilobytes}
        if share or kind == "repeated":
            finding = [read_query(parse_qsl(one)) for one in (queries[:share] if share else queries * rounds)]
            found["find_ms"] = each(lambda query: search.find(site, query), finding)
            found["render_ms"] = _render_ms(datasette, site, finding)
            found["rest_ms"] = found["page_ms"] - found["find_ms"] - found["render_ms"]
        outcome[kind] = {name: round(value, 2) for name, value in found.items()}
    return outcome


def _render_ms(datasette: Any, site: Any, queries: list[SearchQuery]) -> float:
    found = [(query, search.find(site, query)) for query in queries]
    return each(lambda pair: _drawn(datasette, *pair), found)


def _drawn(datasette: Any, query: SearchQuery, found: search.Found) -> str:
    from datasette_plugins import render

    template = drawing.template_of(datasette, "caixun_search.html")
    context = search._context(query, found) | render.variables(datasette, None)
    return template.render(context | {"ours": True, "saving": True})


def profiled(data: Path, rounds: int, shown: int, kind: str) -> None:
    """Print where the time of pages goes."""
    datasette = build(data, "http://127.0.0.1", access={"rate": 10**9})
    app = datasette.app()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(datasette.invoke_startup())
    queries = addresses(data, 90)
    loop.run_until_complete(whole(app, queries["repeated"]))
    chosen = queries[kind] * (rounds if kind == "repeated" else 1)
    original, asyncio.to_thread = asyncio.to_thread, _at_once  # type: ignore[assignment]
    profile = cProfile.Profile()
    profile.runcall(loop.run_until_complete, whole(app, chosen))
    asyncio.to_thread = original
    sys.stdout.write(f"{len(chosen)} pages\n")
    pstats.Stats(profile).sort_stats("tottime").print_stats(shown)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(shown)


async def _at_once(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    return function(*given, **named)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", type=int, default=0)
    parser.add_argument("--kind", choices=("repeated", "filtered", "new"), default="repeated")
    given = parser.parse_args()
    if given.profile:
        profiled(given.data, given.rounds, given.profile, given.kind)
        return
    sys.stdout.write(json.dumps(asyncio.run(measured(given.data, given.rounds)), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
