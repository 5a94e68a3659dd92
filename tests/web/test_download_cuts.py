"""A few of the cuts and kills of tests/benchmarks/download_cuts.py: none goes unnoticed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from db.downloads.manifest import SUFFIX
from tests.benchmarks import download_cuts as cuts
from tests.web.downloading import large, prepared_name


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[cuts.Server]:
    with cuts.serving(large(tmp_path_factory.mktemp("cuts"))) as one:
        yield one


def test_a_connection_cut_anywhere_and_a_server_killed_are_noticed(server: cuts.Server, tmp_path: Path) -> None:
    chance = random.Random(5)
    with httpx.Client(base_url=server.base, timeout=60) as client:
        length = len(client.get(cuts.STREAM).content)
        change = client.get(cuts.STREAM + SUFFIX).json()["caixun"]["as_of_change"]
        name = prepared_name(client, server.directory, what="facts", form="csv")
    pinned = f"{cuts.STREAM}?change={change}"
    paths = {"stream": pinned, "old": pinned, "file": f"/download/files/{name}"}
    for way, path in paths.items():
        for _ in range(4):
            cut = cuts.cut_once(server, way, path, length, chance, tmp_path)
            assert not cut.whole and cut.by_verify and cut.by_reader, way
            assert cut.by_client or way == "old"  # HTTP/1.0 ends a stream by closing: only the manifest tells
    killed = cuts.kill_server_once(server, pinned, length // 8, chance, tmp_path)  # before the end is on its way
    assert not killed.whole and killed.by_client and killed.by_verify and killed.by_reader
    whole = tmp_path / "whole"
    assert not cuts.fetch(server.base, pinned, whole)
    assert cuts.judged(whole, server, pinned, False) == cuts.Cut(True, False, False, False)


def test_a_killed_preparer_leaves_no_half_file_that_verifies(server: cuts.Server) -> None:
    chance = random.Random(6)
    ends = [cuts.kill_preparer_once(server.directory, number, chance) for number in range(1, 3)]
    assert not any(wrong for _, wrong in ends)
