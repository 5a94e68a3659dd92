"""The offline pages of a bundle: made of texts alone, they ask no server for anything and run one script of ours.

Whatever a site printed is escaped on its way into a page, and the policy in each page's head allows the one style and
the one script by their hashes, so that a browser refuses all else even if something slipped through.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from db.bundle.articles import Line, OfflineArticle

ROWS = 500  # titles on a page of the list; the search reaches all
_PLACE = Path(__file__).parent / "pages"
_TEMPLATES = Environment(loader=FileSystemLoader(_PLACE), autoescape=True, undefined=StrictUndefined)
_STYLE = (_PLACE / "bundle.css").read_text("utf-8")
_SCRIPT = (_PLACE / "search.js").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class About:
    """What every page says of the bundle."""

    title: str
    articles: int
    as_of: int
    moment: str
    snapshots: bool
    rights: str

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return max(1, -(-self.articles // ROWS))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_POLICY = f"default-src 'none'; style-src {_hash(_STYLE)}; base-uri 'none'; form-action 'none'"
_WITH_SCRIPT = f"{_POLICY}; script-src {_hash(_SCRIPT)}"


def list_page(about: About, number: int, rows: Iterable[Line], titles: Iterable[Line] | None) -> Iterator[str]:
    """Page `number` of the list, in pieces; the first has the search over the `titles` of all."""
    mark = "\0titles\0"
    whole = _TEMPLATES.get_template("list.html").render(
        about=about, number=number, pages=about.pages, rows=rows, style=Markup(_STYLE), script=Markup(_SCRIPT),  # noqa: S704 - ours
        policy=_WITH_SCRIPT if titles is not None else _POLICY, titles=None if titles is None else mark,
    )  # fmt: skip
    before, found, after = whole.partition(mark)
    yield before
    if found and titles is not None:
        yield from _titles(titles)
        yield after


def _titles(titles: Iterable[Line]) -> Iterator[str]:
    """A JSON list of lists; no `<` stands in it, so that no title can end the element that it stands in."""
    yield "["
    for number, one in enumerate(titles):
        text = json.dumps([one.id, one.title, one.day, one.site], ensure_ascii=False, separators=(",", ":"))
        yield ("," if number else "") + text.replace("<", "\\u003c")
    yield "]"


def article_page(about: About, one: OfflineArticle) -> str:
    """The page of an article."""
    template = _TEMPLATES.get_template("article.html")
    return template.render(about=about, one=one, style=Markup(_STYLE), policy=_POLICY)  # noqa: S704 - our own style
