"""What a search page costs in processor time: `python -m tests.benchmarks.page_cost DATA [--rounds 3] [--profile N]`.

DATA is a data directory with archive.db, a copy: it is written. Pages are asked of the whole ASGI application in one
process, without a network and one after the other; counted is the time that all threads of the process spent on the
processor, which other programs on the machine change less than the time on the clock. Four kinds of pages:

- kept: the queries of the other benchmarks in the three orders, asked before, the archive unchanged;
- known: the same, with a commit to the archive before each page, so that none is kept;
- filtered: the same words with a place, a year or a theme: addresses never asked, of words that are known;
- new: words never asked, taken from the titles of the archive.

Prints JSON: milliseconds a page (mean), those of them that finding and rendering took, the rest, and kilobytes.
`--profile N` prints the N functions that took most instead.
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
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette_plugins import drawing, search
from datasette_plugins.app import build
from db.connection import open_reader, open_writer
from parsers.words import keywords
from tests.benchmarks.search_readers import QUERIES

ORDERS = ("newest", "relevance", "oldest")
_SEED = 11
_NEW = 60  # pages of each kind that is asked once
_NARROW = (("place", "青海省"), ("place", "浙江省"), ("year", "2024"), ("year", "2023"), ("theme", "引才"))


def addresses(data: Path, new: int) -> dict[str, list[str]]:
    """The query strings of the three kinds."""
    repeated = [urlencode({"q": text, "order": order}) for text in QUERIES for order in ORDERS]
    filtered = [f"{one}&{urlencode([pair])}" for one in repeated for pair in _NARROW]
    random.Random(_SEED).shuffle(filtered)
    words = [urlencode({"q": one}) for one in _words(data, new)]
    return {"kept": repeated, "known": repeated, "filtered": filtered[:_NEW], "new": words}


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


def commit(data: Path) -> None:
    """A commit that changes nothing that is read."""
    with closing(open_writer(data / "archive.db")) as connection:
        connection.execute(f"pragma user_version = {connection.execute('pragma user_version').fetchone()[0]}")


async def whole(app: Any, queries: Sequence[str], written: Path | None = None) -> tuple[float, float]:
    """Milliseconds of processor time and kilobytes a page; with `written` each page follows a commit to it."""
    size, spent = 0, 0.0
    for query in queries:
        if written:
            commit(written)
        started = time.process_time()
        size += len(await page(app, query))
        spent += time.process_time() - started
    return spent * 1000 / len(queries), size / 1000 / len(queries)


@dataclass
class Spent:
    """Milliseconds of the thread that found, and of the one that rendered, since the last `taken`."""

    find: float = 0.0
    render: float = 0.0

    def taken(self) -> tuple[float, float]:
        """Both, and begin anew."""
        found = self.find, self.render
        self.find = self.render = 0.0
        return found


def watched() -> Spent:
    """Count, from now on, what finding and rendering cost within the pages that are asked."""
    spent, find, draw = Spent(), search.find, drawing.PlainTemplate.render

    def finding(*given: Any) -> Any:
        started = time.thread_time()
        found = find(*given)
        spent.find += (time.thread_time() - started) * 1000
        return found

    def rendering(template: Any, *given: Any, **named: Any) -> str:
        started = time.thread_time()
        text = draw(template, *given, **named)
        spent.render += (time.thread_time() - started) * 1000
        return text

    search.find, drawing.PlainTemplate.render = finding, rendering  # type: ignore[assignment, method-assign]
    return spent


async def measured(data: Path, rounds: int) -> dict[str, dict[str, float]]:
    """The figures of each kind."""
    datasette = build(data, "http://127.0.0.1", access={"rate": 10**9})
    app, asked, spent = datasette.app(), addresses(data, _NEW), watched()
    await datasette.invoke_startup()
    await whole(app, [*asked["kept"], urlencode({"q": "纫才"})])  # the last one reads the tables of sounds
    outcome = {}
    for kind, queries in asked.items():
        pages = queries * (rounds if kind in ("kept", "known") else 1)
        spent.taken()
        milliseconds, kilobytes = await whole(app, pages, data if kind == "known" else None)
        find, render = (one / len(pages) for one in spent.taken())
        named = {"page": milliseconds, "find": find, "render": render, "rest": milliseconds - find - render}
        outcome[kind] = {name: round(value, 2) for name, value in (*named.items(), ("kb", kilobytes))}
    return outcome


def profiled(data: Path, rounds: int, shown: int, kind: str) -> None:
    """Print where the time of pages goes."""
    datasette = build(data, "http://127.0.0.1", access={"rate": 10**9})
    app = datasette.app()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(datasette.invoke_startup())
    queries = addresses(data, _NEW)
    loop.run_until_complete(whole(app, queries["kept"]))
    chosen = queries[kind] * (rounds if kind in ("kept", "known") else 1)
    original, asyncio.to_thread = asyncio.to_thread, _at_once  # type: ignore[assignment]
    profile = cProfile.Profile()
    profile.runcall(loop.run_until_complete, whole(app, chosen, data if kind == "known" else None))
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
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", type=int, default=0)
    parser.add_argument("--kind", choices=("kept", "known", "filtered", "new"), default="known")
    given = parser.parse_args()
    if given.profile:
        profiled(given.data, given.rounds, given.profile, given.kind)
        return
    sys.stdout.write(json.dumps(asyncio.run(measured(given.data, given.rounds)), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
