"""`caixun sources health`: Chinese for people, one line of JSON a source for programs."""

from __future__ import annotations

import datetime
import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from db import health, ingest, runs
from db.connection import open_writer
from db.ingest import SourceFacts
from db.paths import DataDirectory
from scheduler.commands.sources import sources

NOW = datetime.datetime(2026, 11, 20, 6, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
FACTS = SourceFacts(
    "qhnews", "青海新闻网", "青海省", None, "enorth", True, "https://q.example/", None, None,
    datetime.timedelta(days=30),
)  # fmt: skip


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    """One source that refused us twice."""
    data = DataDirectory(tmp_path).prepare()
    with closing(open_writer(data.crawl)) as crawl, closing(open_writer(data.archive)) as archive:
        ingest.save_sources(archive, {"qhnews": FACTS})
        for back in (3, 2):
            number = runs.start(crawl, "qhnews", NOW - back * HOUR, dead=True)
            assert number is not None
            runs.end(crawl, number, NOW - back * HOUR, outcome="blocked", message="被网站拦截", every=HOUR, counts={})
        health.check(archive, crawl, {"qhnews": {}}, lambda day: "workday", NOW)
    return data


def _asked(directory: DataDirectory, *options: str) -> str:
    answer = CliRunner().invoke(sources, ["health", "--data", str(directory.path), *options])
    assert answer.exit_code == 0
    return answer.output


def test_the_state_is_said_in_chinese_with_its_reason_and_since_when(directory: DataDirectory) -> None:
    (line,) = [one for one in _asked(directory).splitlines() if "qhnews" in one]

    assert line.startswith("被拦截")
    assert "连续 2 次：被网站拦截" in line
    assert "自 2026 年 11 月 20 日 11:00 起" in line
    assert "blocked" not in line


def test_programs_get_one_line_of_json_a_source(directory: DataDirectory) -> None:
    rows = {row["id"]: row for row in map(json.loads, _asked(directory, "--json").splitlines())}

    assert rows["qhnews"]["state"] == "blocked"
    assert rows["qhnews"]["title"] == "青海新闻网"


def test_every_state_has_a_chinese_name() -> None:
    assert set(health.STATE_NAMES) == set(health.STATES)
