"""Editions: what is in them, what is not, what changed, which stay, and that a kill changes nothing."""

from __future__ import annotations

import itertools
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import alerts, archive, authorizer, search, snapshots, takedown
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from db.dictionary import TABLES
from db.editions import values
from db.editions.folder import Folder, beyond
from db.editions.manifest import verify
from db.editions.publishing import Order, publish
from db.editions.serving import lacking
from db.editions.values import ARCHIVE, CHANGES, NOTE, SUMS, Edition
from db.errors import CannotPublish, WrongEdition
from db.paths import DataDirectory
from tests.web import archive_of, rich_archive

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
SECRET, GONE, FREED = "planted.reader@example.org", "这些字句后来撤下了独有词甲乙", "落选的标题独有词丙丁"
TAKEN = "https://news.example.cn/taken.html"


def quiet(_step: str, _share: float) -> None:
    """No progress."""


def make(directory: DataDirectory, folder: Path, now: datetime = NOW, order: Order | None = None) -> Edition:
    return publish(directory.archive, folder, order or Order(), now, quiet)[0]


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return archive_of.make(tmp_path / "data", 6)


def add(directory: DataDirectory, url: str, title: str, *, seed: int, paragraph: str = "", at: str = "") -> str:
    one = replace(archive_of.article(seed, title), published="2026-04-01")
    one = replace(one, paragraphs=(*one.paragraphs, paragraph)) if paragraph else one
    with closing(open_writer(directory.archive)) as connection, transaction(connection):
        seen = Seen(url, "qhnews", at or "2026-04-01T01:00:00+00:00", "2026-04-01")
        archive.record(connection, one, seen, url=url)
    return archive.article_id(url)


@pytest.fixture
def private(directory: DataDirectory) -> DataDirectory:
    """Everything that must not get out, in each of its places, a freed page of the archive among them."""
    with closing(open_writer(directory.subscribers)) as subscribers:
        alerts.subscribe(subscribers, SECRET, "人才", {}, "instant", NOW)
    with closing(open_writer(directory.crawl)) as crawl, transaction(crawl):
        snapshots.store(crawl, b"<html>planted snapshot bytes</html>" * 40)
    add(directory, TAKEN, GONE, seed=11, paragraph=GONE)
    with closing(open_writer(directory.archive)) as connection:
        with transaction(connection):
            for number in range(300):
                row = [f"https://rejected.example/{number}", "x", FREED * 4, 0, "", "", ""]
                connection.execute("insert into rejected values (?, ?, ?, ?, ?, ?, ?)", row)
            connection.execute("insert into page_read values (1, 'planted-operator', '', 1, 1, 1, 1, 1, 1)")
        connection.execute("delete from rejected where url > 'https://rejected.example/2'")
        takedown.take_down(connection, archive.article_id(TAKEN), "2026-11-20T01:00:00+00:00", "应要求")
    return directory


def test_only_what_the_public_may_read_is_in_it(private: DataDirectory, tmp_path: Path) -> None:
    with closing(open_writer(private.subscribers)) as subscribers:
        key = alerts.secret(subscribers)
    edition = make(private, tmp_path / "out")
    place = tmp_path / "out" / edition.id
    planted = (SECRET, key, "planted snapshot", "rejected.example", "planted-operator", GONE, FREED)
    for file in place.iterdir():
        content = file.read_bytes()
        assert not [word for word in planted if word.encode() in content], file.name
    with closing(open_reader(place / ARCHIVE)) as connection:
        names = {row[0] for row in connection.execute("select name from sqlite_master")}
        assert not names & {"rejected", "pages", "follow_ups", "mark", "sketch_of", "page_read", "article_parts"}
        connection.execute("create virtual table temp.terms using fts5vocab(main, article_index, row)")
        terms = {row[0] for row in connection.execute("select term from temp.terms")}
        assert "人才" in terms and not terms & {"词甲", "甲乙", "下了"}
        assert connection.execute("pragma freelist_count").fetchone()[0] == 0
        assert connection.execute("pragma integrity_check").fetchone()[0] == "ok"


def test_a_column_that_the_dictionary_does_not_describe_stays_at_home(directory: DataDirectory, tmp_path: Path) -> None:
    with closing(open_writer(directory.archive)) as connection:
        connection.execute("alter table sources add column operator_note text")
        connection.execute("update sources set operator_note = 'planted-column'")
        connection.execute("create table later_step (secret text)")
    place = tmp_path / "out" / make(directory, tmp_path / "out").id
    assert b"planted-column" not in (place / ARCHIVE).read_bytes()
    with closing(open_reader(place / ARCHIVE)) as connection:
        assert not connection.execute("select 1 from sqlite_master where name = 'later_step'").fetchone()


def test_searches_and_tables_are_those_of_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.suggest._SECONDS_FEW", 60.0)  # a busy machine must not end the suggestions of one of them
    directory = rich_archive.make(tmp_path / "data", 60)
    edition = make(directory, tmp_path / "out")
    there = tmp_path / "out" / edition.id / ARCHIVE
    with closing(open_reader(directory.archive)) as live, closing(open_reader(there)) as copy:
        for query in ("", "人才", '"人才公寓"', "绿色算力 place:西宁市", "签约 -博士"):
            assert search.search(copy, query, {}) == search.search(live, query, {}), query
        for name in TABLES:
            if name != "article_index":
                sql = f"select * from {name} order by 1, 2"
                assert list(map(tuple, copy.execute(sql))) == list(map(tuple, live.execute(sql))), name
        authorizer.guard(copy, full_text=True)
        assert copy.execute("select count(*) from articles").fetchone()[0] == edition.rows["articles"] > 60


def test_an_excerpt_edition_holds_no_text_and_still_searches(directory: DataDirectory, tmp_path: Path) -> None:
    long = "很长的段落" * 60
    add(directory, "https://news.example.cn/long.html", "长文章一篇", seed=21, paragraph=long)
    edition = make(directory, tmp_path / "out", order=Order(full_text=False))
    with closing(open_reader(tmp_path / "out" / edition.id / ARCHIVE)) as connection:
        assert connection.execute("select max(length(body)) from article_text").fetchone()[0] == 150
        assert connection.execute("select max(length(evidence)) from facts").fetchone()[0] <= 150
        assert search.search(connection, "长文章", {}).total == 1
        assert search.search(connection, "很长的段落", {}).total == 0
    assert "很长的段落".encode() not in (tmp_path / "out" / edition.id / ARCHIVE).read_bytes()


def test_an_edition_as_of_a_day_is_the_archive_of_that_day(directory: DataDirectory, tmp_path: Path) -> None:
    before = make(directory, tmp_path / "one", NOW, Order(as_of="2026-04-01"))
    with closing(open_reader(tmp_path / "one" / before.id / ARCHIVE)) as connection:
        expected = list(map(tuple, connection.execute("select * from articles order by 1")))
        facts = list(map(tuple, connection.execute("select * from facts order by 1")))
    late = "2026-05-05T01:00:00+00:00"
    add(directory, "https://news.example.cn/0.html", "改过的标题戊己", seed=31, paragraph="新的一段庚辛", at=late)
    new = add(directory, "https://news.example.cn/new.html", "后来的文章壬癸", seed=32, at=late)
    assert make(directory, tmp_path / "two").rows["articles"] == before.rows["articles"] + 2
    again = make(directory, tmp_path / "two", NOW, Order(as_of="2026-04-01"))
    assert again.as_of == before.as_of and again.id == "2026-04-01"
    assert Folder(tmp_path / "two").current() == (tmp_path / "two" / "2026-11-21").resolve()
    with closing(open_reader(tmp_path / "two" / again.id / ARCHIVE)) as connection:
        assert list(map(tuple, connection.execute("select * from articles order by 1"))) == expected
        assert list(map(tuple, connection.execute("select * from facts order by 1"))) == facts
        assert not connection.execute("select 1 from changes where article = ?", [new]).fetchone()
        assert search.search(connection, "庚辛", {}).total == search.search(connection, "壬癸", {}).total == 0
        assert search.search(connection, "人才", {}).total == len(expected)
        connection.execute("create virtual table temp.terms using fts5vocab(main, article_index, row)")
        assert not connection.execute("select 1 from temp.terms where term in ('庚辛', '壬癸')").fetchone()
    with pytest.raises(CannotPublish):
        make(directory, tmp_path / "two", NOW, Order(as_of="2026-12-24"))


def test_what_changed_is_told_article_by_article(directory: DataDirectory, tmp_path: Path) -> None:
    first = make(directory, tmp_path / "out")
    assert first.changed == {} and (tmp_path / "out" / first.id / CHANGES).read_text("utf-8") == ""
    revised = add(directory, "https://news.example.cn/0.html", "改过的标题", seed=41, paragraph="新的一段")
    added = add(directory, "https://news.example.cn/new.html", "后来的文章", seed=42)
    removed = archive.article_id("https://news.example.cn/3.html")
    second = make(directory, tmp_path / "out", NOW + timedelta(days=1))
    with closing(open_writer(directory.archive)) as connection:
        takedown.take_down(connection, removed, "2026-11-22T05:00:00+00:00", "应要求")
    third = make(directory, tmp_path / "out", NOW + timedelta(days=1))
    lines = (tmp_path / "out" / third.id / CHANGES).read_text("utf-8").splitlines()
    assert second.previous == first.id and third.id == "2026-11-22-2"
    assert {kind: count for kind, count in second.changed.items() if count} == {"added": 1, "revised": 1}
    # the editions with what was taken down are no longer offered, so that the third has nothing to compare with
    assert [one.state for one in Folder(tmp_path / "out").listed()] == ["kept", "takedown", "takedown"]
    assert third.previous == "" and lines == [] and not (tmp_path / "out" / second.id).exists()
    assert {added, revised}.isdisjoint({removed})


def test_changes_name_the_articles(directory: DataDirectory, tmp_path: Path) -> None:
    make(directory, tmp_path / "out")
    revised = add(directory, "https://news.example.cn/0.html", "改过的标题", seed=41, paragraph="新的一段")
    added = add(directory, "https://news.example.cn/new.html", "后来的文章", seed=42)
    second = make(directory, tmp_path / "out", NOW + timedelta(days=1))
    told = [json.loads(line) for line in (tmp_path / "out" / second.id / CHANGES).read_text("utf-8").splitlines()]
    assert {(one["change"], one["id"], one["title"]) for one in told} == {
        ("revised", revised, "改过的标题"),
        ("added", added, "后来的文章"),
    }


def test_the_same_archive_is_not_published_twice(directory: DataDirectory, tmp_path: Path) -> None:
    first, made = publish(directory.archive, tmp_path / "out", Order(), NOW, quiet)
    again, made_again = publish(directory.archive, tmp_path / "out", Order(), NOW + timedelta(hours=1), quiet)
    assert (made, made_again) == (True, False) and first == again


@pytest.mark.parametrize("name", [ARCHIVE, CHANGES, NOTE, "datapackage.json", "editions.json", SUMS])
def test_every_changed_byte_and_every_missing_file_is_found(
    directory: DataDirectory, tmp_path: Path, name: str
) -> None:
    make(directory, tmp_path / "out")
    add(directory, "https://news.example.cn/new.html", "后来的文章", seed=42)
    edition = make(directory, tmp_path / "out", NOW + timedelta(days=1))
    place = tmp_path / "out" / edition.id
    assert verify(place).startswith(f"版本 {edition.id} 完好")
    assert verify(tmp_path / "out") == verify(place)
    file = place / name
    whole = file.read_bytes()
    file.chmod(0o644)
    for at in {0, len(whole) // 2, len(whole) - 1}:
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(WrongEdition):
            verify(place)
    file.write_bytes(whole[:-1])
    with pytest.raises(WrongEdition):
        verify(place)
    file.unlink()
    with pytest.raises(WrongEdition):
        verify(place)
    file.write_bytes(whole)
    assert verify(place)
    (place / f"{ARCHIVE}-wal").touch()
    with pytest.raises(WrongEdition):
        verify(place)


def test_the_newest_and_the_first_of_each_month_stay(directory: DataDirectory, tmp_path: Path) -> None:
    days = [datetime(2026, 9, 29, 4, tzinfo=UTC) + timedelta(days=number) for number in range(6)]
    for day in days:
        make(directory, tmp_path / "out", day, Order(keep=2))
    listed = Folder(tmp_path / "out").listed()
    kept = [one.id for one in listed if one.kept]
    assert kept == ["2026-10-04", "2026-10-03", "2026-10-01", "2026-09-29"]
    assert sorted(path.name for path in (tmp_path / "out").glob("2*")) == sorted(kept)
    assert {one.id: one.state for one in listed}["2026-10-02"] == "rule" and len(listed) == 6
    assert beyond(listed, 1) == {"2026-10-03"}


def test_nothing_writes_into_an_edition(directory: DataDirectory, tmp_path: Path) -> None:
    place = tmp_path / "out" / make(directory, tmp_path / "out").id
    with pytest.raises(WrongEdition):
        open_writer(place / "subscribers.db")
    with pytest.raises(WrongEdition):
        DataDirectory(place).prepare()
    assert verify(place)
    with closing(open_reader(place / ARCHIVE)) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("delete from articles")


def test_two_publications_do_not_meet(directory: DataDirectory, tmp_path: Path) -> None:
    with Folder(tmp_path / "out").working(), pytest.raises(CannotPublish):
        make(directory, tmp_path / "out")


def test_a_damaged_list_is_said_and_rebuilt_from_the_folders(directory: DataDirectory, tmp_path: Path) -> None:
    edition = make(directory, tmp_path / "out")
    (tmp_path / "out" / "editions.json").write_text("[{", "utf-8")
    with pytest.raises(WrongEdition, match="重建"):
        make(directory, tmp_path / "out", NOW + timedelta(days=1))
    (tmp_path / "out" / "editions.json").unlink()
    make(directory, tmp_path / "out", NOW + timedelta(days=1))
    assert [one.id for one in Folder(tmp_path / "out").listed()] == ["2026-11-22", edition.id]


def killed(directory: DataDirectory, folder: Path, now: datetime, after: float) -> bool:
    """Publish in a process of its own that is killed after so many seconds; whether it had ended before."""
    child = os.fork()
    if not child:
        make(directory, folder, now, Order(keep=1))
        os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return os.WIFEXITED(os.waitpid(child, 0)[1])


def test_a_kill_at_any_moment_leaves_whole_editions(tmp_path: Path) -> None:
    directory, folder = rich_archive.make(tmp_path / "data", 30), tmp_path / "out"
    make(directory, folder, NOW, Order(keep=1))
    began = time.monotonic()
    make(directory, folder, NOW + timedelta(days=1), Order(keep=1))
    lasts, ended, seen = time.monotonic() - began, [], set()
    for number in range(200):
        patience = 1 + number // 45  # a machine that was quiet at first may be busy now
        moment = lasts * patience * (number % 45) / 30
        ended.append(killed(directory, folder, NOW + timedelta(days=number + 2), moment))
        current = Folder(folder).current()
        assert current is not None and verify(current)
        seen.add(current.name)
        for place in folder.iterdir():  # whatever has a name that readers see is whole
            if place.name[0] != "." and place.is_dir() and not place.is_symlink():
                assert verify(place)
        if ended.count(False) >= 24 and len(seen) > 2:
            break
    else:
        pytest.fail(f"{ended.count(False)} kills, {len(seen)} publications")
    last = make(directory, folder, NOW + timedelta(days=300), Order(keep=1))
    assert Folder(folder).current() == (folder / last.id).resolve()
    assert {path.name for path in folder.iterdir() if path.name[0] == "."} == {".lock"}
    assert values.read(folder / last.id) == last


def killed_at(directory: DataDirectory, folder: Path, now: datetime, step: int) -> bool:
    """Publish in a process of its own that dies before its n-th change of the file system; whether it came so far."""
    child = os.fork()
    if not child:
        left = [step]

        def count(event: str, _arguments: object) -> None:
            if event in _STEPS:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        make(directory, folder, now, Order(keep=1))
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


_STEPS = {
    "os.rename",
    "os.symlink",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "os.chmod",
    "shutil.rmtree",
    "sqlite3.connect",
}


def test_a_kill_before_every_single_step_leaves_whole_editions(tmp_path: Path) -> None:
    directory, folder = archive_of.make(tmp_path / "data", 3), tmp_path / "out"
    make(directory, folder, NOW, Order(keep=1))
    kills = 0
    while killed_at(directory, folder, NOW + timedelta(days=kills + 1), kills + 1):
        kills += 1
        current = Folder(folder).current()
        assert current is not None and verify(current)
        assert [one.kept for one in Folder(folder).listed()].count(True) >= 1
        for place in folder.iterdir():
            if place.name[0] != "." and place.is_dir() and not place.is_symlink():
                assert verify(place)
    assert kills >= 20
    assert {path.name for path in folder.iterdir() if path.name[0] == "."} == {".lock"}


def test_an_edition_is_one_moment_of_an_archive_that_is_being_written(directory: DataDirectory, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            add(directory, f"https://news.example.cn/w{number}.html", f"第{number}篇陆续写入", seed=100 + number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made: list[Edition] = []
        while len({one.as_of for one in made}) < 5:
            made.append(make(directory, tmp_path / "out", NOW, Order(full_text=len(made) % 2 == 0)))
    finally:
        stop.set()
        writer.join()
    for edition in made:
        with closing(open_reader(tmp_path / "out" / edition.id / ARCHIVE)) as connection:
            count = connection.execute("select count(*) from articles where recorded_to is null").fetchone()[0]
            assert search.search(connection, "", {}).total == count
            assert search.search(connection, "陆续写入", {}).total == count - 6
            assert connection.execute("select max(number) from changes").fetchone()[0] == edition.as_of
            assert not connection.execute(
                "select 1 from articles a left join article_text t using (revision) where t.revision is null"
            ).fetchone()


def test_what_an_older_edition_lacks_is_named(directory: DataDirectory, tmp_path: Path) -> None:
    place = tmp_path / "out" / make(directory, tmp_path / "out").id
    assert lacking(place) == []
    (place / ARCHIVE).chmod(0o644)
    with closing(sqlite3.connect(place / ARCHIVE)) as older:
        older.execute("drop view revisions")
        older.execute("alter table sources drop column note")
    assert lacking(place) == ["sources.note", "revisions"]
