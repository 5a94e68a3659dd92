"""The front page: what is new, where, and since when it was watched."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from datasette_plugins.app import build
from db import home_page
from db.connection import open_reader, open_writer, transaction
from tests.web import archive_of, rich_archive

_TODAY = date(2026, 11, 20)


def test_the_front_page_counts_what_the_archive_holds(tmp_path: Path) -> None:
    connection = open_reader(rich_archive.make(tmp_path, 60, _TODAY).archive)
    front = home_page.front(connection, (), _TODAY)
    total = connection.execute("select count(*) from articles where recorded_to is null").fetchone()[0]
    assert front.articles == total
    assert front.months[-1][0] == "2026-11" and len(front.months) == 24
    assert sum(count for _, count in front.months) <= total
    stories = {
        connection.execute("select story from articles where id = ?", [one]).fetchone()[0]
        for _, one, _ in front.figures
    }
    assert len(stories) == len(front.figures) > 3, "a story's figures stand once"


def test_a_phrase_is_new_by_its_first_use_anywhere(tmp_path: Path) -> None:
    directory = rich_archive.make(tmp_path, 60, _TODAY)
    connection = open_reader(directory.archive)
    assert "银铃行动" not in [new.phrase for new in home_page.front(connection, (), _TODAY).phrases], "used for years"
    writer = open_writer(directory.archive)
    with transaction(writer):
        writer.execute(
            "update facts set title = '“雪豹归巢”计划' where id = (select max(id) from facts where kind = 'programme')"
        )
        day = (_TODAY - timedelta(days=3)).isoformat()
        writer.execute(
            "update articles set day = ? where revision = (select revision from facts where title like '%雪豹%')", [day]
        )
    writer.close()
    found = [(new.phrase, new.day) for new in home_page.front(connection, (), _TODAY).phrases]
    assert ("雪豹归巢", day) in found


def test_the_examples_find_something(tmp_path: Path) -> None:
    connection = open_reader(rich_archive.make(tmp_path, 60, _TODAY).archive)
    examples = home_page.front(connection, (), _TODAY).examples
    assert len(examples) == 3 and '"人才公寓" 补贴' not in examples


async def test_months_hardly_crawled_are_hatched_on_the_page(tmp_path: Path) -> None:
    rich_archive.make(tmp_path / "data", 20)
    html = (await build(tmp_path / "data", "http://caixun.example").client.get("/")).text
    assert 'fill="url(#hatch)"' in html and "当月抓取不足一半" in html
    assert 'href="/place/%E9%9D%92%E6%B5%B7%E7%9C%81"' in html
    archive_of.make(tmp_path / "files", 5)
    html = (await build(tmp_path / "files", "http://caixun.example").client.get("/")).text
    assert "当月抓取不足一半" not in html, "files have no gaps"
