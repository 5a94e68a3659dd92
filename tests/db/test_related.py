"""What makes two articles related, told with the reason; what everybody shares does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import related
from db.connection import open_reader
from db.paths import DataDirectory
from parsers.values import Reading
from tests.web import reading_archive
from tests.web.reading_archive import COPY, CUT, DOCTOR, FIRST, LONG, OTHER, identity


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    directory = reading_archive.make(tmp_path / "data")
    connection = open_reader(directory.archive)
    yield connection
    connection.close()


def test_a_shared_policy_relates_whatever_its_edition(archive: sqlite3.Connection) -> None:
    found = {one.id: one for one in related.related(archive, identity(FIRST))}
    assert related.Shared("policy", "西宁市引进高层次人才实施办法（试行）") in found[identity(OTHER)].shared


def test_copies_of_the_same_story_are_not_related_but_the_story(archive: sqlite3.Connection) -> None:
    found = {one.id for one in related.related(archive, identity(FIRST))}
    assert not found & {identity(FIRST), identity(COPY), identity(CUT)}


def test_another_story_is_shown_once(archive: sqlite3.Connection) -> None:
    found = [one.id for one in related.related(archive, identity(OTHER))]
    assert sum(one in found for one in (identity(FIRST), identity(COPY), identity(CUT))) == 1


def test_a_shared_name_relates_people_and_says_so(archive: sqlite3.Connection) -> None:
    found = {one.id: one for one in related.related(archive, identity(DOCTOR))}
    assert related.Shared("person", "王建国") in found[identity(OTHER)].shared


def test_what_most_articles_share_relates_none(tmp_path: Path) -> None:
    directory = reading_archive.make(tmp_path / "data")
    with reading_archive.writing(directory.path) as connection:
        for number in range(80):
            text = (
                f"园区{number}引进青年人才{number + 3}名，{chr(0x4E00 + number * 37) * 40}。",
                "会议由部长王建国主持。",
            )
            url = f"https://news.example.cn/more{number}.html"
            reading_archive.put(
                connection, url, "2025-06-01T02:00:00+00:00", Reading(title=f"{number}", paragraphs=text)
            )
    connection = open_reader(DataDirectory(directory.path).archive)
    shared = {one for found in related.related(connection, identity(DOCTOR)) for one in found.shared}
    connection.close()
    assert related.Shared("person", "王建国") not in shared


def test_an_article_that_was_taken_down_relates_to_nothing(tmp_path: Path) -> None:
    directory = reading_archive.make(tmp_path / "data")
    reading_archive.take_down(directory.path, OTHER)
    connection = open_reader(directory.archive)
    assert related.related(connection, identity(OTHER)) == ()
    assert identity(OTHER) not in {one.id for one in related.related(connection, identity(LONG))}
    connection.close()


def test_an_unknown_article_relates_to_nothing(archive: sqlite3.Connection) -> None:
    assert related.related(archive, "none") == ()
