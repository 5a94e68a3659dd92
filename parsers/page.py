"""Bytes of any page → Page: its kind with the reason, its articles, its links. Never raises."""

from __future__ import annotations

import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from parsers import enrich, kinds, links, mirror, mirror_spam, sites
from parsers.addresses import Addresses, base_of
from parsers.anchors import Anchor
from parsers.anchors import anchors as anchors_of
from parsers.decode import Decoded, decode
from parsers.epaper import epaper_links, is_epaper, next_epaper_page
from parsers.errors import ParseError
from parsers.families import Recognised, recognise
from parsers.feeds import Feed, read_feed
from parsers.html_article import read_html
from parsers.html_scripted import read_scripted
from parsers.pagers import following_page, part_after
from parsers.rules import PageRules
from parsers.tree import parse
from parsers.values import Page, PageKind, Reading

_HTML = re.compile(r"<(?:!doctype|html|head|body|div|p|table|meta|title|script|br|span|a)\b", re.I)
_SCANNED = 20_000  # characters looked at for tags
_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"Rar!", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_ASCII_BASED = frozenset({"utf-8", "gb18030", "big5"})
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\r\n\f")
_CODE_TYPE = re.compile(r"javascript|ecmascript|text/css", re.I)
_CODE_LINE = re.compile(
    r"[;{}]\s*$|^\s*(?:var|function|const|let|import|return|if ?\(|//|/\*|"
    r"(?:user-agent|disallow|allow|sitemap):|@media|\.[\w-]+\s*\{)",
    re.I,
)
_LITTLE_PROSE = 60  # characters of whole sentences: fewer may be a foot or a notice around an article in a script
_PREVIEW = 300  # a page that shows no more may have folded the rest of its article into a script
_OUTWEIGHS = 3
_READABLE = 0.7  # the least share of characters that can be read


def parse_page(
    body: bytes, url: str | None = None, content_type: str | None = None, rules: PageRules | None = None
) -> Page:
    """What the bytes of an answer hold; what cannot be read becomes a kind with a Chinese reason."""
    if not body.strip(b"\0 \t\r\n"):
        return Page(kind=PageKind.EMPTY, reason="响应没有内容")
    if b"%PDF-" in body[:1024]:
        return _pdf(body, url)
    if body.startswith(_BINARY):
        return Page(kind=PageKind.OTHER, reason="不是网页、文本或 PDF（图片、压缩包或办公文件）")
    decoded = decode(body, content_type)
    if not _is_text(decoded):
        return Page(kind=PageKind.OTHER, reason="内容不是可读的文字")
    feed = read_feed(decoded.text, url)
    if feed:
        return _feed(feed)
    if _is_code(decoded.text, content_type):
        return Page(kind=PageKind.OTHER, reason="内容是程序代码或样式，不是文字")
    if _is_plain(decoded.text, content_type):
        return _plain(decoded.text, url)
    return _html(decoded.text, body if decoded.encoding in _ASCII_BASED else None, url, rules)


def _pdf(body: bytes, url: str | None) -> Page:
    from parsers.pdf import read_pdf  # pdfium is loaded only when a PDF comes

    try:
        readings = read_pdf(body)
    except ParseError as error:
        return Page(kind=PageKind.PDF, reason=str(error))
    return _with_articles(PageKind.PDF, "PDF 版面", readings, url)


def _plain(text: str, url: str | None) -> Page:
    from parsers.plain_text import read_text  # with its newspaper reader, for the few texts that are no page

    try:
        readings = read_text(text, url)
    except ParseError as error:
        return Page(kind=PageKind.OTHER, reason=str(error))
    return _with_articles(PageKind.ARTICLE, "纯文本文章", readings, url)


def _html(html: str, body: bytes | None, url: str | None, rules: PageRules | None) -> Page:
    cleaned = mirror.clean_text(html) if mirror.is_mirror(html) else None
    html = links.prepared(cleaned.text if cleaned else html)
    tree = parse(html)
    addresses = base_of(tree, html, url)
    anchors = anchors_of(tree)
    family = recognise(url, tree, body)
    if not (family and family.article_address) and is_epaper(tree, anchors, _epaper_list(family)):
        return _epaper(anchors, addresses)
    around = links.article_links(anchors, addresses)
    following = part_after(anchors, html, addresses)
    if family:
        rules = (rules or PageRules()).then(family.family.reading)
    reading, reason = _reading(tree, url, rules)
    if kinds.prose_of(reading) < _PREVIEW:
        reading = _scripted(html, url, reading) or reading
    rows = links.scripted_links(html, addresses) if reading is None else ()
    if len(rows) >= kinds.FEWEST:
        return Page(kind=PageKind.LIST, reason=f"列表页，脚本里有 {len(rows)} 个标题", links=rows)
    none = kinds.no_news(html, reading, addresses, len(around))
    if none:
        return Page(kind=none.kind, reason=none.reason, links=none.links)
    if kinds.is_list(reading, around, url, family, tree):
        return _list(html, url)
    if reading is None:
        return Page(kind=PageKind.OTHER, reason=reason, links=around)
    reading = sites.refined(html, url, reading)
    if cleaned:
        reading = mirror_spam.without_spam(reading)
        reading = replace(reading, repairs=mirror.place_repairs(cleaned, reading))
    return Page(
        kind=PageKind.ARTICLE,
        reason=f"文章页（{family.reason}）" if family else "文章页",
        articles=(enrich.judge(reading, url),),
        links=around,
        next_page=following,
    )


def _feed(feed: Feed) -> Page:
    if not feed.links:
        return Page(kind=PageKind.OTHER, reason=f"{feed.name}，没有列出文章")
    return Page(kind=PageKind.LIST, reason=f"{feed.name}，{len(feed.links)} 条", links=feed.links)


def _epaper(anchors: list[Anchor], addresses: Addresses) -> Page:
    return Page(
        kind=PageKind.EPAPER,
        reason="报纸版面，列出本版文章",
        links=epaper_links(anchors, addresses),
        next_page=next_epaper_page(anchors, addresses),
    )


def _epaper_list(family: Recognised | None) -> bool:
    return family is not None and family.list_address and family.family.id.startswith("founder_epaper")


def _list(html: str, url: str | None) -> Page:
    tree = parse(html)  # the reader has cut its own
    found = links.list_links(tree, url)
    following = following_page(anchors_of(tree), html, base_of(tree, html, url))
    return Page(kind=PageKind.LIST, reason=f"列表页，{len(found)} 个标题", links=found, next_page=following)


def _reading(tree: LexborHTMLParser, url: str | None, rules: PageRules | None) -> tuple[Reading | None, str]:
    try:
        return read_html(tree, url, rules), ""
    except ParseError as error:
        return None, str(error)


def _scripted(html: str, url: str | None, printed: Reading | None) -> Reading | None:
    """The article of a page whose text is only the data of a script, where that says more than the page shows."""
    found = read_scripted(html, url, printed)
    shown, told = kinds.prose_of(printed), kinds.prose_of(found)
    if found is None or told <= shown:
        return None
    folded = printed is not None and found.body.startswith(printed.body.rstrip("….\n"))
    return found if folded or (shown < _LITTLE_PROSE and told > _OUTWEIGHS * shown) else None


def _with_articles(kind: PageKind, reason: str, readings: tuple[Reading, ...], url: str | None) -> Page:
    if not readings:
        return Page(kind=kind, reason=f"{reason}，但没有读出文章")
    return Page(kind=kind, reason=reason, articles=tuple(enrich.judge(reading, url) for reading in readings))


def _is_plain(text: str, content_type: str | None) -> bool:
    if content_type and content_type.partition(";")[0].strip().lower() == "text/plain":
        return True
    return not _HTML.search(text[:_SCANNED])


def _is_code(text: str, content_type: str | None) -> bool:
    """Whether an answer is a script or a style sheet: it says so, or half of its lines end as code does."""
    if content_type and _CODE_TYPE.search(content_type):
        return True
    if text[:1] in "<[{\ufeff" or _HTML.search(text[:_SCANNED]):
        return False
    lines = [line for line in text[:_SCANNED].splitlines() if line.strip()]
    return sum(bool(_CODE_LINE.search(line)) for line in lines) * 2 >= max(2, len(lines))


def _is_text(decoded: Decoded) -> bool:
    sample = decoded.text[:_SCANNED]
    coded = sample.encode("utf-8", "replace")
    odd = sample.count("\ufffd") + len(coded) - len(coded.translate(None, _CONTROLS))
    return odd <= (1 - _READABLE) * len(sample)
