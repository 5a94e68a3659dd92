"""List pages and e-paper pages as tasks: the articles on them, the next list page, the other pages of the issue."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.addresses import canonical
from crawler.sources import Source
from crawler.values import Task
from parsers import parse_page
from parsers.decode import decode
from parsers.feeds import SITEMAP_INDEX, read_feed
from parsers.links import list_links, next_page
from parsers.pagers import is_last
from parsers.values import Link

DAY_PLACES = {
    "{YYYYMMDD}": "%Y%m%d",
    "{YYYYMM}": "%Y%m",
    "{YYYY-MM}": "%Y-%m",
    "{YYYY}": "%Y",
    "{MM}": "%m",
    "{DD}": "%d",
}
NUMBER_PLACES = {"{NN}": 2, "{NNN}": 3}  # the page of an issue that has no list: counted up until one is missing
MOST_PAGES = 60
MAX_TASKS = 2000  # of one page: more is a trap, not a list


def seeds(source: Source, today: date, since: date | None = None) -> list[Task]:
    """The tasks a run starts from: the source's list pages, and for dated e-paper addresses one per day.

    Dates are those of the publisher (Beijing). Without `since` an e-paper is asked for today and yesterday,
    because an issue may come late.
    """
    first = min(since, today) if since else today - timedelta(days=1)
    days = [today - timedelta(days=number) for number in range((today - first).days + 1)]
    found: list[Task] = []
    for address in source.lists:
        if "{" not in address:
            found.append(Task(address, source.id, "list"))
            continue
        found += [Task(numbered(dated(address, day), 1), source.id, "epaper", date=day.isoformat()) for day in days]
    return found


def dated(address: str, day: date) -> str:
    """An address with its places for the date filled in."""
    for place, form in DAY_PLACES.items():
        address = address.replace(place, day.strftime(form))
    return address


def numbered(address: str, number: int) -> str:
    """An address with its places for the page of the issue filled in."""
    for place, width in NUMBER_PLACES.items():
        address = address.replace(place, f"{number:0{width}d}")
    return address


def tasks_on(
    source: Source, task: Task, base: str, body: bytes, content_type: str | None, since: date | None, shift: int = 0
) -> list[Task]:
    """The tasks that a list or e-paper page leads to; `base` is the address it was answered from.

    `shift` is added to the numbers that the source's rule gives to further list pages.
    """
    if body.startswith(b"%PDF"):
        return _next_numbered(source, task)
    html = decode(body, content_type).text
    maps = _sitemaps(source, task, html, base)
    if maps:
        return maps
    found = _articles(source, task, base, html)
    if since:
        found = [one for one in found if not older(one.date, since)]
    if task.kind == "epaper":
        return (found + _issue_pages(source, task, base, html))[:MAX_TASKS]
    following = next_list(source, task, base, html, shift)
    if following and (found or not since):
        found.append(following)
    return found[-MAX_TASKS:]


def _next_numbered(source: Source, task: Task) -> list[Task]:
    """The page of the issue after this one, where the source's address counts them."""
    if task.date is None or task.depth + 1 >= MOST_PAGES:
        return []
    day, now = date.fromisoformat(task.date), task.depth + 1
    counted = [dated(address, day) for address in source.lists if any(place in address for place in NUMBER_PLACES)]
    following = [numbered(address, now + 1) for address in counted if numbered(address, now) == task.url]
    return [Task(url, source.id, "epaper", now, date=task.date) for url in following]


def shows_articles(source: Source, task: Task, base: str, body: bytes, content_type: str | None) -> bool:
    """Whether a list page leads to at least one article (or, as the index of sitemaps, to at least one of these)."""
    html = decode(body, content_type).text
    return bool(_articles(source, task, base, html) or _sitemaps(source, task, html, base))


def _sitemaps(source: Source, task: Task, html: str, base: str) -> list[Task]:
    """The sitemaps that an index of sitemaps names, newest first, as many as a list may have pages."""
    feed = read_feed(html, base)
    if feed is None or feed.name != SITEMAP_INDEX or task.depth:
        return []
    newest = sorted(feed.links, key=lambda link: link.date or "", reverse=True)
    return [Task(link.url, source.id, "list", task.depth + 1) for link in newest[: source.max_list_pages]]


def older(printed: str | None, since: date) -> bool:
    """Whether a printed date (any precision) is surely before `since`."""
    text = (printed or "")[:10]
    return bool(text) and text < since.isoformat()[: len(text)]


def _articles(source: Source, task: Task, base: str, html: str) -> list[Task]:
    links = _links(html, base, _any_of(source.article))
    if task.kind == "epaper" and not links:
        links = _page_pdf(html, base)
    day = task.date if task.kind == "epaper" else None
    return [
        Task(canonical(link.url), source.id, "article", task.depth + 1, title=link.title, date=link.date or day)
        for link in links
    ]


def _page_pdf(html: str, base: str) -> tuple[Link, ...]:
    """The PDF of a newspaper page that lists no articles: they are read out of it instead."""
    page = parse_page(html.encode(), base, "text/html; charset=utf-8")
    return tuple(link for link in page.links if urlsplit(link.url).path.lower().endswith(".pdf"))[:1]


def _links(html: str, base: str, article: re.Pattern[str] | None) -> tuple[Link, ...]:
    """The article links of a list page, or of a feed, sitemap or JSON list that a source names as its list."""
    feed = read_feed(html, base)
    if feed and feed.links:
        return tuple(link for link in feed.links if article is None or article.search(link.url))
    return list_links(html, base, article=article)


def _issue_pages(source: Source, task: Task, base: str, html: str) -> list[Task]:
    """The other pages of the same issue (same day); only from the issue's first page, so that days never chain."""
    if source.issue_page is None or task.depth:
        return []
    found = dict.fromkeys(url for url in _hrefs(html, base) if source.issue_page.search(url) and url != base)
    folder = urljoin(base, ".")
    return [Task(url, source.id, "epaper", 1, date=task.date) for url in found if urljoin(url, ".") == folder]


def next_list(source: Source, task: Task, base: str, html: str, shift: int = 0) -> Task | None:
    """The next list page, by the page's own pager or else by the source's rule; None at the cap or the end.

    The pager comes first: it knows whether pages are counted from 0 or 1, where a wrong rule gets page 1 again.
    """
    if task.depth + 1 >= source.max_list_pages:
        return None
    url = next_page(html, base)
    if url is None and source.next_page and not is_last(html):
        url = urljoin(base, source.next_page.replace("{n}", str(source.next_page_from + task.depth + shift)))
    if url is None or url == base or url == task.url or url in source.lists:
        return None
    return Task(url, source.id, "list", task.depth + 1)


def _hrefs(html: str, base: str) -> list[str]:
    nodes = LexborHTMLParser(html).css("a[href], area[href]")
    return [url for node in nodes if (url := _absolute(node.attributes.get("href"), base))]


def _absolute(href: str | None, base: str) -> str | None:
    try:
        url = urldefrag(urljoin(base, (href or "").strip())).url
    except ValueError:  # a bracket in the host: not an address
        return None
    return url if url.startswith(("http://", "https://")) else None


@cache
def _any_of(patterns: tuple[re.Pattern[str], ...]) -> re.Pattern[str] | None:
    """One pattern for all of them; their groups lose their names, which may repeat."""
    if not patterns:
        return None
    return re.compile("|".join("(?:" + re.sub(r"\(\?P<\w+>", "(?:", one.pattern) + ")" for one in patterns))
