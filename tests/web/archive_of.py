"""A small real data directory, written through the store as a crawl would write it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from db import archive, ingest
from db.archive import Seen
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from parsers.values import Article, Fact, Flag, Repair
from tests.copies import written_once

HOSTILE = "<script>alert(1)</script>“引才”&amp;夜话"
FORMULA = "=HYPERLINK(1)招才引智"
_PARAGRAPHS = (
    "西宁市面向全国高校的“校园引才”活动3月17日启动，来自全国41所高校的1200余名毕业生参加。",
    "现场签约高层次人才103名，达成意向合作协议26项，绿色算力企业最受关注。",
)


_SOURCE = ingest.SourceFacts(
    "qhnews", "青海新闻网", "青海省", "西宁市", "enorth", True, None, None, None, timedelta(days=30)
)


def article(number: int, title: str) -> Article:
    """An article with facts, a repair and a flag whose spans stand in its body."""
    own = "".join(random.Random(number).choices([chr(0x4E00 + point) for point in range(3000)], k=700))
    paragraphs = (*_PARAGRAPHS, own)  # different enough that no two are taken for one story
    body = "\n".join(paragraphs)
    return Article(
        title=title,
        published=f"2026-03-{number + 1:02}T08:55:11+08:00",
        origin="西宁晚报",
        authors=("王小明",),
        paragraphs=paragraphs,
        flags=(Flag("year", "本文年份存疑", body.index("3月17日"), body.index("3月17日") + 5),),
        repairs=(_repair(body, "1200余名", "12OO余名"),),
        relevant=True,
        relevance=0.9,
        words=("引才",),
        doc_type="新闻",
        themes=("引才",),
        places=("青海省", "西宁市"),
        facts=(_figure(body, "签约高层次人才103名"), _figure(body, "高层次人才103名，达成意向合作协议26项")),
    )


def _repair(body: str, after: str, before: str) -> Repair:
    start = body.index(after)
    return Repair("body", start, start + len(after), before, after, "字母O误作数字0", True)


def _figure(body: str, evidence: str) -> Fact:
    fields = {
        "measure": "签约高层次人才",
        "value_low": 103,
        "value_high": 103,
        "unit": "名",
        "qualifier": "exact",
        "action": "签约",
    }
    start = body.index(evidence)
    return Fact("figure", "西宁市", "2026", evidence, start, start + len(evidence), "count", 1, fields)


def titles(count: int) -> list[str]:
    """`count` different titles, a hostile one and a formula among them."""
    plain = [f"青海第{number}场招才引智活动在{'西宁海东德令哈玉树果洛黄南'[number]}举行" for number in range(count)]
    return [HOSTILE, FORMULA, *plain][:count]


@written_once
def make(path: Path, count: int) -> DataDirectory:
    """A data directory with `count` articles of one source."""
    directory = DataDirectory(path).prepare()
    connection = open_writer(directory.archive)
    try:
        ingest.save_sources(connection, {"qhnews": _SOURCE})
        with transaction(connection):
            for number, title in enumerate(titles(count)):
                url = f"https://news.example.cn/{number}.html"
                seen = Seen(url, "qhnews", f"2026-03-{number + 1:02}T01:20:00+00:00", f"2026-03-{number + 1:02}")
                archive.record(connection, article(number, title), seen, url=url)
    finally:
        connection.close()
    return directory


def make_story(path: Path) -> tuple[str, str]:
    """A data directory with an article and its copy two hours later (a figure altered, a note added); their ids."""
    make(path, 0)
    first = article(1, "青海校园引才启动")
    paragraphs = ("编者按：本文有改动。", *(text.replace("103", "130") for text in first.paragraphs))
    copy = replace(first, paragraphs=paragraphs, published="2026-03-02T10:55:11+08:00", facts=(), repairs=(), flags=())
    connection = open_writer(DataDirectory(path).archive)
    try:
        with transaction(connection):
            for one, url, source in ((first, "https://a.cn/1", "qhnews"), (copy, "https://b.cn/2", "local")):
                archive.record(connection, one, Seen(url, source, "2026-03-03T01:00:00+00:00", "2026-03-03"), url=url)
    finally:
        connection.close()
    return archive.article_id("https://a.cn/1"), archive.article_id("https://b.cn/2")
