"""The extractors beside which ours is measured, each in its own words; all but ours need not be installed.

Every peer takes the raw bytes and the address of a page. Libraries that take only text get it decoded by our rule,
which is better than what they would be handed otherwise.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable
from typing import Any

from parsers.decode import decode
from scheduler.benchmarks.scoring import Read, as_read

Extractor = Callable[[bytes, str | None], Read]

_BREAK = re.compile(r"</?(?:p|div|br|li|tr|h\d|section|article|table|ul|ol|blockquote)\b[^>]*>", re.I)
_TAG = re.compile(r"<[^>]*>")
_ANY_ADDRESS = "http://news.example/a.html"


def _ours() -> Extractor:
    from parsers.page import parse_page

    return lambda page, url: as_read(next(iter(parse_page(page, url).articles), None))


def _gne() -> Extractor:
    extractor = importlib.import_module("gne").GeneralNewsExtractor()

    def read(page: bytes, url: str | None) -> Read:
        found = extractor.extract(decode(page).text)
        return Read(found["title"], found["publish_time"], _names(found["author"]), None, found["content"])

    return read


def _readability() -> Extractor:
    document_of = importlib.import_module("readability").Document

    def read(page: bytes, url: str | None) -> Read:
        document = document_of(page)
        return Read(title=document.short_title(), body=_text(document.summary(html_partial=True)))

    return read


def _trafilatura() -> Extractor:
    extract = importlib.import_module("trafilatura").bare_extraction

    def read(page: bytes, url: str | None) -> Read:
        found = extract(page, url=url, include_comments=False, with_metadata=True)
        if found is None:
            return Read()
        return Read(found.title, found.date, _names(found.author), found.sitename, found.text or "")

    return read


def _newspaper() -> Extractor:
    article_of = importlib.import_module("newspaper").Article

    def read(page: bytes, url: str | None) -> Read:
        article = article_of(url or _ANY_ADDRESS, language="zh", fetch_images=False)
        article.download(input_html=decode(page).text)
        article.parse()
        return Read(article.title, str(article.publish_date or ""), tuple(article.authors), None, article.text)

    return read


def _goose() -> Extractor:
    words = importlib.import_module("goose3.text").StopWordsChinese
    goose = importlib.import_module("goose3").Goose({"stopwords_class": words, "enable_image_fetching": False})

    def read(page: bytes, url: str | None) -> Read:
        found = goose.extract(raw_html=page)
        return Read(found.title, str(found.publish_date or ""), tuple(found.authors), None, found.cleaned_text)

    return read


def _names(found: Any) -> tuple[str, ...]:
    return tuple(re.split(r"[;,]\s*", found)) if isinstance(found, str) and found else ()


def _text(html: str) -> str:
    from html import unescape

    return unescape(_TAG.sub("", _BREAK.sub("\n", html)))


# name as shown → (module that must be importable, maker)
PEERS: dict[str, tuple[str, Callable[[], Extractor]]] = {
    "caixun": ("parsers", _ours),
    "gne": ("gne", _gne),
    "readability-lxml": ("readability", _readability),
    "trafilatura": ("trafilatura", _trafilatura),
    "newspaper4k": ("newspaper", _newspaper),
    "goose3": ("goose3", _goose),
}


def installed() -> list[str]:
    """The names of the peers that can be imported here, ours first."""
    return [name for name, (module, _) in PEERS.items() if importlib.util.find_spec(module) is not None]
