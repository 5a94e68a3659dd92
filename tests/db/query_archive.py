"""An archive of generated articles for the tests of queries: every field, copies, edits, articles that are gone."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from db import archive, ingest
from db.archive import Seen
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from parsers.values import Article, Fact, Flag, Repair

SEED = 20261121
SOURCES = {"qhnews": "青海新闻网", "gszg": "甘肃组工网", "XNWB": "西宁晚报"}
ABOVE = {
    "西宁市": "青海省", "大通回族土族自治县": "西宁市", "城中区": "", "海东市": "青海省",
    "德令哈市": "海西蒙古族藏族自治州", "海西蒙古族藏族自治州": "青海省", "兰州市": "甘肃省", "青海省": "",
    "甘肃省": "",
}  # fmt: skip
PLACES = tuple(ABOVE)
THEMES = ("引才", "育才", "产才融合", "人才服务")
TYPES = ("消息", "政策文件", "评论/署名文章", "招聘引才公告", None)
ORIGINS = ("青海日报", "西宁晚报", "ＱＨ客户端", "青海新闻网", None)
AUTHORS = ("王小明", "李四", "马海燕", "Ａlice")
PEOPLE = ("王建军", "李宁", "马玉兰")
BODIES = ("青海省委组织部", "西宁市人才办", "海东市人社局")
POLICIES = ("西宁市绿色算力人才若干措施", "青海省昆仑英才行动计划", "海东市引才办法")
MEASURES = ("签约人才项目", "累计引进高层次人才", "引进各类高层次人才", "建成院士工作站", "培训技能人才")
WORDS = (
    *("绿色算力", "人才", "引才", "校园引才", "高层次人才", "博士服务团", "產才融合", "人才公寓", "安居", "柔性引才"),
    *(
        "AI人才",
        "5G",
        "2024年",
        "103个",
        "昆仑英才",
        "座谈会",
        "座谈",
        "招才引智",
        "專家",
        "工作站",
        "揭牌",
        "青海大学",
    ),
    *("青海大学", "盐湖", "光伏", "Ｇ6高速", "新能源", "“双一流”", "3.5亿元", "ABC-12", "组团式", "帮扶", "援青"),
)
_MARKS = ("，", "。", "、", "；", " ", "", "", "", "——")


@dataclass(frozen=True, slots=True)
class Written:
    """What was put in for one article, in its last revision."""

    article: Article
    url: str
    source: str
    day: str
    gone: bool = False
    changed: bool = False


def make(path: Path, count: int) -> tuple[DataDirectory, dict[str, Written]]:
    """A data directory of `count` articles, and what each is by its id. The same for the same count."""
    dice = random.Random(SEED)
    directory = DataDirectory(path).prepare()
    connection = open_writer(directory.archive)
    written = _plan(dice, count)
    ingest.save_sources(connection, {name: _source(name, title) for name, title in SOURCES.items()})
    with transaction(connection):
        for one in written:
            at = Seen(one.url, one.source, "2026-11-20T04:00:00+00:00", "2026-11-20")
            if one.changed:
                archive.record(connection, _before(one.article), at, url=one.url)
            archive.record(connection, one.article, at, url=one.url)
            if one.gone:
                archive.mark_gone(connection, one.url, at)
    connection.close()
    return directory, {archive.article_id(one.url): one for one in written}


def _source(name: str, title: str) -> ingest.SourceFacts:
    return ingest.SourceFacts(name, title, "青海省", None, "generic", True, None, None, None, timedelta(days=30))


def _plan(dice: random.Random, count: int) -> list[Written]:
    found: list[Written] = []
    while len(found) < count:
        number = len(found)
        if number > 10 and dice.random() < 0.12:  # a copy elsewhere, hours or days later
            first = dice.choice(found)
            day = (date.fromisoformat(first.day) + timedelta(days=dice.randint(0, 2))).isoformat()
            copied = replace(first.article, published=day, origin=dice.choice(ORIGINS))
            found.append(Written(copied, f"https://{number}.cn/c", dice.choice(list(SOURCES)), day))
            continue
        day = (date(2022, 1, 1) + timedelta(days=dice.randint(0, 1500))).isoformat()
        found.append(
            Written(
                _article(dice, day),
                f"https://{number}.cn/a",
                dice.choice(list(SOURCES)),
                day,
                gone=dice.random() < 0.05,
                changed=dice.random() < 0.08,
            )
        )
    return found


def _before(article: Article) -> Article:
    return replace(article, paragraphs=(*article.paragraphs, "后来删去的一段。"))


def _text(dice: random.Random, words: int) -> str:
    parts = []
    for _ in range(words):
        parts.append(dice.choice(WORDS) if dice.random() < 0.6 else _own(dice))
        parts.append(dice.choice(_MARKS))
    return "".join(parts)


def _own(dice: random.Random) -> str:
    """Characters that make the text different from others, so that only copies are copies."""
    return "".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(dice.randint(1, 6)))


def _article(dice: random.Random, day: str) -> Article:
    paragraphs = tuple(_text(dice, dice.randint(3, 14)) for _ in range(dice.randint(1, 4)))
    traditional = dice.random() < 0.05
    return Article(
        title=_text(dice, dice.randint(2, 6)),
        published=day,
        origin=dice.choice(ORIGINS),
        authors=tuple(dice.sample(AUTHORS, dice.randint(0, 2))),
        paragraphs=paragraphs,
        relevant=True,
        relevance=dice.random(),
        doc_type=dice.choice(TYPES),
        themes=tuple(dice.sample(THEMES, dice.randint(0, 2))),
        places=tuple(dice.sample(PLACES, dice.randint(0, 3))),
        facts=tuple(_fact(dice) for _ in range(dice.choice((0, 0, 1, 2, 4)))),
        flags=(Flag("year", "年份存疑", 0, 1),) if dice.random() < 0.1 else (),
        repairs=(Repair("body", 0, 1, "O", "0", "字母误作数字", True),) if dice.random() < 0.1 else (),
        script="hant" if traditional else "hans",
        original_paragraphs=paragraphs if traditional else (),
        original_url="https://origin.cn/1" if dice.random() < 0.05 else None,
    )


def _fact(dice: random.Random) -> Fact:
    kind, fields = dice.choice((_figure, _figure, _policy, _person, _cooperation))(dice)
    return Fact(kind, "西宁市", "2024", "证据", 0, 2, "test", 1, fields)


def _figure(dice: random.Random) -> tuple[str, dict[str, object]]:
    value = dice.choice((5, 50, 99, 100, 101, 200, 15000, 2_000_000))
    low, high, qualifier = dice.choice(
        ((value, value, "exact"), (value, None, "over"), (None, value, "under"), (value, value * 2, "exact"))
    )
    return "figure", {
        "measure": dice.choice(MEASURES), "value_low": low, "value_high": high, "qualifier": qualifier,
        "unit": dice.choice(("名", "人", "个", "项", "元", "%")), "action": "",
    }  # fmt: skip


def _policy(dice: random.Random) -> tuple[str, dict[str, object]]:
    return "policy", {"title": dice.choice(POLICIES), "action": "印发", "issuer": dice.choice(BODIES)}


def _person(dice: random.Random) -> tuple[str, dict[str, object]]:
    return "person", {"name": dice.choice(PEOPLE), "organisation": dice.choice(BODIES), "role": "主任"}


def _cooperation(dice: random.Random) -> tuple[str, dict[str, object]]:
    return "cooperation", {"parties": dice.sample(BODIES, 2), "form": "签约"}
