"""Takedown: the text leaves every way out, a tombstone stays, nothing brings it back but the operator."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from datasette.app import Datasette

from caixun import main
from datasette_plugins.app import build
from datasette_plugins.operator import PASSWORD_VARIABLE
from db import archive, search, takedown
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from tests.web import archive_of

_LOCAL = "http://localhost"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
AT = "2026-11-21T02:00:00+00:00"
URL = "https://news.example.cn/0.html"
IDENTITY = archive.article_id(URL)
WAYS = (
    "/", "/search?q=夜话", "/search.csv?q=夜话", "/search.atom?q=夜话", "/search?q=招才引智", "/search.csv", "/facts",
    "/facts.csv", "/archive/articles.json", "/archive/articles.csv", "/archive/facts.json",
    "/archive/article_text.json", "/archive/revisions.json", "/archive/changes.json", "/sources",
    "/archive.json?sql=select+*+from+articles+join+article_text+using+(revision)",
    f"/article/{IDENTITY}", f"/article/{IDENTITY}?revision=1", f"/compare?a={IDENTITY}&b={IDENTITY}",
    f"/story/{IDENTITY}",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    return archive_of.make(tmp_path / "data", 6)


def _own_words(data: DataDirectory) -> str:
    """The part of the text that no other article has."""
    with open_reader(data.archive) as connection:
        body = connection.execute(
            "select body from article_text join articles using (revision) where id = ?", [IDENTITY]
        ).fetchone()[0]
    return str(body.split("\n")[-1])


def _take_down(data: DataDirectory, reason: str = "应作者要求") -> int:
    connection = open_writer(data.archive)
    try:
        return takedown.take_down(connection, IDENTITY, AT, reason)
    finally:
        connection.close()


@pytest.mark.parametrize("path", WAYS)
async def test_nothing_of_it_is_told_any_more(data: DataDirectory, path: str) -> None:
    secret = _own_words(data)
    before = build(data.path, _LOCAL)
    await before.client.get(path)  # whatever is kept between requests is kept now
    assert _take_down(data) == 1
    for site in (before, build(data.path, _LOCAL)):
        text = (await site.client.get(path)).text
        assert "夜话" not in text.replace('value="夜话"', "").replace("q=%E5%A4%9C%E8%AF%9D", "") or "夜话" in path
        assert secret[:12] not in text and "alert(1)" not in text
        assert f'/article/{IDENTITY}"' not in text or "article/" in path


async def test_its_address_says_what_happened(data: DataDirectory) -> None:
    _take_down(data)
    site = build(data.path, _LOCAL)
    for path in (f"/article/{IDENTITY}", f"/article/{IDENTITY}?revision=1"):
        answer = await site.client.get(path)
        assert answer.status_code == 410 and "应作者要求" in answer.text


def test_it_is_not_found_now_nor_as_of_before(data: DataDirectory) -> None:
    connection = open_reader(data.archive)
    newest = connection.execute("select max(number) from changes").fetchone()[0]
    assert search.search(connection, "夜话", {}, as_of=newest).total == 1
    _take_down(data)
    assert search.search(connection, "夜话", {}).total == 0
    assert search.search(connection, "夜话", {}, as_of=newest).total == 0
    [row] = connection.execute("select kind, article from changes where number > ?", [newest]).fetchall()
    assert tuple(row) == ("removed", IDENTITY)


def test_no_byte_of_the_text_stays_in_the_file(data: DataDirectory) -> None:
    secret = _own_words(data)[:30].encode()
    assert secret in data.archive.read_bytes() + Path(f"{data.archive}-wal").read_bytes()
    _take_down(data)
    assert secret not in data.archive.read_bytes()
    wal = Path(f"{data.archive}-wal")
    assert not wal.exists() or secret not in wal.read_bytes()


def test_nothing_of_it_stays_in_any_table(data: DataDirectory) -> None:
    _take_down(data)
    connection = open_reader(data.archive)
    revision = connection.execute("select revision from articles where id = ?", [IDENTITY]).fetchone()[0]
    for table in ("facts", "article_places", "article_themes"):
        assert not connection.execute(f"select 1 from {table} where revision = ?", [revision]).fetchall()
    assert not connection.execute("select 1 from sketch where article = ?", [int(IDENTITY, 16)]).fetchall()
    assert not connection.execute("select 1 from sketch_of where article = ?", [int(IDENTITY, 16)]).fetchall()
    match = "select rowid from article_index where article_index match '\"夜话\"'"
    assert not connection.execute(match).fetchall()
    connection.execute("select count(*) from article_index where article_index match '\"引才\"'").fetchone()


def _fetch_again(data: DataDirectory, url: str = URL, title: str = "夜话又来") -> str | None:
    connection = open_writer(data.archive)
    try:
        with transaction(connection):
            seen = Seen(url, "qhnews", "2026-04-01T01:20:00+00:00", "2026-04-01")
            return archive.record(connection, archive_of.article(1, title), seen, url=url)
    finally:
        connection.close()


def test_its_site_cannot_bring_it_back(data: DataDirectory) -> None:
    _take_down(data)
    assert _fetch_again(data) is None
    assert search.search(open_reader(data.archive), "夜话又来", {}).total == 0


def test_a_source_goes_as_a_whole_and_for_good(data: DataDirectory) -> None:
    connection = open_writer(data.archive)
    assert takedown.take_down_source(connection, "qhnews", AT, "停止合作") == 6
    assert takedown.take_down_source(connection, "qhnews", AT, "停止合作") == 0
    assert search.search(connection, "", {}).total == 0
    assert _fetch_again(data, "https://news.example.cn/new.html") is None
    assert len(takedown.listed(connection)) == 1
    connection.close()


def test_taking_back_lets_the_article_in_again(data: DataDirectory) -> None:
    _take_down(data)
    connection = open_writer(data.archive)
    assert takedown.lift(connection, AT, article="0" * 12) == []
    assert takedown.lift(connection, AT, article=IDENTITY) == [URL]
    assert takedown.listed(connection)[0].lifted == AT
    connection.close()
    assert _fetch_again(data) == "new"
    assert search.search(open_reader(data.archive), "夜话又来", {}).total == 1


def test_a_takedown_of_the_source_outlives_one_of_the_article(data: DataDirectory) -> None:
    _take_down(data)
    connection = open_writer(data.archive)
    takedown.take_down_source(connection, "qhnews", AT, "停止合作")
    assert takedown.lift(connection, AT, article=IDENTITY) == []
    assert _fetch_again(data) is None
    assert len(takedown.lift(connection, AT, source="qhnews")) == 6
    connection.close()


@pytest.mark.parametrize(
    "name", [IDENTITY, URL, f"http://localhost/article/{IDENTITY}", f" /article/{IDENTITY}?lang=en "]
)
def test_an_article_is_found_by_any_of_its_names(data: DataDirectory, name: str) -> None:
    found = takedown.find(open_reader(data.archive), name)
    assert found is not None and found.article == IDENTITY


def test_the_command_asks_then_removes_and_reads_again_when_taken_back(tmp_path: Path) -> None:
    saved = tmp_path / "new.txt"
    words = "青海省出台引才新政，对引进的高层次人才给予安家补助，全年引进急需紧缺人才103名。"
    saved.write_text(f"青海出台引才新政\n{words}\n", "utf-8")
    data = str(tmp_path / "data")
    run = CliRunner().invoke
    assert run(main, ["add", "--data", data, str(saved)]).exit_code == 0
    [hit] = json.loads(run(main, ["search", "引才", "--json", "--data", data]).output)["results"]

    refused = run(main, ["takedown", hit["id"], "--data", data, "--reason", "试"], input="n\n")
    assert refused.exit_code == 1 and "青海出台引才新政" in refused.output
    assert json.loads(run(main, ["search", "引才", "--json", "--data", data]).output)["total"] == 1

    done = run(main, ["takedown", hit["id"], "--data", data], input="应作者要求\ny\n")
    assert done.exit_code == 0, done.output
    assert json.loads(run(main, ["search", "引才", "--json", "--data", data]).output)["total"] == 0
    assert "应作者要求" in run(main, ["takedown", "--data", data]).output

    back = run(main, ["takedown", hit["id"], "--undo", "--data", data])
    assert back.exit_code == 0 and "重读了 1 页" in back.output, back.output
    assert json.loads(run(main, ["search", "引才", "--json", "--data", data]).output)["total"] == 1
    unknown = run(main, ["takedown", "nothing", "--data", data, "--reason", "x", "--yes"])
    assert unknown.exit_code == 1 and "没有 nothing" in unknown.output


async def _post(site: Datasette, fields: str, **headers: str) -> str:
    answer = await site.client.post("/takedown", content=fields.encode(), headers={**_FORM, **headers})
    return f"{answer.status_code} {answer.text}"


async def test_the_page_asks_first_and_only_the_operator(data: DataDirectory) -> None:
    site = build(data.path, _LOCAL)
    asked = await _post(site, f"target={URL}&reason=应作者要求")
    assert asked.startswith("200") and "确定撤下" in asked
    assert (await site.client.get(f"/article/{IDENTITY}")).status_code == 200
    for headers in ({"origin": "https://evil.example"}, {"x-forwarded-for": "203.0.113.9"}):
        turned_away = await _post(site, f"target={IDENTITY}&reason=x&sure=yes", **headers)
        assert turned_away.startswith("403")
    assert (await site.client.get(f"/article/{IDENTITY}")).status_code == 200
    done = await _post(site, f"target={IDENTITY}&reason=应作者要求&sure=yes")
    assert done.startswith("302")
    assert (await site.client.get(f"/article/{IDENTITY}")).status_code == 410
    assert "应作者要求" in (await site.client.get("/takedown")).text
    unknown = await _post(site, "target=nothing&reason=x&sure=yes")
    assert unknown.startswith("200") and "档案里没有 nothing" in unknown


async def test_the_public_cannot_read_the_list_by_sql(data: DataDirectory) -> None:
    _take_down(data)
    answer = await build(data.path, _LOCAL).client.get("/archive.json?sql=select+*+from+takedowns")
    assert answer.status_code == 400
    with pytest.raises(sqlite3.OperationalError):
        open_reader(data.archive).execute("delete from takedowns")
