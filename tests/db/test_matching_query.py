"""One article asked in memory answers as the search engine does, and every trigger finds what it must."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from db import search
from db.conditions import both, filtered, now_or
from db.connection import open_reader
from db.documents import document
from db.schedules import Wishes
from db.search import Filters
from db.text_index import folded
from db.triggers import SavedSearch, Triggers
from parsers.query import parse_query
from parsers.query_match import Document, chosen, matches
from tests.db import query_archive as made
from tests.db.query_writing import Writer

QUERIES = 700


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Document]]:
    directory, written = made.make(tmp_path_factory.mktemp("archive"), 300)
    reader = open_reader(directory.archive)
    rows = reader.execute("select id, revision from articles where recorded_to is null").fetchall()
    found = {row["id"]: document(reader, row["revision"]) for row in rows}
    assert found.keys() == written.keys()
    return directory.archive, {identity: one for identity, one in found.items() if one is not None}


def queries(documents: dict[str, Document], count: int) -> list[str]:
    writer = Writer(random.Random(made.SEED + 7), [one.title + one.body[:400] for one in documents.values()])
    return [writer.written()[1] for _ in range(count)]


def test_the_answers_are_those_of_the_engine(documents: tuple[Path, dict[str, Document]]) -> None:
    path, known = documents
    reader = open_reader(path)
    for query in queries(known, QUERIES):
        tree = parse_query(query)
        ours = {identity for identity, one in known.items() if matches(tree, one)}
        theirs = {hit.id for hit in search.every_hit(reader, query, {})}
        assert ours == theirs, query


FILTERS: tuple[Filters, ...] = (
    {"place": ("青海省",)}, {"place": ("西宁市", "兰州市")}, {"place": ("海西蒙古族藏族自治州",)}, {"year": ("2024",)},
    {"month": ("2024-03", "2025-01")}, {"source": ("qhnews",)}, {"origin": ("青海日报",)}, {"type": ("消息",)},
    {"theme": ("引才", "育才")}, {"author": ("李四",)}, {"policy": (made.POLICIES[0],)}, {"status": ("first",)},
    {"status": ("repost", "only"), "place": ("青海省",)}, {"place": ("城中区",)}, {"theme": ("没有",)},
)  # fmt: skip


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_facets_choose_what_their_conditions_say(documents: tuple[Path, dict[str, Document]], filters: Filters) -> None:
    path, known = documents
    where = both(now_or(None), filtered(filters))
    rows = open_reader(path).execute(f"select a.id from articles a where {where[0]}", where[1])
    theirs = {row[0] for row in rows}
    assert {identity for identity, one in known.items() if chosen(filters, one)} == theirs


def test_no_answer_is_missed_by_the_triggers(documents: tuple[Path, dict[str, Document]]) -> None:
    """Searches added in several turns, replaced and forgotten: what is found is what asking each of them finds."""
    _, known = documents
    dice = random.Random(5)
    searches = {
        str(number): SavedSearch(str(number), parse_query(query), dice.choice(({}, {}, *FILTERS)), 0, Wishes())
        for number, query in enumerate(queries(known, QUERIES))
    }
    triggers = Triggers([folded(one.text) for one in list(known.values())[:50]])
    for start in range(0, QUERIES, 100):
        triggers.put([searches[str(number)] for number in range(start, start + 100)])
    replaced = {str(n): SavedSearch(str(n), parse_query("人才"), {}, 0, Wishes()) for n in range(0, QUERIES, 9)}
    gone = [str(number) for number in range(4, QUERIES, 11)]
    triggers.put(replaced.values(), gone=gone)
    expected = {**searches, **replaced}
    for name in gone:
        if name not in replaced:
            del expected[name]
    for one in list(known.values())[:120]:
        found = [search.id for search in triggers.answered(one)]
        assert len(found) == len(set(found))
        assert set(found) == {search.id for search in expected.values() if search.wants(one)}
