"""The finders on hand-made surroundings: whom an origin took a text from, and pages made to hurt."""

from __future__ import annotations

import time

import pytest

from parsers.bylines import byline_in, names
from parsers.html_byline import Byline, read_byline
from parsers.html_lines import Line
from parsers.html_meta import linked_data, meta_tags
from parsers.html_surroundings import Surroundings
from parsers.html_title import find_title
from parsers.labels import is_label_line, read_labels
from parsers.rules import PageRules
from parsers.tree import parse

_A = "青河市人才工作会议昨日召开，会议部署了今年的引才计划。"


def _read(
    head: list[str], body: list[str], tail: list[str], html: str = "<p></p>", rules: PageRules | None = None
) -> Byline:
    tree = parse(html)
    lines = [[Line(text) for text in texts] for texts in (head, tail)]
    around = Surroundings(
        tree, meta_tags(tree), linked_data(tree), None, rules or PageRules(), lines[0], body, lines[1]
    )
    return read_byline(around)


@pytest.mark.parametrize(
    ("head", "body", "tail", "expected"),
    [
        ("来源：河畔日报", f"新华社西宁3月5日电（记者王海涛）{_A}", "", ("河畔日报", "新华社")),
        ("来源：河畔日报", f"{_A}（据河畔晚报）", "", ("河畔日报", "河畔晚报")),
        ("来源：河畔网", _A, "转自：河畔日报", ("河畔网", "河畔日报")),
        ("来源：河畔网 原载《河畔日报》", _A, "", ("河畔网", "河畔日报")),
        ("来源：河畔网", _A, "来源：河畔日报", ("河畔网", "河畔日报")),
        ("来源：人民网－河畔频道", f"人民网河畔2月14日电 （记者王海涛）{_A}", "", ("人民网－河畔频道", None)),
        ("来源：新华社", f"新华社西宁3月5日电 {_A}", "", ("新华社", None)),
        ("来源：河畔日报", f"本报讯（记者 王海涛）{_A}", "", ("河畔日报", None)),
        ("来源：河畔日报", _A, "", ("河畔日报", None)),
        ("2024-03-05", _A, "", (None, None)),
    ],
)
def test_whom_the_origin_took_it_from(head: str, body: str, tail: str, expected: tuple[str | None, str | None]) -> None:
    read = _read([head], [body], [tail] if tail else [])
    assert (read.origin, read.original_origin) == expected


def test_the_rules_of_a_source_come_first() -> None:
    html = "<i class=a>王海涛</i><i class=b>河畔日报</i><i class=c>2024-03-05</i><i class=d>李静</i>"
    rules = PageRules(time=(".c",), origin=(".b",), author=(".a",), editor=(".d",))
    read = _read(["来源：别处日报 作者：赵国栋"], [_A], [], html, rules)
    assert read == Byline("2024-03-05", "page", "河畔日报", None, ("王海涛",), "李静")


def test_a_rule_may_name_a_meta_tag() -> None:
    html = "<head><meta name=from content=河畔日报></head>"
    assert _read([], [_A], [], html, PageRules(origin=("meta[name=from]",))).origin == "河畔日报"


def test_an_author_who_is_the_origin_is_none() -> None:
    assert _read(["来源：王海涛 作者：王海涛"], [_A], []).authors == ()


def test_where_the_day_was_read_is_told() -> None:
    assert _read(["发布时间：2024-03-05"], [_A], []).published_from == "label"
    assert _read([], [_A], [], "<head><meta name=PubDate content=2024-03-05></head>").published_from == "meta pubdate"


@pytest.mark.parametrize(
    "text",
    [
        "记者" * 50_000,
        "（记者" * 30_000,
        "（王海涛）" * 30_000,
        "来源：" * 30_000,
        "2024-03-05" * 20_000,
        "王海涛 " * 30_000,
        "文/图" * 30_000,
        "本报讯 " * 30_000,
        "、" * 100_000,
        "A" * 200_000,
        "讯" + " " * 100_000,
        "一二三四" * 30_000 + "年",
    ],
)
def test_a_long_line_costs_no_more_than_its_length(text: str) -> None:
    start = time.process_time()
    byline_in(text)
    read_labels(text)
    is_label_line(text)
    names(text[:20_000])
    _read([text[:150], text], [text, text], [text[:150], text])
    assert time.process_time() - start < 2


def test_nested_elements_called_source_and_title_are_not_read_again_and_again() -> None:
    tree = parse("<div class='source title'>" * 400 + "青河引才，" * 100_000)
    start = time.process_time()
    find_title(tree, meta_tags(tree), ())
    assert time.process_time() - start < 1
