"""A larger data directory with everything that pages must show well.

Several provinces and years, copies, a long title, dates missing, days that nobody crawled, sources that are blocked.
"""

from __future__ import annotations

import random
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from db import archive, ingest
from db.archive import Seen
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from parsers.enrich import judge
from parsers.values import Reading
from tests.copies import written_once

Row = tuple[str, str, str, str | None, int, tuple[int, int], int]
Printed = tuple[date, int, Reading, str]
# id, title, province, city, days back of the first crawl, gap (days back from–to), blocked days at the end
_SOURCES: tuple[Row, ...] = (
    ("qhnews", "青海新闻网", "青海省", None, 760, (150, 125), 0),
    ("xnwbw", "西宁晚报", "青海省", "西宁市", 700, (0, 0), 0),
    ("qhrc", "青海人才网", "青海省", None, 500, (60, 20), 0),
    ("gansu", "每日甘肃网", "甘肃省", None, 640, (320, 290), 0),
    ("scol", "四川在线", "四川省", None, 420, (0, 0), 0),
    ("sxdaily", "陕西日报", "陕西省", None, 300, (0, 0), 3),
    ("zjol", "浙江在线", "浙江省", None, 200, (90, 80), 0),
)
_PLACES = {
    "青海省": ("西宁市", "海东市", "海西蒙古族藏族自治州", "玉树藏族自治州", "格尔木市"),
    "甘肃省": ("兰州市", "酒泉市", "天水市"),
    "四川省": ("成都市", "绵阳市", "宜宾市"),
    "陕西省": ("西安市", "宝鸡市", "榆林市"),
    "浙江省": ("杭州市", "宁波市", "温州市"),
}
_TITLES = (
    "{place}举办“校园引才”专场活动 签约人才项目{n}个",
    "{place}出台绿色算力产业人才政策十条",
    "{place}召开人才工作领导小组第{k}次会议",
    "{place}人才公寓开放申请 首批{n}套",
    "{place}选派科技特派员{n}名赴基层服务",
    "{place}与东部高校签订人才合作协议",
)
_BODIES = (
    "{date}，{place}“校园引才”专场活动在省内外41所高校举行，现场签约人才项目{n}个，引进高层次人才{m}名，其中博士{k}名。",
    "近日，{place}印发《{place}绿色算力产业人才支持办法》，对新引进的博士给予安家补贴{m}万元，硕士每月生活补贴2000元，连续发放三年。",
    "{date}，{place}人才工作领导小组第{k}次会议召开，市委组织部部长张海宁主持会议，审议通过《{place}“江源英才”计划实施细则》，部署下一阶段人才工作。",
    "{place}筹建人才公寓{n}套，面向新引进人才开放申请，租金为市场价的六成，已有{m}名青年人才入住。",
    "今年以来，{place}选派科技特派员{n}名，服务企业{m}家，培训农牧民{m}余人次，实施“银铃行动”项目{k}个。",
    "{place}与东部三所高校签订人才合作协议，共建实习基地{k}个，每年接收实习学生{n}名。",
)
_LONG = (
    "{place}关于印发《关于进一步加强新时代绿色算力、盐湖化工、生态农牧等重点产业高层次和急需紧缺人才引进培养"
    "使用评价激励服务保障一揽子工作的若干措施（试行）》的通知及政策解读答记者问"
)
_HAN = [chr(0x4E00 + point) for point in range(2500)]


@written_once
def make(path: Path, count: int = 160, today: date | None = None) -> DataDirectory:
    """A data directory with `count` articles of seven sources up to `today`, and copies of every ninth of them."""
    directory = DataDirectory(path).prepare()
    day = today or datetime.now(UTC).date()
    connection = open_writer(directory.archive)
    try:
        ingest.save_sources(connection, {source[0]: _facts(source) for source in _SOURCES})
        with transaction(connection):
            for source in _SOURCES:
                connection.executemany(
                    "insert into coverage(source, day, lists, pages, articles, relevant, failures, blocked)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?)",
                    list(_coverage(source, day)),
                )
            for found in sorted(
                (one for number in range(count) for one in _printed(number, day)), key=lambda one: one[0]
            ):
                _keep(connection, *found)
    finally:
        connection.close()
    return directory


def _facts(source: Row) -> ingest.SourceFacts:
    identity, title, province, city, *_ = source
    return ingest.SourceFacts(
        identity, title, province, city, "generic", True, f"https://{identity}.example.cn/", None, None,
        timedelta(days=30), f"{identity}.example.cn",
    )  # fmt: skip


def _coverage(source: Row, today: date) -> list[tuple[object, ...]]:
    identity, _, _, _, first, gap, blocked = source
    rows: list[tuple[object, ...]] = []
    for back in range(first, -1, -1):
        if gap[0] >= back > gap[1]:
            continue
        day = (today - timedelta(days=back)).isoformat()
        rows.append((identity, day, 0, 0, 0, 0, 0, 4) if back < blocked else (identity, day, 6, 20, 12, 1, 0, 0))
    return rows


def _printed(number: int, today: date) -> list[Printed]:
    """The article of a number, and its copy on another site for every ninth."""
    chance = random.Random(number)
    identity, _, province, city, first, gap, _ = _SOURCES[min(chance.randrange(9), 6) if number % 3 else number % 2]
    back = int(chance.random() ** 1.6 * min(first, 700))
    if gap[0] >= back > gap[1]:
        back = gap[1]
    day = today - timedelta(days=back)
    place = city or chance.choice((province, *_PLACES[province]))
    kind = chance.randrange(len(_TITLES))
    n, m, k = chance.randrange(8, 400), chance.randrange(5, 90), chance.randrange(2, 9)
    values = {"place": place, "n": n, "m": m, "k": k, "date": f"{day.month}月{day.day}日"}
    own = "".join(chance.choices(_HAN, k=300)) + "。"
    title = _LONG if number == 5 else _TITLES[kind]
    reading = Reading(
        title=title.format(**values),
        published=None if number % 23 == 7 else f"{day.isoformat()}T{8 + number % 10:02}:30:00+08:00",
        origin=chance.choice(("西宁晚报", "新华社", "青海日报", None)),
        authors=(chance.choice(("王小明", "马海燕", "李青")),),
        paragraphs=(_BODIES[kind].format(**values), "各级组织人事部门表示，将把人才工作抓得更实。" + own),
    )
    if number % 9:
        return [(day, number, reading, identity)]
    other = "qhrc" if identity != "qhrc" else "qhnews"
    return [(day, number, reading, identity), (day + timedelta(days=1), number + 10_000, reading, other)]


def _keep(connection: sqlite3.Connection, day: date, number: int, reading: Reading, source: str) -> None:
    url = f"https://{source}.example.cn/{number}.html"
    seen = Seen(url, source, f"{day.isoformat()}T{number % 12:02}:20:00+00:00", day.isoformat())
    archive.record(connection, judge(reading, url), seen, url=url)
