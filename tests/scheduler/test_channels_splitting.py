"""Messages are cut by bytes, between articles where possible, and nothing of them is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.channels.splitting import parts

_NUMBER = re.compile(r"\A才讯（\d+/\d+）\n")


def cut(blocks: list[str], limit: int) -> tuple[str, ...]:
    return parts(blocks, lambda text: len(text.encode()) <= limit)


def squeezed(texts: tuple[str, ...] | list[str]) -> str:
    """The characters without what only lies between blocks and lines."""
    return "".join(_NUMBER.sub("", text) for text in texts).replace("\n", "")


def test_what_fits_is_one_part_without_a_number() -> None:
    assert cut(["头", "甲", "乙"], 100) == ("头\n\n甲\n\n乙",)


def test_parts_are_cut_between_articles_and_numbered() -> None:
    blocks = ["头", *(f"第{n}条" + "人" * 40 for n in range(6)), "尾"]
    found = cut(blocks, 300)
    assert [text.split("\n")[0] for text in found] == [f"才讯（{n}/{len(found)}）" for n in range(1, len(found) + 1)]
    for block in blocks:
        assert sum(block in text for text in found) == 1


def test_one_long_article_is_cut_at_its_lines() -> None:
    lines = [f"{n}" + "才" * 20 for n in range(10)]
    found = cut(["\n".join(lines)], 200)
    for line in lines:
        assert sum(line in text for text in found) == 1


def test_a_long_line_is_cut_after_a_mark_where_there_is_one() -> None:
    found = cut(["绿色算力人才引进。" * 20], 200)
    assert all(text.endswith("。") for text in found)


def test_characters_of_several_code_points_stay_whole() -> None:
    family = "👨‍👩‍👧‍👦"
    found = cut([family * 30], 120)
    assert all(set(_NUMBER.sub("", text).split(family)) == {""} for text in found)


def test_a_limit_below_one_character_is_an_error() -> None:
    with pytest.raises(ValueError, match="no character"):
        cut(["人才" * 10], 10)


_PIECES = st.sampled_from(["\n", "。", "，", "e\u0301", "人", "😀", "👨‍👩‍👧", "才" * 30, "a" * 50]) | st.characters(
    exclude_categories=["Cs", "Cc"]
)
_TEXTS = st.lists(_PIECES, max_size=40).map("".join)


@given(st.lists(_TEXTS, max_size=6), st.integers(60, 400))
def test_nothing_is_lost_added_or_too_long(blocks: list[str], limit: int) -> None:
    found = cut(blocks, limit)
    assert all(len(text.encode()) <= limit for text in found)
    assert squeezed(found) == squeezed(["".join(blocks)])
