"""The same articles in another order of arrival: who is told of which stories must not change."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from db import archive, stories
from db.archive import Seen
from db.connection import open_reader, open_writer, transaction
from db.matching import Matcher
from db.paths import DataDirectory
from parsers.values import Article
from tests.scheduler.alert_house import NOW, article, prepared, subscribed

Told = set[tuple[str, frozenset[str]]]
QUERIES = (
    "绿色算力",
    "人才 -盐湖",
    "place:西宁 引才",
    "title:座谈会 OR 揭牌",
    "near:10(人才 公寓)",
    "after:2026-11-10 人才",
    "光伏",
)
_WORDS = ("绿色算力", "人才", "盐湖", "引才", "座谈会", "揭牌", "人才公寓", "光伏", "博士", "柔性引才")


def arrivals(count: int, seed: int = 1) -> list[list[tuple[str, Article]]]:
    """`count` articles at their addresses, each with its edits: late dates, reposts and edits among them."""
    dice = random.Random(seed)
    found: list[list[tuple[str, Article]]] = []
    for number in range(count):
        if found and dice.random() < 0.15:  # a repost, on another day, of what the first then said
            copied = replace(dice.choice(found)[0][1], published=_day(dice))
            found.append([(f"https://copy.cn/{number}", copied)])
            continue
        words = dice.sample(_WORDS, dice.randint(1, 3))
        one = article(f"{words[0]}消息{number}", f"{'，'.join(words)}。", _day(dice))
        versions = [one]
        if dice.random() < 0.1:  # an edit that adds a word
            text = (f"{one.paragraphs[0]}另据{dice.choice(_WORDS)}消息。", *one.paragraphs[1:])
            versions.append(replace(one, paragraphs=text))
        found.append([(f"https://news.cn/{number}", version) for version in versions])
    return found


def _day(dice: random.Random) -> str:
    return (NOW - timedelta(days=dice.choice((0, 0, 0, 1, 9, 40, 400)))).date().isoformat()


def told(path: Path, pages: list[list[tuple[str, Article]]], order: int) -> tuple[Told, int]:
    """Who is told of which stories (by the articles in them today) when all arrive in that order; how many debts."""
    dice = random.Random(order)
    directory = prepared(path)
    for number, query in enumerate(QUERIES):
        subscribed(directory, query, f"r{number}@example.cn")
    queues = [list(page) for page in pages]
    turns = [number for number, page in enumerate(pages) for _ in page]
    dice.shuffle(turns)
    writer, subscribers, reader = (
        open_writer(directory.archive), open_writer(directory.subscribers), open_reader(directory.archive),
    )  # fmt: skip
    matcher = Matcher(subscribers, reader)
    for turn in turns:
        url, one = queues[turn].pop(0)
        with transaction(writer):
            archive.record(writer, one, Seen(url, "qh", NOW.isoformat(), NOW.date().isoformat()), url=url)
        if dice.random() < 0.1:
            matcher.step(NOW)
    while matcher.step(NOW):
        pass
    result = _result(directory)
    for connection in (writer, subscribers, reader):
        connection.close()
    return result


def _result(directory: DataDirectory) -> tuple[Told, int]:
    subscribers, reader = open_reader(directory.subscribers), open_reader(directory.archive)
    rows = subscribers.execute("select s.query, o.article from outbox o join subscription s on s.id = o.subscription")
    debts = rows.fetchall()
    found = set()
    for row in debts:
        story = reader.execute("select story from articles where id = ? and recorded_to is null", [row[1]]).fetchone()
        found.add((row[0], frozenset(stories.members(reader, story[0]))))
    subscribers.close()
    reader.close()
    return found, len(debts)
