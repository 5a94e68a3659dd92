"""Pages of a digital newspaper: the articles of the page in order, its PDF, the other pages of the issue."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from parsers.addresses import Addresses, same_page
from parsers.anchors import Anchor
from parsers.dates import date_in_url
from parsers.tidy import tidy
from parsers.tree import text_of
from parsers.values import Link

# Founder (old: content_84317.htm, new: content/202409/02/content_30018032.html, c1234567.html, con_1.html)
_ARTICLE = re.compile(r"(?:^|/)(?:content|con|c)[_-]?\d+\.s?html?(?:\?.*)?$", re.I)
_PAGE = re.compile(r"(?:^|/)(?:node|col|index|layout|page)[_-]?[A-Za-z]?\d*\.s?html?(?:\?.*)?$", re.I)
_PDF = re.compile(r"\.pdf(?:\.\d+)?(?:\?.*)?$", re.I)
_PAGE_NAME = re.compile(r"第?\s*[A-Z]?\d{1,3}\s*版|^[A-Z]?\d{2,3}\s*[:：]|^第[一二三四五六七八九十]+版", re.I)
_NUMBERED = frozenset("0123456789ABCDabcd")
_NEXT_PAGE = re.compile(r"\W*下\s*一?\s*版\W*")
_PADDED = re.compile(r"(?:node|col|layout|page)[_-]?[A-Za-z]?(0\d|\d{2,3})\.\w+$", re.I)  # node_01: page 01
_NODE = re.compile(r"(.*?)0*(\d{1,3})\.\w+$")
_BODY = "#ozoom, founder-content, cms-content"
_BODY_TEXT = 60
_FEW_HEADLINES = 5


def is_epaper(tree: LexborHTMLParser, anchors: list[Anchor], epaper_list_address: bool) -> bool:
    """Whether a page is a newspaper page that leads to its articles (or only to its PDF), and has no body itself."""
    areas = sum(node.tag == "area" and bool(_ARTICLE.search(href)) for node, href, text in anchors if not text)
    pages = sum(_names_page(text) for _, _, text in anchors if text and ("版" in text or text[0] in _NUMBERED))
    if not (areas or pages or epaper_list_address):
        return False
    articles = len({anchor.reference for anchor in anchors if _ARTICLE.search(anchor.reference)})
    pdfs = sum(bool(_PDF.search(anchor.reference)) for anchor in anchors)
    headlines = sum(len(anchor.text) >= 8 for anchor in anchors)
    mapped = areas >= 2 or (epaper_list_address and (articles or pdfs))
    listed = pages >= 2 and tree.css_first("#pageLink, #pageList, .layout-catalogue-item") is not None and articles >= 2
    only_pdf = pdfs >= 1 and pages >= 1 and not articles and headlines - pages - pdfs < _FEW_HEADLINES
    if not (mapped or listed or only_pdf):
        return False
    return all(len(text_of(node)) < _BODY_TEXT for node in tree.css(_BODY))


def _names_page(text: str) -> bool:
    """Whether a link is that of a page: 第01版：要闻, A02 版, 03：评论."""
    return len(text) < 24 and bool(_PAGE_NAME.search(text))


def epaper_links(anchors: list[Anchor], addresses: Addresses) -> tuple[Link, ...]:
    """The articles of a newspaper page in page order with their titles, then its PDF, then the pages of the issue.

    The order is that of the picture map where the page has one; titles come from the list beside it. Where every
    page lists the PDFs of all pages, the one of this page is taken by its number.
    """
    titles: dict[str, str | None] = {}
    pages: dict[str, str] = {}
    pdfs: dict[str, str] = {}
    for anchor in sorted(anchors, key=lambda anchor: anchor.node.tag != "area"):
        address = addresses.join(anchor.reference)
        if address is None:
            continue
        said = tidy(anchor.text or anchor.node.attrs.get("title") or anchor.node.attrs.get("alt") or "")
        if _PDF.search(address):
            pdfs.setdefault(address, said)
        elif _ARTICLE.search(address):
            titles[address] = max(titles.get(address) or "", said, key=len) or None
        elif _PAGE.search(address) and _PAGE_NAME.search(said):
            pages.setdefault(address, said)
    articles = [Link(address, title, date_in_url(address)) for address, title in titles.items()]
    own = _own_pdf(pdfs, pages, addresses.base)
    papers = [Link(address, said or "本版 PDF", date_in_url(address)) for address, said in own]
    return (*articles, *papers, *(Link(address, said, date_in_url(address)) for address, said in pages.items()))


def next_epaper_page(anchors: list[Anchor], addresses: Addresses) -> str | None:
    """The next page of the issue: the 下一版 link, else the one after this page in the list of pages, or None."""
    pages: list[str] = []
    for anchor in anchors:
        marked = anchor.node.attrs.get("id") == "ed_next" or _NEXT_PAGE.fullmatch(anchor.text or "")
        address = addresses.join(anchor.reference)
        if address and marked and not same_page(address, addresses.base) and not _ARTICLE.search(address):
            return address
        if address and _names_page(anchor.text) and not _PDF.search(address):
            pages.append(address)
    unique = list(dict.fromkeys(pages))
    here = next((at for at, address in enumerate(unique) if same_page(address, addresses.base)), None)
    if here is None:  # some issues do not list the page that is shown
        now = _numbered(addresses.base)
        return next((address for address in unique if now and _numbered(address) == (now[0], now[1] + 1)), None)
    return unique[here + 1] if here + 1 < len(unique) else None


def _numbered(address: str) -> tuple[str, int] | None:
    match = _NODE.match(address)
    return (match[1], int(match[2])) if match else None


def _own_pdf(pdfs: dict[str, str], pages: dict[str, str], base: str) -> list[tuple[str, str]]:
    """The PDF of this page: the only one, the first of its number (第01版: …/01/…), the one at its place; else all."""
    found = list(pdfs.items())
    here = next((at for at, address in enumerate(pages) if same_page(address, base)), None)
    name = "" if here is None else list(pages.values())[here]
    match = _PADDED.search(base)
    digits = re.search(r"\d+", name)
    number = int(digits[0]) if digits else int(match[1]) if match else 0
    own = [(address, said) for address, said in found if number and re.search(rf"/0{{0,2}}{number}/", address)]
    if own or here is None or len(pages) != len(found):
        return own[:1] or found
    return found[here : here + 1]
