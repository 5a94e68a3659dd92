"""Made newspaper pages, read: no figure falls below what issue 4 asks for."""

from __future__ import annotations

import os
import random
import time

import pytest

from parsers.newspaper import is_newspaper, read_newspaper
from parsers.pdf import read_pdf
from tests.eval.newspaper_layouts import MAKERS, Walls
from tests.eval.newspaper_pages import FONT, Order, Paper, make
from tests.eval.newspaper_score import Score, score, total
from tests.eval.newspaper_texts import TextArticle, text_page

needs_font = pytest.mark.skipif(
    not FONT.exists() and "CI" not in os.environ, reason="needs the Debian package fonts-wqy-microhei"
)
_SEED = 20261121  # set before the reader was tuned, and never changed


def papers(kind: str, seed: int = _SEED) -> list[tuple[Paper, bool]]:
    """The papers of one layout in all orders and walls, and whether all their articles are rectangles."""
    made = []
    for order in Order:
        for walls in Walls:
            pick = random.Random(f"{seed} {kind} {order} {walls}")
            layouts = tuple(maker(pick, walls) for maker in MAKERS[kind])
            paper = make(layouts, walls, order, pick.randint(0, 10**9))
            made.append((paper, all(layout.rectangular for layout in layouts)))
    return made


def read_all(kind: str, seed: int = _SEED) -> Score:
    """The score of all papers of one layout."""
    return total(score(paper, read_pdf(paper.body)) for paper, _ in papers(kind, seed))


@needs_font
@pytest.mark.parametrize("kind", MAKERS)
def test_made_pages_are_read_in_order_and_cut_into_articles(kind: str) -> None:
    scored = read_all(kind)
    assert scored.share("neighbours") >= 0.99  # wanted: 0.98 for rectangles, 0.93 for the others
    assert scored.share("headings") == 1.0
    assert scored.f1 >= 0.98
    assert scored.share("adverts") == 1.0
    assert scored.share("captions") >= 0.95
    assert scored.share("authors") >= 0.95
    assert scored.share("heads") >= 0.95


@needs_font
def test_a_second_takes_five_pages() -> None:
    made = [paper for paper, _ in papers("grid")]
    start = time.process_time()
    for paper in made:
        read_pdf(paper.body)
    assert len(made) / (time.process_time() - start) >= 5


def test_text_of_a_page_with_several_articles_is_cut_into_them() -> None:
    right = total_articles = 0
    for seed in range(40):
        text, articles = text_page(seed)
        assert is_newspaper(text)
        readings = read_newspaper(text)
        read = {
            TextArticle(one.title or "", one.subtitle or "", " ".join(one.authors), one.paragraphs) for one in readings
        }
        right += sum(article in read for article in articles)
        total_articles += max(len(articles), len(readings))
    assert right / total_articles >= 0.95
