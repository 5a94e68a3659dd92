"""`caixun bench relevance`: what the lexicon says of labelled texts, the operator's verdicts among them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from db.paths import DataDirectory
from db.review import ReviewQueue
from parsers.errors import CaixunError
from parsers.lexicon import Lexicon
from parsers.relevance import Relevance, score
from scheduler import own_words

OURS = Path(__file__).parents[2] / "tests" / "parsers" / "relevance_items.jsonl"


class RelevanceSetError(CaixunError):
    """A set of labelled texts cannot be read; the line says which file, which line and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled text: whether it is about talent work, as a person says."""

    title: str
    text: str
    relevant: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The counts for one set, and the cases that were told wrongly with what was said of them."""

    name: str
    cases: int
    right: int  # relevant and said so
    false: int
    missed: int
    wrong: tuple[tuple[Case, Relevance], ...]

    @property
    def precision(self) -> float:
        """The share of what was kept that belongs; 1 where nothing was kept."""
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        """The share of what belongs that was kept; 1 where nothing belongs."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def run(directory: Path | None = None, file: Path | None = None) -> list[Outcome]:
    """The outcome of each set: `file` (else the project's own), and the verdicts of the data directory.

    With a directory the operator's words count too. Raises RelevanceSetError, or LexiconError of the operator's words.
    """
    lexicon = own_words.lexicon_of(DataDirectory(directory)) if directory else None
    outcomes = []
    if file or OURS.exists():
        source = file or OURS
        lines = source.read_text("utf-8").splitlines()
        outcomes.append(measured(source.name, cases(lines, source.name), lexicon))
    if directory:
        verdicts = cases(ReviewQueue(directory).cases(), "review.db")
        outcomes.append(measured("复核判定", (case for case in verdicts if case.title or case.text), lexicon))
    return outcomes


def cases(lines: Iterable[str], name: str) -> Iterator[Case]:
    """The cases of JSON lines (relevant, title, text; more is allowed). Raises RelevanceSetError."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                yield Case(str(row["title"]), str(row["text"]), bool(row["relevant"]))
            except (ValueError, KeyError, TypeError) as error:
                raise RelevanceSetError(
                    f'{name} 第 {number} 行：应当是 {{"relevant": true, "title": "…", "text": "…"}}（{error}）'
                ) from error


def measured(name: str, labelled: Iterable[Case], lexicon: Lexicon | None = None) -> Outcome:
    """What the lexicon (the built-in one when None) says of the cases."""
    told = [(case, score(case.title, case.text, lexicon)) for case in labelled]
    return Outcome(
        name,
        len(told),
        sum(case.relevant and said.relevant for case, said in told),
        sum(said.relevant and not case.relevant for case, said in told),
        sum(case.relevant and not said.relevant for case, said in told),
        tuple((case, said) for case, said in told if case.relevant != said.relevant),
    )


def table(outcomes: Iterable[Outcome]) -> str:
    """The outcomes as a table in Markdown, then each case that was told wrongly with its score and words."""
    lines = ["| 集合 | 篇数 | 准 | 全 | 误收 | 漏收 |", "|---" * 6 + "|"]
    wrong = []
    for one in outcomes:
        lines.append(
            f"| {one.name} | {one.cases} | {one.precision:.3f} | {one.recall:.3f} | {one.false} | {one.missed} |"
        )
        wrong += [_line(case, said) for case, said in one.wrong]
    return "\n".join([*lines, *wrong])


def _line(case: Case, said: Relevance) -> str:
    words = "、".join(said.words) or "没有起作用的词"
    return f"{'漏' if case.relevant else '误'} {said.score:.2f} {case.title}（{words}）"


def as_json(outcomes: Iterable[Outcome]) -> str:
    """The outcomes as one line of JSON."""
    return json.dumps(
        [
            {
                "set": one.name, "cases": one.cases, "precision": one.precision, "recall": one.recall,
                "wrong": [{"title": case.title, "relevant": case.relevant, "score": said.score, "words": said.words}
                          for case, said in one.wrong],
            }
            for one in outcomes
        ],
        ensure_ascii=False,
    )  # fmt: skip
