"""Counts of facets that are kept and corrected are those that counting anew gives."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from pyroaring import BitMap

from db import search
from db.connection import open_reader, open_writer
from db.retrieval.engine import engine_of
from db.retrieval.facets import Facet
from db.retrieval.stories import array_of
from db.retrieval.tally import Tally
from tests.db import query_archive
from tests.db.test_search_engine import with_change

QUESTIONS: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = (
    ("", {}), ("人才", {}), ("人才", {"place": ("青海省",)}), ("", {"theme": ("引才",), "status": ("only",)}),
    ("引才 OR 算力", {"place": ("西宁市",), "year": ("2024",)}),
)  # fmt: skip


def _facet(dice: random.Random, mapped: bool) -> Facet:
    facet = Facet("place", mapped)
    for ordinal in range(400):
        facet.set(ordinal, dice.sample([f"地{number}" for number in range(30)], dice.randrange(4)))
    return facet


def _anew(facet: Facet, found: BitMap) -> dict[str, int]:
    counts = facet.counts(found, array_of(found))
    return facet.named(counts, np.nonzero(counts)[0])


def test_a_tally_follows_a_result_and_its_rows() -> None:
    dice = random.Random(4)
    for mapped in (True, False):
        facet, tally = _facet(dice, mapped), Tally()
        found = BitMap(dice.sample(range(400), 200))
        for step in range(60):
            match step % 4:
                case 0:  # what was there is described in another way
                    facet.set(dice.randrange(400), [f"地{dice.randrange(40)}"])
                case 1:  # something new, with a new value
                    facet.set(400 + step, [f"新{step}"])
                    found = found | BitMap([400 + step])
                case 2:
                    found = found ^ BitMap(dice.sample(range(400), dice.choice((1, 5, 100))))
            tally.follow({"place": facet}, found)
            counts = tally.counts(facet)
            assert facet.named(counts, np.nonzero(counts)[0]) == _anew(facet, found), step


def test_what_has_not_moved_is_not_counted_again() -> None:
    facet, tally, found = _facet(random.Random(1), True), Tally(), BitMap(range(0, 400, 3))
    tally.follow({"place": facet}, found)
    counts = tally.counts(facet)
    facet.set(7, [facet.values[code] for code in facet.rows[7].tolist() if code])  # read again, the same
    facet.set(900, ["地1"])  # new, and not found
    tally.follow({"place": facet}, found.copy())
    assert tally.counts(facet) is counts
    facet.set(7, ["地29", "地28"])
    assert tally.counts(facet) is not counts


def test_pages_asked_again_while_the_archive_changes_count_as_if_asked_first(tmp_path: Path) -> None:
    directory, written = query_archive.make(tmp_path / "data", 200)
    reader, writer, dice = open_reader(directory.archive), open_writer(directory.archive), random.Random(9)
    for step in range(24):
        with_change(writer, dice, list(written.values()), step)
        again = [search.search(reader, text, filters) for text, filters in QUESTIONS]
        assert len(engine_of(reader).tallies) > len(QUESTIONS)  # a facet with a choice is counted by itself
        engine_of(reader).tallies.clear()
        assert again == [search.search(reader, text, filters) for text, filters in QUESTIONS], step
    reader.close()
    writer.close()
