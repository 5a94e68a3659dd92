"""A short fuzz run in the suite; the long one is `python -m tests.eval.fuzz --inputs 20000`."""

from __future__ import annotations

from parsers.values import Article, Fact, Page, PageKind
from tests.eval import fuzz
from tests.eval.mutations import MUTATIONS, mutated


def test_mutated_pages_never_raise_nor_stall() -> None:
    outcomes = fuzz.run(range(300), seed=20261121, pages=fuzz.seed_pages())
    assert len(outcomes) == 300
    assert [one for one in outcomes if one.fault] == [], fuzz.report(outcomes)


def test_a_run_can_be_repeated_and_uses_every_mutation() -> None:
    pages = fuzz.seed_pages()
    first = [mutated(7, number, pages) for number in range(200)]
    assert first == [mutated(7, number, pages) for number in range(200)]
    used = {name for steps, _ in first for name in steps.split("+")}
    assert used == {mutation.__name__ for mutation in MUTATIONS}


def test_a_result_that_breaks_a_promise_is_a_fault() -> None:
    fact = Fact("figure", "青海省", "2025", "引进人才", 0, 4, "figure", 1)
    wrong = Article(title="题", paragraphs=("省里引进人才。",), facts=(fact,))
    assert "evidence" in fuzz.broken_promise(Page(kind=PageKind.ARTICLE, reason="文章页", articles=(wrong,)))
    lone = Article(title="\ud83d", paragraphs=("省里引进人才。",))
    assert "stored" in fuzz.broken_promise(Page(kind=PageKind.ARTICLE, reason="文章页", articles=(lone,)))
