"""From one page to a source: which list and article belong to it, which rules they show. No network, no files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.shapes import Shape, article_shape, same_site
from crawler.values import Task, Visit
from parsers import Page, parse_page
from parsers.decode import decode
from parsers.links import list_links
from parsers.places import find_places, province_of
from parsers.values import PageKind

WALLS = (PageKind.ERROR, PageKind.LOGIN, PageKind.CHALLENGE, PageKind.BLOCKED, PageKind.EMPTY)
MOST_CANDIDATES = 3  # lists that are tried for an article
MOST_ARTICLES = 3  # articles of a list that are tried until one is there: the newest may just have been taken down
_SHORTEST_SITE, _LONGEST_SITE = 3, 30
_SOME_TEXT = 80
_NAMES = ("SiteName", "sitename", "application-name")
_CRUMBS = "p, div, span, td, li, ul, ol, nav, h2, h3, h4"
_CRUMB_LINE, _MOST_CRUMBS = 120, 6  # characters and links of a breadcrumb, the headline at its end included
_SEPARATORS = (">", "»", "›", "＞", "→")
_FRONT = re.compile(r"/?(?:(?:index|default|homepage)(?:\.\w+|/)?)?")
_DATED = re.compile(r"/(?:19|20)\d{2}(?:[-/]?\d{2})*/?$")
_BETWEEN = re.compile(r"\s*(?:[_|—–>»]|--|-(?=\D))\s*")
_HOLDER = re.compile(r"(?:主办|承办|版权所有|主管)(?:单位)?[:：]?\s*([\u4e00-\u9fff]{3,30})")
_DAYS = ((re.compile(r"/\d{4}-\d{2}/\d{2}/"), "/{YYYY-MM}/{DD}/"), (re.compile(r"/20\d{4}/\d{2}/"), "/{YYYYMM}/{DD}/"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A page of a site as a draft needs it: what it is, and the shape of the articles that it lists, if any."""

    visit: Visit
    html: str
    page: Page
    shape: Shape | None

    @property
    def is_article(self) -> bool:
        """Whether the page is one article with a date or some text; an address or a phone number makes none."""
        if self.page.kind is not PageKind.ARTICLE:
            return False
        article = self.page.articles[0]
        return bool(article.published) or len(article.body) >= _SOME_TEXT

    @property
    def is_wall(self) -> bool:
        """Whether the page is an error, a login or a challenge."""
        return self.page.kind in WALLS


def seen(visit: Visit) -> Seen:
    """What a visited page shows."""
    body, address = visit.body or b"", visit.final_url or visit.url
    html = decode(body, visit.content_type).text
    links = list_links(html, address)
    return Seen(
        visit,
        html,
        parse_page(body, address, visit.content_type),
        article_shape(links, urlsplit(address).hostname or ""),
    )


class Planner:
    """Which pages a draft wants to see after the first: of a list its first article, of an article its list."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.candidates: list[str] = []
        self.article: str | None = None

    def follow(self, visit: Visit, _found: list[Task]) -> list[Task]:
        """The next page, or none."""
        if visit.body is None:
            return self._next_list() if self.article else []
        now = seen(visit)
        if visit.url == self.url:
            return self._after_first(now)
        if visit.kind == "list" and not leads_to(now, self.article or ""):
            return self._next_list()
        return []

    def _after_first(self, first: Seen) -> list[Task]:
        if first.is_wall:
            return []
        if first.is_article:
            self.article = first.visit.final_url or first.visit.url
            self.candidates = list_candidates(first)
            return self._next_list()
        links = first.shape.links[:MOST_ARTICLES] if first.shape else ()
        return [Task(link.url, first.visit.source, "article") for link in links]

    def _next_list(self) -> list[Task]:
        return [Task(self.candidates.pop(0), "", "list")] if self.candidates else []


def leads_to(listing: Seen, article: str) -> bool:
    """Whether a list page has links of the shape of `article`."""
    return listing.shape is not None and bool(re.search(listing.shape.article, article))


def list_candidates(article: Seen) -> list[str]:
    """The addresses where the list of an article may be: its column in the breadcrumb, then the folders above it."""
    address = article.visit.final_url or article.visit.url
    folder, folders = urljoin(address, "."), []
    while urlsplit(folder).path not in ("", "/"):
        folder = urljoin(folder, "..")
        folders.append(folder)
    above = [url for url in folders if urlsplit(url).path not in ("", "/") and not _DATED.search(url)]
    front = urljoin(address, "/")
    return [*dict.fromkeys([*_breadcrumb(article.html, address), *above]), front][:MOST_CANDIDATES]


def _breadcrumb(html: str, address: str) -> list[str]:
    """The pages that a breadcrumb (首页 > 新闻 > 要闻) names, the innermost first, without the front page."""
    host = urlsplit(address).hostname or ""
    for node in LexborHTMLParser(html).css(_CRUMBS):
        text, links = node.text(deep=True), node.css("a[href]")
        said = "位置" in text or any(mark in text for mark in _SEPARATORS)
        if not said or len(text.strip()) > _CRUMB_LINE or not 0 < len(links) <= _MOST_CRUMBS:
            continue
        found = [_joined(address, link.attributes.get("href")) for link in reversed(links)]
        urls = [url for url in found if url and same_site(urlsplit(url).hostname or "", host) and url != address]
        columns = [url for url in dict.fromkeys(urls) if not _FRONT.fullmatch(urlsplit(url).path)]
        if columns:
            return columns
    return []


def _joined(address: str, href: str | None) -> str | None:
    try:
        url = urljoin(address, (href or "").strip()).split("#")[0]
    except ValueError:  # a bracket in the host: not an address
        return None
    return url if url.startswith(("http://", "https://")) else None


def list_address(url: str) -> str:
    """The address for a source file: in that of a newspaper page the day becomes a place for it."""
    for day, place in _DAYS:
        if day.search(url):
            return day.sub(place, url, count=1)
    return url


def site_title(pages: Iterable[Seen]) -> str | None:
    """The name that the site gives itself: its SiteName, else what its pages' titles end in; None where none does."""
    ends: list[str] = []
    for page in pages:
        tree = LexborHTMLParser(page.html)
        for name in _NAMES:
            node = tree.css_first(f'meta[name="{name}"]')
            content = " ".join((node.attributes.get("content") or "").split()) if node else ""
            if len(content) >= _SHORTEST_SITE:
                return content
        title = tree.css_first("title")
        pieces = [piece.strip() for piece in _BETWEEN.split(title.text() if title else "") if piece.strip()]
        headlines = [one.title or "" for one in page.page.articles]
        named = [piece for piece in reversed(pieces) if _SHORTEST_SITE <= len(piece) <= _LONGEST_SITE]
        ends += [piece for piece in named if not any(piece in headline for headline in headlines)][:1]
    return max(ends, key=ends.count, default=None)


def site_place(title: str | None, pages: Iterable[Seen]) -> tuple[str, str | None] | None:
    """Province and city of a site, from its name or from who runs it (主办); None where neither names a place."""
    holders = [match[1] for page in pages for match in _HOLDER.finditer(LexborHTMLParser(page.html).text())]
    for text in [title or "", *holders]:
        for mention in find_places(text):
            if mention.level == "province":
                return mention.name, None
            city = mention.name if mention.level == "prefecture" else None
            try:
                return province_of(mention.name), city
            except KeyError:  # a name that units of several provinces share
                continue
    return None


def site_kind(title: str | None, host: str, family: str) -> str:
    """The kind of a site (a key of source files), from its name, host and family."""
    name = title or ""
    if family.startswith(("founder_epaper", "epaper")):
        return "epaper"
    if any(word in name for word in ("人力资源", "人社", "人才网", "人事")):
        return "hrss"
    if any(word in name for word in ("组织部", "党建", "组工", "先锋", "共产党员")):
        return "party"
    return "gov" if host.endswith(".gov.cn") or "人民政府" in name else "portal"
