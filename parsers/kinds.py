"""What a page is: article, list, newspaper page, or one of the many answers that hold no news."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from parsers import stubs, walls
from parsers.addresses import Addresses
from parsers.families import Recognised
from parsers.links import list_links
from parsers.tree import parse
from parsers.values import Link, PageKind, Reading

_LITTLE = 120  # characters: a page that leads on says no more
_HEADLINE = 8
FEWEST = 4  # headlines of a list
_DATED = 2  # rows with dates make a list of a page that has nothing else
_MOST_LINKS = 1500
_PAGER = re.compile(r"共\s*\d+\s*[页条]|第\s*\d+\s*页|上一?页|下一?页|[首尾末]页")
_ROWS = 150  # paragraphs that are looked at for rows
_LEAD = 150  # characters before the first row of a list
_STRONG = 400  # characters of prose that no wall has
_LIST_URL = re.compile(
    r"(?:/|/(?:index|list|node|col|default|common_list|channel|search|more)[\w-]*(?:\.\w+)?|/list/\d+\.\w+)(?:\?[^/]*)?$"
    r"|[?&](?:q|kw|keyword|keywords|searchword|wd|query)=",
    re.I,
)
_DOCUMENT = re.compile(r"(?:公告|通知|通告|启事|公示|通报|声明|说明|意见|办法|方案|预告|回复|答复)(?:[（(].*)?$")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.I)
_TITLE_BEFORE = 50_000
_SENTENCE = re.compile(r"[。！？]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A kind with its Chinese reason, and the links of a page that only leads on."""

    kind: PageKind
    reason: str
    links: tuple[Link, ...] = ()


def no_news(html: str, reading: Reading | None, addresses: Addresses, headlines: int) -> Verdict | None:
    """What a page is that holds no news at all (empty, challenge, block, login, error, redirect), or None.

    `html` is read again, as far as `reading` leaves a doubt: with enough prose of an article, nothing is looked at.
    `headlines` is how many links with the title of an article are on the page.
    """
    prose = prose_of(reading)
    trusted = _trusted(reading, prose)
    if prose >= _STRONG:
        return None
    if trusted >= walls.TRUSTED:  # only a title can say otherwise
        match = _TITLE.search(html[:_TITLE_BEFORE])
        wall = walls.titled_wall(" ".join(entities.unescape(match[1]).split()) if match else "", headlines)
        return Verdict(*wall) if wall else None
    tree = parse(html)
    password = tree.css_first('input[type="password" i]') is not None
    page = walls.said(tree)
    gate = walls.script_wall(html, page)
    if gate:
        return Verdict(PageKind.CHALLENGE, gate)
    wall = walls.spoken_wall(page, password, trusted, headlines)
    if wall:
        return Verdict(*wall)
    if page.length < _LITTLE and prose < 60:
        led = stubs.stub(html, addresses)
        if led:
            return Verdict(PageKind.OTHER, *led)
    if reading is None and not page.anything:
        return Verdict(PageKind.EMPTY, _emptiness(page, html))
    return None


def _emptiness(page: walls.Said, html: str) -> str:
    if not page.title:
        return "页面没有文字"
    return "页面没有正文文字，内容由脚本生成" if "<script" in html else "页面没有正文文字"


def _trusted(reading: Reading | None, prose: int) -> int:
    """How many characters of prose speak for an article; a dated notice of whatever length is one."""
    if reading is None or not (reading.published or reading.origin):
        return prose // 2
    document = reading.published and (reading.origin or _DOCUMENT.search(reading.title or ""))
    return max(prose, walls.TRUSTED) if document else prose


def prose_of(reading: Reading | None) -> int:
    """How many characters of a reading stand in paragraphs with whole sentences."""
    if reading is None:
        return 0
    return sum(len(text) for text in reading.paragraphs if _SENTENCE.search(text))


def is_list(
    reading: Reading | None,
    links: tuple[Link, ...],
    url: str | None,
    family: Recognised | None,
    tree: LexborHTMLParser,
) -> bool:
    """Whether a page is a list of articles rather than one: many headlines, and no prose that outweighs them."""
    titles = {link.title for link in links[:_MOST_LINKS] if link.title and len(link.title) >= _HEADLINE}
    at_article = family is not None and family.article_address and not family.list_address
    if reading is None:
        if at_article or (len(titles) >= FEWEST and not _is_titled(tree)):
            return not at_article
        return _dated_rows(tree, url) >= (FEWEST if len(titles) >= FEWEST else _DATED)
    prose, listed = prose_of(reading), _is_rows(reading.paragraphs, titles)
    at_list = family is not None and family.list_address
    if len(titles) < FEWEST:
        return bool(titles) and prose < 60 and (at_list or _only_rows(reading.paragraphs, titles))
    if listed or at_article:
        return listed and not (at_article and prose >= 60)
    if at_list:
        return prose < 600
    if _LIST_URL.search(url or ""):
        headed = reading.published and prose >= 60 and _is_headed(tree, reading.title or "")
        return prose < 600 and not (headed and _dated_rows(tree, url) < FEWEST)
    if reading.published and (prose >= 60 or reading.origin):
        return False
    return prose < 100 and not ((reading.published or prose >= 40) and _is_headed(tree, reading.title or ""))


def _is_titled(tree: LexborHTMLParser) -> bool:
    """Whether a heading that is no link opens the page's title, the site's name behind it: that of an article."""
    node = tree.css_first("title")
    title = "".join(node.text().split()) if node else ""
    headings = ("".join(one.text(deep=True).split()) for one in tree.css("h1") if one.css_first("a[href]") is None)
    return any(len(one) >= _HEADLINE and title.startswith(one) and len(title) > len(one) + 2 for one in headings)


def _dated_rows(tree: LexborHTMLParser, url: str | None) -> int:
    return sum(bool(link.date) for link in list_links(tree, url))


def _is_headed(tree: LexborHTMLParser, title: str) -> bool:
    """Whether the title stands as a heading that is no link: that of an article, not of a column or a row."""
    if len(title) < _HEADLINE - 1:
        return False
    wanted = "".join(title.split())
    headings = (node for node in tree.css("h1, h2, h3") if "".join(node.text(deep=True).split()) == wanted)
    return any(
        node.css_first("a[href]") is None and (node.parent is None or node.parent.tag != "a") for node in headings
    )


def _is_rows(paragraphs: tuple[str, ...], titles: set[str]) -> bool:
    """Whether what was read is the rows of a list, perhaps with summaries; not a text with related news behind it."""
    paragraphs = paragraphs[:_ROWS]
    rows = [_is_row(text, titles) for text in paragraphs]
    if sum(rows) < 3 or sum(rows) < 0.3 * len(rows):
        return False
    return sum(len(text) for text in paragraphs[: rows.index(True)]) < _LEAD


def _only_rows(paragraphs: tuple[str, ...], titles: set[str]) -> bool:
    """Whether nothing but rows was read, footer and pager apart: a list of two or three."""
    told = [text for text in paragraphs if not walls.FOOTER.search(text) and not _PAGER.search(text)]
    return bool(told) and all(_is_row(text, titles) for text in told)


def _is_row(text: str, titles: set[str]) -> bool:
    """Whether a paragraph is a row of a list: a headline that links elsewhere, alone or with its date."""
    if text in titles:
        return True
    return len(text) < 120 and any(title and title in text for title in titles)
