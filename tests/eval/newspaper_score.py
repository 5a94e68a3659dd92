"""How well read articles agree with a made newspaper page: order of lines, headings, cut into articles."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from parsers.values import Reading
from tests.eval.newspaper_lines import Printed
from tests.eval.newspaper_pages import Paper


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one paper or of several; every figure is a pair (right, all)."""

    neighbours: tuple[int, int] = (0, 0)
    headings: tuple[int, int] = (0, 0)
    found: tuple[int, int] = (0, 0)  # printed articles read whole and without foreign lines
    true: tuple[int, int] = (0, 0)  # read articles that are printed ones
    authors: tuple[int, int] = (0, 0)
    captions: tuple[int, int] = (0, 0)
    heads: tuple[int, int] = (0, 0)  # kickers and subtitles
    adverts: tuple[int, int] = (0, 0)  # lines of adverts that stay out

    def share(self, name: str) -> float:
        """One figure as a share of 1."""
        right, total = getattr(self, name)
        return right / total if total else 1.0

    @property
    def f1(self) -> float:
        """F1 of the cut into articles."""
        recall, precision = self.share("found"), self.share("true")
        return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def total(scores: Iterable[Score]) -> Score:
    """All counts added."""
    rows = list(scores)
    sums = {
        field.name: tuple(sum(getattr(row, field.name)[at] for row in rows) for at in (0, 1)) for field in fields(Score)
    }
    return Score(**sums)


def score(paper: Paper, readings: Sequence[Reading]) -> Score:
    """The counts of one paper."""
    texts = [_plain(reading.body) for reading in readings]
    pairs = [_partner(article, readings, texts) for article in paper.articles]
    whole = "\n".join(_everything(reading) for reading in readings)
    good = [number for article, number in zip(paper.articles, pairs, strict=True) if _same(article, texts, number)]
    together = list(zip(paper.articles, (readings[n] if n is not None else Reading() for n in pairs), strict=True))
    heads = [(g.kicker, r.kicker) for g, r in together] + [(g.subtitle, r.subtitle) for g, r in together]
    stray = [line for line in paper.adverts if _plain(line) in whole]
    return Score(
        neighbours=_neighbours(paper.articles, "\n".join(texts)),
        headings=_headings(paper.articles, readings),
        found=(len(good), len(paper.articles)),
        true=(len(set(good)), len(readings)),
        authors=(sum(gold.authors == read.authors for gold, read in together), len(together)),
        captions=(
            sum(_plain("".join(g.captions)) == _plain("".join(r.captions)) for g, r in together if g.captions),
            sum(bool(gold.captions) for gold, _ in together),
        ),
        heads=(sum(_plain(gold) == _plain(read) for gold, read in heads), len(heads)),
        adverts=(len(paper.adverts) - len(stray), len(paper.adverts)),
    )


def _plain(text: str | None) -> str:
    return re.sub(r"[^\S\n]|\n", "", unicodedata.normalize("NFKC", text or ""))


def _everything(reading: Reading) -> str:
    return "\n".join(map(_plain, (reading.title, reading.kicker, reading.subtitle, reading.body, *reading.captions)))


def _partner(article: Printed, readings: Sequence[Reading], texts: Sequence[str]) -> int | None:
    """The reading that holds most of the article's lines."""
    lines = [_plain(line) for line in article.lines]
    held = [sum(line in text for line in lines) for text in texts]
    best = max(range(len(readings)), key=held.__getitem__, default=None)
    return best if best is not None and held[best] else None


def _same(article: Printed, texts: Sequence[str], number: int | None) -> bool:
    """At least 95 % of the lines are there, and at most 5 % of the text is something else."""
    if number is None:
        return False
    lines = [_plain(line) for line in article.lines]
    here = sum(len(line) for line in lines if line in texts[number])
    printed = sum(map(len, lines))
    return here >= 0.95 * printed and len(texts[number]) <= 1.05 * printed


def _neighbours(articles: Sequence[Printed], text: str) -> tuple[int, int]:
    pairs = [pair for article in articles for pair in itertools.pairwise(map(_plain, article.lines))]
    return sum(first + second in text for first, second in pairs), len(pairs)


def _headings(articles: Sequence[Printed], readings: Sequence[Reading]) -> tuple[int, int]:
    """Titles and subheads that stand exactly once: as a title, or as a paragraph of their own."""
    titles = [_plain(reading.title) for reading in readings]
    paragraphs = [_plain(paragraph) for reading in readings for paragraph in reading.paragraphs]
    right = sum(titles.count(_plain(article.title)) == 1 for article in articles)
    subheads = [_plain(subhead) for article in articles for subhead in article.subheads]
    right += sum(paragraphs.count(subhead) == subheads.count(subhead) for subhead in subheads)
    return right, len(articles) + len(subheads)
