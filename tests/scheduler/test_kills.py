"""A few kills at each point (the benchmark `tests.benchmarks.kills` does twenty and more): nothing lost or repeated."""

from __future__ import annotations

from pathlib import Path

from db.crash_points import POINTS
from tests.scheduler.killing import bench


def test_killed_at_every_point_nothing_is_lost_and_nothing_told_twice(tmp_path: Path) -> None:
    with bench(tmp_path) as house:
        for turn in range(4):
            for point in POINTS:
                house.publish()
                house.later()
                house.attempt(point, 1 + turn % 2)
        house.finish()
        assert house.verdict() == (0, 0)
        assert house.whole()
        assert sum(house.kills.values()) >= 40
        assert all(house.kills[point] for point in POINTS)


def test_a_full_disk_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    with bench(tmp_path, trouble=0.0) as house:
        for most in (0, 4096, 20_000, 60_000, 120_000):
            house.publish(3)
            house.later()
            house.attempt("", 0, most)
        assert house.failed >= 2
        house.finish()
        assert house.verdict() == (0, 0)
        assert house.whole()
