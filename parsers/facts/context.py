"""What every extractor sees, and the rules for subject and period that all share.

Subject: the nearest place before the fact in its paragraph that the article is about and that acts: not one after 与,
赴, 邀请 … (a partner or a goal) and not part of a body's name (青海水利水电集团); else the first of the article.
Period: the nearest that the sentence states before the fact, else after it; what is only compared with (比2023年, 是
去年的5倍) or stands in a 《title》 does not count. A sentence without one takes the years (never the months) of the
last sentence of its paragraph that has one, unless it speaks of 全年 or 这一年; else the year of the article.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from parsers.periods import article_year, find_periods, in_months, stated_period
from parsers.places import find_places
from parsers.sentences import Sentence
from parsers.values import Fact

_PARTNER_BEFORE = re.compile(
    "(?:[与和同赴到往向从在于对自]|邀请|接收|来自|携手|联合|对接|引进|依托|走进|前往|组织|聘请|选派|派往|相当于)(?:了|来自)?$"
)
_BODY_AFTER = re.compile(
    "[^，。；：、的与和及在等]{0,10}?(?:集团|公司|大学|学院|医院|研究院|研究所|银行|学校|天文台|植物园|中学|小学)"
)
_COMPARED = re.compile("(?:比|较)$")
_COMPARED_BEFORE = re.compile("(?:是|为|相当于|与|同)$")
_COMPARED_AFTER = re.compile(r"的?(?:\d|同期|相比|增长|基础)")
_TITLE = re.compile(r"《[^《》\n]{1,80}》")
_WHOLE_YEAR = re.compile("这一年|全年|一年来|年度")


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """The body, its title, the ISO date of publication, and the places the article is about."""

    title: str
    body: str
    published: str | None = None
    places: tuple[str, ...] = ()

    def fact(
        self,
        kind: str,
        rule: tuple[str, int],
        sentence: Sentence,
        span: tuple[int, int],
        fields: dict[str, Any],
        *,
        at: int,
        period: str | None = None,
    ) -> Fact:
        """A fact of `kind` found by `rule` (name, version), its evidence at `span` of the sentence.

        `at`, in the sentence, is where its subject is looked for; `period` is the sentence's unless it is given.
        """
        begin, end = sentence.start + span[0], sentence.start + span[1]
        subject = self.subject(sentence, at)
        period = self.period(sentence.text) if period is None else period
        return Fact(kind, subject, period, self.body[begin:end], begin, end, *rule, fields)

    def period(self, sentence: str) -> str:
        """The period that the sentence states, else the year of the article."""
        return stated_period(sentence, self.published) or article_year(self.title, self.body, self.published)

    def period_at(self, sentence: Sentence, offset: int) -> str:
        """The period of a fact at `offset` of its sentence, by the rules above."""
        stated = _periods(self.body, self.published)
        place = bisect_left(stated, (sentence.start + offset,))
        if place and stated[place - 1][0] >= sentence.start:
            return stated[place - 1][1]
        if place < len(stated) and stated[place][0] < sentence.start + len(sentence.text):
            return stated[place][1]
        paragraph = self.body.rfind("\n", 0, sentence.start) + 1
        if place and stated[place - 1][0] >= paragraph and not _WHOLE_YEAR.search(sentence.text):
            return _years(stated[place - 1][1])
        return article_year(self.title, self.body, self.published)

    def period_before(self, sentence: Sentence, offset: int) -> str:
        """The last period that the sentence states before `offset`, else the year of the article.

        What an event dates stands before its name; what comes behind it may be a plan (谋划明年工作).
        """
        stated = _periods(self.body, self.published)
        place = bisect_left(stated, (sentence.start + offset,))
        if place and stated[place - 1][0] >= sentence.start:
            return stated[place - 1][1]
        return article_year(self.title, self.body, self.published)

    def subject(self, sentence: Sentence, offset: int) -> str:
        """The place of a fact at `offset` of its sentence, by the rules above; empty when the article has none."""
        if len(self.places) < 2:
            return self.places[0] if self.places else ""
        actors = _actors(self.body, self.places)
        place = bisect_left(actors, (sentence.start + offset,))
        paragraph = self.body.rfind("\n", 0, sentence.start) + 1
        return actors[place - 1][1] if place and actors[place - 1][0] >= paragraph else self.places[0]


# asked once for every fact of one article, and each look at the whole body is dear
@functools.lru_cache(maxsize=8)
def _periods(body: str, published: str | None) -> list[tuple[int, str]]:
    titles = [match.span() for match in _TITLE.finditer(body)]
    found: list[tuple[int, str]] = []
    for period in find_periods(body, published):
        title = bisect_left(titles, (period.start,)) - 1
        inside = title >= 0 and period.start < titles[title][1]
        before = body[max(0, period.start - 3) : period.start]
        compared = _COMPARED.search(before) or (
            _COMPARED_BEFORE.search(before) and _COMPARED_AFTER.match(body, period.end)
        )
        if not inside and not compared:
            found.append((period.start, in_months(period.value)))
    return found


@functools.lru_cache(maxsize=8)
def _actors(body: str, places: tuple[str, ...]) -> list[tuple[int, str]]:
    return [
        (mention.start, mention.name)
        for mention in find_places(body, near=places)
        if mention.name in places
        and not _PARTNER_BEFORE.search(body[max(0, mention.start - 5) : mention.start])
        and not _BODY_AFTER.match(body, mention.end)
    ]


def _years(period: str) -> str:
    """The year or years of a period (2024-08 → 2024, 2023-09/2024-06 → 2023-2024)."""
    years = re.findall(r"\d{4}", period)
    return years[0] if years[0] == years[-1] else f"{years[0]}-{years[-1]}"
