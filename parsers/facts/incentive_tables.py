"""Rows of tables of incentives (`cell | cell` lines below a header row): who gets what, one value for each cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BAR = " | "
_WHO = re.compile(r"对象|类别|层次|学历|人员|等级|级别|^人才$|人才类型|获得者|主体")
_WHAT = re.compile(r"项目|待遇|政策|内容|事项|名称|类型|种类|措施")
_HOW_MUCH = re.compile(r"标准|金额|额度|数额|补助$|补贴$|奖励$")
_CONDITION = re.compile(r"条件|要求|期限|备注|说明|时限|服务期")
_BENEFIT = re.compile(r"费|补贴|补助|津贴|经费|奖励|资助|资金|贷款|薪|奖金|住房|公寓|奖补|支持")
_UNIT = re.compile(r"[（(](?:单位[：:])?(万元|元|亿元|千元)(?:/[人年月]+)*[）)]")
_BARE = re.compile(r"^(?:最高|一次性|约)?(\d+(?:\.\d+)?(?:[-—～~至]\d+(?:\.\d+)?)?)$")
_ROWS_ABOVE = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that may hold money: `text` with the unit of the header, `row` where its row begins in the body."""

    who: str
    what: str
    text: str
    condition: str
    row: int
    end: int


def table_cells(body: str, line_start: int) -> Iterator[Cell]:
    """The cells of the row at `line_start` that say how much; nothing for a header or a table without one."""
    row = _line(body, line_start)
    header = _header(body, line_start)
    if header is None:
        return
    cells = row.split(_BAR)
    if len(cells) != len(header):
        return
    who = _column(cells, header, _WHO) or cells[0]
    condition = _column(cells, header, _CONDITION)
    what = _column(cells, header, _WHAT)
    position = line_start
    for cell, title in zip(cells, header, strict=True):
        end = position + len(cell)
        plain = _UNIT.sub("", title)
        is_benefit = _BENEFIT.search(plain) and not _CONDITION.search(plain) and not _WHO.search(plain)
        if is_benefit or _HOW_MUCH.search(plain):
            named = what if what and what != who and (_HOW_MUCH.search(plain) or not is_benefit) else plain
            yield Cell(who, named, _with_unit(cell, title), condition, line_start, end)
        position = end + len(_BAR)


def _line(body: str, start: int) -> str:
    end = body.find("\n", start)
    return body[start : end if end >= 0 else len(body)]


def _header(body: str, line_start: int) -> list[str] | None:
    """The cells of the first row of the table, when they are titles of columns and not the row itself."""
    first, start = "", line_start
    for _ in range(_ROWS_ABOVE):
        before = body.rfind("\n", 0, max(start - 1, 0)) + 1
        if start == 0 or _BAR not in body[before : start - 1]:
            break
        first, start = body[before : start - 1], before
    titles = first.split(_BAR)
    if not first or re.search(r"\d[万千]?元(?![）)])", first):
        return None
    plain = [_UNIT.sub("", title) for title in titles]
    known = any(_BENEFIT.search(t) or _HOW_MUCH.search(t) for t in plain)
    return titles if known else None


def _column(cells: list[str], header: list[str], pattern: re.Pattern[str]) -> str:
    return next((c for c, title in zip(cells, header, strict=True) if pattern.search(title)), "")


def _with_unit(cell: str, title: str) -> str:
    unit = _UNIT.search(title)
    return f"{cell}{unit.group(1)}" if unit and _BARE.match(cell.strip()) else cell
