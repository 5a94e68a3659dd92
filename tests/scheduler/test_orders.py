"""Any order of arrival gives the same set of alerts (5,000 articles in `tests.benchmarks.alert_orders`)."""

from __future__ import annotations

from pathlib import Path

from tests.scheduler.orders import QUERIES, arrivals, told


def test_any_order_of_arrival_tells_of_the_same_stories(tmp_path: Path) -> None:
    pages = arrivals(160)
    first, debts = told(tmp_path / "0", pages, 0)
    assert {query for query, _ in first} == set(QUERIES)
    assert any(len(story) > 1 for _, story in first)
    assert debts == len(first)  # each story once
    for order in (1, 2):
        assert told(tmp_path / str(order), pages, order)[0] == first
