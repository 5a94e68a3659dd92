"""An article page in HTML → a Reading: title, time, origin, authors, editor, paragraphs, captions."""

from __future__ import annotations

import operator
import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from parsers import html_byline, html_title
from parsers.dates import printed_date
from parsers.errors import NoBody, NoTitle
from parsers.html_container import body_lines
from parsers.html_lines import Line
from parsers.html_meta import linked_data, meta_tags
from parsers.html_sheet import Sheet, sheet_of
from parsers.html_surroundings import Surroundings
from parsers.html_trim import article_lines, squeezed
from parsers.labels import is_label_line
from parsers.rules import PageRules
from parsers.script import is_simplified, simplify
from parsers.tidy import tidy, tidy_all
from parsers.tree import parse
from parsers.values import Reading

_NO_RULES = PageRules()
_HEAD_LINES = 14
_FIRST_LINES = 300
_COLUMN_NAME = re.compile(r"(?:中心|动态|要闻|新闻|公告|通知|资讯|专栏|专题|频道|栏目|公开|信息)$")
_SUBTITLE = re.compile(r"^(?:——|--|—)\s*(\S.{3,60})$")
_SMALL_HEADING = re.compile(r"h[2-6]$")
_KICKER = re.compile(r"\bfont0[12]\b|yinti|kicker|introtitle")  # names of elements, in lower case


def read_html(html: str | LexborHTMLParser, url: str | None, rules: PageRules | None = None) -> Reading:
    """The article of a page, Simplified and tidied; `original_paragraphs` keep a Traditional page's own.

    Raises NoTitle or NoBody when the page has none.
    """
    return in_simplified(read_printed(html, url, rules))


def read_printed(html: str | LexborHTMLParser, url: str | None, rules: PageRules | None = None) -> Reading:
    """The article of a page in the characters that it prints. Raises NoTitle or NoBody."""
    rules = rules or _NO_RULES
    tree = parse(html) if isinstance(html, str) else html
    metas, data = meta_tags(tree), linked_data(tree)
    tree.strip_tags(["script"])
    sheet = sheet_of(tree, [node for selector in rules.body for node in tree.css(selector)])
    title = html_title.find_title(tree, metas, rules.title) or data.get("headline")
    title = title or _first_line(sheet)
    if not title:
        raise NoTitle(f"页面没有标题：{url or '（无网址）'}；请核对来源文件 [page] title")
    if len(title) <= html_title.LONGEST_SITE_NAME:
        title = html_title.printed_title(title, _above_text(sheet)) or title
    if rules.title:
        names = [data.get("headline", ""), *html_title.names_of_page(tree, url)]
        title = html_title.neighbour(title, sheet.lines, names) or title
    inside = [sheet.lines[number] for number in body_lines(sheet)]
    kept, captions = article_lines(inside, title)
    if not kept:
        raise NoBody(f"页面没有正文：{url or '（无网址）'}；请核对来源文件 [page] body")
    head, tail = _around(sheet.lines, title, kept)
    paragraphs = [line.text for line in kept]
    around = Surroundings(tree, metas, data, url, rules, head, paragraphs, tail + inside[-12:])
    return _assembled(around, title, paragraphs, captions)


def in_simplified(reading: Reading) -> Reading:
    """`reading` in Simplified characters; a Traditional one gets script "hant" and its printed paragraphs."""
    named = (reading.title, reading.subtitle, reading.kicker, reading.origin, reading.original_origin, reading.editor)
    if is_simplified("".join([text or "" for text in named] + [*reading.authors, *reading.captions, reading.body])):
        return reading
    paragraphs = tuple(simplify(paragraph) for paragraph in reading.paragraphs)
    changed = sum(map(operator.ne, "".join(paragraphs), "".join(reading.paragraphs)))
    if changed <= 0.02 * len(reading.body):
        return reading  # a Simplified page with a name in its own characters
    title, subtitle, kicker, origin, original_origin, editor = (text and simplify(text) for text in named)
    return replace(
        reading,
        title=title,
        subtitle=subtitle,
        kicker=kicker,
        origin=origin,
        original_origin=original_origin,
        editor=editor,
        authors=tuple(simplify(author) for author in reading.authors),
        captions=tuple(simplify(caption) for caption in reading.captions),
        paragraphs=paragraphs,
        script="hant",
        original_paragraphs=reading.paragraphs,
    )


def _first_line(sheet: Sheet) -> str | None:
    """The headline of an old page that marks none: the last line of headline's length before the first prose."""
    found = None
    for line in sheet.lines[:60]:
        if len(line.text) > 80:
            return found
        if 8 <= len(line.text) <= 60 and line.link_share < 0.3 and not is_label_line(line.text):
            found = found if printed_date(line.text) else line.text
    return None


def _above_text(sheet: Sheet) -> list[Line]:
    """The lines above the first line of prose; [] when no prose is near the beginning of the page."""
    for number, line in enumerate(sheet.lines[:_FIRST_LINES]):
        if line.link_share < 0.3 and len(line.text) > 40 and "。" in line.text:
            return sheet.lines[:number]
    return []


def _around(lines: list[Line], title: str, kept: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines from a little above the title to the first paragraph, and those after the last one."""
    first, last = lines.index(kept[0]), lines.index(kept[-1])
    wanted = squeezed(title)
    at_title = next((i for i in range(first, -1, -1) if squeezed(lines[i].text) == wanted), None)
    start = max(0, first - _HEAD_LINES) if at_title is None else max(0, at_title - 3)
    return lines[start:first], lines[last + 1 : last + 13]


def _assembled(around: Surroundings, title: str, paragraphs: list[str], captions: list[str]) -> Reading:
    byline = html_byline.read_byline(around)
    headline, subtitle = html_title.split_title(tidy(title, headline=True))
    kicker, printed_subtitle = _neighbours(around.head, title)
    return Reading(
        title=headline,
        subtitle=subtitle or html_title.subtitle_of(around) or printed_subtitle,
        kicker=kicker or html_title.kicker_of(around),
        published=byline.published,
        published_from=byline.published_from,
        origin=byline.origin,
        original_origin=byline.original_origin,
        authors=byline.authors,
        editor=byline.editor,
        paragraphs=tidy_all(paragraphs),
        captions=tidy_all(captions),
    )


def _neighbours(head: list[Line], title: str) -> tuple[str | None, str | None]:
    """(kicker, subtitle): the small headings right before the title, and after it behind a dash."""
    wanted = squeezed(title)
    places = [index for index, line in enumerate(head) if squeezed(line.text) == wanted and line.link_share < 0.5]
    if not places:
        return None, None
    at = places[0]  # a link of the same words is a row of the page's list
    after = [line.text for line in head[at + 1 : at + 3]]
    subtitle = next((match[1] for match in map(_SUBTITLE.match, after) if match), None)
    kicker = head[at - 1].text if at and _is_kicker(head[at - 1]) else ""
    return tidy(kicker, headline=True) or None, subtitle and tidy(subtitle, headline=True)


def _is_kicker(line: Line) -> bool:
    if not 4 <= len(line.text) <= 40 or "|" in line.text or is_label_line(line.text) or line.box is None:
        return False
    if len(line.text) <= 6 and _COLUMN_NAME.search(line.text):
        return False
    return bool(_SMALL_HEADING.match(line.box.tag) or _KICKER.search(line.box.names))
