"""`caixun bench facts`: scores and the time by length; reading stays as linear as promised."""

from __future__ import annotations

import json

from click.testing import CliRunner

from caixun import main
from scheduler.benchmarks import facts
from scheduler.benchmarks.fact_sets import fact_set
from scheduler.benchmarks.fact_speed import LENGTHS, speeds


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


def test_the_time_grows_with_the_length_and_not_faster() -> None:
    articles = fact_set(facts.OURS)
    runs = (speeds(articles, (2000, 100_000)) for _ in range(3))  # a busy machine may disturb one of them
    assert min(spent[100_000] / spent[2000] for spent in runs) <= 1.6
