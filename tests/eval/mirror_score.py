"""How well damaged text is given back: spans repaired, repairs right, sure repairs right."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from parsers.mirror import clean_text
from parsers.script import simplify
from tests.eval.mirror_damage import Damaged


@dataclass(slots=True)
class Score:
    """Counts over texts; `wrong` keeps what a sure but wrong repair printed and where."""

    spans: int = 0
    repaired: int = 0
    repairs: int = 0
    right: int = 0
    sure: int = 0
    sure_right: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def repaired_share(self) -> float:
        """Harmed spans of which every character came back, of all."""
        return self.repaired / self.spans if self.spans else 1.0

    @property
    def sure_precision(self) -> float:
        """Sure repairs that are right (their neighbours too), of all sure ones."""
        return self.sure_right / self.sure if self.sure else 1.0

    def __str__(self) -> str:
        return (
            f"spans {self.spans} repaired {self.repaired_share:.3f} | repairs {self.repairs} right {self.right} | "
            f"sure {self.sure} right {self.sure_precision:.3f}"
        )


def add(score: Score, damaged: Damaged) -> None:
    """Cleans `damaged.printed` and adds to `score` how it compares with the truth, both in Simplified."""
    cleaned = clean_text(damaged.printed)
    got_lines, true_lines = cleaned.text.split("\n"), damaged.truth.split("\n")
    got_start = true_start = 0
    for got, true in zip(got_lines, true_lines, strict=True):
        here = [r for r in cleaned.repairs if got_start <= r.start <= got_start + len(got)]
        spans = [s for s in damaged.spans if true_start <= s[0] < true_start + len(true)]
        if here or spans:
            to_true, to_got = _aligned(simplify(got), simplify(true))
            for first, last in spans:
                score.spans += 1
                fine = _kept(to_got, first - true_start, last - true_start)
                score.repaired += fine
                if not fine:
                    score.missed.append((true[max(0, first - true_start - 6) : last - true_start + 6], got))
            for repair in here:
                fine = _kept(to_true, repair.start - got_start, repair.end - got_start)
                score.repairs += 1
                score.right += fine
                score.sure += repair.certain
                score.sure_right += fine and repair.certain
                if repair.certain and not fine:
                    at = repair.start - got_start
                    score.wrong.append((repair.before, got[max(0, at - 8) : at + len(repair.after) + 6]))
        got_start += len(got) + 1
        true_start += len(true) + 1


def _aligned(got: str, true: str) -> tuple[dict[int, int], dict[int, int]]:
    blocks = difflib.SequenceMatcher(None, got, true, autojunk=False).get_matching_blocks()
    to_true = {b.a + n: b.b + n for b in blocks for n in range(b.size)}
    to_true |= {-1: -1, len(got): len(true)}
    return to_true, {there: here for here, there in to_true.items()}


def _kept(mapping: dict[int, int], start: int, end: int) -> bool:
    """Whether the span and its neighbours stand side by side on the other side too."""
    places = [mapping.get(number) for number in range(start - 1, end + 1)]
    first = places[0]
    return first is not None and places == list(range(first, first + len(places)))
