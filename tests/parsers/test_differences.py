"""What changed between two texts, by kind, where it stands, and what matters first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.differences import differences, weightiest

OLD = (
    "青海省委组织部3月18日在西宁市召开会议，王卫东出席并讲话，通报引进人才103名。\n"
    "会议指出，要把人才工作摆在突出位置，形成各方齐抓共管的格局。\n"
    "会议还审议了其他事项。"
)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("103名", "130名", "figure"),
        ("103名", "103余名", "figure"),
        ("3月18日", "3月19日", "date"),
        ("王卫东", "李国强", "name"),
        ("西宁市", "海东市", "name"),
        ("会议，王", "会议。王", "punctuation"),
        ("突出位置", "重要位置", "wording"),
        ("\n会议还审议了其他事项。", "", "paragraph"),
        ("会议还审议", "全省的博士后工作站增加了两家。\n会议还审议", "paragraph"),
    ],
)
def test_one_change_is_found_and_named(before: str, after: str, kind: str) -> None:
    new = OLD.replace(before, after)
    assert [one.kind for one in differences(OLD, new)] == [kind]


def test_the_weighty_changes_come_first() -> None:
    new = OLD.replace("会议，王", "会议。王").replace("103名", "130名").replace("突出", "重要")
    assert [one.kind for one in weightiest(differences(OLD, new))] == ["figure", "wording", "punctuation"]


def test_a_rewritten_paragraph_is_a_cut_and_an_addition() -> None:
    new = OLD.replace("会议还审议了其他事项。", "当天下午，与会代表参观了盐湖实验室。")
    assert [(bool(one.before), bool(one.after)) for one in differences(OLD, new)] == [(True, False), (False, True)]


def test_the_same_text_has_no_differences() -> None:
    assert differences(OLD, OLD) == () == differences("", "")


_TEXT = st.text(alphabet="西宁市引进人才103名，。年\n", max_size=60)


@given(_TEXT, _TEXT)
def test_every_change_stands_where_it_says(old: str, new: str) -> None:
    for one in differences(old, new):
        assert old[one.old_start : one.old_start + len(one.before)] == one.before
        assert new[one.new_start : one.new_start + len(one.after)] == one.after
        assert one.before != one.after
