"""What the archive answers about facts: plain values for /facts and its downloads."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.values import Fact


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a fact is to be checked: machine `name` (repair, doubtful, conflict, rule), a Chinese sentence, and for a
    conflict the article and number (`#eN`) of the other report."""

    name: str
    detail: str
    article: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact of a current article. `number` is its place on the article page (`#eN`), `measure` the normal form
    of a figure's measure ("" for other kinds), `copies` how many other articles of the story print it too."""

    id: int
    number: int
    revision: int
    article: str
    article_title: str
    published: str | None
    story: str
    site: str
    copies: int
    measure: str
    fact: Fact
    doubts: tuple[Doubt, ...] = ()
