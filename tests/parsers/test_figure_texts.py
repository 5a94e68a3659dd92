"""Figures of whole texts of our own, dense with what is none, against floors."""

from __future__ import annotations

from tests.parsers.figure_texts import score


def test_figures_of_own_texts_reach_their_floors() -> None:
    with_measure, any_measure, wrong = score()
    assert with_measure >= 0.85, wrong
    assert any_measure >= 0.93, wrong
