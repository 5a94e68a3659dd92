"""Two small rounds of what `tests.benchmarks.backup_rounds` does fifty times: nothing lost, nothing told again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scheduler.backup_round import Round


@pytest.mark.parametrize("seed", [1, 2])
def test_a_backup_under_fire_goes_on_elsewhere(tmp_path: Path, seed: int) -> None:
    one = Round(tmp_path, seed, articles=9, every=0.25)
    assert one.play() == (0, 0)
    assert not (tmp_path / "first").exists()
    assert len(one.titles) * len(one.who) == 27
