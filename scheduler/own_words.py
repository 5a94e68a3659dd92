"""The operator's own words of relevance: DIR/lexicon.toml, in the form of the built-in parsers/data/lexicon.toml.

A word there is added to the built-in ones or takes the place of one (group "none" silences it). The file is read when a
stage starts; `caixun reparse` brings what is stored under new words.
"""

from __future__ import annotations

from dataclasses import replace

from db.paths import DataDirectory
from parsers import Page, enrich
from parsers.lexicon import Lexicon, LexiconError, extended, words_of

FILE_NAME = "lexicon.toml"


def lexicon_of(directory: DataDirectory) -> Lexicon | None:
    """The built-in words with the operator's; None where there is no such file. Raises LexiconError."""
    file = directory.path / FILE_NAME
    if not file.exists():
        return None
    try:
        return extended(words_of(file.read_text("utf-8"), str(file)))
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(f"{file} 读不出：{error}；须是 UTF-8 的 TOML 文件") from error


def judged_by(lexicon: Lexicon, page: Page, url: str | None) -> Page:
    """The page with its articles judged again by `lexicon`; facts are read where one is relevant only now."""
    articles = []
    for article in page.articles:
        judged = enrich.judge(article, url, lexicon)
        articles.append(replace(judged, flags=tuple(dict.fromkeys(judged.flags))))  # it was flagged once before
    return replace(page, articles=tuple(articles))
