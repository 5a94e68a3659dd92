"""The kind of document, by ordered rules on title, opening and ending (data/doc_types.toml)."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib import resources

from parsers.person_names import looks_like_name

_LONG_REPORT = 1200
_ARGUMENTS = 3
_PRONOUNS = 2
_PRONOUN = re.compile(r"她(?!们)|(?<!其)他(?!们|人|国|乡|省)")
_REVIEW_MARKS = re.compile(r"近年来|一年来|[两三四五几]年来|以来，|今年以来|截至目前|持续打造|不断优化|累计")
_OF_PERSON = re.compile(r"(?:^|[”’》」】—：\s])([\u4e00-\u9fff]{2,4})[：—]|”([\u4e00-\u9fff]{2,3})的")
_REPORTED = re.compile(
    r"近日|日前|记者|电）|讯）|[0-9０-９]{1,2}月[0-9０-９]{1,2}日|[说称介绍告诉][：:，]?“|”[^。]{0,12}(?:说|介绍|告诉)"
)
_ARGUED = re.compile(
    r"不是.{1,24}而是|不能|不该|不应|应当|应该|要警惕|切忌|说到底|归根结底|归根到底|何尝|怎能|岂能|试想|不妨|不如|何必|"
    r"固然|诚然|才能|方能|本是|要先|更要|要有|少些|少一点|多一点|就不愁|才会|才不会|怎么能|有的地方|有些地方|可见|由此|？"
)
DOC_TYPES = ("综述", "讲话", "评论/署名文章", "消息", "政策文件", "公示公告", "人物", "招聘引才公告")


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    title: re.Pattern[str] | None
    opening: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def holds(self, title: str, opening: str) -> bool:
        if self.unless and self.unless.search(title):
            return False
        return bool((self.title and self.title.search(title)) or (self.opening and self.opening.search(opening)))


@functools.cache
def _rules() -> tuple[_Rule, ...]:
    text = resources.files("parsers").joinpath("data/doc_types.toml").read_text("utf-8")

    def compiled(row: dict[str, str], key: str) -> re.Pattern[str] | None:
        return re.compile(row[key]) if key in row else None

    return tuple(
        _Rule(row["kind"], compiled(row, "title"), compiled(row, "opening"), compiled(row, "unless"))
        for row in tomllib.loads(text)["rule"]
    )


def doc_type(title: str, body: str, subtitle: str = "") -> str | None:
    """One of DOC_TYPES; None for an empty body.

    Where no rule holds: about the person whom the title names before a colon, 人物; arguing instead of reporting, 评论;
    long with the marks of a review, 综述; anything else 消息.
    """
    if not body.strip():
        return None
    heading = f"{title} {subtitle}".strip()
    opening = body[:200]
    for rule in _rules():
        if rule.holds(heading, opening):
            return rule.kind
    if _about_a_person(heading, body):
        return "人物"
    if _argues(body):
        return "评论/署名文章"
    if len(body) >= _LONG_REPORT and _REVIEW_MARKS.search(body):
        return "综述"
    return "消息"


def _about_a_person(heading: str, body: str) -> bool:
    named = [first or second for first, second in _OF_PERSON.findall(heading)]
    told_of = len(_PRONOUN.findall(body)) >= _PRONOUNS
    return told_of and any(looks_like_name(name) and name in body for name in named)


def _argues(body: str) -> bool:
    """Whether sentences argue (not … but, must, how could) and none reports who said or did what when."""
    sentences = max(body.count("。") + body.count("？"), 1)
    arguments = len(_ARGUED.findall(body))
    return arguments >= max(_ARGUMENTS, sentences // 4) and not _REPORTED.search(body)
