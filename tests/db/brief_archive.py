"""A month of articles for briefs: every level, a story that was copied, figures of two years, a policy, a meeting."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from db import archive, ingest
from db.archive import Seen
from db.brief.collecting import collect
from db.brief.values import Asked, Brief
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from parsers.enrich import judge
from parsers.values import Reading
from tests.copies import written_once

FIRST, LAST = date(2025, 3, 1), date(2025, 3, 31)
MADE = date(2025, 4, 1)
_SOURCES = (
    ("mohr", "国家人才网", "全国", None),
    ("qhnews", "青海新闻网", "青海省", None),
    ("xnwbw", "西宁晚报", "青海省", "西宁市"),
    ("scol", "四川在线", "四川省", None),
)


@dataclass(frozen=True, slots=True)
class Printed:
    """An article as a site printed it."""

    source: str
    name: str
    title: str
    published: str | None
    text: str
    origin: str = ""


_FAIR = (
    "3月18日，青海盐湖产业人才大会在格尔木市开幕，来自全国的410名专家人才参加。大会现场签约人才项目36个，总投资12.5亿元。"
    "\n大会发布盐湖产业急需紧缺人才目录，梳理岗位520个。近三年全州引进盐湖化工人才1380名。"
    "\n开幕式上，为12名“盐湖英才”颁发证书，4家企业与高校签订人才培养协议。"
)
ARTICLES = (
    Printed("mohr", "1", "全国人才工作座谈会部署青年科技人才培养", "2025-03-05T10:00:00+08:00",
            "3月4日，全国人才工作座谈会召开。会议强调，加快培养青年科技人才，健全人才评价机制，落实引才育才用才政策。"),
    Printed("qhnews", "2", "青海盐湖产业人才大会在格尔木开幕", "2025-03-18T16:20:00+08:00", _FAIR, "青海新闻网"),
    Printed("scol", "3", "青海盐湖产业人才大会开幕", "2025-03-19T08:05:00+08:00", _FAIR, "青海新闻网"),
    Printed("xnwbw", "4", "西宁市引进高层次人才103名", "2025-03-20",
            "西宁市委人才办介绍，2025年，西宁市引进高层次人才103名，签约人才项目77个。\n引才资金到位。", "西宁晚报"),
    Printed("xnwbw", "5", "西宁市2024年引才工作综述", "2024-12-20",
            "2024年，西宁市引进高层次人才82名，签约人才项目77个。引才工作稳步推进。", "西宁晚报"),
    Printed("qhnews", "6", "青海省印发人才发展规划", "2025-03-10T09:00:00+08:00",
            "近日，青海省委办公厅印发《青海省重点人才发展规划》（青办发〔2025〕12号），对引才、育才、用才作出部署。"),
    Printed("qhnews", "7", "湟中区开展人才引进服务 提供人才公寓", None,
            "湟中区人才公寓开放申请，首批房源面向引进的高层次人才，人才服务专员上门办理。湟中区人才工作领导小组办公室介绍，湟中区人才引进政策持续落实。"),
    Printed("qhnews", "8", "青海省召开人才工作领导小组会议", "2025-03-27T09:00:00+08:00",
            "3月26日，青海省人才工作领导小组第7次会议召开，审议通过《青海省引才实施细则》，部署下一阶段人才工作。"),
)  # fmt: skip
HOSTILE = "<b>引才</b>|专项*活动*[一](http://x.example)#1 `码` \\ & “=1+1”"


@written_once
def make(path: Path, articles: tuple[Printed, ...] = ARTICLES) -> DataDirectory:
    """A data directory with `articles`; the sources were crawled on every day of the brief but five of 四川在线."""
    directory = DataDirectory(path).prepare()
    connection = open_writer(directory.archive)
    facts = {
        identity: ingest.SourceFacts(
            identity, title, province, city, "generic", True, None, None, None, timedelta(days=30)
        )
        for identity, title, province, city in _SOURCES
    }
    ingest.save_sources(connection, facts)
    with transaction(connection):
        for source, *_ in _SOURCES:
            for back in range((LAST - FIRST).days + 1):
                day = FIRST + timedelta(days=back)
                if source != "scol" or not 10 <= day.day < 15:
                    row = [source, day.isoformat(), 1, 3, 2, 1]
                    connection.execute(
                        "insert into coverage(source, day, lists, pages, articles, relevant) values (?, ?, ?, ?, ?, ?)",
                        row,
                    )
        for one in articles:
            keep(connection, one)
    connection.close()
    return directory


def keep(connection: sqlite3.Connection, one: Printed) -> None:
    """Store an article as a crawl would, in the caller's transaction."""
    url = f"https://{one.source}.example.cn/{one.name}.html"
    day = (one.published or "2025-03-21")[:10]
    reading = Reading(
        title=one.title, published=one.published, origin=one.origin or None, paragraphs=tuple(one.text.split("\n"))
    )
    archive.record(connection, judge(reading, url), Seen(url, one.source, f"{day}T12:00:00+00:00", day), url=url)


def brief_of(directory: DataDirectory, **asked: object) -> Brief:
    """The brief of March 2025."""
    connection = open_reader(directory.archive)
    try:
        return collect(connection, Asked(FIRST, LAST, **asked), MADE)  # type: ignore[arg-type]
    finally:
        connection.close()
