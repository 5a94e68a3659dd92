"""`caixun bench facts`: scores and the time by length; reading stays as fast and as linear as promised."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from caixun import main
from scheduler.benchmarks import facts
from scheduler.benchmarks.fact_sets import fact_set
from scheduler.benchmarks.fact_speed import LENGTHS, speeds

PROMISED = 15.0  # milliseconds for 2,000 characters


def test_the_command_prints_scores_and_the_time_by_length() -> None:
    done = CliRunner().invoke(main, ["bench", "facts", "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["kinds"]["micro"]["f1"] > 0.85
    assert [int(length) for length in said["milliseconds"]] == list(LENGTHS)
    assert min(said["milliseconds"].values()) > 1  # a reading that costs nothing reads nothing
    table = facts.table(facts.run(lengths=(500,)))
    assert "| 合计 |" in table
    assert "500 字的文章" in table


@pytest.mark.parametrize("length", LENGTHS)
def test_reading_is_as_fast_as_promised(length: int) -> None:
    spent = min(speeds(fact_set(facts.OURS), [length])[length] for _ in range(2))
    assert spent <= PROMISED, f"{length} 字：每 2,000 字 {spent:.1f} 毫秒"


def test_the_time_grows_with_the_length_and_not_faster() -> None:
    spent = speeds(fact_set(facts.OURS), (2000, 100_000))
    assert spent[100_000] <= 1.6 * spent[2000]
