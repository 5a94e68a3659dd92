"""The headline of an article page, with kicker (引题) and subtitle (副题) where they are printed."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from parsers.html_trim import squeezed
from parsers.tree import text_of

_SITE = re.compile(r"\s*(?:[_|｜]+|\s-+\s?|--+|—{1,2}|–|::|-(?=[^-]{2,20}$))\s*")
_HEADINGS = (
    "h1",
    "#title",
    "#ArticleTitle",
    ".article-title",
    ".title",
    "h2",
    "h3",
    '[class*="title"]',
    '[id*="title"]',
)
_METAS = ("articletitle", "og:title", "twitter:title", "title", "headline")
_DATA_KEY = "headline"


def find_title(tree: LexborHTMLParser, metas: dict[str, str], selectors: tuple[str, ...]) -> str | None:
    """The headline as printed, or None. A heading is believed when `<title>` or a meta tag agrees with it."""
    for selector in selectors:
        found = _selected(tree, metas, selector)
        if found:
            return found
    page_title = text_of(tree.css_first("title"))
    witnesses = [text for text in [*(metas.get(name, "") for name in _METAS), page_title] if len(text) > 3]
    headings = _headings(tree)
    for heading in headings:
        if any(_agree(heading, witness) for witness in witnesses):
            return _without_buttons(heading, page_title)
    return _from_witnesses(metas, page_title) or (headings[0] if headings else None)


def split_title(title: str) -> tuple[str, str | None]:
    """(title, subtitle) where a subtitle is printed behind a dash on the same line: 题——副题."""
    head, dash, rest = title.partition("——")
    if dash and len(head.strip()) >= 6 and len(rest.strip()) >= 6 and "——" not in rest:
        return head.strip(), rest.strip()
    return title, None


def without_site(page_title: str) -> str:
    """A `<title>` without the parts that name the site or the column."""
    parts = [part for part in _SITE.split(page_title) if part.strip()]
    if len(parts) < 2:
        return page_title.strip()
    first = parts[0].strip()
    return first if len(first) >= 6 else max(parts[:2], key=len).strip()


def _selected(tree: LexborHTMLParser, metas: dict[str, str], selector: str) -> str | None:
    meta = re.fullmatch(r"meta\[name=[\"']?([^\]\"']+)[\"']?\]", selector)
    if meta:
        return metas.get(meta[1].lower())
    return text_of(tree.css_first(selector)) or None


def _headings(tree: LexborHTMLParser) -> list[str]:
    found: list[str] = []
    for selector in _HEADINGS:
        for node in tree.css(selector)[:12]:
            if node.tag in ("title", "meta", "script", "body", "html", "a"):
                continue
            text = text_of(node)
            if 4 <= len(text) <= 120 and text not in found:
                found.append(text)
    return found


def _agree(heading: str, witness: str) -> bool:
    """A witness begins with the heading, or is a cut form of it; a heading that is only the site's name fails."""
    short, long = squeezed(heading), squeezed(witness)
    if len(short) < 4:
        return False
    if len(short) >= 10 and short in long:
        return True
    if long.startswith(short):
        return len(short) >= 6 or squeezed(without_site(witness)) == short
    return len(long) >= 6 and short.startswith(long) and len(short) <= len(long) * 2.5


def _without_buttons(heading: str, page_title: str) -> str:
    """A heading with the text of buttons inside it (朗读, 播报文章) ends where the page's own title ends."""
    named = squeezed(without_site(page_title))
    words = heading.split(" ")
    for end in range(1, len(words)):
        if len(named) >= 8 and squeezed("".join(words[:end])) == named:
            return " ".join(words[:end])
    return heading


def _from_witnesses(metas: dict[str, str], page_title: str) -> str | None:
    for name in _METAS:
        text = metas.get(name, "")
        if len(text) >= 6 and (not page_title or squeezed(text)[:6] in squeezed(page_title)):
            return without_site(text)
    if re.match(r"^[\s_|｜\-—]", page_title):  # the place of the headline is empty: only the site's name is left
        return None
    return without_site(page_title) or None
