"""What the first reader would wait for is there before, and a broken file is told without harm."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from datasette_plugins.warm import warm
from db.connection import open_reader
from db.retrieval.engine import engine_of
from tests.db import query_archive


def test_the_state_is_read_before_the_first_search(tmp_path: Path) -> None:
    directory, _ = query_archive.make(tmp_path / "data", 30)
    connection = open_reader(directory.archive)
    assert engine_of(connection).state is None
    warm(directory.archive)
    state = engine_of(connection).state
    assert state is not None
    assert state.count >= 30
    connection.close()


def test_a_file_that_is_no_archive_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "archive.db"
    broken.write_bytes(b"no database" * 100)
    with caplog.at_level(logging.WARNING):
        warm(broken)
    assert "archive.db" in caplog.text
