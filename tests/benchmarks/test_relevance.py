"""`caixun bench relevance`: labelled texts and the operator's verdicts, told by the words in force."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from caixun import main
from db import archive
from db.archive import Seen
from db.connection import open_writer, transaction
from db.review import ReviewQueue
from scheduler.own_words import FILE_NAME
from tests.web import archive_of

AT = "2026-03-09T01:00:00+00:00"


def invoke(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["bench", "relevance", *words])
    return done.exit_code, done.output


def test_the_own_set_is_told_as_well_as_promised() -> None:
    code, said = invoke("--json")
    (ours,) = json.loads(said)
    assert code == 0 and ours["cases"] >= 600
    assert ours["precision"] >= 0.97 and ours["recall"] >= 0.95


def test_a_verdict_is_a_case_that_the_operators_words_can_satisfy(tmp_path: Path) -> None:
    data = archive_of.make(tmp_path / "data", 1)
    url = "https://news.example.cn/edge.html"
    text = replace(archive_of.article(5, "河湟青蓝卡首发"), paragraphs=("河湟青蓝卡今起发放，首批一百人领到。",))
    with transaction(connection := open_writer(data.archive)):
        borderline = replace(text, relevance=0.55, facts=(), flags=(), repairs=())
        archive.record(connection, borderline, Seen(url, "qhnews", AT, AT[:10]), url=url)
    connection.close()
    assert ReviewQueue(data.path).judge(url, True, AT)
    _, said = invoke("--data", str(data.path))
    assert "| 复核判定 | 1 | 1.000 | 0.000 | 0 | 1 |" in said and "漏" in said and "河湟青蓝卡首发" in said
    own = '[[words]]\ngroup = "core"\nweight = 4\nwhy = "本省人才卡的名字"\nwords = "河湟青蓝卡"\n'
    (data.path / FILE_NAME).write_text(own, "utf-8")
    _, said = invoke("--data", str(data.path))
    assert "| 复核判定 | 1 | 1.000 | 1.000 | 0 | 0 |" in said


@pytest.mark.parametrize("line", ["{", '{"title": "甲"}', "3"])
def test_an_unreadable_set_is_one_clear_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(line + "\n", "utf-8")
    code, said = invoke("--set", str(file))
    assert code == 1 and "set.jsonl 第 1 行" in said and "Traceback" not in said
