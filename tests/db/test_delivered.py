"""What messages told: exactly that is read back, for ever; a takedown wins, a deleted subscription is forgotten."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from db import archive, delivered, takedown
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from parsers.query import parse_query
from parsers.values import Article, Fact

NOW = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
BODY = (
    "新春走基层活动日前启动。西宁市出台绿色算力人才措施，签约人才项目103个；专家到场。\n"
    "“绿色算力”产业大会在西宁举行，算力企业与人才服务机构签约。"
)
URL = "https://a.example/1"
IDENTITY = archive.article_id(URL)
KEY = delivered.link_key("s" * 64, "alert.1@caixun")


@dataclass
class House:
    """A data directory and the way to write into it."""

    data: DataDirectory
    subscribers: sqlite3.Connection

    def put(self, body: str = BODY, url: str = URL, day: int = 0, title: str = "绿色算力人才综述") -> None:
        at = (NOW + datetime.timedelta(days=day)).isoformat()
        fact = _figure(body) if "签约人才项目103个" in body else ()
        paragraphs = tuple(body.split("\n"))
        one = Article(title=title, published="2026-11-20", paragraphs=paragraphs, relevant=True, facts=fact)
        connection = open_writer(self.data.archive)
        with transaction(connection):
            archive.record(connection, one, archive.Seen(url, "a", at, at[:10]), url=url)
        connection.close()

    @property
    def archive(self) -> sqlite3.Connection:
        return open_reader(self.data.archive)

    def told(self, query: str = "绿色算力 人才") -> tuple[delivered.Told, ...]:
        row = self.archive.execute("select max(revision) from articles where id = ?", [IDENTITY]).fetchone()
        return delivered.told(self.archive, [row[0]], query)

    def keep(self, query: str = "绿色算力 人才") -> tuple[delivered.Told, ...]:
        told = self.told(query)
        delivered.keep(self.subscribers, KEY, "s1", "alert", query, told, NOW)
        return told

    def opened(self) -> delivered.Delivered:
        found = delivered.opened(self.subscribers, self.archive, KEY)
        assert found is not None
        return found


def _figure(body: str) -> tuple[Fact, ...]:
    words = "签约人才项目103个"
    fields = {"measure": "签约人才项目", "value_low": 103, "value_high": 103, "unit": "个"}
    start = body.index(words)
    return (Fact("figure", "西宁市", "2026", words, start, start + len(words), "count", 1, fields),)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    data = DataDirectory(tmp_path / "data").prepare()
    connection = open_writer(data.subscribers)
    yield House(data, connection)
    connection.close()


def test_the_sentence_with_most_of_the_words_is_told_with_its_matches_figures_and_place(house: House) -> None:
    house.put()
    (one,) = house.told()
    assert one.hit is not None
    assert one.hit.snippet == "西宁市出台绿色算力人才措施，签约人才项目103个；"
    assert [one.hit.snippet[a:b] for a, b in one.hit.snippet_marks] == ["绿色算力人才", "人才"]
    assert one.hit.figures == ("签约人才项目 103 个",)
    assert one.path == f"/article/{IDENTITY}/revision/1"


def test_what_was_told_is_read_back_the_same_after_edits_reposts_and_renamed_sources(house: House) -> None:
    house.put()
    told = house.keep()
    house.put(BODY.replace("103", "135").replace("出台", "印发"), day=1, title="改过的标题")
    house.put(url="https://b.example/copy", day=1)
    writer = open_writer(house.data.archive)
    writer.execute("update sources set title = '改名的网站'")
    writer.close()
    assert house.told()[0].number == 2
    assert house.opened().told == told
    assert "103个" in (told[0].hit.snippet if told[0].hit else "")


def test_the_first_account_of_a_message_counts(house: House) -> None:
    house.put()
    told = house.keep()
    house.put(BODY + "新的一段。", day=1)
    house.keep()
    assert house.opened().told == told


def test_a_takedown_leaves_a_tombstone_and_no_word_of_the_text_was_kept(house: House) -> None:
    house.put()
    house.keep()
    writer = open_writer(house.data.archive)
    takedown.take_down(writer, IDENTITY, NOW.isoformat(), "来源要求")
    writer.close()
    (one,) = house.opened().told
    assert (one.article, one.number, one.hit) == (IDENTITY, 1, None)
    kept = house.subscribers.execute("select items from delivered").fetchone()[0]
    assert not [word for word in ("西宁", "措施", "综述", "103") if word in kept]


def test_a_deleted_subscription_is_forgotten_but_its_messages_still_open(house: House) -> None:
    house.put()
    told = house.keep()
    house.subscribers.execute(
        "insert into subscription(id, email, query, filters, schedule, address, state, created, asked)"
        " values ('s1', 'a@b.cn', '绿色算力 人才', '{}', 'instant', 'a@b.cn', 'active', '', 1)"
    )
    house.subscribers.execute("delete from subscription")
    found = house.opened()
    assert (found.query, found.told) == ("", told)
    assert house.subscribers.execute("select subscription from delivered").fetchone()[0] == ""


def test_nobody_can_guess_a_link_and_an_unknown_one_opens_nothing(house: House) -> None:
    assert len(KEY) == 22
    assert delivered.link_key("s" * 64, "alert.1@caixun") == KEY
    assert delivered.link_key("t" * 64, "alert.1@caixun") != KEY
    assert delivered.opened(house.subscribers, house.archive, KEY) is None


def test_articles_taken_down_before_the_message_are_told_as_such_and_unknown_ones_left_out(house: House) -> None:
    house.put()
    (one,) = house.told()
    assert len(delivered.told(house.archive, [one.revision, 99], "人才")) == 1
    writer = open_writer(house.data.archive)
    takedown.take_down(writer, IDENTITY, NOW.isoformat(), "来源要求")
    writer.close()
    (gone,) = delivered.told(house.archive, [one.revision], "人才")
    assert gone.hit is None


@pytest.mark.parametrize(
    ("body", "query", "shown"),
    [
        ("", "人才", ""),
        ("没有这个词。第二句。", "算力", "没有这个词。"),
        ("長短不一。綠色算力的人才。", "绿色算力", "綠色算力的人才。"),
        ("一句。\n  算力人才  \n又一句", "算力", "算力人才"),
    ],
)
def test_sentences_are_found_in_any_script(body: str, query: str, shown: str) -> None:
    start, end = delivered.sentence(body, parse_query(query))
    assert body[start:end] == shown


def test_a_very_long_sentence_is_cut_around_the_match(house: House) -> None:
    house.put("甲" * 500 + "绿色算力" + "乙" * 500)
    (one,) = house.told("绿色算力")
    assert one.hit is not None
    assert len(one.hit.snippet) <= delivered.LONGEST + 2
    assert one.hit.snippet.startswith("…甲")
    assert one.hit.snippet.endswith("乙…")
    ((start, end),) = one.hit.snippet_marks
    assert one.hit.snippet[start:end] == "绿色算力"


def test_figures_of_the_sentence_come_first_and_none_twice(house: House) -> None:
    body = "引进专家40名。再引进专家40名。又引进博士7人。共引进硕士9人。绿色算力引进教授3名。"
    facts = []
    for measure, words, number, unit in (
        ("引进专家", "引进专家40名", 40, "名"),
        ("引进专家", "再引进专家40名", 40, "名"),
        ("引进博士", "引进博士7人", 7, "人"),
        ("引进硕士", "引进硕士9人", 9, "人"),
        ("引进教授", "引进教授3名", 3, "名"),
    ):
        fields = {"measure": measure, "value_low": number, "value_high": number, "unit": unit}
        start = body.index(words)
        facts.append(Fact("figure", "西宁市", "2026", words, start, start + len(words), "count", 1, fields))
    one = Article(title="引才", published="2026-11-20", paragraphs=(body,), relevant=True, facts=tuple(facts))
    with transaction(writer := open_writer(house.data.archive)):
        archive.record(writer, one, archive.Seen(URL, "a", NOW.isoformat(), "2026-11-20"), url=URL)
    writer.close()
    (told,) = house.keep("绿色算力")
    assert told.hit is not None
    assert told.hit.figures == ("引进教授 3 名", "引进专家 40 名", "引进博士 7 人")
    assert house.opened().told == (told,)


def test_parts_that_were_accepted_are_remembered(house: House) -> None:
    house.put()
    house.keep()
    assert delivered.parts_done(house.subscribers, KEY) == 0
    delivered.part_accepted(house.subscribers, KEY, 2)
    house.keep()
    assert delivered.parts_done(house.subscribers, KEY) == 2
