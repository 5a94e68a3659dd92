"""What messages say of a subscription: what was asked, when, why; whatever the channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scheduler import messages
from scheduler.messages import web_link
from tests.scheduler.messages_of import LINKS, SUBSCRIPTION, told

NAMED = {"key": "<k@caixun>", "created": "2025-03-18T01:01:00+00:00"}


@pytest.mark.parametrize(
    ("query", "filters", "short", "long"),
    [
        ("算力", {}, "算力", "检索“算力”"),
        ("", {"place": ("西宁市", "海东市")}, "西宁市、海东市", "地区：西宁市、海东市"),
        ("", {}, "全部文章", "全部文章"),
        ("", {"story": ("a7f3",)}, "一条报道及其转载", "一条报道及其转载"),
        ("算力", {"status": ("first",), "year": ()}, "算力", "检索“算力”；报道性质：首发"),
    ],
)
def test_what_was_asked_is_named(query: str, filters: dict[str, tuple[str, ...]], short: str, long: str) -> None:
    one = replace(SUBSCRIPTION, query=query, filters=filters)
    assert (messages.asked(one), messages.why(one)) == (short, long)


@pytest.mark.parametrize(
    ("schedule", "words", "name"),
    [
        ("instant", "有新文章时立即", None),
        ("daily", "每天汇总", "才讯日报"),
        ("daily 08:00,18:30", "每天08:00、18:30汇总", "才讯日报"),
        ("weekly 1 08:00", "每周一08:00一次汇总", "才讯周报"),
        ("hours 3", "每 3 小时一次汇总", "才讯汇总"),
    ],
)
def test_when_it_is_told_is_named(schedule: str, words: str, name: str | None) -> None:
    one = replace(SUBSCRIPTION, schedule=schedule)
    assert messages.when(one) == words
    if name:
        message = messages.digest(one, [told()], LINKS, **NAMED, day=date(2025, 3, 18))
        assert message.subject == f"{name} 3月18日：绿色算力 人才，1 条"


def test_a_summary_has_a_line_for_each_article_and_no_more() -> None:
    message = messages.summary(SUBSCRIPTION, [told(number) for number in range(300)], LINKS, **NAMED)
    assert len(message.entries) == 300
    assert not any(entry.sentence or entry.figures for entry in message.entries)
    assert message.subject == "才讯汇总：绿色算力 人才，300 条"


def test_a_long_title_is_short_in_the_subject_and_whole_in_the_message() -> None:
    message = messages.alert(SUBSCRIPTION, [told(title="引才" * 200)], LINKS, **NAMED)
    assert len(message.subject) < 170
    assert message.entries[0].title == "引才" * 200


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("http://a.cn/1?x=1&y=2", "http://a.cn/1?x=1&y=2"),
        ("http://a.cn/人 才(1)", "http://a.cn/%E4%BA%BA%20%E6%89%8D%281%29"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("http://a.cn/" + "x" * 2000, ""),
    ],
)
def test_only_addresses_of_the_web_become_links(url: str, link: str) -> None:
    assert web_link(url) == link
