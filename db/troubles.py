"""What is wrong with a source: judged from its runs and its pages, one after the other, by what it was like before.

blocked, failed, incomplete: runs in a row that did not go as they should; one is an accident, and a site that failed
twice within minutes is mostly there at the third look (`_IN_A_ROW`). What is no trouble yet is seen and not told.
silent, few: see db.bands. fields: see db.field_rates. expected: less than the source file says. A list that never
showed an article is new, not broken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.bands import Band, DayKind
from db.field_rates import Fields, PageRead

KINDS = ("blocked", "failed", "incomplete", "fields", "silent", "few", "expected")  # the worst first
_BAD = ("blocked", "failed", "incomplete")
_IN_A_ROW = {"blocked": 2, "failed": 3, "incomplete": 2}  # runs until an outcome is a trouble
_KEPT = ("ever_found", "outcome", "row", "row_since", "message", "missed", "missed_since")
FIELD_NAMES = {
    "read": "正文",
    "title": "标题",
    "published": "日期",
    "origin": "来源",
    "authors": "作者",
    "length": "正文长度",
}


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended: `outcome` as in db.runs, when, how many new addresses it found, what it said."""

    started: datetime
    ended: datetime
    outcome: str
    new: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong: one of KINDS, since when (ISO 8601), and a Chinese line."""

    kind: str
    since: str
    detail: str


@dataclass(slots=True)
class Memory:
    """Everything that is known of a source's health."""

    band: Band = field(default_factory=Band)
    fields: Fields = field(default_factory=Fields)
    ever_found: bool = False
    outcome: str = ""  # of the last run
    row: int = 0  # bad runs in a row
    row_since: str = ""
    message: str = ""
    missed: str = ""  # what the source file expects and is not so, a Chinese line
    missed_since: str = ""

    def learn_run(self, run: RunEnd, kind_of: DayKind) -> None:
        """Take in the next run of the source; an interrupted one says nothing."""
        if run.outcome == "interrupted":
            return
        self.outcome, self.message = run.outcome, run.message
        if run.outcome in _BAD:
            self.row_since = self.row_since or run.started.isoformat()
            self.row += 1
        else:
            self.row, self.row_since = 0, ""
        self.ever_found = self.ever_found or run.new > 0
        if run.outcome == "complete" or run.new:
            self.band.learn(run.ended, run.new, kind_of)

    def learn_page(self, page: PageRead) -> None:
        """Take in the next page of an article."""
        self.fields.learn(page)

    def troubles(self) -> tuple[Trouble, ...]:
        """What is wrong now, the worst first."""
        found = []
        if self.row and self.row >= _IN_A_ROW[self.outcome] and (self.outcome != "incomplete" or self.ever_found):
            found.append(Trouble(self.outcome, self.row_since, f"连续 {self.row} 次：{self.message}"))
        gone = self.fields.gone()
        if gone:
            names = "、".join(FIELD_NAMES[name] for name in gone)
            found.append(Trouble("fields", min(gone.values()), f"改版疑似：{names}变空"))
        if self.band.silent and self.band.last:
            found.append(Trouble("silent", self.band.last.isoformat(), self._silence()))
        elif self.band.few_since:
            line = f"偏少：近一周更新 {self.band.lately:.0f} 次，往常约 {self.band.usual:.0f} 次"
            found.append(Trouble("few", self.band.few_since.isoformat(), line))
        if self.missed:
            found.append(Trouble("expected", self.missed_since, self.missed))
        return tuple(found)

    def _silence(self) -> str:
        assert self.band.last is not None
        assert self.band.looked is not None
        hours = (self.band.looked - self.band.last).total_seconds() / 3600
        span = f"{hours:.0f} 小时" if hours < 48 else f"{hours / 24:.0f} 天"
        return f"沉默 {span}（按它的节奏应已更新 {self.band.silence:.0f} 次）"

    def as_json(self) -> dict[str, Any]:
        """Everything, to be kept."""
        return {
            "band": self.band.as_json(), "fields": self.fields.as_json(), "ever_found": self.ever_found,
            "outcome": self.outcome, "row": self.row, "row_since": self.row_since, "message": self.message,
            "missed": self.missed, "missed_since": self.missed_since,
        }  # fmt: skip

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Memory:
        """The memory that `as_json` made."""
        rest = {name: kept[name] for name in _KEPT if name in kept}
        return cls(Band.of(kept["band"]), Fields.of(kept["fields"]), **rest)
