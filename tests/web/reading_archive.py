"""An archive for the reading pages: a story of five, three revisions, one name for two people, a policy's life."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from db import archive, ingest
from db.archive import Seen
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from parsers.enrich import judge
from parsers.values import Flag, Reading, Repair
from tests.copies import written_once

FIRST, COPY, CUT, OTHER, DOCTOR, LONG = (
    "https://wb.example.cn/1.html",
    "https://news.example.cn/2.html",
    "https://rc.example.cn/3.html",
    "https://gs.example.cn/6.html",
    "https://news.example.cn/7.html",
    "https://news.example.cn/8.html",
)
TEXT = (
    "西宁市面向全国高校的“校园引才”活动3月17日启动，来自全国41所高校的1200余名毕业生参加。"
    "市委组织部部长王建国出席启动仪式并讲话。",
    "现场签约高层次人才103名，达成意向合作协议26项，绿色算力企业最受关注。",
    "近日，西宁市委组织部印发《西宁市引进高层次人才实施办法（试行）》（宁组发〔2025〕12号），"
    "对全职引进的博士给予安家费30万元，对引进的硕士给予安家费10万元。",
    "下一步，全市将继续实施“夏都英才”计划，力争到2027年引进急需紧缺人才5000名，建设人才公寓2000套。",
)
_SITES = {"wb": "西宁晚报", "news": "青海新闻网", "rc": "青海人才网", "gs": "每日甘肃网"}


def identity(url: str) -> str:
    """The id of the article at `url`."""
    return archive.article_id(url)


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A writing connection to the archive of a data directory, in a transaction."""
    connection = open_writer(DataDirectory(path).archive)
    try:
        with transaction(connection):
            yield connection
    finally:
        connection.close()


def put(connection: sqlite3.Connection, url: str, at: str, reading: Reading) -> None:
    """Store what was read at `url` at `at` (ISO 8601 UTC), relevant whatever it says."""
    article = replace(judge(reading, url), relevant=True, relevance=0.9, words=("引才",))
    source = url.split("//")[1].split(".")[0]
    archive.record(connection, article, Seen(url, source, at, at[:10]), url=url)


@written_once
def make(path: Path) -> DataDirectory:
    """The data directory."""
    directory = DataDirectory(path).prepare()
    facts = {
        name: ingest.SourceFacts(name, title, "青海省", None, "generic", True, None, None, None, timedelta(days=30))
        for name, title in _SITES.items()
    }
    connection = open_writer(directory.archive)
    ingest.save_sources(connection, facts)
    connection.close()
    with writing(path) as connection:
        _story(connection)
        _others(connection)
    return directory


def _changed(*pairs: tuple[str, str]) -> tuple[str, ...]:
    text = "\n".join(TEXT)
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return tuple(text.split("\n"))


def _story(connection: sqlite3.Connection) -> None:
    first = Reading(
        title="西宁“校园引才”启动 签约人才103名", subtitle="——全国41所高校参加", kicker="聚焦人才强市",
        published="2025-03-17T21:05:00+08:00", origin="西宁晚报", authors=("王小明", "李红"), editor="张丽",
        paragraphs=TEXT,
    )  # fmt: skip
    put(connection, FIRST, "2025-03-17T14:00:00+00:00", first)
    copy = replace(first, published="2025-03-18T08:55:00+08:00", subtitle=None, kicker=None, editor=None)
    put(connection, COPY, "2025-03-18T02:00:00+00:00", copy)
    cut = ("编者按：本文有删改。", *_changed(("103名", "130名"))[:3])
    put(
        connection,
        CUT,
        "2025-03-18T05:00:00+00:00",
        replace(
            copy, title="校园引才在宁启动", published="2025-03-18T10:20:00+08:00", origin="青海新闻网", paragraphs=cut
        ),
    )
    second = replace(first, paragraphs=_changed(("103名", "130名")))
    put(connection, FIRST, "2025-03-18T14:00:00+00:00", second)
    third = _changed(("103名", "130名"), ("王建国", "王建军"), ("3月17日", "3月18日"))
    put(
        connection,
        FIRST,
        "2025-03-19T14:00:00+00:00",
        replace(second, title="西宁“校园引才”启动 签约人才130名", paragraphs=(*third, "（记者 王小明 李红）")),
    )


def _others(connection: sqlite3.Connection) -> None:
    other = (
        "3月18日，记者从兰州市人才服务中心获悉，西宁市“校园引才”活动带动兰州高校毕业生1200余名赴青求职。",
        "西宁市修订《西宁市引进高层次人才实施办法》，把全职引进博士的安家费提高到50万元。"
        "西宁市委组织部副部长王建国介绍，今年还将举办6场专场招聘会。",
    )
    put(
        connection, OTHER, "2025-03-21T02:00:00+00:00",
        Reading(title="兰西城市群联合引才", published="2025-03-21T09:00:00+08:00", paragraphs=other),
    )  # fmt: skip
    doctor = (
        "4月2日，青海大学附属医院主任医师王建国带领团队完成首例微创手术，柔性引进专家5名。",
        "医院设立人才引进专项资金，对引进的博士给予科研启动费20万元。",
    )
    put(
        connection, DOCTOR, "2025-04-02T02:00:00+00:00",
        Reading(title="附属医院完成首例手术", published="2025-04-02T09:00:00+08:00", paragraphs=doctor),
    )  # fmt: skip
    long = "海东市3月17日召开人才工作座谈会，引进专业技术人才45名。"
    at = long.index("45名")
    put(
        connection, LONG, "2025-05-02T02:00:00+00:00",
        Reading(
            title="海东市座谈会部署人才工作", published="2025",
            paragraphs=(long, "会议指出，要落实《西宁市引进高层次人才实施办法》。"),
            flags=(Flag("part", "第 3 页没有取到，正文不全"),),
            repairs=(Repair("body", at, at + 3, "4S名", "45名", "字母S误作数字5", True),),
        ),
    )  # fmt: skip


def take_down(path: Path, url: str) -> None:
    """Mark every revision of the article as removed while its text still lies there: no page may read it."""
    with writing(path) as connection:
        connection.execute("update articles set state = 'removed' where id = ?", [identity(url)])
        connection.execute(
            "insert into takedowns(article, at, reason) values (?, '2025-06-01T00:00:00+00:00', '应当事人要求')",
            [identity(url)],
        )
        archive.change(connection, "2025-06-01T00:00:00+00:00", "removed", article=identity(url))


def grow(path: Path, count: int) -> None:
    """`count` more articles that name the same person and policy, and as many more texts of the first article."""
    with writing(path) as connection:
        for number in range(count):
            own = (
                f"{number}号园区引进青年人才{number + 3}名，{'甲乙丙丁戊己庚辛壬癸'[number % 10] * 30}{number * 7919}。"
            )
            text = (own, f"西宁市委组织部部长王建国介绍，将落实《西宁市引进高层次人才实施办法》第{number}条。")
            put(
                connection, f"https://news.example.cn/more{number}.html", "2025-06-01T02:00:00+00:00",
                Reading(title=f"第{number}号园区引才", published=f"2025-06-{number % 28 + 1:02}", paragraphs=text),
            )  # fmt: skip
            edited = Reading(title="西宁校园引才", published="2025-03-17", paragraphs=(*TEXT, f"第{number}次更正。"))
            put(connection, FIRST, f"2025-07-01T02:{number // 60:02}:{number % 60:02}+00:00", edited)
