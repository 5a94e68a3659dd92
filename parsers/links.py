"""The links of a page: address, printed title, printed date; each address once, in page order."""

from __future__ import annotations

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.addresses import Addresses, base_of
from parsers.anchors import Anchor, anchors
from parsers.dates import printed_date
from parsers.link_dates import RowDates, pieces
from parsers.pagers import following_page
from parsers.tidy import tidy
from parsers.tree import parse
from parsers.values import Link

_TITLE_LENGTH = 6  # shorter link texts name columns, not articles
_MOST_OPTIONS = 1500
_MANY_TAGS = 8000  # a page with fewer has no select that takes a tenth of a second
_OPTION = re.compile(r"</?option\b[^>]{0,1000}>?", re.I)
_XML_SCRIPT = re.compile(r"<script[^<>]{0,200}text/xml[^<>]{0,200}>", re.I)
# {'title': …, 'url': …} without anything nested, as scripts keep the rows of their lists
_RECORD = re.compile(r"\{[^{}<>]{20,1500}\}")
_FIELD = re.compile(r"""["']?(\w{2,20})["']?\s*:\s*["']([^"']{4,400})["']""")
_TITLE_FIELDS = ("title", "headline", "name", "bt")
_ADDRESS_FIELDS = ("link_add", "url", "link", "href", "linkurl", "docpuburl", "shorturl", "weburl")
_LONGEST_TITLE = 300
_COLUMN_TITLE = 9  # up to here the title of a folder's link names a column where no date stands beside it
_CARD_TEXT = 40
_FILES = (
    *(".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".svg", ".ico", ".css", ".js", ".mp3", ".mp4", ".flv"),
    *(".zip", ".rar", ".7z", ".gz", ".doc", ".docx", ".wps", ".xls", ".xlsx", ".et", ".ppt", ".pptx", ".apk", ".exe"),
)
_SCRIPTED = re.compile(
    r"(?:open|href|location|go\w*|jump\w*|show\w*|view\w*|link\w*|url)\s*[=(]\s*['\"]([^'\"\s]{4,300})['\"]", re.I
)
_SCRIPT_LINKS = "[onclick], [data-url], [data-href]"
_FURNITURE = (
    "nav a, footer a, #footer a, .footer a, #foot a, .foot a, #nav a, .nav a, .navbar a, .menu a, .breadcrumb a, "
    ".breadcrumbs a, .crumbs a, .friendlink a, .friendlinks a, .friend-link a, .yqlj a, .copyright a"
)
_HEADINGS = "h1, h2, h3, h4, h5, h6, [class*=title], [class*=tit], strong"
_BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, dl, li, br, span, em, i, b"
_INLINE = frozenset({"span", "em", "i", "b"})
# 文章标题：… 作者：… 更新时间：… in the title attribute (动易 and its kin)
_TOOLTIP = re.compile(r"^(?:文章)?标\s*题[:：]\s*|\s*(?:作\s*者|(?:发布|更新)?(?:时间|日期)|点击数?|来源)[:：].*$")
_BULLET = re.compile(r"^[·•●▪◆■★☆>»›\s]+|^(?:\[|【)\d{1,2}[-/.月]\d{1,2}日?(?:\]|】)\s*")
_TAIL_DATE = re.compile(
    r"\s*[\[（(【]?(?<!\d)(?:(?:19|20)\d\d[-/.年])?\d\d?[-/.月]\d\d?日?(?:\s\d\d?:\d\d(?::\d\d)?)?[\]）)】]?$"
)
_DATE_PIECE = re.compile(r"[\d年月日号:：./\-—\s]+")
_CUT = re.compile(r"(?:\.{2,}|…+)$")
_INDEX = re.compile(r"/(?:(?:index|default)\.\w+)?$", re.I)
_FOLDER = re.compile(r"^https?://[^/]+(?P<path>/.*)?$", re.I)


def list_links(
    page: str | LexborHTMLParser, base_url: str | None, article: re.Pattern[str] | None = None
) -> tuple[Link, ...]:
    """The links of a page in page order, each address once, with its longest printed title and its date.

    With `article` only addresses that it is found in are taken; without it, those whose title is long enough to
    be a headline, and none of menus, footers and friend links. Addresses are absolute when `base_url` is given.
    """
    tree = _tree(page)
    addresses = base_of(tree, None, base_url)
    furniture = set() if article else _furniture(tree)
    dates = RowDates()
    found: dict[str, Link] = {}
    for node in tree.css(f"a, area[href], {_SCRIPT_LINKS}"):
        if node.mem_id in furniture:
            continue
        address = _address(node, addresses)
        if address is None or (article is not None and not article.search(address)):
            continue
        link = _row_link(node, address, dates, found.get(address), every=article is not None)
        if link is not None:
            found[address] = link
    return tuple(link for link in found.values() if article or _is_headline(link))


def article_links(found: list[Anchor], addresses: Addresses) -> tuple[Link, ...]:
    """The links of an article page that look like articles: address and title, no dates, each address once."""
    links: dict[str, Link] = {}
    for node, reference, title in found:
        if len(title) < _TITLE_LENGTH:
            if title and title[-1] not in ".…":  # a word of the menu
                continue
            title = (node.attrs.get("title") or "").strip()
            if len(title) < _TITLE_LENGTH:
                continue
        address = addresses.join(reference)
        if address is None or address in links or address.lower().endswith(_FILES):
            continue
        links[address] = Link(address, title[:_LONGEST_TITLE])
    return tuple(links.values())


def scripted_links(html: str, addresses: Addresses) -> tuple[Link, ...]:
    """The rows of a list that a script prints from its own array of records, in its order; () where there is none.

    A record is `{title: …, url: …}` in JavaScript or JSON, whatever its other fields; a day in it is the row's date.
    """
    found: dict[str, Link] = {}
    for match in _RECORD.finditer(html):
        fields = {name.lower(): value for name, value in _FIELD.findall(match[0])}
        title = next((fields[name] for name in _TITLE_FIELDS if len(fields.get(name, "")) >= _TITLE_LENGTH), "")
        reference = next((fields[name] for name in _ADDRESS_FIELDS if fields.get(name)), "")
        address = addresses.join(reference.replace("\\/", "/")) if title and reference else None
        if address and address not in found and not address.lower().endswith(_FILES):
            date = next((day for value in fields.values() if (day := printed_date(value)) and len(day) >= 10), None)
            found[address] = Link(address, tidy(title)[:_LONGEST_TITLE], date[:10] if date else None)
    return tuple(found.values())


def next_page(page: str | LexborHTMLParser, base_url: str | None) -> str | None:
    """The address of the list's (or article's) next page, or None on the last one; see `parsers.pagers`."""
    tree = _tree(page)
    html = page if isinstance(page, str) else tree.html or ""
    return following_page(anchors(tree), html, base_of(tree, None, base_url))


def _tree(page: str | LexborHTMLParser) -> LexborHTMLParser:
    if isinstance(page, LexborHTMLParser):
        return page
    return parse(prepared(page))


def prepared(html: str) -> str:
    """`html` with the records of jcms lists, CDATA in a script, as plain HTML, and without endless selects.

    lexbor is quadratic on the options of a select (20,000: 2 s), and no reader of a page looks at so many.
    """
    if "<record>" in html:
        html = _XML_SCRIPT.sub("", html).replace("<![CDATA[", "").replace("]]>", "")
    if html.count("<") > _MANY_TAGS and html.count("<option") + html.count("<OPTION") > _MOST_OPTIONS:
        return _OPTION.sub("", html)
    return html


def _address(node: LexborNode, addresses: Addresses) -> str | None:
    attributes = node.attrs
    address = addresses.join(attributes.get("href"))
    if address is None:
        named = attributes.get("data-url") or attributes.get("data-href")
        address = addresses.join(named) if named else None
    if address is None:
        for script in (attributes.get("onclick"), attributes.get("href")):
            match = _SCRIPTED.search(script) if script else None
            if match and ("/" in match[1] or "." in match[1]):
                address = addresses.join(match[1])
                break
    return None if address is None or address.lower().endswith(_FILES) else address


def _row_link(node: LexborNode, address: str, dates: RowDates, known: Link | None, every: bool) -> Link | None:
    title = _title(node)
    if not every and node.tag != "area" and len(title) < _TITLE_LENGTH and known is None:
        return None
    if known is None:
        return Link(address, title or None, dates.date(node, address))
    if not title or len(title) <= len(known.title or "") or _same_start(known.title or "", title):
        return known
    return Link(address, title, known.date or dates.date(node, address))


def _same_start(known: str, title: str) -> bool:
    """Whether `title` is the known headline with its summary behind it."""
    return len(known) >= _TITLE_LENGTH and not _CUT.search(known) and title.startswith(known)


def _title(node: LexborNode) -> str:
    text = tidy(_own_text(node))
    full = _TOOLTIP.sub("", tidy(node.attrs.get("title") or node.attrs.get("alt") or ""))
    cut = _CUT.sub("", text)
    if full and (not text or len(cut) < len(text) or full.startswith(cut) or full in text):
        text = full
    elif not text:
        image = node.css_first("img[alt], img[title]")
        text = tidy((image.attrs.get("alt") or image.attrs.get("title") or "") if image else "")
    return _TAIL_DATE.sub("", _BULLET.sub("", text)).strip()[:_LONGEST_TITLE]


def _own_text(node: LexborNode) -> str:
    """The headline in a link: its text, of a card with summary and date its heading."""
    text = " ".join(node.text(deep=True).split())
    first = node.first_child
    if first is None or (first.next is None and first.is_text_node):
        return text
    if len(text) > _CARD_TEXT:
        heading = node.css_first(_HEADINGS)
        headline = " ".join(heading.text(deep=True).split()) if heading else ""
        if len(headline) >= _TITLE_LENGTH:
            return headline
    inside = [child for child in node.css(_BLOCKS) if child.mem_id != node.mem_id]
    if not inside or all(child.tag in _INLINE and not child.attrs.get("class") for child in inside):
        return text
    texts = [one for one in pieces(node) if not _DATE_PIECE.fullmatch(one)]
    if len(text) <= _CARD_TEXT:
        return " ".join(texts)
    return next((one for one in texts if len(one) >= _TITLE_LENGTH), text)


def _furniture(tree: LexborHTMLParser) -> set[int]:
    """The links of menus and footers, unless a box of that name holds most of the page's headlines."""
    inside = tree.css(_FURNITURE)
    long = sum(len(node.text(deep=True).strip()) >= _COLUMN_TITLE for node in inside)
    everywhere = Counter(len(node.text(deep=True).strip()) >= _COLUMN_TITLE for node in tree.css("a[href]"))[True]
    return set() if long * 2 > everywhere else {node.mem_id for node in inside}


def _is_headline(link: Link) -> bool:
    """Whether a link may be an article: it has a title, is no site's front page and no column of the menu."""
    if not link.title:
        return False
    match = _FOLDER.match(link.url)
    path = (match["path"] or "/") if match else link.url
    if match and path == "/":
        return False
    return bool(link.date) or len(link.title) > _COLUMN_TITLE or not _INDEX.search(path)
