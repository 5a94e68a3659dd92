"""When, where from and by whom: the finders of published, origin, authors and editor of an HTML page."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.bylines import byline_in, is_byline, looks_like_name, names
from parsers.html_dates import published_of, title_line
from parsers.html_lines import Line
from parsers.html_marks import Marks, marks_of, short_text
from parsers.html_origin import origin_of, original_of
from parsers.html_surroundings import Surroundings
from parsers.labels import read_labels
from parsers.person_names import is_media
from parsers.tidy import tidy

_LONGEST = 160  # characters of a line that may hold labels
_ROOM_OF_DATE = 40  # characters of a line that holds a date and a name
_NAME_DAY_MEDIUM = 3  # parts between bars
_BETWEEN_LINES = "   "
_DATED = re.compile(r"(?:19|20)\d\d[-年/.]\d.*?(?:\d:\d\d(?::\d\d)?|日|\d(?=\s|$))")
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
_PAIR = re.compile(r"([\u4e00-\u9fff]{2,8})\s*[/／]\s*([\u4e00-\u9fff·]{2,10})")
_PATH = re.compile(r"首页|位置|[>›]")
_OFFICE_AND_NAME = re.compile(r"^[^\s:：。]{3,30}[长授任记席员理]\s+([\u4e00-\u9fff]{2,3})$")  # 组织部部长 王海涛
_ALONE = re.compile(r"[\u4e00-\u9fff]{3}|[\u4e00-\u9fff]\s{1,2}[\u4e00-\u9fff]")
_HEAD_ROLE = re.compile(r"记者|記者|通讯员|通訊員|^文[/／|｜丨]|执笔(?!人)|撰文|实习生")
_FOLLOW = re.compile(r"关注|粉丝|订阅|關注|訂閱")
_LABEL_BEHIND = re.compile(
    r"\s+(?=(?:文章|信息|稿件)?(?:来源|來源|稿源|责编|责任编辑|编辑|编辑|发布时间|时间)\s*[:：])"
)
_SIGNED = re.compile(r"^[（(【\[]?\s*(?:本文|文章)?(?:来源|作者|原标题|稿源|撰稿|供稿|文)")
_NO_AUTHOR = re.compile(
    r"(?:系统|网站|超级|本站|本网|后台|信息)?(?:管理员|编辑|发布员)|admin\w*|原创|转载|本站|本网|网络|互联网|未知|佚名|匿名|小编|编辑部?|记者|通讯员|本报|本刊|评论员|"
    r"本报评论员|本网评论员|特约评论员|综合|其他|综合报道|综合整理|网络整理|原创文章|网友投稿|会员投稿|匿名用户|点击|浏览.*|阅读.*|用户|会员|游客|投稿|无",
    re.I,
)
_COLLECTIVE = re.compile(
    r"[\u4e00-\u9fff（）、]{2,15}(?:部|组|室|科|处|股|办|中心|支部|党委|团委|工会|学院|医院|学校|大学|中学|小学|委员会|局|厅|会|公司|集团|所|院|站|馆)"
)
_SHORT_HAN = re.compile(r"[\u4e00-\u9fff]{1,3}")
_PEN_NAME = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9·]{1,9}|[A-Z][a-z]+")


@dataclass(frozen=True, slots=True)
class Byline:
    """What a page prints of the making of its article.

    `published` is ISO 8601, `published_from` says where it was read; `original_origin` is whom the origin took it from.
    """

    published: str | None
    published_from: str | None
    origin: str | None
    original_origin: str | None
    authors: tuple[str, ...]
    editor: str | None


def read_byline(around: Surroundings) -> Byline:
    """All of them with one look at the page."""
    marks = _marks(around)
    origin = _origin(around, marks)
    original = original_of(around, origin, _labels(_signatures(around.tail)))
    return Byline(*_published(around, marks), origin, original, _authors(around, marks, origin), _editor(around, marks))


def _marks(around: Surroundings) -> Marks:
    return marks_of(around.tree, around.metas, around.rules)


def _published(around: Surroundings, marks: Marks) -> tuple[str | None, str | None]:
    return published_of(around, marks, _labels(around.head), _labels(around.tail[:3]))


def _origin(around: Surroundings, marks: Marks) -> str | None:
    return origin_of(around, marks, _labels(around.head), _labels(_signatures(around.tail)))


def _editor(around: Surroundings, marks: Marks) -> str | None:
    for text in (*marks.ruled["editor"], *marks.common["editor"]):
        named = read_labels(text).get("editor") or ("" if re.search("[:：]", text) else tidy(text))
        if named:
            return named
    printed = _labels(around.head).get("editor") or _labels(around.tail).get("editor")
    return tidy(printed) if printed else None


def _authors(around: Surroundings, marks: Marks, source: str | None) -> tuple[str, ...]:
    for found in _author_candidates(around, marks):
        kept = tuple(name for name in found if name != source)
        if kept:
            return kept
    return ()


def _author_candidates(around: Surroundings, marks: Marks) -> Iterator[tuple[str, ...]]:
    """What the page says of its authors, the surest first."""
    yield _of_elements(marks.ruled["author"])
    yield _of_label(_labels(around.head).get("authors"))
    for line in around.head:
        if len(line.text) < 100:
            yield _names_in_head(line.text)
    for text in (*around.body[:3], *around.body[-2:]):
        yield byline_in(text)
    yield from _in_tail(around.tail)
    for text in around.body[3:8]:
        if is_byline(text):
            yield byline_in(text)
    near = " ".join(line.text for line in around.head if len(line.text) < _LONGEST)
    # beside a button to follow stands an account, not the writer
    account = any(len(line.text) < 40 and _FOLLOW.search(line.text) for line in around.head)
    called = [] if account else [text for name, text in marks.called if name == "author" and text in near]
    called = [text for text in called if text != _labels(around.head).get("editor")]  # 编辑：<span id="author">
    for text in (*marks.common["author"], *called):
        yield tuple(filter(looks_like_name, _of_elements([text])))
    if not account:
        for line in around.head:
            yield _name_by_date(line.text)
        yield from map(_name_alone, around.head[title_line(around) + 1 :][:4])
    yield tuple(filter(looks_like_name, names(around.data.get("author", ""))))
    if marks.called:  # the microformat of blogs, often below the text
        entry = around.tree.css_first(".hentry .author.vcard .fn")
        yield tuple(filter(looks_like_name, names(short_text(entry, _ROOM_OF_DATE)))) if entry else ()


def _in_tail(tail: list[Line]) -> Iterator[tuple[str, ...]]:
    for line in tail[:3]:
        if line.link_share < 0.5:
            yield byline_in(line.text)
    signatures = _signatures(tail)
    yield _of_label(_labels(tail[:4]).get("authors"))
    yield _of_label(_labels(signatures).get("authors"))
    signed = _labels(tail[:3]).get("origin", "")
    yield (signed,) if looks_like_name(signed) else ()


def _signatures(tail: list[Line]) -> list[Line]:
    """The lines after the article that begin by saying where it is from or by whom."""
    return [line for line in tail if len(line.text) < _LONGEST and line.link_share < 0.5 and _SIGNED.match(line.text)]


def _names_in_head(text: str) -> tuple[str, ...]:
    """A byline between title and body: 记者X／台北报道 with the date before it, X/报社, 报社／X with the date after."""
    signed = _OFFICE_AND_NAME.match(text)
    if signed and looks_like_name(signed[1]):
        return (signed[1],)
    if "/" not in text and "／" not in text and "作者" not in text and not _HEAD_ROLE.search(text):
        return ()
    text = _CLOCK.sub("", _DATED.sub(" ", text)).strip()
    pair = _PAIR.fullmatch(text)
    if pair:
        return tuple(part for part in pair.groups() if looks_like_name(part) and not is_media(part))[:1]
    if text.startswith(("作者,", "作者，")):
        return names(text[3:])
    text = _LABEL_BEHIND.split(text, maxsplit=1)[0]
    role = _HEAD_ROLE.search(text)
    if role is None or _PATH.search(text):
        return ()
    return byline_in(text) or byline_in(text[role.start() :])


def _name_by_date(text: str) -> tuple[str, ...]:
    """A name of three characters that stands alone beside the date (2024-03-05 08:55 王海涛)."""
    if len(text) > _ROOM_OF_DATE or not text[-1:].isalnum():
        return ()
    parts = [part.strip() for part in re.split("[|｜]", text)]
    if (
        len(parts) == _NAME_DAY_MEDIUM
        and _DATED.match(parts[1])
        and looks_like_name(parts[0])
        and not is_media(parts[0])
    ):
        return (parts[0],)  # 王海涛 | 2026-02-27 | 河畔先锋
    rest = _CLOCK.sub("", _DATED.sub(" ", text)).strip(" ·|｜/—-")
    return (rest,) if len(rest) == 3 and rest != text and looks_like_name(rest) and not is_media(rest) else ()


def _name_alone(line: Line) -> tuple[str, ...]:
    """A name on a line of its own right under the title, as newspapers set it; two characters only when spread."""
    text = line.text.lstrip("□■◎●▲◇ ")
    name = "".join(text.split())
    alone = not line.linked and _ALONE.fullmatch(text) and looks_like_name(name) and not is_media(name)
    return (name,) if alone else ()


def _of_elements(texts: list[str]) -> tuple[str, ...]:
    for text in texts:
        if len(text) <= 40:
            found = _of_label(read_labels(text).get("authors")) or names(text)
            if found:
                return found
    return ()


def _of_label(label: str | None) -> tuple[str, ...]:
    """The authors behind 作者：, where a pen name and a collective (医技药剂党支部) can stand too."""
    if not label:
        return ()
    found = names(label)
    if found:
        return found
    whole = tidy(label)
    if _NO_AUTHOR.fullmatch(whole) or is_media(whole):
        return ()
    pen_name = _PEN_NAME.fullmatch(whole) and not _SHORT_HAN.fullmatch(whole)  # a short one would be a name already
    return (whole,) if pen_name or _COLLECTIVE.fullmatch(whole) else ()


def _labels(lines: list[Line]) -> dict[str, str]:
    return _labels_of(tuple(line.text for line in lines if len(line.text) < _LONGEST))


@functools.lru_cache(maxsize=16)
def _labels_of(texts: tuple[str, ...]) -> dict[str, str]:
    return read_labels(_BETWEEN_LINES.join(texts))
