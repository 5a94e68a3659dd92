"""Words with our own dictionary."""

from __future__ import annotations

from parsers.words import keywords, split_query, words


def test_words_of_talent_work_stay_whole() -> None:
    assert words("柔性引才和招才引智。") == ["柔性引才", "和", "招才引智"]


def test_a_search_is_split_without_repeats() -> None:
    assert split_query("人才公寓 人才公寓 政策") == ["人才公寓", "政策"]


def test_keywords_prefer_our_words() -> None:
    assert keywords("党管人才是原则，坚持党管人才，天气很好", 1) == ("党管人才",)
