"""Which lines of a page hold the body: known containers that pass a check, else the densest element."""

from __future__ import annotations

import functools
import re
from itertools import islice

from parsers.html_lines import Line
from parsers.html_sheet import BESIDE, HIDDEN, NOISY, Box, Sheet
from parsers.rules import COMMON

# containers that name nothing but an article's text: one sentence in them outweighs any text beside them
_TEXT_ONLY = frozenset(
    COMMON.body.index(selector)
    for selector in (
        "#ozoom",
        "founder-content",
        "#js_content",
        ".trs_editor_view",
        ".TRS_UEDITOR",
        ".TRS_Editor",
        "#UCAP-CONTENT",
        ".v_news_content",
        "#vsb_content",
        "[itemprop=articleBody]",
        "#ArticleContent",
        "#articleContent",
        "#artibody",
        "#endText",
        "#Cnt-Main-Article-QQ",
        "#rwb_zw",
        ".rm_txt_con",
        "#contentMain",
        "#zoom",
        "#p-detail",
        "#conter2018",
    )
)
# on pages that have one of these the text stands nowhere else: an empty one is an article without text
_ALWAYS = frozenset(COMMON.body.index(selector) for selector in ("#ozoom", "founder-content", "#js_content"))
_SHORTEST_TEXT = 16
# lines of a page's foot: who runs the site, its licences and addresses; they are never what an article is found by
_FOOT = re.compile(
    r"(?:主办|承办|协办|主管|运维|管理)(?:单位)?[:：]|版权所有|ICP[备证]|公网安备|网站标识码|技术支持[:：]|建议使用.{0,20}(?:分辨率|浏览器)|Copyright|"
    r"(?:视听节目|新闻信息服务)许可证|未经.{0,8}(?:授权|许可)|邮编[:：]|举报电话",
    re.I,
)
_LONGEST_FOOT = 200
_COMMAS = "，。、；：,"
_MOST_OF_A_KIND = 6
_SURE = (
    *("#ozoom", "founder-content", "#js_content", ".trs_editor_view", ".TRS_UEDITOR", ".TRS_Editor", "#UCAP-CONTENT"),
    *(".v_news_content", "#vsb_content"),
)
_UNSEEN = 0.4  # what a hidden line counts
_UNSEEN_NOTE = 0.15  # the share of a text below which what is hidden in it is a note, no folded part
_COMPARED = 5  # lines of a text that are looked for in its copy
_WRAPPED = 3  # paragraphs


def body_lines(sheet: Sheet) -> list[int]:
    """The numbers of the lines in the body's elements, without share bars and such; [] when there is no text."""
    numbers: list[int] = []
    for box in container(sheet):
        left_out = _noise(sheet, box)
        numbers += [number for number in range(box.first, box.last) if number not in left_out]
    return numbers


def container(sheet: Sheet) -> list[Box]:
    """The element that holds the body, with the siblings that continue it; [] when the page has no text.

    Elements named by the rules of the site or its family come first, then the known containers; one is believed when
    it holds a sentence, or at least half the text of the densest element, and is not a wall of links. The score of an
    element is readability's: paragraphs count for their parents, × (1 − links).
    """
    dense = _densest(sheet)
    beside = not dense or bool(dense[0].marks & BESIDE)  # recommended texts can outweigh a short article
    floor = 30 if beside else max(30, sheet.length(dense[0]) // 2)
    for box in sorted((box for box in sheet.boxes if box.chosen is not None), key=lambda box: box.chosen or 0):
        if _believable(sheet, box, 1 if _has_sentence(sheet, box) else floor):
            return [box]
    seen: dict[int, int] = {}
    for box in sorted((box for box in sheet.boxes if box.rank is not None), key=lambda box: box.rank or 0):
        rank = box.rank or 0
        seen[rank] = seen.get(rank, 0) + 1
        least = 1 if rank in _TEXT_ONLY and _has_sentence(sheet, box) else floor
        if rank in _ALWAYS:
            least = min(least, _SHORTEST_TEXT)  # a poem has no full stop
        if seen[rank] <= _MOST_OF_A_KIND and _believable(sheet, box, least):
            return _fitting(sheet, box, dense)
    return [] if any(rank in _ALWAYS for rank in seen) else dense


def _believable(sheet: Sheet, box: Box, least: int) -> bool:
    return sheet.length(box) >= least and sheet.link_share(box) < 0.4


def _has_sentence(sheet: Sheet, box: Box) -> bool:
    return any("。" in line.text or "！" in line.text for line in sheet.lines[box.first : box.last])


def _noise(sheet: Sheet, outer: Box) -> set[int]:
    """The lines of share bars, related links and such inside `outer`, unless they hold much of its text."""
    total = sheet.length(outer)
    numbers: set[int] = set()
    for box in sheet.boxes:
        if box.marks & (NOISY | HIDDEN) and outer.first <= box.first < box.last <= outer.last and box is not outer:
            size = sheet.length(box)
            small = 0.3 if box.marks & NOISY else _UNSEEN_NOTE
            if size < total * small or (size < total * 0.6 and sheet.link_share(box) > 0.5):
                numbers.update(range(box.first, box.last))
    return numbers


def _fitting(sheet: Sheet, known: Box, dense: list[Box]) -> list[Box]:
    """The known container, or the densest element inside it where the container holds much else besides."""
    if not dense or known.rank in _sure() or not (known.first <= dense[0].first and dense[0].last <= known.last):
        return [known]
    inner = sum(sheet.length(box) for box in dense)
    return [known] if sheet.length(known) <= 1.3 * inner else dense


@functools.cache
def _sure() -> frozenset[int]:
    """The ranks of names that a system of content management gives to nothing but the body."""
    return frozenset(rank for rank, selector in enumerate(COMMON.body) if selector in _SURE)


def _densest(sheet: Sheet) -> list[Box]:
    for line in sheet.lines:
        _count(line)
    for box in sheet.boxes:
        if box.wraps >= _WRAPPED:
            box.score += box.wrapped
    scored = [box for box in sheet.boxes if box.score]
    for box in scored:
        if box.marks & BESIDE:
            box.score *= 0.2
    best = sorted(scored, key=lambda box: -box.score)[:6]
    if not best:
        return []
    top = max(best, key=lambda box: box.score * (1 - sheet.link_share(box)))
    return _with_siblings(sheet, top)


def _count(line: Line) -> None:
    """Adds what a line is worth to the element that holds it and half to the next outer one.

    Around a line alone in its element others may be wrapped (WeChat puts three around a paragraph): the first outer
    element that holds more keeps its worth aside, for the case that it holds several such.
    """
    length = len(line.text)
    own = length - line.linked
    if own < _SHORTEST_TEXT or line.box is None or (length < _LONGEST_FOOT and _FOOT.search(line.text)):
        return
    commas = sum(map(line.text.count, _COMMAS))
    points = 1 + commas * own / length + min(own / 50, 6)
    if line.box.marks & HIDDEN:  # a copy for the printer or a phone loses against the one that is shown
        points *= _UNSEEN
    box = line.box if line.box.tag != "p" else line.box.parent
    if box is None:
        return
    box.score += points
    if box.parent is not None:
        box.parent.score += points * 0.5
    outer: Box | None = box
    while outer is not None and outer.last - outer.first == 1:
        outer = outer.parent
    if outer is not None and outer is not box and outer is not box.parent:
        outer.wrapped += points
        outer.wraps += 1


def _with_siblings(sheet: Sheet, top: Box) -> list[Box]:
    """`top` with the siblings that continue it: as dense as a fifth of it, or paragraphs of real sentences."""
    if top.parent is None:
        return [top]
    siblings = [box for box in sheet.boxes if box.parent is top.parent]
    return [
        box for box in siblings if box is top or (_continues(sheet, box, top.score) and not _copies(sheet, box, top))
    ]


def _copies(sheet: Sheet, box: Box, top: Box) -> bool:
    """Whether a hidden `box` prints again what stands in `top`; the folded rest of a text does not."""
    if not box.marks & HIDDEN:
        return False
    text = "\n".join(line.text for line in sheet.lines[box.first : box.last])
    lines = (line.text for line in sheet.lines[top.first : top.last] if len(line.text) > _SHORTEST_TEXT)
    return any(line in text for line in islice(lines, _COMPARED))


def _continues(sheet: Sheet, box: Box, best: float) -> bool:
    score = box.score / _UNSEEN if box.marks & HIDDEN else box.score
    if score >= max(10.0, best * 0.2):
        return sheet.link_share(box) < 0.3
    return box.tag == "p" and sheet.length(box) > 40 and sheet.link_share(box) < 0.25
