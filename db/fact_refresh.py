"""Better rules read other facts from the same text: what is not read any more ends, what is new begins.

The text stays the revision that it is, so nobody is told of a change of the article; facts that are read as before keep
their rows and numbers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from db import archive
from parsers.values import Article, Fact, Page

KIND = "reread"  # of the change in log 2: facts only


def refresh(connection: sqlite3.Connection, visit: sqlite3.Row, page: Page) -> bool:
    """Bring the facts of the page's articles to what was read now, where the text is unchanged; whether any changed.

    The caller holds the transaction.
    """
    several = len(page.articles) > 1
    changed = 0
    for number, article in enumerate(page.articles, 1):
        url = f"{visit['url']}#{number}" if several else visit["url"]
        changed += _refresh(connection, article, url, visit["fetched_at"])
    return bool(changed)


def _refresh(connection: sqlite3.Connection, article: Article, url: str, at: str) -> bool:
    known = connection.execute(
        "select a.id, a.revision, a.story, a.source from articles a join article_text t using (revision)"
        " where a.id = ? and a.recorded_to is null and t.text_hash = ?",
        [archive.article_id(url), archive.text_hash(article)],
    ).fetchone()
    if known is None or archive.is_taken_down(connection, known["id"], known["source"]):
        return False
    ended, begun = _difference(connection, known["revision"], article.facts)
    if not ended and not begun:
        return False
    number = archive.change(connection, at, KIND, article=known["id"], revision=known["revision"], story=known["story"])
    connection.executemany("update facts set recorded_to = ? where id = ?", [(number, one) for one in ended])
    archive.insert_facts(connection, begun, known["id"], known["revision"], number)
    return True


def _difference(connection: sqlite3.Connection, revision: int, facts: Iterable[Fact]) -> tuple[list[int], list[Fact]]:
    """The rows that are not read any more, and the facts that have no row yet."""
    rows: dict[str, list[int]] = {}
    for row in connection.execute("select * from facts where revision = ? and recorded_to is null", [revision]):
        rows.setdefault(_said(archive.stored_fact(row)), []).append(row["id"])
    begun = []
    for fact in facts:
        same = rows.get(_said(fact))
        if same:
            same.pop(0)
        else:
            begun.append(fact)
    return [one for left in rows.values() for one in left], begun


def _said(fact: Fact) -> str:
    """What a fact says, whichever rule in which version read it."""
    values = [fact.kind, fact.subject, fact.period, fact.start, fact.end, fact.fields, sorted(fact.flags)]
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
