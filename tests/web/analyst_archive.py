"""What an analyst asks about, over the larger archive, so that there is something to leave out.

Computing-power talent in Xining since 2024, a story that was copied, one measure over years and cities, an article
that was edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db import archive
from db.archive import Seen
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from parsers.enrich import judge
from parsers.values import Reading
from tests.copies import written_once
from tests.web import rich_archive


@dataclass(frozen=True, slots=True)
class Told:
    """An article as a site printed it."""

    address: str
    source: str
    title: str
    published: str
    origin: str
    text: str


MEASURES = (
    Told(
        "http://xnwbw.example/c/1.html", "xnwbw", "西宁市出台12条措施支持绿色算力人才发展", "2024-06-09", "西宁晚报",
        "近日，西宁市印发《西宁市支持绿色算力产业人才发展十二条措施》。对新引进的绿色算力领域博士给予安家补贴30万元，硕士8万元。"
        "\n截至5月底，全市绿色算力领域已引进高层次人才126名，建成绿色算力人才实训基地3个。",
    ),
    Told(
        "http://xnwbw.example/c/2.html", "xnwbw", "西宁绿色算力人才政策兑现2600万元", "2025-09-18", "西宁晚报",
        "记者从西宁市委人才办获悉，《西宁市支持绿色算力产业人才发展十二条措施》实施一年多来，累计兑现人才补贴2600万元，"
        "惠及绿色算力人才843名，引进绿色算力领军人才17名。",
    ),
)  # fmt: skip
ELSEWHERE = Told(
    "http://gansu.example/c/3.html", "gansu", "庆阳市绿色算力人才招引大会举行", "2025-04-11", "每日甘肃网",
    "4月10日，庆阳市绿色算力人才招引大会举行，现场签约人才项目18个，引进绿色算力人才96名。",
)  # fmt: skip
EARLIER = Told(
    "http://xnwbw.example/c/0.html", "xnwbw", "西宁市谋划绿色算力人才培养", "2023-03-02", "西宁晚报",
    "西宁市召开绿色算力产业座谈会，提出加快培养绿色算力人才，年内培训从业人员200人次。",
)  # fmt: skip
_REPORT = (
    "3月18日，青海盐湖产业人才大会在格尔木市开幕，来自全国的410名专家人才参加。大会现场签约人才项目36个，总投资12.5亿元。"
    "\n大会发布盐湖产业急需紧缺人才目录，梳理岗位520个。海西蒙古族藏族自治州委组织部部长韩立新介绍，近三年全州引进盐湖化工人才1380名。"
    "\n开幕式上，为12名“盐湖英才”颁发证书，4家企业与高校签订人才培养协议。"
)
FIRST = Told(
    "http://qhnews.example/c/5.html", "qhnews", "青海盐湖产业人才大会在格尔木开幕", "2025-03-18T16:20:00+08:00",
    "青海新闻网", _REPORT,
)  # fmt: skip
COPY = Told(
    "http://scol.example/c/6.html", "scol", "青海盐湖产业人才大会开幕 签约项目38个", "2025-03-19T08:05:00+08:00",
    "四川在线", _REPORT.replace("36个", "38个").replace("大会发布盐湖产业急需紧缺人才目录，梳理岗位520个。", ""),
)  # fmt: skip
SIGNED = tuple(
    Told(
        f"http://qhnews.example/s/{year}{city[0]}.html", "qhnews", f"{city}{year}年人才招引工作综述", f"{year}-12-20",
        "青海新闻网", f"{year}年，{city}组织人才招引活动，全年签约人才项目{count}个，引进各类人才{count * 11}名。",
    )
    for city, counts in (("西宁市", (41, 58, 77)), ("海东市", (22, 25, 29)))
    for year, count in zip((2023, 2024, 2025), counts, strict=True)
)  # fmt: skip
BEFORE = Told(
    "http://qhrc.example/e/9.html", "qhrc", "青海省公布2025年“昆仑英才”入选名单", "2025-08-01", "青海人才网",
    "8月1日，青海省公布2025年“昆仑英才”行动计划入选名单，共有126名人才入选，其中领军人才31名。每人给予一次性奖励20万元。",
)  # fmt: skip
AFTER = Told(
    BEFORE.address, BEFORE.source, BEFORE.title, BEFORE.published, BEFORE.origin,
    "8月1日，青海省公布2025年“昆仑英才”行动计划入选名单，共有128名人才入选，其中领军人才33名。每人给予一次性奖励20万元。",
)  # fmt: skip


@written_once
def make(path: Path) -> DataDirectory:
    """The archive in `path`, which is made."""
    directory = rich_archive.make(path)
    connection = open_writer(directory.archive)
    seen = datetime(2025, 12, 28, 1, tzinfo=UTC)
    for number, told in enumerate((EARLIER, *MEASURES, ELSEWHERE, FIRST, COPY, *SIGNED, BEFORE, AFTER)):
        at = seen + timedelta(hours=number)
        with transaction(connection):
            archive.record(
                connection,
                judge(
                    Reading(
                        title=told.title,
                        published=told.published,
                        origin=told.origin,
                        paragraphs=tuple(told.text.split("\n")),
                    )
                ),
                Seen(told.address, told.source, at.isoformat(timespec="seconds"), at.date().isoformat(), None, None),
                url=told.address,
            )
    connection.close()
    return directory
