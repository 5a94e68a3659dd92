"""Requests worked off: preview, accept and run, by real processes; twice as well as once; killed and begun again."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.sources import read_source
from db import requests
from db.connection import open_writer
from db.paths import DataDirectory
from db.requests import Request
from scheduler import house
from scheduler.requests import RequestWorker
from scheduler.source_watch import SourceWatch
from tests.crawler import news
from tests.crawler.site import Site, serving


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return house.prepare(tmp_path / "data")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as one:
        news.fill(one)
        yield one


def ask(directory: DataDirectory, kind: str, **arguments: object) -> int:
    with closing(open_writer(directory.crawl)) as connection:
        return requests.enqueue(connection, kind, arguments, house.now())


def state(directory: DataDirectory, number: int) -> Request:
    with closing(open_writer(directory.crawl)) as connection:
        found = requests.find(connection, number)
    assert found is not None
    return found


def worked_off(directory: DataDirectory, kind: str, **arguments: object) -> Request:
    worker, number = RequestWorker(directory), ask(directory, kind, **arguments)
    _until(lambda: not _ticked(worker) and not state(directory, number).open)
    return state(directory, number)


def _ticked(worker: RequestWorker) -> bool:
    """Whether a process of the worker runs after a tick."""
    worker.tick()
    return worker.side.runs


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)


def preview(directory: DataDirectory, site: Site) -> Request:
    return worked_off(directory, "preview", url=f"{site.url}/xwdt/xnyw/", allow_private=[f"127.0.0.1:{site.port}"])


def test_a_preview_shows_and_leaves_the_sources_alone(directory: DataDirectory, site: Site) -> None:
    shown = preview(directory, site)
    assert shown.state == "done", shown.result
    assert shown.result["check"]["total"] == 12 and shown.result["check"]["article"]["title"] == news.HEADLINES[1]
    assert 'province = "青海省"' in shown.result["toml"]
    assert not (directory.path / "sources").exists()
    json.dumps(shown.result)


def test_an_accepted_draft_is_a_source_with_its_cases(directory: DataDirectory, site: Site) -> None:
    shown = preview(directory, site)
    watch = SourceWatch(directory)
    assert watch.changed() is None
    text = shown.result["toml"].replace('title = "西宁市人民政府网"', 'title = "西宁市政府网站"').replace("\n", "\r\n")
    done = worked_off(directory, "accept", preview=shown.id, toml=text)
    assert done.state == "done", done.result
    name = done.result["id"]
    assert read_source(directory.path / "sources" / f"{name}.toml").title == "西宁市政府网站"
    assert sorted(place.name for place in (directory.path / "sources" / "cases" / name).iterdir()) == [
        "article",
        "list",
    ]
    assert not (directory.path / "drafts" / str(shown.id)).exists()
    watch.looked = 0
    fresh = watch.changed()
    assert fresh is not None and fresh[name].enabled
    again = worked_off(directory, "accept", preview=shown.id, toml=text)
    assert again.state == "done" and again.id != done.id
    other = worked_off(directory, "accept", preview=shown.id, toml=text + "# anders\n")
    assert other.state == "failed" and "不覆盖" in other.result["error"]


def test_a_wrong_edit_is_said_and_can_be_mended(directory: DataDirectory, site: Site) -> None:
    shown = preview(directory, site)
    wrong = worked_off(directory, "accept", preview=shown.id, toml=shown.result["toml"].replace("lists", "listen"))
    assert wrong.state == "failed" and "listen" in wrong.result["error"]
    empty = worked_off(directory, "accept", preview=shown.id, toml=shown.result["toml"].replace("青海省", ""))
    assert empty.state == "failed" and "province" in empty.result["error"]
    assert not list((directory.path / "sources").glob("*.toml"))
    assert worked_off(directory, "accept", preview=shown.id, toml=shown.result["toml"]).state == "done"


def test_what_cannot_be_fetched_is_a_failed_request(directory: DataDirectory, site: Site) -> None:
    shown = worked_off(directory, "preview", url=f"{site.url}/xwdt/xnyw/")
    assert shown.state == "failed" and "不是公网地址" in shown.result["error"]
    assert site.paths() == []
    assert worked_off(directory, "accept", preview=99, toml="").state == "failed"


def test_a_killed_worker_leaves_a_request_that_says_so(directory: DataDirectory, site: Site) -> None:
    news.fill(site)
    site.pages["/robots.txt"] = []
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 30\n", Content_Type="text/plain")
    worker = RequestWorker(directory)
    number = ask(directory, "preview", url=f"{site.url}/xwdt/xnyw/", allow_private=[f"127.0.0.1:{site.port}"])
    _until(lambda: _ticked(worker) and bool(site.paths()))
    assert worker.side.process is not None
    worker.side.process.kill()
    _until(lambda: not _ticked(worker) and not state(directory, number).open)
    assert "中断" in state(directory, number).result["error"]


def test_a_run_makes_a_watched_source_due(directory: DataDirectory) -> None:
    with closing(open_writer(directory.crawl)) as connection:
        connection.execute("insert into source_state(source, next_due) values ('qhnews', '2030-01-01T00:00:00+00:00')")
    assert worked_off(directory, "run", source="qhnews").state == "done"
    with closing(open_writer(directory.crawl)) as connection:
        connection.row_factory = sqlite3.Row
        due = connection.execute("select next_due from source_state").fetchone()["next_due"]
    assert due < "2030"
    assert worked_off(directory, "run", source="nix").state == "failed"


def test_the_scheduler_works_requests_off_and_takes_the_new_source_up(directory: DataDirectory, site: Site) -> None:
    (directory.path / "demo").mkdir()  # only the directory's own sources: nothing of the live ones is asked
    (directory.path / "demo" / "day").write_text("2026-03-20")
    (directory.path / "demo" / "tick").write_text("0")
    number = ask(directory, "preview", url=f"{site.url}/xwdt/xnyw/", allow_private=[f"127.0.0.1:{site.port}"])
    with closing(open_writer(directory.crawl)) as connection:
        requests.claim(connection)  # as a scheduler that was killed left it
    running = subprocess.Popen([sys.executable, "-m", "caixun", "schedule", "--data", str(directory.path)])
    try:
        _until(lambda: not state(directory, number).open)
        shown = state(directory, number)
        assert shown.state == "done", shown.result
        accepted = ask(directory, "accept", preview=number, toml=shown.result["toml"])
        _until(lambda: not state(directory, accepted).open)
        _until(lambda: site.paths().count(news.address(5)) >= 1)
    finally:
        running.terminate()
        running.wait(20)


def test_a_wrong_file_leaves_the_sources_as_they_are(
    directory: DataDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    watch = SourceWatch(directory)
    (directory.path / "sources").mkdir()
    (directory.path / "sources" / "neu.toml").write_text('title = "新"', "utf-8")
    assert watch.changed() is None and "neu.toml" in caplog.text
    good = 'title = "新"\nprovince = "青海省"\n[crawl]\nlists = ["http://a.example.cn/"]\narticle = "/a/"\n'
    (directory.path / "sources" / "neu.toml").write_text(good, "utf-8")
    watch.looked = 0
    fresh = watch.changed()
    assert fresh is not None and fresh["neu"].title == "新"
    watch.looked = 0
    assert watch.changed() is None
