"""Planted reposts with their truth: generated talent-work news, eight kinds of repost, formula briefs, same events.

Committed with its seed before the joining rule was tuned on it. All texts are made here; the same seed gives the
same articles.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from opencc import OpenCC

SEED = 20261121
_BEIJING = timezone(timedelta(hours=8))
_TRADITIONAL = OpenCC("s2tw")

_PLACES = [
    f"{a}{b}"
    for a in "青河柳白石金长清安平永兴东西南北新云龙凤"
    for b in ("山市", "川县", "源区", "原州", "江市", "城县", "林县", "海区")
]
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红玲文建国庆海波"
_SITES = [f"{place}新闻网" for place in _PLACES[:40]] + [f"{place[:-1]}日报" for place in _PLACES[40:60]]
_WORDS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("story_words.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Planted:
    """An article with its truth: `cluster` names the text it is a copy of, `first` marks the first publisher."""

    url: str
    site: str
    title: str
    body: str
    published: str
    origin: str | None
    cluster: str
    first: bool
    kind: str


class _Writer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 0

    def slots(self) -> dict[str, object]:
        pick = self.random.choice
        return {
            "place": pick(_PLACES),
            "other": pick(_PLACES),
            "body": pick(_WORDS["bodies"]),
            "field": pick(_WORDS["fields"]),
            "programme": pick(_WORDS["programmes"]),
            "person": pick(_SURNAMES) + "".join(self.random.choices(_GIVEN, k=self.random.choice((1, 2)))),
            "number": self.random.randint(11, 980),
            "money": self.random.randint(100, 9800),
            "small": self.random.randint(2, 9),
            "year": self.random.randint(2019, 2026),
            "month": self.random.randint(1, 12),
            "day": self.random.randint(1, 28),
        }

    def sentence(self, place: str) -> str:
        if self.random.random() < 0.18:
            return self.random.choice(_WORDS["formulas"])
        slots = self.slots()
        if self.random.random() < 0.7:
            slots["place"] = place
        if self.random.random() < 0.25:
            return self.random.choice(_WORDS["sentences"]).format(**slots)
        parts = (
            self.random.choice(_WORDS["starts"]),
            self.random.choice(_WORDS["middles"]),
            self.random.choice(_WORDS["ends"]),
        )
        return "".join(parts).format(**slots)

    def text(self, place: str) -> str:
        paragraphs = [
            "".join(self.sentence(place) for _ in range(self.random.randint(2, 4)))
            for _ in range(self.random.randint(4, 10))
        ]
        return "\n".join(paragraphs)

    def title(self, place: str) -> str:
        slots = self.slots() | {"place": place}
        forms = (
            "{place}：{field}引来{number}名人才",
            "{programme}在{place}落地",
            "{place}{field}人才故事",
            "{place}{body}打出留才组合拳",
        )
        return self.random.choice(forms).format(**slots)

    def when(self) -> datetime:
        return datetime(2024, 1, 1, tzinfo=_BEIJING) + timedelta(minutes=self.random.randint(0, 2 * 365 * 1440))

    def planted(self, title: str, body: str, when: datetime, cluster: str, kind: str, first: bool) -> Planted:
        self.number += 1
        precise = self.random.random() < 0.6
        printed = when.isoformat(timespec="seconds") if precise else when.date().isoformat()
        site = self.random.choice(_SITES)
        return Planted(f"https://{self.number}.example/a.html", site, title, body, printed, None, cluster, first, kind)


def _exact(writer: _Writer, original: Planted) -> Planted:
    return original


def _retitled(writer: _Writer, original: Planted) -> Planted:
    return replace(original, title="一线见闻｜" + original.title[::-1][:8] + "的背后")


def _cut(writer: _Writer, original: Planted) -> Planted:
    paragraphs = original.body.split("\n")
    keep = max(2, round(len(paragraphs) * writer.random.uniform(0.55, 0.8)))
    return replace(original, body="\n".join(paragraphs[:keep]))


def _framed(writer: _Writer, original: Planted) -> Planted:
    site = writer.random.choice(_SITES)
    lead, tail = (
        f"编者按：本文选自{original.site}，{site}编发时略有改动。",
        f"（声明：转载此文是出于传递更多信息之目的，{site}不承担责任。）",
    )
    return replace(original, body=f"{lead}\n{original.body}\n{tail}")


def _traditional(writer: _Writer, original: Planted) -> Planted:
    return replace(original, title=_TRADITIONAL.convert(original.title), body=_TRADITIONAL.convert(original.body))


def _damaged(writer: _Writer, original: Planted) -> Planted:
    """What is left wrong after the repair of a mirror page: one character in a hundred."""
    letters = [
        writer.random.choice("的了在是和有这中大为上") if writer.random.random() < 0.01 and letter != "\n" else letter
        for letter in original.body
    ]
    return replace(original, body="".join(letters))


def _altered(writer: _Writer, original: Planted) -> Planted:
    """Some figures changed, as careless or dishonest copies do."""
    digits = [
        writer.random.choice("123456789") if letter.isdigit() and writer.random.random() < 0.25 else letter
        for letter in original.body
    ]
    return replace(original, body="".join(digits))


def _marked(writer: _Writer, original: Planted) -> Planted:
    """Other punctuation, full-width digits, paragraphs run together."""
    table = str.maketrans("，；“”0123456789", ",;「」０１２３４５６７８９")
    return replace(original, body=original.body.translate(table).replace("\n", "　"))


REPOSTS: tuple[Callable[[_Writer, Planted], Planted], ...] = (
    _exact,
    _retitled,
    _cut,
    _framed,
    _traditional,
    _damaged,
    _altered,
    _marked,
)


def planted(articles: int = 3_200, seed: int = SEED) -> list[Planted]:
    """At least `articles` articles in order of arrival (mostly by time; one in ten late)."""
    writer = _Writer(seed)
    made: list[Planted] = []
    while len(made) < articles:
        made.extend(_next(writer, len(made)))
    return _arrived(writer, made)


def _next(writer: _Writer, count: int) -> Iterator[Planted]:
    kind = writer.random.random()
    if kind < 0.5:
        yield from _cluster(writer, f"c{count}")
    elif kind < 0.62:
        yield from _briefs(writer, f"b{count}")
    elif kind < 0.75:
        yield from _same_event(writer, f"e{count}")
    else:
        place = writer.random.choice(_PLACES)
        yield writer.planted(writer.title(place), writer.text(place), writer.when(), f"s{count}", "single", True)


def _cluster(writer: _Writer, name: str) -> Iterator[Planted]:
    place = writer.random.choice(_PLACES)
    when = writer.when()
    first = writer.planted(writer.title(place), writer.text(place), when, name, "original", True)
    yield first
    for _ in range(writer.random.randint(1, 5)):
        change = writer.random.choice(REPOSTS)
        copied = change(writer, first)
        when += timedelta(minutes=writer.random.randint(30, 3000))
        copy = writer.planted(copied.title, copied.body, when, name, change.__name__[1:], False)
        named = writer.random.random() < 0.7
        yield replace(copy, origin=first.site if named else None)


def _briefs(writer: _Writer, name: str) -> Iterator[Planted]:
    """Formula briefs of different places and weeks: alike, and never the same news."""
    for number in range(writer.random.randint(3, 6)):
        slots = writer.slots()
        body = writer.random.choice(_WORDS["briefs"]).format(**slots)
        title = f"{slots['place']}召开人才工作推进会" if body.startswith(str(slots["month"])) else "零工市场一周播报"
        yield writer.planted(title, body, writer.when(), f"{name}-{number}", "brief", True)


def _same_event(writer: _Writer, name: str) -> Iterator[Planted]:
    """Reports of one event by different hands: the same lead facts and one quotation, otherwise their own words."""
    place = writer.random.choice(_PLACES)
    when = writer.when()
    slots = writer.slots() | {"place": place}
    lead = "{month}月{day}日，{place}{field}人才对接会举行，{number}家单位提供岗位{money}个。".format(**slots)
    quotation = (
        "“项目从签约到投产只用了{small}个月，人才专员帮我们跑了{small}趟手续。”企业负责人{person}这样说。".format(
            **slots
        )
    )
    for number in range(writer.random.randint(2, 4)):
        own = writer.text(place)
        body = f"{lead}\n{own}" + (f"\n{quotation}" if writer.random.random() < 0.6 else "")
        later = when + timedelta(minutes=writer.random.randint(0, 900))
        yield writer.planted(
            f"{place}{slots['field']}人才对接会举行", body, later, f"{name}-{number}", "same event", True
        )


def _arrived(writer: _Writer, made: list[Planted]) -> list[Planted]:
    def arrival(one: Planted) -> str:
        late = timedelta(days=writer.random.randint(1, 60)) if writer.random.random() < 0.1 else timedelta()
        text = one.published if len(one.published) > 10 else one.published + "T12:00:00+08:00"
        return (datetime.fromisoformat(text) + late).isoformat()

    return [one for _, one in sorted(((arrival(one), one) for one in made), key=lambda pair: (pair[0], pair[1].url))]
