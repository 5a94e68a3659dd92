"""The day an article was published: address, metas, JSON-LD, marked elements, labels and lines near the title.

The first of them decides the day, unless two others contradict it with one voice; of all that name that day the
best time is taken. Where none of them has one, the day under a document's signature is taken. A wrong day is worse
than none: a date inside a sentence or a list of links is no candidate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from parsers.dates import date_in_url, machine_date, printed_date, split_at_date
from parsers.html_lines import Line
from parsers.html_marks import Marks
from parsers.html_surroundings import Surroundings
from parsers.html_trim import squeezed
from parsers.person_names import is_media

_METAS = (
    "pubdate",
    "publishdate",
    "publish-date",
    "pub_date",
    "publicationdate",
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "og:release_date",
    "datepublished",
    "weibo: article:create_at",
    "bytedance:published_time",
    "article:create_time",
    "article.created",
    "_pubtime",
    "apub:time",
    "publish_time",
    "publishtime",
    "pubtime",
    "firstpublishedtime",
    "dc.date.issued",
    "dc.date",
    "createdate",
    "createtime",
    "date",
)
_SILENT = re.compile(
    r"(?:成文|印发|签发|实施|施行|生效|废止|失效|截止|截至|发文|报名|会议|活动|考试|更新|修改|有效)(?:日期|时间|期)?[:：\s|｜]*"
    r"(?:19|20)\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?"
)
_FOLLOWS = re.compile(
    r"(?:\s|$|[(（|｜【\[:：,，/·-]|来源|來源|作者|星期|周[一二三四五六日]|发布|發布|浏览|阅读|点击|字号|编辑|责编|更新|稿源|第|版|出版|农历|人气|上午|下午|"
    r"我要|评论|分享|打印|讯|\d|[A-Za-z<>])"
)
_BRACKETED = re.compile(r"[（(【\[]\s*[^（(【\[）)】\]]{8,14}\s*[）)】\]]")
_NAME = re.compile(r"[\u4e00-\u9fff]{3,12}")
_TODAY = re.compile(r"\W*(?:今天是|今日是|今天|现在是|当前时间|当前日期|北京时间|欢迎)")
_PROSE = re.compile(r"[。！？；]|，.*，")
_LONGEST = 120
_SHORTEST_SIGNED = 3  # lines: a text, who signs it, and when
_LONGEST_SIGNATURE, _LONGEST_SIGNER = 24, 60
_WHOLE_DAY = len("2026-01-01")
_WORD = re.compile(r"\w")
_OPENNESS = re.compile(r"[（(]?此件(?:公开|主动|依申请|不)")
_SIGNER = re.compile(
    r"(?:委|委员会|政府|厅|局|办|办公室|部|会|院|组|处|室|中心|学校|大学|学院|中学|小学|医院|集团|公司|站|所|社|队|馆|团)[）)]?$"
)
_PRINTED = ("page", "label", "label after")


def published_of(
    around: Surroundings, marks: Marks, head: dict[str, str], tail: dict[str, str]
) -> tuple[str | None, str | None]:
    """(ISO 8601 with the precision of the page, where it was read), or (None, None)."""
    found = [(date, where) for date, where in _dates(around, marks, head, tail) if date and len(date) >= 10]
    if not found:
        entry = _of_entry(around)
        return entry if entry[0] else _of_signature(around.body)
    day = _day(found)
    best = _best([item for item in found if item[0].startswith(day)])
    return best if len(best[0]) > 10 else _with_short_time(best, around.head)


def _of_signature(body: list[str]) -> tuple[str | None, str | None]:
    """The day under which a document is signed, alone on its last line below whoever signs it.

    It is the day of drawing up, so a day of publication of low certainty: read where the page gives no other.
    """
    body = [text for text in body if not _OPENNESS.match(text)]
    if len(body) < _SHORTEST_SIGNED:
        return None, None
    found = split_at_date(body[-1]) if len(body[-1]) <= _LONGEST_SIGNATURE else None
    if found is None or len(found[0]) != _WHOLE_DAY or _WORD.search(found[1] + found[2]):
        return None, None
    signed = len(body[-2]) <= _LONGEST_SIGNER and not _PROSE.search(body[-2]) and _SIGNER.search(body[-2])
    return (found[0], "signature") if signed else (None, None)


def _of_entry(around: Surroundings) -> tuple[str | None, str | None]:
    """The time that the microformat of blogs (hAtom: .hentry .published) gives, wherever in the entry it stands."""
    node = around.tree.css_first(".hentry time.published[datetime], .hentry .published[title]")
    stamp = node.attributes.get("datetime") or node.attributes.get("title") if node else None
    date = machine_date(stamp or "")
    return (date, "page") if date else (None, None)


def _with_short_time(best: tuple[str, str], head: list[Line]) -> tuple[str, str]:
    """A day with the time that is printed behind its short form near the title (19-10-17 08:05, 10月17日 08:05)."""
    year, month, day = best[0].split("-")
    spelled = re.compile(
        rf"(?<![\d-])(?:{year[2:]}[-/.])?(?:{month}|{int(month)})[-/.月](?:{day}|{int(day)})日?\s*([01]?\d|2[0-3]):([0-5]\d)(?!\d)"
    )
    for line in head:
        match = spelled.search(line.text) if len(line.text) < _LONGEST else None
        if match:
            return f"{best[0]}T{int(match[1]):02}:{match[2]}+08:00", "page"
    return best


def _best(found: list[tuple[str, str]]) -> tuple[str, str]:
    """The time that the page prints wins over the one of a field; a field that knows its second as well, over both."""
    printed = next((item for item in found if len(item[0]) > 10 and item[1] in _PRINTED), None)
    if printed is None:
        return max(found, key=lambda item: len(item[0]))
    minute = printed[0][:16]
    return max((item for item in found if item[0].startswith(minute)), key=lambda item: len(item[0]))


def _day(found: list[tuple[str, str]]) -> str:
    """The day of the first finder, unless it stands alone against two kinds of finders that agree."""
    first = found[0][0][:10]
    kinds = {(date[:10], where.partition(" ")[0]) for date, where in found}
    votes = Counter(day for day, _ in kinds)
    day, most = votes.most_common(1)[0]
    return day if votes[first] == 1 and most >= 2 else first


def _dates(
    around: Surroundings, marks: Marks, head: dict[str, str], tail: dict[str, str]
) -> Iterator[tuple[str | None, str]]:
    """Every date a finder sees, with the finder's name, in the order of trust."""
    address = around.url or around.metas.get("og:url") or _canonical(around)
    yield date_in_url(address or ""), "url"
    for text in marks.ruled["time"]:
        yield printed_date(text), "page"
    for name in _METAS:
        if name in around.metas:
            yield _filled(machine_date(around.metas[name])), f"meta {name}"
    yield _filled(machine_date(around.data.get("published", ""))), "json-ld"
    near = " ".join(line.text for line in around.head)
    for text in marks.common["time"]:
        if len(set(marks.common["time"])) == 1 or marks.stamps.get(text, text) in near:
            yield machine_date(text), "page"
    yield head.get("published"), "label"
    for date in _near_title(around):
        yield date, "page"
    yield tail.get("published"), "label after"
    for line in around.head:  # the day in brackets under a title is that of the document, where another is printed
        if _BRACKETED.fullmatch(line.text):
            yield printed_date(line.text), "page"


def _filled(date: str | None) -> str | None:
    """A field's date without a time that nobody filled in (2024-03-05 00:00:00)."""
    return date[:10] if date and date[10:19] in ("T00:00:00", "T00:00+08") else date


def _near_title(around: Surroundings) -> list[str]:
    """The dates of the lines under the title; then that of the lines over it, where they name one day only: there
    stand the day of an issue, and lists of other news."""
    dated = [(index, date) for index, line in enumerate(around.head) if (date := _on_line(line))]
    if not dated:
        return []
    title = title_line(around)
    above = [date for index, date in dated if index < title]
    single = len({date[:10] for date in above}) == 1
    return [date for index, date in dated if index > title] + (above[:1] if single else [])


def title_line(around: Surroundings) -> int:
    """The number of the head's line that the page's `<title>` holds, -1 where there is none."""
    head = around.tree.head
    title = head.css_first("title") if head else None
    named = squeezed(title.text(deep=True)) if title else ""
    for index, line in enumerate(around.head):
        text = squeezed(line.text)
        known = text in named if len(text) >= 4 else len(text) > 1 and named.startswith(text)
        if known and not printed_date(line.text):
            return index
    return -1


def _on_line(line: Line) -> str | None:
    """The date of a line that is there to tell the date, not of a sentence or a list of links."""
    text = line.text
    if len(text) > _LONGEST or line.link_share > 0.6 or _PROSE.search(text) or _TODAY.match(text):
        return None
    found = split_at_date(_SILENT.sub(" ", text))
    if found is None:
        return None
    date, _, after = found
    return date if len(date) > 10 or _FOLLOWS.match(after) or _is_medium(after) else None


def _is_medium(after: str) -> bool:
    """Whether a name is set behind the day without a gap (2026/04/28河畔工人报)."""
    name = _NAME.match(after)
    return name is not None and is_media(name[0])


def _canonical(around: Surroundings) -> str | None:
    head = around.tree.head
    node = head.css_first("link[rel=canonical]") if head else None
    return node.attributes.get("href") if node else None
