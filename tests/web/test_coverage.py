"""Coverage: what was crawled is counted, gaps are named, and the page shows both."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from datasette_plugins.app import build
from db import coverage
from db.connection import open_reader
from db.paths import DataDirectory
from tests.web import archive_of, rich_archive

_TODAY = date(2026, 11, 20)


def test_a_certificate_counts_source_days_and_names_the_gaps(tmp_path: Path) -> None:
    connection = open_reader(rich_archive.make(tmp_path, 3, _TODAY).archive)
    first = _TODAY - timedelta(days=99)
    one = coverage.certificate(connection, first, _TODAY)
    assert (one.watched, one.sources, one.expected) == (7, 7, 700)
    assert one.crawled == 700 - 40 - 10 - 3
    assert [(gap.source, gap.days, gap.why) for gap in one.gaps] == [
        ("qhrc", 40, "none"),
        ("zjol", 10, "none"),
        ("sxdaily", 3, "blocked"),
    ]
    assert coverage.certificate(connection, first, _TODAY, ("scol",)).share == 1.0


def test_days_before_the_first_crawl_are_not_expected(tmp_path: Path) -> None:
    connection = open_reader(rich_archive.make(tmp_path, 3, _TODAY).archive)
    one = coverage.certificate(connection, _TODAY - timedelta(days=250), _TODAY, ("zjol",))
    assert (one.expected, one.crawled) == (201, 191)
    strip = next(
        strip for strip in coverage.strips(connection, _TODAY - timedelta(days=250), _TODAY) if strip.source == "zjol"
    )
    assert strip.cells[0].state == "before" and strip.cells[-1].state == "full"
    assert {cell.state for cell in strip.cells} == {"before", "full", "part", "none"}


def test_the_share_of_a_month_is_of_all_sources_of_today(tmp_path: Path) -> None:
    connection = open_reader(rich_archive.make(tmp_path, 3, _TODAY).archive)
    shares = coverage.month_shares(connection, ["2020-01", "2026-10", "2026-11"], _TODAY)
    assert shares["2020-01"] == 0
    assert 0.8 < shares["2026-10"] < 1 and 0.9 < shares["2026-11"] < 1


def test_an_archive_of_files_has_no_gaps(tmp_path: Path) -> None:
    connection = open_reader(archive_of.make(tmp_path, 3).archive)
    assert coverage.month_shares(connection, ["2026-03"], _TODAY) == {}
    one = coverage.certificate(connection, _TODAY, _TODAY)
    assert (one.expected, one.share, one.gaps) == (0, 0.0, ())


async def test_the_page_draws_every_source_and_lists_the_gaps(tmp_path: Path) -> None:
    rich_archive.make(tmp_path / "data", 3, _TODAY)
    datasette = build(tmp_path / "data", "http://caixun.example")
    html = (await datasette.client.get("/coverage?from=2026-08-13&to=2026-11-20")).text
    assert html.count('<tr><th scope="row"') == 7
    assert "陕西日报：2026-11-18 至 2026-11-20，3 天，被站点拦截" in html
    by_day = (await datasette.client.get("/coverage?by=day&from=2026-11-11&to=2026-11-20")).text
    assert by_day.count('class="cell blocked"') == 3 + 1  # three days and the key


async def test_senseless_days_and_an_archive_without_crawls_are_pages_too(tmp_path: Path) -> None:
    archive_of.make(DataDirectory(tmp_path / "data").path, 1)
    datasette = build(tmp_path / "data", "http://caixun.example")
    for path in ("/coverage", "/coverage?from=x&to=2026-13-40", "/coverage?from=9999-01-01&by=day"):
        answer = await datasette.client.get(path)
        assert answer.status_code == 200 and "还没有来源被抓取过" in answer.text
