"""Articles over several pages: the next page is told from the next article, and the joined text is one text."""

from __future__ import annotations

import pytest

from parsers.enrich import judge
from parsers.parts import is_part_of, joined
from parsers.values import Flag, Reading, Repair

_HOST = "http://news.example"


@pytest.mark.parametrize(
    ("first", "following"),
    [
        ("/system/2025/03/18/030535730.shtml", "/system/2025/03/18/030535730_2.shtml"),
        ("/system/2025/03/18/030535730_2.shtml", "/system/2025/03/18/030535730_3.shtml"),
        ("/n2/2022/0214/c182775-35132605.html", "/n2/2022/0214/c182775-35132605-2.html"),
        ("/2020-12/26/c_1126911649.htm", "/2020-12/26/c_1126911649_2.htm"),
        ("/2025-11/18/content_6729456.html", "/2025-11/18/content_6729456_2.html"),
        ("/202508/t20250807_217861.html", "/202508/t20250807_217861_1.html"),
        ("/show.php?id=51", "/show.php?id=51&page=2"),
        ("/show.php?id=51&page=2", "/show.php?id=51&page=3"),
        ("/detail/9931.html", "/detail/9931/2.html"),
    ],
)
def test_the_same_id_with_a_page_number_is_a_part(first: str, following: str) -> None:
    assert is_part_of(_HOST + first, _HOST + following)


@pytest.mark.parametrize(
    ("first", "following"),
    [
        ("/info/1053/6730.htm", "/info/1053/6731.htm"),
        ("/system/2025/03/18/030535730.shtml", "/system/2025/03/18/030535731.shtml"),
        ("/n2/2022/0214/c182775-35132605.html", "/n2/2022/0214/c182775-35132606.html"),
        ("/art/2026/4/13/art_73_9.html", "/art/2026/4/13/art_73_10.html"),
        ("/202508/t20250807_21.html", "/202508/t20250807_22.html"),
        ("/show.php?id=51", "/show.php?id=52"),
        ("/rc/index.html", "/rc/index_1.html"),
        ("/2025-11/18/content_6729456_2.html", "/2025-11/18/content_6729456.html"),
        ("/a/1234567.html", "//other.example/a/1234567_2.html"),
    ],
)
def test_another_article_or_a_list_is_no_part(first: str, following: str) -> None:
    assert not is_part_of(_HOST + first, following if following.startswith("//") else _HOST + following)


_FIRST = Reading(
    title="高原人才行动十年记",
    published="2025-03-18",
    authors=("方敏",),
    paragraphs=("核心提示：十年来人才回流。", "第一页的正文在这里。"),
    captions=("图为夜校。",),
    flags=(Flag("doubt", "存疑", 13, 16),),
)
_SECOND = Reading(
    title="高原人才行动十年记（2）",
    paragraphs=("高原人才行动十年记", "核心提示：十年来人才回流。", "第二页说到青河市。", "第二页完。"),
    captions=("图为夜校。", "图为牧场。"),
    flags=(Flag("year", "年份存疑", 27, 30), Flag("lead", "在重复的导语里", 10, 12)),
    repairs=(
        Repair("body", 29, 32, "靑河市", "青河市", "异体字", True),
        Repair("captions[1]", 2, 4, "牧塲", "牧场", "异体字", True),
        Repair("title", 0, 2, "髙原", "高原", "异体字", True),
    ),
)


def test_a_repeated_lead_in_is_there_once_and_the_title_stays() -> None:
    whole = joined(_FIRST, [_SECOND])
    assert whole.title == "高原人才行动十年记"
    assert whole.authors == ("方敏",)
    assert whole.paragraphs == (*_FIRST.paragraphs, "第二页说到青河市。", "第二页完。")
    assert whole.captions == ("图为夜校。", "图为牧场。")


def test_spans_count_in_the_joined_body() -> None:
    whole = joined(_FIRST, [_SECOND])
    places = [(repair.place, repair.after) for repair in whole.repairs]
    assert places == [("body", "青河市"), ("captions[1]", "牧场")]
    assert whole.body[whole.repairs[0].start : whole.repairs[0].end] == "青河市"
    assert whole.captions[1][whole.repairs[1].start : whole.repairs[1].end] == "牧场"
    kept = [(flag.name, whole.body[flag.start : flag.end]) for flag in whole.flags]
    before = _SECOND.body[27:30]
    assert kept == [("doubt", _FIRST.body[13:16]), ("year", before)]


def test_a_site_that_answers_with_the_first_page_again_adds_nothing() -> None:
    long = Reading(title="长文", paragraphs=tuple(f"第{number}段的文字。" for number in range(20)))
    assert joined(long, [long, long]).paragraphs == long.paragraphs


def test_an_article_joins_to_a_reading_to_be_judged_again() -> None:
    whole = joined(judge(_FIRST), [_SECOND])
    assert type(whole) is Reading


def test_printed_paragraphs_of_a_traditional_page_stay_beside_the_simplified_ones() -> None:
    first = Reading(title="人才", script="hant", paragraphs=("第一页。",), original_paragraphs=("第一頁。",))
    second = Reading(title="人才", script="hant", paragraphs=("第二页。",), original_paragraphs=("第二頁。",))
    assert joined(first, [second]).original_paragraphs == ("第一頁。", "第二頁。")
