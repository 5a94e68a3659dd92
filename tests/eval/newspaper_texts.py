"""Text of newspaper pages with several articles, as copying from a page gives it: narrow lines, blocks out of place."""

from __future__ import annotations

import random
from dataclasses import dataclass

from parsers.newspaper import line_width
from tests.eval.newspaper_words import Words, subjects

_CLOSING = "，。！？；：”》）"


@dataclass(frozen=True, slots=True)
class TextArticle:
    """What a reader finds under one title."""

    title: str
    subtitle: str
    author: str
    paragraphs: tuple[str, ...]


def text_page(seed: int) -> tuple[str, list[TextArticle]]:
    """A page of two or three articles. With an odd seed their second halves have changed places, and a shadowed
    title stands twice."""
    pick = random.Random(seed)
    articles: list[TextArticle] = []
    heads: list[str] = []
    tails: list[str] = []
    for subject in subjects(pick, pick.choice((2, 3))):
        words = Words(pick, **subject)
        paragraphs = ["".join(words.sentence() for _ in range(pick.randint(2, 4))) for _ in range(pick.randint(5, 7))]
        title = f"{subject['place']}{subject['what']}助力{subject['field']}"
        article = TextArticle(
            title, f"——{subject['place']}{subject['field']}人才工作观察", words.name(), tuple(paragraphs)
        )
        articles.append(article)
        width, cut = pick.choice((13, 16, 19, 24)), pick.randint(2, len(paragraphs) - 2)
        columns = [_column(paragraph, width) for paragraph in paragraphs]
        printed = title * 2 if seed % 2 and len(title) <= 30 else title
        heads.append("\n\n".join((f"{printed}\n{article.subtitle}\n\n本报记者 {article.author}", *columns[:cut])))
        tails.append("\n\n".join(columns[cut:]))
    if seed % 2:
        pick.shuffle(tails)
    return "\n\n".join(block for pair in zip(heads, tails, strict=True) for block in pair), articles


def _column(text: str, width: int) -> str:
    lines = [""]
    for character in text:
        if line_width(lines[-1] + character) > width and character not in _CLOSING:
            lines.append("")
        lines[-1] += character
    return "\n".join(lines)
