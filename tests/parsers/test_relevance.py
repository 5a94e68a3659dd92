"""Relevance on our own labelled texts (relevance_texts.tsv, written before the lexicon was tuned)."""

from __future__ import annotations

from pathlib import Path

from parsers.relevance import score

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "relevance_texts.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def test_precision_and_recall_on_our_texts() -> None:
    verdicts = [(label == "1", score(title, text).relevant) for label, title, text in ROWS]
    found = sum(gold and said for gold, said in verdicts)
    assert found / sum(said for _, said in verdicts) >= 0.98
    assert found / sum(gold for gold, _ in verdicts) >= 0.97


def test_the_words_that_decided_are_in_the_text() -> None:
    for _, title, text in ROWS:
        assert all(word in title + text for word in score(title, text).words)


def test_fiction_with_the_words_of_talent_work_stays_out() -> None:
    text = "人才工作委员会的大门打开，系统提示音响起，宿主冷笑一声，丹田中灵气翻涌。"
    assert not score("第三章 人才工作", text).relevant


def test_an_empty_text_is_not_relevant() -> None:
    assert score("", "").score == 0.0
