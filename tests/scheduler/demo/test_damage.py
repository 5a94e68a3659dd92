from __future__ import annotations

import pytest

from scheduler.demo.damage import damage, decode_shifted


@pytest.mark.parametrize(
    ("clean", "damaged"),
    [
        ("领域专家学", "領(lǐng)域?qū)<覍W(xué)"),
        ("专家库，为", "專家?guī),為"),
        ("当地文旅产", "當(dāng)?shù)匚穆卯a(chǎn)"),
        ("青海客户端讯", "青?蛻舳擞"),
        ("推动东部", "推動?xùn)|部"),
        ("改变人。", "改變?nèi)。"),
        ("运输等环", "運(yùn)輸?shù)拳h(huán)"),
    ],
)
def test_the_damage_seen_in_the_wild_is_reproduced(clean: str, damaged: str) -> None:
    assert damage(clean) == damaged


def test_a_cut_ends_at_the_next_mark() -> None:
    assert damage("青海客户端讯，春到高原。").endswith(",春到高原。")


def test_an_annotated_character_inside_its_own_bytes_keeps_them() -> None:
    assert damage("进", "進") == "進(jìn)"
    assert damage("进", "") == "進"


def test_listing_a_character_twice_annotates_it_once() -> None:
    assert damage("协议", "議議") == "協議(yì)"


def test_shifted_bytes_drop_an_odd_last_one_and_mark_an_impossible_pair() -> None:
    assert decode_shifted("才".encode("gbk") + b"\xbf") == "才"
    assert decode_shifted(b"\xbf(a)") == "?a)"


def test_ascii_and_digits_pass() -> None:
    assert damage("2026年1240人次 AI") == "2026年1240人次 AI"
