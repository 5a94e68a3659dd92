"""Reading quality on sets of pages: no figure falls below its floor in floors.toml, and the measures measure."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

import pytest

from parsers.values import Article
from scheduler.benchmarks import scoring
from scheduler.benchmarks.page_sets import manifest_set
from tests.eval import harness

_SET = Path(__file__).resolve().parents[3] / "shared" / "pages-dev"
_FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))
_GOLD = scoring.Gold(
    name="one",
    page=b"",
    url=None,
    title="青海出台人才新政",
    published="2025-03-18 08:55",
    authors=("方敏",),
    origin="青海日报",
    body="青海出台人才新政\n省里引进人才三百名。\n安家补贴二十万元。\n责任编辑：王",
    optional=("责任编辑：王",),
)


def test_no_figure_on_the_real_pages_falls_below_its_floor() -> None:
    manifest = _SET / "manifest.jsonl"
    if not manifest.exists():
        pytest.skip("the real pages are not part of the product: ../shared/pages-dev is absent")
    floors = dict(_FLOORS["pages-dev"])
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    assert digest == floors.pop("manifest_sha256"), "the pages changed: measure again and set new floors"
    scores = [harness.score(gold) for gold in manifest_set(_SET)]
    assert harness.below(scoring.figures(scores), floors) == {}


@pytest.mark.parametrize("name", [name for name in _FLOORS if name.startswith("pages-held")])
def test_no_figure_on_the_pages_that_were_held_out_falls_below_its_floor(name: str) -> None:
    folder = Path(__file__).with_name(name)
    floors = dict(_FLOORS[name])
    digest = hashlib.sha256((folder / "manifest.jsonl").read_bytes()).hexdigest()
    assert digest == floors.pop("manifest_sha256"), "the pages changed: measure again and set new floors"
    scores = [harness.score(gold) for gold in manifest_set(folder)]
    assert harness.below(scoring.figures(scores), floors) == {}


def test_no_figure_on_the_saved_pages_falls_below_its_floor() -> None:
    scores = [harness.score(gold) for gold in harness.saved_set()]
    assert len(scores) >= 50
    assert harness.below(scoring.figures(scores), _FLOORS["saved-pages"]) == {}


def test_the_saved_pages_are_those_for_which_the_floors_were_set() -> None:
    now = harness.digests()
    changed = sorted(name for name, digest in harness.listed().items() if now.get(name) != digest)
    assert changed == [], "measure again, then: python -m tests.eval.harness --accept"


def test_a_perfect_reading_scores_one_and_optional_lines_cost_nothing() -> None:
    read = Article(
        title="青海出台人才新政_青海新闻网",
        published="2025-03-18T08:55:11+08:00",
        authors=("方敏",),
        origin="青海日报",
        paragraphs=("省里引进人才三百名。", "安家补贴二十万元。"),
    )
    score = scoring.compare(_GOLD, scoring.as_read(read))
    assert (score.f1, score.ordered_f1, score.precision, score.recall) == (1, 1, 1, 1)
    assert (score.title, score.day, score.wrong_day, score.author, score.origin) == (True, True, False, True, True)
    assert score.false_author is None


def test_wrong_readings_cost_what_they_are_worth() -> None:
    swapped = Article(paragraphs=("安家补贴二十万元。", "省里引进人才三百名。"), published="2025-03-19")
    score = scoring.compare(_GOLD, scoring.as_read(swapped))
    assert score.f1 == 1
    assert score.ordered_f1 == pytest.approx(10 / 19)
    assert (score.title, score.day, score.wrong_day, score.author, score.origin) == (False, False, True, False, False)
    nothing = scoring.compare(_GOLD, scoring.as_read(None))
    assert (nothing.f1, nothing.ordered_f1, nothing.wrong_day) == (0, 0, False)


def test_a_traditional_page_is_compared_in_its_own_script() -> None:
    gold = scoring.Gold("hant", b"", None, "臺灣人才", None, (), None, "引進專業人才。")
    read = Article(title="台湾人才", paragraphs=("引进专业人才。",), original_paragraphs=("引進專業人才。",))
    score = scoring.compare(gold, scoring.as_read(read))
    assert (score.f1, score.title, score.day, score.false_author) == (1, True, None, False)


@pytest.mark.parametrize(
    ("read", "same"),
    [
        ("青海出台人才新政-青海频道-人民网", True),
        ("青海出台人才新政 | 新华网", True),
        ("青海出台人才新政 新华网", True),
        ("青海出台人才", False),
        ("青海出台人才新政解读_新华网", False),
    ],
)
def test_a_title_may_carry_the_name_of_the_site_behind_it(read: str, same: bool) -> None:
    assert scoring.same_title(read, "青海出台人才新政") is same


def test_the_longest_common_subsequence_is_counted() -> None:
    assert scoring.common_subsequence("ABCBDAB", "BDCABA") == 4
    assert scoring.common_subsequence("", "甲") == 0


def test_a_set_is_read_from_its_manifest(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes("<p>文</p>".encode())
    row = {"html": "a.html", "title": "题", "body": "文", "author": None, "source": None, "published": None}
    (tmp_path / "manifest.jsonl").write_text(json.dumps(row), "utf-8")
    (gold,) = manifest_set(tmp_path)
    assert (gold.name, gold.title, gold.authors, gold.origin, gold.optional) == ("a.html", "题", (), None, ())


def test_a_figure_below_its_floor_and_one_above_its_ceiling_are_told() -> None:
    reached = {"f1": 0.9, "false_author": 0.1, "title": 1.0}
    assert harness.below(reached, {"f1": 0.95, "false_author": 0.03, "title": 0.9}) == {
        "f1": (0.9, 0.95),
        "false_author": (0.1, 0.03),
    }
