"""`caixun bench extract` on a few pages, the pages that it makes, and a peer that fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from caixun import main
from scheduler.benchmarks import extract, page_sets
from scheduler.benchmarks.peers import PEERS


def test_the_command_prints_our_figures_and_speed() -> None:
    done = CliRunner().invoke(main, ["bench", "extract", "--rounds", "1", "--limit", "4", "--json"])
    assert done.exit_code == 0, done.output
    ours = next(one for one in json.loads(done.stdout) if one["peer"] == "caixun")
    assert ours["figures"]["f1"] > 0.95
    assert ours["figures"]["title"] == 1
    assert ours["errors"] == 0
    assert ours["pages_per_second"] > 0 < ours["memory_mb"]
    assert len(ours["seconds"]) == 1
    assert "第 1/1 轮 caixun" in done.stderr


def test_a_folder_without_a_manifest_is_one_clear_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["bench", "extract", "--pages", str(tmp_path), "--rounds", "1"])
    assert done.exit_code == 1
    assert "manifest.jsonl" in done.output
    assert "Traceback" not in done.output


def test_a_folder_of_pages_is_measured(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(page_sets.made_set()[0].page)
    gold = page_sets.made_set()[0]
    row = {"html": "a.html", "title": gold.title, "body": gold.body, "published": gold.published}
    (tmp_path / "manifest.jsonl").write_text(json.dumps(row), "utf-8")
    (ours,) = extract.run(tmp_path, 2, lambda line: None, peers=["caixun"])
    assert (ours.figures["title"], ours.figures["day"], len(ours.seconds)) == (1, 1, 2)
    assert "| caixun |" in extract.table([ours])


def test_a_peer_that_cannot_run_is_left_out_with_a_line() -> None:
    absent = next(name for name, (module, _) in PEERS.items() if module == "goose3")
    lines: list[str] = []
    results = extract.run(None, 1, lines.append, limit=1, peers=["caixun", absent])
    if len(results) == 2:
        pytest.skip("goose3 is installed here")
    assert [one.peer for one in results] == ["caixun"]
    assert any(absent in line and "没有跑完" in line for line in lines)


def test_the_made_pages_are_always_the_same_and_of_several_kinds() -> None:
    first, again = page_sets.made_set(), page_sets.made_set()
    assert first == again
    assert len(first) >= 30
    assert {b"<font" in gold.page for gold in first} == {True, False}
    assert sum(b"gb2312" in gold.page for gold in first) >= 10
    assert sum(len(gold.page) for gold in first) / len(first) > 80_000
