"""Tables of facts → one line a row, `cell | cell`; tables that only place things on the page stay as they are.

A cell that spans rows is repeated in each of them when it is a label (博士), so that every row can be read alone, and
printed once when it holds an amount (50万元), so that no amount is counted twice. A cell that spans columns is printed
once. An empty cell inside a row keeps its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers.html_lines import Line

if TYPE_CHECKING:
    from parsers.html_sheet import Box

_AMOUNT = re.compile(r"\d[\d.,]*\s*(?:万|亿|千|百)?\s*(?:元|人|名|个|项|家|%|％|岁|倍|万|亿)|^\s*[\d.,]+\s*$")
_LONGEST_CELL = 120  # characters of a cell in a row that stands alone
_LONGEST_FACT = 500  # characters of a cell in a table of facts
_MOST_LINES = 12  # lines of such a cell
_MOST_SPANNED = 60
_MOST_COLUMNS = 40  # cells further right are not repeated: no table for people is wider


@dataclass(slots=True, eq=False)
class Cell:
    """A cell with the sums of the lines printed in it."""

    row: Row
    rows: int = 1
    size: int = 0
    linked: int = 0
    texts: list[str] = field(default_factory=list)

    def take(self, line: Line) -> None:
        """Adds a line that is printed in the cell."""
        self.size += len(line.text)
        self.linked += line.linked
        self.texts.append(line.text)

    @property
    def text(self) -> str:
        """All that is printed in the cell, on one line."""
        return " ".join(self.texts)


@dataclass(slots=True, eq=False)
class Row:
    """A row; `joined` is its line when it is printed as one, else ""."""

    cells: list[Cell] = field(default_factory=list)
    joined: str = ""
    plain: bool = True  # holds no other table


@dataclass(slots=True, eq=False)
class Table:
    """A table while it is read; `close` decides what it is."""

    rows: list[Row] = field(default_factory=list)
    cell: Cell | None = None

    def open_cell(self, attributes: Mapping[str, str | None]) -> None:
        """Begins the next cell of the last row."""
        if not self.rows:
            self.rows.append(Row())
        rows = attributes.get("rowspan") or ""
        self.cell = Cell(self.rows[-1], min(int(rows), _MOST_SPANNED) if rows.isascii() and rows.isdigit() else 1)
        self.rows[-1].cells.append(self.cell)

    def close(self, outer: Table | None) -> None:
        """Decides which rows are printed as one line each."""
        if outer is not None and outer.rows:
            outer.rows[-1].plain = False
        if self._is_of_facts():
            self._join_all()
            return
        for row in self.rows:
            cells = [cell for cell in row.cells if cell.size]
            short = all(cell.size <= _LONGEST_CELL and not cell.linked for cell in cells)
            if row.plain and short and len(cells) > 1:
                row.joined = " | ".join(cell.text for cell in cells)

    @property
    def has_rows(self) -> bool:
        """Whether any row is printed as one line."""
        return any(row.joined for row in self.rows)

    def _is_of_facts(self) -> bool:
        """Several rows of several filled cells, none of them long, few links, no table inside."""
        if not all(row.plain for row in self.rows):
            return False
        cells = [cell for row in self.rows for cell in row.cells]
        wide = sum(sum(bool(cell.size) for cell in row.cells) > 1 for row in self.rows)
        if wide < 2 or wide * 2 < sum(any(cell.size for cell in row.cells) for row in self.rows):
            return False
        if any(cell.size > _LONGEST_FACT or len(cell.texts) > _MOST_LINES for cell in cells):
            return False
        return sum(cell.linked for cell in cells) < 0.3 * sum(cell.size for cell in cells)

    def _join_all(self) -> None:
        spanning: dict[int, tuple[int, str]] = {}  # column → (rows left, text)
        for row in self.rows:
            texts: list[str] = []
            waiting = iter(row.cells)
            for column in range(len(row.cells) + len(spanning)):
                left, text = spanning.get(column, (0, ""))
                if left:
                    texts.append(text)
                    spanning[column] = (left - 1, text)
                    continue
                cell = next(waiting, None)
                if cell is None:
                    continue
                texts.append(cell.text)
                if cell.rows > 1 and column < _MOST_COLUMNS:
                    spanning[column] = (cell.rows - 1, "" if _AMOUNT.search(cell.text) else cell.text)
            if any(cell.size for cell in row.cells):
                row.joined = re.sub(r"(?: \|\s*)+$", "", " | ".join(texts)).replace("|  |", "| |").strip()


def merged(lines: list[Line]) -> tuple[list[Line], list[int]]:
    """The lines with rows of facts on one line each, and for each old number the new one (one more than lines)."""
    kept: list[Line] = []
    moved: list[int] = []
    row: Row | None = None
    for line in lines:
        of_row = line.cell.row if line.cell is not None and line.cell.row.joined else None
        if of_row is not None and of_row is row:
            moved.append(len(kept) - 1)
            kept[-1].linked += line.linked
            continue
        row = of_row
        moved.append(len(kept))
        if row is not None:
            line.text, line.row, line.caption, line.box = row.joined, True, False, _around(line.box)
        kept.append(line)
    moved.append(len(kept))
    return kept, moved


def _around(box: Box | None) -> Box | None:
    """The element around the table that `box` stands in: a row counts for it as a paragraph does."""
    while box is not None and box.parent is not None and box.tag != "table":
        box = box.parent
    return box if box is None or box.parent is None else box.parent
