"""Text that went through the mirror's damage, made here on bytes, comes back as it was."""

from __future__ import annotations

import time

import pytest

from parsers.mirror import clean_text, is_mirror, strip_pinyin
from parsers.plain_text import read_text

# pairs of characters and the reading that the mirror writes behind their bytes, wherever these bytes stand
NOTES = {
    "務": "wù",
    "發": "fā",
    "學": "xué",
    "業": "yè",
    "領": "lǐng",
    "進": "jìn",
    "驅": "qū",
    "訓": "xùn",
    "數": "shù",
}
PAGE = (
    "市里為農業領域專家學者和專業技術人員提供服務,推動東部學校同本地學校結對。\n"
    "新區發展靠人才,服務進一步到位,學生願意留下來就業,企業也願意領先一步。\n"
)


def damaged(text: str) -> str:
    """`text` as the mirror prints it: the reading put behind the bytes of each pair, without regard to borders."""
    raw = text.encode("gbk")
    for character, reading in NOTES.items():
        note = b"(" + reading.encode("utf-8") + b")"
        raw = raw.replace(character.encode("gbk"), character.encode("gbk") + note)
    out, at = "", 0
    while at < len(raw):
        if raw[at] == 0x28:  # a reading: UTF-8 here so that the toned letters pass through
            end = raw.index(b")", at) + 1
            out += raw[at:end].decode("utf-8")
            at = end
        elif raw[at] < 0x80:
            out += chr(raw[at])
            at += 1
        elif raw[at + 1 : at + 2] == b"(":  # the lost byte eats the bracket
            end = raw.index(b")", at) + 1
            out += "?" + raw[at + 2 : end].decode("utf-8")
            at = end
        else:
            pair = raw[at : at + 2].decode("gb18030", errors="ignore")
            out += "" if "\ue4c6" <= pair <= "\uf8ff" else pair
            at += 2
    return out.replace("＜", "<")


def test_the_page_is_of_the_mirror_class_and_really_damaged() -> None:
    seen = damaged(PAGE)
    assert is_mirror(seen)
    assert "?qū)" in seen and "?xùn)" in seen


def test_damage_is_undone() -> None:
    cleaned = clean_text(damaged(PAGE))
    assert cleaned.text == PAGE
    assert len(cleaned.repairs) == 2
    for repair in cleaned.repairs:
        assert cleaned.text[repair.start : repair.end] == repair.after
        assert repair.before.startswith("?")


def test_the_source_of_a_page_is_cleaned_with_its_tags() -> None:
    cleaned = clean_text("<p>" + damaged(PAGE).replace("\n", "</p>\n<p>") + "</p>")
    assert "專家學者" in cleaned.text and cleaned.text.count("<p>") == 3 and cleaned.repairs


@pytest.mark.parametrize("kept", ["(2024—2026年)", "(博士服務團)", "(AI)", "單位(bù)", "平臺(platform)"])
def test_other_brackets_stay(kept: str) -> None:
    assert strip_pinyin(f"方案{kept}") == f"方案{kept}"


@pytest.mark.parametrize(
    "text",
    [
        "为什么要来?因为这里有人才公寓!大家都说好!\n第二天,他又来了?是的。",
        "行(xíng)字有两个读音,另一个是行(háng)。",
        "這一頁是繁體字?沒有注音,也沒有損壞!",
    ],
)
def test_text_that_is_no_mirror_is_untouched(text: str) -> None:
    assert clean_text(text).text == text
    assert clean_text(text).repairs == ()


def test_real_question_marks_on_a_mirror_page_stay() -> None:
    question = "為什么要來?因為這里有公寓!大家都說好!\n「你也來嗎?」他問。\n"
    assert question in clean_text(damaged(PAGE) + question).text


def test_a_repaired_article_keeps_what_was_printed() -> None:
    (reading,) = read_text("人才新聞\n" + damaged(PAGE))
    assert reading.script == "hant"
    assert reading.paragraphs[0].startswith("市里为农业领域专家学者和专业技术人员")
    assert reading.original_paragraphs[0].startswith("市里為農業領域專家學者")
    assert [reading.body[r.start : r.end] for r in reading.repairs] == [r.after for r in reading.repairs]
    assert reading.repairs


@pytest.mark.parametrize(
    "text",
    [
        "犇(bēn)、淼(miǎo)、骉(biāo)三个字怎么读？牛多为犇，马多为骉。",
        "汉语拼音教学：妈(mā)麻(má)马(mǎ)骂(mà)，学(xué)习(xí)生字，每天练习！",
        "學(xué)中(zhōng)文(wén)：今(jīn)天(tiān)天(tiān)氣(qì)很(hěn)好(hǎo)，我(wǒ)們去上(shàng)課(kè)。",
        "臺灣地名讀音：艋舺、鹿港(gǎng)、瑠公圳(zhèn)；圳是水道，圳邊有田，鹿港有老街，港口已淤。",
        "囊谦县吉曲乡的犏(piān)牛产奶多，犏牛是黄牛与牦(máo)牛的后代，牦牛耐寒。",
        "問題是這樣的?學(xué)生問。",
    ],
)
def test_pages_with_pinyin_are_not_of_the_class(text: str) -> None:
    assert not is_mirror(text)
    assert clean_text(text).text == text


def test_one_short_paragraph_is_enough() -> None:
    assert is_mirror("青海省推進(jìn)人才工作領(lǐng)導(dǎo)小組會議召開。")
    assert is_mirror("領(lǐng)域?qū)<覍W(xué)者參加。")


def test_a_clean_page_costs_next_to_nothing() -> None:
    page = "<script>f(a)(b);</script><p>全省人才工作会议（2025年）在西宁召开(AI)。</p>" * 3000
    assert len(page) > 150_000
    best = min(_seconds(page) for _ in range(10))
    assert best < 0.0005  # 0.02 ms measured; ten times the budget of 0.05 ms, for a busy machine


def _seconds(page: str) -> float:
    start = time.perf_counter()
    is_mirror(page)
    return time.perf_counter() - start
