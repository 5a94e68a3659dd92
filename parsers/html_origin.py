"""Where an article comes from (来源): printed behind a label, beside the date, in a named element, or in metas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.dates import printed_date, split_at_date
from parsers.html_lines import Line
from parsers.html_marks import Marks
from parsers.html_surroundings import Surroundings
from parsers.labels import read_labels
from parsers.person_names import is_media
from parsers.tidy import tidy

_METAS = ("contentsource", "source", "mediaid", "article:source", "og:article:source", "site_source", "copyfrom")
_NEVER = re.compile(
    r"^(?:未知|来源|來源|null|无|暂无|\d+|点击|关注|举报|分享)$|^此件|^(?:主动|依申请)?公开|^https?:|^[\w.-]+\.(?:com|cn|net|org)\S*$",
    re.I,
)
# what is printed where the system knew nothing better: taken only when the page names nothing else
_VAGUE = re.compile(
    r"(?:本站|本网|本网站|本站原创|原创|转载|转载文章|网络|互联网|综合|综合整理|网络整理|本站整理|其他|其它|网友投稿|会员投稿|投稿|"
    r"用户|本报|本刊|内部|外部|自编|站内|转帖)"
)
_LABEL = re.compile(r"^(?:文章|本文|信息|稿件)?(?:来源|來源|稿源)\s*[:：]?\s*")
# the button beside the name, set without a gap: 河畔日报打印
_BUTTON = re.compile(
    r"(?<=[\u4e00-\u9fff》）])(?:[\s|｜/·]*(?:打印(?:本页|文章)?|收藏(?:本页)?|分享(?:到|至)?|转发|点赞|纠错|关闭(?:窗口|本页)?|复制链接|语音播报|"
    r"(?:我要)?评论|朗读|听新闻|字[号體体]|[【\[（(]?(?:大|中|小)[\s|/]*(?:大|中|小)[\s|/]*(?:小|大)[】\])）]?|[+＋]?\s?(?:关注|订阅))[】\])）]?)+$"
)
_AFTER = re.compile(r"\s+(?:记者|作者|责任编辑|编辑|通讯员|关注|我有话说|举报|分享).*$")
_ALONE = re.compile(r"《?[\w·]{2,12}》?")
_GLUED = re.compile(r"[\s|｜]*([\u4e00-\u9fff]{3,12})")
_AFTER_DATE = re.compile(r"^.*?\d(?::\d\d)+\s*|^.*?日\s*")
_BEFORE_DATE = re.compile(r"^(\S{2,14}?)[\s|｜·•/／-]*(?:19|20)\d\d[-年/.]")
_BEFORE_CLOCK = re.compile(r"(\S{2,14}?)[\s|｜·•]*\d{1,2}[-/.月]\d{1,2}日?\s*\d{1,2}:\d\d")
_CREDIT = re.compile(
    r"[（(](?:综合|据|摘自|原载|原文载|转自|选自|来源)?[:：]?\s*《?([\w·]{2,12})》?(?:报道|消息|电|讯|综合)?[)）]\s*$"
)
_TAKEN_FROM = re.compile(r"(?:转自|转载自|摘自|原载于?|原文来源|原文载于?|首发于)\s*[:：]?\s*《?([\w·]{2,14})")
_DATELINE = re.compile(
    r"^[\s【\[]*(?:据)?(新华社|新华网|人民网|中新网|中新社|中国新闻网|央视网|央广网|光明网|中国网|中国经济网|中国青年网|国际在线|海外网|法治网|"
    r"[\u4e00-\u9fff]{2,6}(?:日报|晚报|晨报|时报|商报|新闻网|新闻客户端))"
    r"[\u4e00-\u9fff]{0,6}(?:\d{1,2}月)?(?:\d{1,2}日)?(?:电|讯|消息)(?=[\s（(】\]:：　])"
)
_OWN_DATELINE = re.compile(
    r"[【\[（(]\s*([\u4e00-\u9fff]{2,10}?)(?:專訊|专讯|專電|专电|訊|讯|消息|綜合報道|综合报道|特訊|特讯|報道|报道)\s*[】\])）]"
)
_SPACED = re.compile(r"(?:^|\s)(?:本文)?(?:来源|來源)(?:\s+|于\s*)([^\s:：，。]{2,20})(?:\s|$)")
_LONGEST = 30
_IMPRINT = re.compile(
    r"([\u4e00-\u9fff]{2,8}(?:日报|晚报|晨报|早报|时报|商报|都市报|快报|青年报|报))社\s*(?:出版|主办|主管主办|版权所有)"
)


def origin_of(around: Surroundings, marks: Marks, head: dict[str, str], signed: dict[str, str]) -> str | None:
    """The origin of a page, or None. `head` and `signed` are the labels above the body and after it."""
    vague = None
    for text in _candidates(around, marks, head, signed):
        found = clean_origin(text)
        if found and not _VAGUE.fullmatch(found):
            return found
        vague = vague or found
    return vague


def original_of(around: Surroundings, origin: str | None, signed: dict[str, str]) -> str | None:
    """Where the printed origin has the text from (转自, 据, the agency of the dateline), when that is another one."""
    if origin is None:
        return None
    for text in (*_taken_from(around), signed.get("origin"), *_credits(around)):
        found = clean_origin(text)
        if found and not _VAGUE.fullmatch(found) and found not in origin and origin not in found:
            return found
    return None


def _taken_from(around: Surroundings) -> Iterator[str]:
    for line in (*around.head, *around.tail[:4]):
        match = _TAKEN_FROM.search(line.text) if len(line.text) < 160 else None
        if match:
            yield match[1]


def clean_origin(text: str | None) -> str | None:
    """An origin without its label and what is printed behind it; None for an address, a date or no name at all."""
    if not text:
        return None
    label = read_labels(text).get("origin")
    text = _BUTTON.sub("", _AFTER.sub("", _LABEL.sub("", tidy(label or text).strip(" :："))))
    if not text or len(text) > _LONGEST or _NEVER.search(text) or printed_date(text):
        return None
    return text


def _candidates(
    around: Surroundings, marks: Marks, head: dict[str, str], signed: dict[str, str]
) -> Iterator[str | None]:
    if around.tree.css_first("#js_name") is not None:  # an account of WeChat is named on all of its articles
        yield signed.get("origin")
    yield from marks.ruled["origin"]
    yield head.get("origin")
    yield from marks.common["origin"]
    near = " ".join(line.text for line in around.head if len(line.text) < 160)
    for name, text in marks.called:
        if name == "origin" and len(text) <= _LONGEST and text in near:
            yield text
    yield from _beside_date(around.head)
    yield from _under_title(around.head)
    yield signed.get("origin")
    yield around.data.get("origin")
    yield from (around.metas.get(name) for name in _METAS)
    yield _imprint(around.tail, "刊号|连续出版物号")
    yield from _credits(around)
    if around.tree.css_first("founder-content, map[name=pagepicmap i]") is not None:
        yield _imprint(around.tail, "")


def _beside_date(head: list[Line]) -> Iterator[str]:
    """An origin without label: beside the date (2022-02-13 09:57 光明网) or alone on a line by the date's."""
    for index, line in enumerate(head):
        spaced = _SPACED.search(line.text) if len(line.text) < 100 else None
        if spaced:
            yield spaced[1]
        if len(line.text) > 60 or len(printed_date(line.text) or "") < len("2026-01-01"):
            continue
        rest = _AFTER_DATE.sub("", line.text).strip()
        first = _BEFORE_DATE.match(line.text)
        before = head[index - 1].text.rpartition("/")[2].strip() if index else ""
        after = head[index + 1].text.strip() if index + 1 < len(head) else ""
        glued = _GLUED.match((split_at_date(line.text) or ("", "", ""))[2])
        for text in (rest, rest.partition(" ")[0], first[1] if first else "", glued[1] if glued else "", before, after):
            if _ALONE.fullmatch(text) and is_media(text):
                yield text


def _credits(around: Surroundings) -> Iterator[str]:
    """A medium in brackets at the very end （据河畔日报）, or the agency of the dateline (新华社西宁3月5日电)."""
    for text in (around.body[-1], *(line.text for line in around.tail[:2])):
        match = _CREDIT.search(text[-24:])
        if match and is_media(match[1]):
            yield match[1]
    match = _DATELINE.match(around.body[0][:60])
    if match:
        yield match[1]


def _under_title(head: list[Line]) -> Iterator[str]:
    """The paper that stands by itself under the title, in a dateline (【濠江日報專訊】) or before the hour of an app
    (河畔新闻07-01 21:08)."""
    for line in head:
        match = _OWN_DATELINE.search(line.text) or _BEFORE_CLOCK.match(line.text) if len(line.text) < 60 else None
        if match and is_media(match[1]):
            yield match[1]


def _imprint(tail: list[Line], sign: str) -> str | None:
    """The newspaper that its electronic edition names in the imprint (河畔日报社出版 | 国内统一刊号…), where the line
    holds the `sign` of one."""
    for line in tail:
        match = _IMPRINT.search(line.text)
        if match and re.search(sign, line.text):
            return match[1]
    return None
