"""The links of a list page: address, printed title, printed date; and where the list goes on."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.dates import date_in_url, printed_date
from parsers.tidy import tidy
from parsers.tree import parse, text_of
from parsers.values import Link

_NEXT = re.compile(r"^\W*(?:下一页|下页|后一页|下一頁|next(?: page)?)\W*$", re.I)
# TRS: createPageHTML(total, current, "index", "html"), pages counted from 0; with 'page_div' first, from 1
_TRS_PAGER = re.compile(
    r"createPage(?:HTML)?\(\s*(?P<div>['\"][\w-]+['\"]\s*,\s*)?(?P<total>\d+)\s*,\s*(?P<now>\d+)\s*,"
    r"\s*['\"](?P<name>[\w-]+)['\"]\s*,\s*['\"](?P<ending>\w+)['\"]"
)
_TITLE_LENGTH = 6  # shorter link texts name columns, not articles
_ROW_TEXT = 200
_FILES = re.compile(r"\.(?:jpe?g|png|gif|css|js|zip|rar|docx?|xlsx?|mp4|mp3|apk|ico)$", re.I)


def list_links(
    page: str | LexborHTMLParser, base_url: str | None, article: re.Pattern[str] | None = None
) -> tuple[Link, ...]:
    """The links of a page in page order, each address once, with its longest printed title and its date.

    With `article` only addresses that it is found in are taken; without it, those whose title is long enough to
    be a headline. Addresses are absolute when `base_url` is given.
    """
    tree = _tree(page)
    base = _base(tree, base_url)
    found: dict[str, Link] = {}
    for node in tree.css("a[href], area[href]"):
        link = _link(node, base, article)
        if link is None:
            continue
        known = found.get(link.url)
        if known:
            link = _merged(known, link)
        found[link.url] = link
    return tuple(link for link in found.values() if article or link.title)


def next_page(page: str | LexborHTMLParser, base_url: str | None) -> str | None:
    """The address of the list's (or article's) next page: the 下一页 link, or what a TRS pager would write."""
    tree = _tree(page)
    base = _base(tree, base_url)
    for node in tree.css("a[href]"):
        if _NEXT.match(text_of(node)):
            address = _absolute(node.attributes.get("href") or "", base)
            if address and address != base_url:
                return address
    for script in tree.css("script"):
        match = _TRS_PAGER.search(script.text(deep=True))
        if match:
            return _trs_next(match, base)
    return None


def _tree(page: str | LexborHTMLParser) -> LexborHTMLParser:
    if isinstance(page, LexborHTMLParser):
        return page
    if "<record>" in page:  # jcms lists stand in CDATA, which HTML reads as a comment
        page = page.replace("<![CDATA[", "").replace("]]>", "")
    return parse(page)


def _base(tree: LexborHTMLParser, base_url: str | None) -> str:
    node = tree.css_first("base[href]")
    return _absolute(node.attributes.get("href") or "", base_url or "") or base_url or "" if node else base_url or ""


def _absolute(href: str, base: str) -> str | None:
    href = href.strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return None
    try:
        address = urldefrag(urljoin(base, href)).url
        scheme = urlsplit(address).scheme
    except ValueError:  # an address such as http://[broken
        return None
    return address if scheme in ("http", "https", "") else None


def _link(node: LexborNode, base: str, article: re.Pattern[str] | None) -> Link | None:
    address = _absolute(node.attributes.get("href") or "", base)
    if address is None or _FILES.search(address):
        return None
    if article is not None and not article.search(address):
        return None
    title = _title(node)
    if article is None and node.tag == "a" and len(title) < _TITLE_LENGTH:
        return None
    return Link(address, title or None, _date_beside(node, title) or date_in_url(address))


def _title(node: LexborNode) -> str:
    text = tidy(text_of(node))
    full = tidy(node.attributes.get("title") or node.attributes.get("alt") or "")
    cut = text.rstrip(".…")
    if full and (not text or len(cut) < len(text) or full.startswith(cut)):
        text = full
    return re.sub(r"^[·•●▪◆■\s]+|\s*[\[（(]?(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?[\]）)]?$", "", text)


def _date_beside(node: LexborNode, title: str) -> str | None:
    """The date printed in the row of the link, outside the headline."""
    at = node.parent
    for _ in range(3):
        if at is None or at.tag in ("body", "ul", "ol", "table", "tbody"):
            return None
        row = text_of(at)
        if len(row) > _ROW_TEXT + len(title) or len(at.css("a[href]")) > 3:
            return None
        date = printed_date(row.replace(text_of(node), " ") if row != text_of(node) else row)
        if date and len(date) >= 10:
            return date
        at = at.parent
    return None


def _merged(known: Link, other: Link) -> Link:
    title = max((known.title or "", other.title or ""), key=len) or None
    return Link(known.url, title, known.date or other.date)


def _trs_next(match: re.Match[str], base: str) -> str | None:
    total, now = int(match["total"]), int(match["now"])
    first = 1 if match["div"] else 0
    following = now + 1
    if following - first >= total:
        return None
    return _absolute(f"{match['name']}_{following}.{match['ending']}", base)
