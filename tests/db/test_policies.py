"""Titles of one policy meet, steps are known by their verbs, and editions make a life."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import policies
from db.connection import open_reader
from parsers.values import Reading
from tests.web import reading_archive


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("西宁市引才办法（试行）", "西宁市引才办法", True),
        ("西宁市引才办法(2024年修订)", "西宁市引才办法", True),
        ("“人才强企”三年行动方案（2022-2024年）", "人才强企三年行动方案", True),
        ("关爱人才若干措施2.0版", "关爱人才若干措施", True),
        ("西宁市引才办法", "海东市引才办法", False),
        ("引才十条", "引才二十条", False),
    ],
)
def test_editions_are_one_policy(one: str, other: str, same: bool) -> None:
    assert (policies.identity(one) == policies.identity(other)) is same


@pytest.mark.parametrize(
    ("verb", "step"),
    [
        ("联合印发", "印发"),
        ("制定出台", "印发"),
        ("修订", "修订"),
        ("升级", "修订"),
        ("废止", "废止"),
        ("落实", "落实"),
        ("", ""),
    ],
)
def test_a_verb_is_a_step(verb: str, step: str) -> None:
    assert policies.step_of(verb) == step


def test_a_life_runs_from_issue_to_repeal_in_order_of_reports(tmp_path: Path) -> None:
    directory = reading_archive.make(tmp_path / "data")
    texts = (
        ("2021-01-05", "近日，西宁市委组织部印发《西宁市青年引才办法（试行）》。"),
        ("2023-02-05", "西宁市委组织部修订《西宁市青年引才办法》。"),
        ("2022-02-05", "会议要求落实《西宁市青年引才办法（试行）》。"),
        ("2025-02-05", "新办法自发布之日起施行，《西宁市青年引才办法》同时废止。"),
    )
    with reading_archive.writing(directory.path) as connection:
        for number, (day, text) in enumerate(texts):
            filler = chr(0x5100 + number * 53) * 60
            reading = Reading(title=f"报道{number}", published=day, paragraphs=(text, f"另讯：{filler}。"))
            reading_archive.put(
                connection, f"https://gs.example.cn/q{number}.html", "2026-01-01T00:00:00+00:00", reading
            )
    connection = open_reader(directory.archive)
    found = policies.policy(connection, "西宁市青年引才办法")
    listed = policies.policies(connection, text="青年引才").rows
    connection.close()
    assert found is not None
    assert [(one.step, (one.published or "")[:4]) for one in found.life] == [
        ("印发", "2021"),
        ("修订", "2023"),
        ("废止", "2025"),
    ]
    assert len(found.mentions) == 4 and found.place == "西宁市"
    assert [(row.steps, row.first, row.last, row.articles) for row in listed] == [
        (("印发", "修订"), "2021-01-05", "2025-02-05", 4)
    ]


def test_the_catalogue_is_current_with_the_archive(tmp_path: Path) -> None:
    directory = reading_archive.make(tmp_path / "data")
    connection = open_reader(directory.archive)
    assert policies.policies(connection, text="新政").total == 0
    with reading_archive.writing(directory.path) as writer:
        reading = Reading(title="新", paragraphs=("近日，海东市出台《海东市人才新政十条》，引进人才5名。",))
        reading_archive.put(writer, "https://gs.example.cn/n.html", "2026-01-01T00:00:00+00:00", reading)
    assert policies.policies(connection, text="新政").total == 1
    connection.close()
