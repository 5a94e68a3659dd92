"""The back-test counts stories of the last 12 months, not copies, and knows what is hopelessly broad."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from db import archive, backtest
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from parsers.errors import QueryError
from tests.web import archive_of

TODAY = datetime.date(2026, 11, 21)


def _of(directory: Path, text: str, filters: dict[str, tuple[str, ...]] | None = None) -> backtest.BackTest:
    connection = open_reader(directory / "archive.db")
    try:
        return backtest.backtest(connection, text, filters or {}, TODAY)
    finally:
        connection.close()


def test_copies_count_once_and_months_have_no_gaps(tmp_path: Path) -> None:
    archive_of.make_story(tmp_path)
    found = _of(tmp_path, "引才")
    assert (found.articles, found.stories, found.ever) == (2, 1, 1)
    assert len(found.months) == 13 and sum(count for _, count in found.months) == 1
    assert found.months[0][0] == "2025-11" and found.months[-1][0] == "2026-11"
    assert found.sources == (("青海新闻网", 1),)  # the first publisher stands for the story
    assert found.letters["daily"] == found.letters["weekly"] == pytest.approx(1 / 52)
    assert found.expected("instant", "every") == pytest.approx(2 / 52)


def test_what_is_older_than_a_year_is_only_told_apart(tmp_path: Path) -> None:
    archive_of.make(tmp_path, 3)
    connection = open_reader(tmp_path / "archive.db")
    found = backtest.backtest(connection, "引才", {}, datetime.date(2028, 1, 1))
    connection.close()
    assert (found.stories, found.ever, found.broad) == (0, 3, False)
    assert len(found.sample) == 3


def test_another_wording_is_offered_with_what_it_adds(tmp_path: Path) -> None:
    archive_of.make(tmp_path, 4)
    narrow = _of(tmp_path, "title:聚才")
    assert narrow.stories == 0
    word = next(one for one in narrow.hints if one.word == "招才")
    assert word.more > 0 and _of(tmp_path, word.query).stories == word.more


def test_nothing_at_all_brings_near_searches(tmp_path: Path) -> None:
    archive_of.make(tmp_path, 4)
    found = _of(tmp_path, "引才 青海 place:甘肃省")
    assert found.ever == 0 and found.near and all(one.count for one in found.near)


def test_the_hopelessly_broad_is_refused_with_ways_to_narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive_of.make(tmp_path, 8)
    monkeypatch.setattr(backtest, "_SMALL_ARCHIVE", 4)
    connection = open_writer(tmp_path / "archive.db")
    with transaction(connection):
        for number in range(2):
            one = archive_of.article(20 + number, f"甘肃人才公寓第{number}批")
            url = f"https://g.cn/{number}"
            archive.record(connection, one, Seen(url, "gansu", "2026-03-03T01:00:00+00:00", "2026-03-03"), url=url)
    connection.close()
    whole = _of(tmp_path, "")
    assert whole.broad and {(one.facet, one.value) for one in whole.narrower} >= {("source", "gansu")}
    assert not _of(tmp_path, "", {"source": ("gansu",)}).broad


def test_a_faulty_query_is_named(tmp_path: Path) -> None:
    archive_of.make(tmp_path, 1)
    with pytest.raises(QueryError):
        _of(tmp_path, "人才 (引才")
