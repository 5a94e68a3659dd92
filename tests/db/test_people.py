"""People of one name told apart, and the sentence around a name."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from db import people
from db.connection import open_reader
from parsers.values import Reading
from tests.web import reading_archive


def _archive(path: Path, *texts: str) -> sqlite3.Connection:
    directory = reading_archive.make(path / "data")
    with reading_archive.writing(directory.path) as connection:
        for number, text in enumerate(texts):
            filler = chr(0x5000 + number * 53) * 60
            reading = Reading(
                title=f"报道{number}",
                published=f"202{number}-03-01",
                paragraphs=(text, f"会议研究人才工作，引进高层次人才5名。{filler}。"),
            )
            url = f"https://gs.example.cn/p{number}.html"
            reading_archive.put(connection, url, "2026-01-01T00:00:00+00:00", reading)
    return open_reader(directory.archive)


@pytest.mark.parametrize(
    ("texts", "persons"),
    [
        (("西宁市委组织部部长李文博出席会议。", "西宁市委组织部副部长李文博主持会议。"), 1),
        (
            ("西宁市委组织部部长李文博出席会议。", "海东市委组织部部长李文博出席会议。"),
            1,
        ),  # posts change in one province
        (("西宁市委组织部部长李文博出席会议。", "青海大学教授李文博表示，西宁市人才工作成效明显。"), 2),
        (("西宁市委组织部部长李文博出席会议。", "兰州市委组织部部长李文博出席会议。"), 2),
    ],
)
def test_who_is_one_person(tmp_path: Path, texts: tuple[str, ...], persons: int) -> None:
    connection = _archive(tmp_path, *texts)
    found = people.person(connection, "李文博", texts=True)
    connection.close()
    assert len(found) == persons
    assert sum(len(one.reports) for one in found) == len(texts)


def test_a_report_quotes_its_sentence_only_where_texts_may_be_read(tmp_path: Path) -> None:
    connection = _archive(tmp_path, "会议强调人才是第一资源。西宁市委组织部部长李文博出席会议并讲话。会后举行了签约。")
    (shown,) = people.person(connection, "李文博", texts=True)
    (hidden,) = people.person(connection, "李文博", texts=False)
    connection.close()
    assert shown.reports[0].evidence == "西宁市委组织部部长李文博出席会议并讲话。"
    assert "签约" not in hidden.reports[0].evidence and "讲话" not in hidden.reports[0].evidence


def test_posts_are_told_with_the_days_of_their_reports(tmp_path: Path) -> None:
    connection = _archive(tmp_path, "西宁市委组织部副部长李文博出席会议。", "西宁市委组织部部长李文博主持会议。")
    (one,) = people.person(connection, "李文博", texts=True)
    connection.close()
    assert [(post.role, post.first) for post in one.posts] == [("副部长", "2020-03-01"), ("部长", "2021-03-01")]


def test_the_list_counts_articles_and_finds_parts_of_names(tmp_path: Path) -> None:
    connection = _archive(tmp_path, "西宁市委组织部部长李文博出席会议。", "西宁市委组织部部长李文博主持会议。")
    page = people.people(connection, name="文博")
    assert [(row.name, row.articles) for row in page.rows] == [("李文博", 2)]
    assert people.people(connection, name="文博", organisation="组织部").total == 1
    assert people.people(connection, name="文博", organisation="大学").total == 0
    assert people.people(connection, name="文博", province="四川省").total == 0
    connection.close()
