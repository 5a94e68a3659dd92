"""The kind of document, by ordered rules on title, opening and ending (data/doc_types.toml)."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib import resources

_LONG_REPORT = 1200
_REVIEW_MARKS = re.compile(r"近年来|一年来|[两三四五几]年来|以来，|今年以来|截至目前|持续打造|不断优化|累计")
DOC_TYPES = (
    "综述",
    "讲话",
    "评论/署名文章",
    "通知/政策文件",
    "会议报道",
    "消息",
    "公示公告",
    "人物通讯",
    "解读",
    "招聘公告",
)


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

    Where no rule holds, a long text with the marks of a review is a 综述, anything else a 消息.
    """
    if not body.strip():
        return None
    heading = f"{title} {subtitle}".strip()
    opening = body[:200]
    for rule in _rules():
        if rule.holds(heading, opening):
            return rule.kind
    if len(body) >= _LONG_REPORT and _REVIEW_MARKS.search(body):
        return "综述"
    return "消息"
