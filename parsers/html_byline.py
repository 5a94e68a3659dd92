"""When, where from and by whom: the finders of published, origin, authors and editor of an HTML page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.bylines import byline_in, looks_like_name, names
from parsers.dates import date_in_url, printed_date
from parsers.labels import read_labels
from parsers.rules import COMMON
from parsers.tidy import tidy
from parsers.tree import text_of

if TYPE_CHECKING:
    from parsers.html_article import Surroundings
    from parsers.html_lines import Line

_TIME_METAS = (
    "pubdate",
    "publishdate",
    "article:published_time",
    "og:published_time",
    "og:release_date",
    "datepublished",
    "weibo: article:create_at",
    "bytedance:published_time",
    "_pubtime",
    "apub:time",
    "publish_time",
    "date",
)
_ORIGIN_METAS = ("contentsource", "source", "mediaid", "article:source", "og:article:source", "site_source")
_AUTHOR_METAS = ("author", "article:author", "og:article:author")
_NOT_ORIGINS = re.compile(
    r"^(?:未知|来源|本站|网络|互联网|null|无|\d+)$|^https?:|^[\w.-]+\.(?:com|cn|net|org)\S*$", re.I
)
_MEDIA = re.compile(r"(?:[报報网網社刊台]|客户端|新闻|網絡版|网络版|晨报|在线|周刊|海外版)》?$")
_BETWEEN_LINES = "   "


def published(around: Surroundings) -> tuple[str | None, str | None]:
    """(ISO 8601 with the precision of the page, where it was read). The day of the address wins over others;
    among the finders that agree with it the most precise one is taken."""
    found = [(date, where) for date, where in _dates(around) if date]
    if not found:
        return None, None
    day = found[0][0][:10]
    agreeing = [(date, where) for date, where in found if date.startswith(day)]
    return max(agreeing, key=lambda item: len(item[0]))


def origin(around: Surroundings) -> str | None:
    """The 来源 that the page prints, or that its metas name; None when there is none."""
    for selector in around.rules.origin:
        found = _clean_origin(text_of(around.tree.css_first(selector)))
        if found:
            return found
    for text in (_labels(around.head).get("origin"), *_selected(around, COMMON.origin)):
        found = _clean_origin(text)
        if found:
            return found
    beside = _printed_origin(around.head)
    if beside:
        return beside
    for name in _ORIGIN_METAS:
        found = _clean_origin(around.metas.get(name))
        if found:
            return found
    return _clean_origin(_labels(around.tail).get("origin"))


def _printed_origin(head: list[Line]) -> str | None:
    """An origin without label: beside the date (2022-02-13 09:57 光明网) or alone on a line by the date's."""
    for index, line in enumerate(head):
        if len(line.text) > 60 or not printed_date(line.text):
            continue
        rest = re.sub(r"^.*?\d(?::\d\d)+\s*|^.*?日\s*", "", line.text).strip()
        before = head[index - 1].text.rpartition("/")[2].strip() if index else ""
        for text in (rest, rest.partition(" ")[0], before):
            if re.fullmatch(r"《?[\w·]{2,12}》?", text) and _MEDIA.search(text):
                return _clean_origin(text)
    return None


def authors(around: Surroundings, source: str | None) -> tuple[str, ...]:
    """The names of the authors, in print order; never an editor, never the origin."""
    for found in _author_candidates(around):
        kept = tuple(name for name in found if name != source)
        if kept:
            return kept
    return ()


def editor(around: Surroundings) -> str | None:
    """The editor as printed (责任编辑：X), or None."""
    for selector in (*around.rules.editor, *COMMON.editor):
        text = text_of(around.tree.css_first(selector))
        if text:
            return read_labels(text).get("editor") or tidy(text)
    for lines in (around.head, around.tail):
        found = _labels(lines).get("editor")
        if found:
            return tidy(found)
    return None


def _author_candidates(around: Surroundings) -> list[tuple[str, ...]]:
    found = [_names_by_selector(around, around.rules.author)]
    label = _labels(around.head).get("authors")
    found.append(_labelled(label))
    found += [_names_in_head(line.text) for line in around.head if len(line.text) < 100]
    found += [byline_in(text) for text in around.body[:3]]
    found += [byline_in(text) for text in around.body[-2:]]
    found += [byline_in(line.text) for line in around.tail[:3] if line.link_share < 0.5]
    found += [_labelled(_labels(around.tail[:4]).get("authors"))]
    signed = _labels(around.tail[:3]).get("origin", "")
    found.append((signed,) if looks_like_name(signed) else ())
    found.append(tuple(filter(looks_like_name, _names_by_selector(around, COMMON.author))))
    return found


def _names_in_head(text: str) -> tuple[str, ...]:
    """A byline between title and body: 记者X／台北报道 with the date before it, X/报社, 报社／X with the date after."""
    text = re.sub(r"(?:19|20)\d\d[-年/.]\d.*?(?:\d:\d\d(?::\d\d)?|日|\d(?=\s|$))", " ", text)
    text = re.sub(r"\d{1,2}:\d\d(?::\d\d)?", " ", text).strip()
    pair = re.fullmatch(r"([\u4e00-\u9fff]{2,8})\s*[/／]\s*([\u4e00-\u9fff]{2,8})", text)
    if pair:
        return tuple(part for part in pair.groups() if looks_like_name(part) and not _MEDIA.search(part))[:1]
    if re.search(r"首页|位置|[>›]", text) or not re.search(r"记者|記者|通讯员|^文[/／|]|执笔|撰文", text):
        return ()
    role = re.search(r"记者|記者|通讯员", text)
    return byline_in(text) or (byline_in(text[role.start() :]) if role else ())


def _names_by_selector(around: Surroundings, selectors: tuple[str, ...]) -> tuple[str, ...]:
    for text in _selected(around, selectors):
        label = read_labels(text).get("authors")
        found = names(label or text) if len(text) <= 40 else ()
        if found:
            return found
    return ()


def _labelled(label: str | None) -> tuple[str, ...]:
    if not label:
        return ()
    found = names(label)
    whole = tidy(label)
    if not found and re.fullmatch(r"[\u4e00-\u9fff]{4,12}(?:部|组|室|科|办|中心|支部|学院)", whole):
        return (whole,)
    return found


def _selected(around: Surroundings, selectors: tuple[str, ...]) -> list[str]:
    texts = []
    for selector in selectors:
        text = text_of(around.tree.css_first(selector))
        if text and len(text) < 80:
            texts.append(text)
    return texts


def _labels(lines: list[Line]) -> dict[str, str]:
    return read_labels(_BETWEEN_LINES.join(line.text for line in lines if len(line.text) < 160))


def _clean_origin(text: str | None) -> str | None:
    if not text:
        return None
    label = read_labels(text).get("origin")
    text = tidy(label or text).strip(" :：")
    text = re.sub(r"^(?:文章)?(?:来源|來源|稿源)\s*[:：]?\s*", "", text)
    if not text or len(text) > 30 or _NOT_ORIGINS.search(text) or printed_date(text):
        return None
    return text


def _dates(around: Surroundings) -> list[tuple[str | None, str]]:
    address = around.url or around.metas.get("og:url") or _canonical(around)
    rows = [(date_in_url(address or ""), "url")]
    rows += [(printed_date(text), "page") for text in _selected(around, around.rules.time)]
    rows += [(_day(around.metas.get(name)), f"meta {name}") for name in _TIME_METAS]
    rows.append((_day(around.data.get("published")), "json-ld"))
    rows += [(_day(text), "page") for text in _selected(around, COMMON.time)]
    near = _labels(around.head).get("published")
    rows.append((near, "label"))
    rows += [(_day(line.text), "page") for line in around.head if len(line.text) < 120]
    rows.append((_labels(around.tail[:3]).get("published"), "label after"))
    return rows


def _day(text: str | None) -> str | None:
    """A date of at least day precision."""
    date = printed_date(text) if text else None
    return date if date and len(date) >= 10 else None


def _canonical(around: Surroundings) -> str | None:
    node = around.tree.css_first("link[rel=canonical]")
    return node.attributes.get("href") if node else None
