"""Traditional becomes Simplified, word for word; Simplified stays what it is, and costs nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from parsers.script import fold, is_simplified, simplify

PAIRS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "script_pairs.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


def test_words_are_converted() -> None:
    wrong = [(old, new, simplify(old)) for old, new in PAIRS if simplify(old) != new]
    assert len(PAIRS) >= 123
    assert len(wrong) <= len(PAIRS) * 0.025, wrong


def test_the_simplified_words_stay() -> None:
    assert [new for _, new in PAIRS if simplify(new) != new] == []


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("他著手編寫的專著取得顯著成效,著名學者沿著湖邊走著。", "他着手编写的专著取得显著成效,著名学者沿着湖边走着。"),
        ("乾隆年間這裡氣候乾燥,幹部帶頭苦幹,與此並不相干。", "乾隆年间这里气候干燥,干部带头苦干,与此并不相干。"),
        (
            "皇后鎮的後勤人員於會後提出:關於拉麵的價格,麵館方面要徵求意見。",
            "皇后镇的后勤人员于会后提出:关于拉面的价格,面馆方面要征求意见。",
        ),
        ("理髮師發現一隻貓只有三公里以內的活動範圍。", "理发师发现一只猫只有三公里以内的活动范围。"),
        (
            "老闆憂鬱地解開繫在松樹上的繩子,鬆了口氣,心裡嚮往著新方向。",
            "老板忧郁地解开系在松树上的绳子,松了口气,心里向往着新方向。",
        ),
        ("復興之路複雜反覆,彙報詞彙要匯總。", "复兴之路复杂反复,汇报词汇要汇总。"),
        ("這種軟體的資訊程式品質好,用滑鼠點選網路連結。", "这种软体的资讯程式品质好,用滑鼠点选网路连结。"),
        ("牆上寫著名字,他們討論著作業,隨著有關著作出版。", "墙上写着名字,他们讨论着作业,随着有关著作出版。"),
        ("為什麼這麼多?", "为什么这么多?"),
    ],
)
def test_sentences_are_converted_and_vocabulary_is_not_rewritten(printed: str, read: str) -> None:
    assert simplify(printed) == read
    assert len(printed) == len(read)


@pytest.mark.parametrize(
    "text",
    [
        "显著成效来自沿着正确方向的努力，这么做的著名学者著有《乾隆年间的河湟》。",
        "慰藉与狼藉，瞭望塔下的於先生，宫商角徵羽，覆盖颠覆。",
        "什么时候来？怎么走？",
        "2025年AI大会",
        "",
    ],
)
def test_simplified_text_is_left_alone(text: str) -> None:
    assert simplify(text) is text or simplify(text) == text


def test_what_is_simplified() -> None:
    assert is_simplified("全省人才工作会议在西宁召开，成效显著。")
    assert not is_simplified("全省人才工作會議")
    assert not is_simplified("著眼乾旱")  # nothing says Simplified: to be converted


def test_two_spellings_meet_in_the_normal_form() -> None:
    assert fold("綠色算力ＡＩ著眼") == fold("绿色算力ai着眼")
    assert len(fold("㎏瞭解")) == len("㎏瞭解")


def test_simplified_text_costs_next_to_nothing() -> None:
    text = ("西宁市委组织部着眼产业发展需求，显著提升引才聚才能力，这么多专家学者来到高原。" * 80)[:3000]
    simplify(text)
    best = min(_seconds(text) for _ in range(20))
    assert best < 0.0005  # 0.01 ms measured; ten times the budget of 0.05 ms, for a busy machine


def _seconds(text: str) -> float:
    start = time.perf_counter()
    simplify(text)
    return time.perf_counter() - start


def test_half_a_character_does_no_harm() -> None:
    assert fold("臺灣\udc00人才") == "台湾\udc00人才"
    assert simplify("\ud800") == "\ud800"
    assert fold("\ud800臺\udc00\ud801") == "\ud800台\udc00\ud801"
