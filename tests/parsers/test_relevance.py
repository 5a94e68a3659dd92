"""Relevance on our own labelled texts: relevance_items.jsonl and relevance_texts.tsv, written before any tuning.

The first 326 are split by a hash of their titles; words and weights were chosen on the half `dev`, `test` was kept
aside. `later` are items written after that to see what was still wrong, and tuned on since; the 41 of `fresh` came when
all was settled and were first told with one false and one missed. The 60 of `second`, shorter and worded further from
the lexicon, were first told at P .96, R .80 (six missed, most without the word 人才) and tuned on since; the 40 of
`third`, written after that, at P 1.0, R .60: talent work told as a story, in words that are new, was missed. The 100 of
`fourth` came from a writer who had seen no rule: the lexicon told them at P .935, R .86; with weights learned from all
texts but them (`python -m tests.eval.learn_relevance --without fourth`) P 1.0, R .94. They are learned from now.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parsers import learned_words
from parsers.lexicon import LexiconError, Word, extended, words_of
from parsers.relevance import score
from tests.eval import learn_relevance

HERE = Path(__file__).parent
ITEMS = [
    json.loads(line)
    for name in ("relevance_items.jsonl", "relevance_fourth.jsonl")
    for line in (HERE / name).read_text("utf-8").splitlines()
]
ROWS = [
    line.split("\t")
    for line in (HERE / "relevance_texts.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(
    ("half", "precision", "recall"),
    [
        ("dev", 0.98, 0.97),
        ("test", 0.98, 0.97),
        ("later", 0.98, 0.97),
        ("fresh", 0.97, 0.97),
        ("second", 0.97, 0.96),
        ("third", 0.97, 0.90),
        ("fourth", 0.97, 0.94),
    ],
)
def test_precision_and_recall_of_each_half(half: str, precision: float, recall: float) -> None:
    verdicts = [
        (item["relevant"], score(item["title"], item["text"]).relevant) for item in ITEMS if item["half"] == half
    ]
    found = sum(gold and said for gold, said in verdicts)
    assert found / sum(said for _, said in verdicts) >= precision
    assert found / sum(gold for gold, _ in verdicts) >= recall


def test_precision_and_recall_on_the_earlier_texts() -> None:
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


def test_people_and_deed_count_only_in_the_same_sentence() -> None:
    together = score("", "县里请来退休教授。").score
    apart = score("", "县里来了一位退休教授。路修好了，从外地请来了施工队。").score
    assert together > apart


def test_the_public_hand_makes_acts_count_more() -> None:
    assert score("", "市卫健委给每位医生结对带教。").score > score("", "诊所给每位医生结对带教。").score


def test_a_word_of_the_operator_counts_and_replaces_the_built_in_one() -> None:
    title, text = "河湟青蓝卡首发", "河湟青蓝卡今起发放，首批一百人领到。"
    added = words_of('[[words]]\ngroup = "core"\nweight = 4\nwhy = "本省人才卡的名字"\nwords = "河湟青蓝卡"')
    assert not score(title, text).relevant
    assert score(title, text, extended(added)).relevant
    assert score(title, text, extended(added)).words[0] == "河湟青蓝卡"
    muted = extended([Word("人才工作", "none", 0.0)])
    assert score("人才工作", "", muted).score < 0.15


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("words = 3", "words"),
        ('[[words]]\ngroup = "gut"\nweight = 1\nwhy = "x"\nwords = "甲"', "group"),
        ('[[words]]\ngroup = "core"\nweight = 99\nwhy = "x"\nwords = "甲"', "weight"),
        ('[[words]]\ngroup = "core"\nweight = 1\nwords = "甲"', "why"),
        ('[[words]]\ngroup = "core"\nweight = 1\nwhy = "x"\nwords = " "', "words"),
        ('[[words]]\ngroup = "core"\nweight = 1\nwhy = "x"\nwords = "甲"\nrole = "boss"', "role"),
        ('[[words]]\ngroup = "core"\nweight = 1\nwhy = "x"\nwords = "甲"\ncolour = "red"', "colour"),
        ("[[words", "TOML"),
    ],
)
def test_a_wrong_lexicon_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(LexiconError, match=f"own.toml.*{reason}"):
        words_of(text, "own.toml")


def test_the_learned_weights_are_those_of_the_labelled_texts() -> None:
    everything = learn_relevance.items()
    words = learn_relevance.vocabulary(everything)
    weights, constant = learn_relevance.learn(everything, words)
    kept, values, kept_constant = learned_words._weights()
    assert list(kept) == words
    assert list(values) == pytest.approx(list(weights), abs=1e-3)
    assert kept_constant == pytest.approx(constant, abs=1e-3)
