"""Reading again with several processes gives what one gives; stopped, it goes on where it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db import reread
from db.connection import open_reader, open_writer, transaction
from db.frontier import store_visit
from db.paths import DataDirectory
from parsers.visits import Visit
from scheduler import house
from scheduler.in_force import settings_of
from scheduler.reparse import CHUNK, reparse
from scheduler.stages import Stages

ROOT = Path(__file__).resolve().parents[2]
PAGES = 2 * CHUNK + 12
PAGE = (
    "<html><head><title>青河市引进{n}名人才</title></head><body><h1>青河市引进{n}名高层次人才</h1><div>2026-03-{d:02}</div>"
    "<div id='content'><p>青河市今年引进高层次人才{n}名，兑现人才补贴{n}万元，人才工作领导小组逐项督办。</p>"
    "<p>下一步还将继续优化人才服务，让各类人才引得来、留得住、用得好，人才办负责落实。</p></div></body></html>"
)
TABLES = ("articles", "article_text", "revisions", "facts", "changes")


def made(path: Path, *, renamed: bool) -> DataDirectory:
    """A data directory whose archive was read by parsers that got every title wrong."""
    directory = house.prepare(path)
    with closing(open_writer(directory.crawl)) as crawl, transaction(crawl):
        for number in range(1, PAGES + 1):
            body = PAGE.format(n=number + 100, d=number % 28 + 1).encode()
            url = f"http://a.example/{number}.html"
            store_visit(
                crawl, Visit(url, "local", "article", "2026-03-30T00:00:00+00:00", 200, body, "text/html"), None
            )
    Stages(directory, settings_of(directory), {}).parse()
    if renamed:
        with closing(open_writer(directory.archive)) as archive, transaction(archive):
            archive.execute("update articles set title = '旧的标题' || url")
            archive.execute("update article_text set text_hash = 'old' || rowid")
    return directory


def rows(directory: DataDirectory) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(directory.archive)) as archive:
        return {name: archive.execute(f"select * from {name} order by rowid").fetchall() for name in TABLES}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reparse") / "data"
    made(path, renamed=True)
    return path


def copy_of(stored: Path, path: Path) -> DataDirectory:
    shutil.copytree(stored, path)
    return DataDirectory(path)


def test_two_processes_give_what_one_gives(stored: Path, tmp_path: Path) -> None:
    one, two = copy_of(stored, tmp_path / "one"), copy_of(stored, tmp_path / "two")
    before = rows(one)
    said: list[tuple[int, int]] = []
    first = reparse(one, None, "", 1, lambda done, whole: None)
    second = reparse(two, None, "", 2, lambda done, whole: said.append((done, whole)))
    assert (first.pages, first.changed) == (second.pages, second.changed) == (PAGES, PAGES)
    assert rows(one) == rows(two) != before
    assert said[-1] == (PAGES, PAGES)
    assert reparse(two, None, "", 1, lambda done, whole: None).changed == 0


def test_a_stopped_reading_goes_on_where_it_was(stored: Path, tmp_path: Path) -> None:
    directory = copy_of(stored, tmp_path / "data")

    def stop(done: int, _whole: int) -> None:
        raise KeyboardInterrupt

    stopped = reparse(directory, None, "", 1, stop)
    assert (stopped.stopped, stopped.changed) == (True, CHUNK)
    rest = reparse(directory, None, "", 1, lambda done, whole: None)
    assert (rest.earlier, rest.changed) == (CHUNK, PAGES - CHUNK)
    again = reparse(directory, None, "", 1, lambda done, whole: None)
    assert (again.earlier, again.changed) == (0, 0)


def test_other_rules_give_the_same_text_other_facts_and_no_revision(tmp_path: Path) -> None:
    directory = made(tmp_path / "data", renamed=False)
    before, right = rows(directory), facts_now(directory, "1")
    last = len(right)
    with closing(open_writer(directory.archive)) as archive, transaction(archive):  # as read by earlier rules
        archive.execute("delete from facts where id % 3 = 0")
        archive.execute("update facts set value_low = 1, fields = json_set(fields, '$.value_low', 1) where id % 3 = 1")
    wrong, kept = facts_now(directory, "1"), facts_now(directory, "id % 3 = 2")
    done = reparse(directory, None, "", 1, lambda done, whole: None)
    assert done.changed > 0
    after = rows(directory)
    for name in ("articles", "article_text", "revisions"):
        assert after[name] == before[name]
    assert facts_now(directory, "1") == right != wrong
    assert kept and facts_now(directory, f"id <= {last} and id % 3 = 2") == kept  # with their numbers
    assert {row[2] for row in after["changes"][len(before["changes"]) :]} == {"reread"}
    assert reparse(directory, None, "", 1, lambda done, whole: None).changed == 0


def facts_now(directory: DataDirectory, condition: str) -> list[Any]:
    """The facts that count now."""
    question = (
        "select article, revision, kind, subject, period, value_low, unit, title, fields, evidence, start, rule, flags"
        f" from facts where recorded_to is null and {condition} order by article, start, fields, kind"
    )
    with closing(sqlite3.connect(directory.archive)) as archive:
        return archive.execute(question).fetchall()


def test_readers_end_with_a_killed_writer_and_nothing_is_lost(stored: Path, tmp_path: Path) -> None:
    directory = copy_of(stored, tmp_path / "data")
    command = [sys.executable, "-m", "caixun", "reparse", "--data", str(directory.path), "--jobs", "2"]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (readers := children(process.pid)) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    process.kill()
    process.wait()
    while any(map(alive, readers)) and time.monotonic() < until:
        time.sleep(0.1)
    assert readers and not any(map(alive, readers))
    reparse(directory, None, "", 1, lambda done, whole: None)
    with closing(open_reader(directory.archive)) as archive:
        assert archive.execute("select count(*) from articles where recorded_to is null").fetchone()[0] == PAGES
        assert reread.reached(archive, "") == 0


def children(parent: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    return [int(one) for one in found.stdout.split()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0]
    return state != "Z"
