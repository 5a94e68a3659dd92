"""A data directory for the figures of downloads: `python -m tests.benchmarks.downloads_archive ARCHIVE DATA`.

ARCHIVE is what `tests.benchmarks.search_archive` makes; it is copied to DATA/archive.db and brought to today's schema.
Each article gets three to five facts, read out of its own sentences by fixed patterns and written by the product, and
each source a row of coverage for every day on which it had an article. The same ARCHIVE gives the same facts.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from db.archive import insert_facts
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from parsers.values import Fact

_BATCH = 5_000
_FIGURE = re.compile(r"累计引进([^，。]{1,20}?)(\d+)名，发放补贴([\d.]+)万元。")
_SENTENCE = re.compile(r"[^。\n]{12,90}。")


def facts_of(revision: int, day: str, place: str, body: str) -> Iterator[Fact]:
    """What fixed patterns read in a body: figures and the money beside them, a person, a policy."""
    for found in list(_FIGURE.finditer(body))[: 1 + revision % 2]:
        measure, people, money = found.groups()
        for name, value, unit in ((f"引进{measure}", people, "名"), (f"{measure}补贴", money, "万元")):
            fields = {"measure": name, "measure_normal": name, "value_low": float(value), "value_high": None,
                      "unit": unit, "qualifier": "exact", "action": "引进"}  # fmt: skip
            yield _fact("figure", place, day, found, fields)
    for number, found in enumerate(_SENTENCE.finditer(body)):
        if number == 2 + revision % 3:
            title = found[0][:14]
            yield _fact(
                "policy", place, day, found, {"title": f"{title}若干措施", "number": f"〔{day[:4]}〕{number}号"}
            )
        if number == 6 + revision % 5:
            yield _fact("person", place, day, found, {"name": found[0][:3], "organisation": f"{place}人才办"})
            return


def _fact(kind: str, place: str, day: str, found: re.Match[str], fields: dict[str, object]) -> Fact:
    return Fact(
        kind=kind, subject=place, period=day[:4], evidence=found[0], start=found.start(), end=found.end(),
        rule=f"benchmark.{kind}", version=1, fields=fields,
    )  # fmt: skip


def build(archive: Path, data: Path) -> DataDirectory:
    """DATA with a copy of the archive and its facts; one that is there already is taken as it is."""
    if data.exists():
        return DataDirectory(data).prepare()
    draft = DataDirectory(data.with_name(data.name + ".part"))
    shutil.rmtree(draft.path, ignore_errors=True)
    draft.path.mkdir(parents=True)
    shutil.copyfile(archive, draft.archive)
    draft.prepare()
    connection = open_writer(draft.archive)
    connection.execute("pragma synchronous = off")
    _add_facts(connection)
    _add_coverage(connection)
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    draft.path.rename(data)
    return DataDirectory(data)


def _add_facts(connection: sqlite3.Connection) -> None:
    revisions = [row[0] for row in connection.execute("select revision from articles order by revision")]
    for start in range(0, len(revisions), _BATCH):
        with transaction(connection):
            for revision in revisions[start : start + _BATCH]:
                identity, day, places, number, body = connection.execute(
                    "select a.id, a.day, a.places, a.recorded_from, t.body"
                    " from articles a join article_text t using (revision) where revision = ?",
                    [revision],
                ).fetchone()
                place = places.split('"')[1] if '"' in places else "青海省"
                insert_facts(connection, facts_of(revision, day, place, body), identity, revision, number)


def _add_coverage(connection: sqlite3.Connection) -> None:
    connection.execute(
        "insert into coverage(source, day, lists, pages, articles, relevant)"
        " select source, substr(first_seen, 1, 10), 4, count(*) * 3, count(*), count(*) from articles group by 1, 2"
    )


def main() -> None:
    """The command line."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("archive", type=Path)
    reader.add_argument("data", type=Path)
    asked = reader.parse_args()
    connection = open_writer(build(asked.archive, asked.data).archive)
    for table in ("articles", "facts", "coverage"):
        (count,) = connection.execute(f"select count(*) from {table}").fetchone()
        sys.stdout.write(f"{table}: {count:,}\n")
    connection.close()


if __name__ == "__main__":
    main()
