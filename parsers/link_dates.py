"""The date that a list prints for a link: in its row, its cell, before or behind it. Never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from selectolax.lexbor import LexborNode

from parsers.dates import date_in_url, iso_day, printed_date

_LEVELS = 5  # how far above its link a row may begin
_SIBLINGS = 4
_ROW_LINKS = 12
_HEADLINE = 6  # characters of a link that is an article of its own
_LONGEST_PIECE = 48
_ROW_PIECES = 60  # texts of a row; what has more is no row
_CONTAINERS = frozenset({"body", "html", "ul", "ol", "table", "tbody", "main"})
_PROSE = re.compile(r"[，。；！？、]")
_WRAPPING = "[]()（）【】〔〕［］|·•"
_PARTIAL = re.compile(r"[\d年月日号./\-—\s]{1,12}")
_MONTH_DAY = re.compile(r"(?<![\d.])(?P<m>0?[1-9]|1[0-2])\s?(?:[-/.]|月)\s?(?P<d>[0-3]?\d)日?")
_DAY_THEN_MONTH = re.compile(r"(?P<d>[0-3]?\d)(?:[日/]|\s)\s?/?\s?(?P<y>20\d\d|19\d\d)\s?[-./年]\s?(?P<m>\d{1,2})月?")
_MONTH_THEN_DAY = re.compile(r"(?P<y>20\d\d|19\d\d)\s?[-./年]\s?(?P<m>\d{1,2})月?\s/?\s?(?P<d>[0-3]?\d)日?")
_DAY_THEN_YEAR = re.compile(r"(?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?\s+(?P<y>20\d\d|19\d\d)年?")
_YEAR_THEN_DAY = re.compile(r"(?P<y>20\d\d|19\d\d)年?\s+(?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?")
_SPLIT_FORMS = (_DAY_THEN_MONTH, _MONTH_THEN_DAY, _DAY_THEN_YEAR, _YEAR_THEN_DAY)
_URL_MONTH = re.compile(r"(?<!\d)(?P<y>20\d\d|19\d\d)[-/]?(?P<m>0[1-9]|1[0-2])(?!\d)")
_URL_YEAR = re.compile(r"/(?P<y>20\d\d|19\d\d)(?=/)")
_NEAR = 62  # days between the day in the address and the day printed without its year


class RowDates:
    """Finds the date beside each link of one page; what is learnt of a container holds for all its rows."""

    def __init__(self) -> None:
        self._crowded: dict[int, int] = {}
        self._before: dict[int, bool] = {}

    def date(self, node: LexborNode, address: str) -> str | None:
        """The date printed for the link `node` to `address`, else the day in the address, else None."""
        row = self._row(node)
        own, around = pieces(node), pieces(row) if row.mem_id != node.mem_id else []
        beside = _without(around, own) if len(around) <= _ROW_PIECES else []
        found = printed(beside, address) or printed(own[:_ROW_PIECES], address)
        if found is None and row.tag != "li":
            found = printed(self._neighbours(row), address)
        return found or date_in_url(address)

    def _row(self, node: LexborNode) -> LexborNode:
        """The highest element around a link that holds no other headline."""
        at = node
        for _ in range(_LEVELS):
            parent = at.parent
            if parent is None or parent.tag in _CONTAINERS or self._is_crowded(parent):
                return at
            at = parent
            if at.tag in ("li", "tr"):
                return at
        return at

    def _is_crowded(self, node: LexborNode) -> bool:
        count = self._crowded.get(node.mem_id)
        if count is None:
            links = node.css("a[href]")
            count = len(links) if len(links) > _ROW_LINKS else len(set(_headlines(links)))
            self._crowded[node.mem_id] = count
        return count > 1

    def _neighbours(self, row: LexborNode) -> list[str]:
        """The pieces between a row that stands free in its container and the next headline (or the one before)."""
        parent = row.parent
        if parent is None:
            return []
        before = self._before.get(parent.mem_id)
        if before is None:
            before = any(printed_date(piece) for piece in _up_to_link(row, backwards=True))
            self._before[parent.mem_id] = before
        return _up_to_link(row, backwards=before)


def pieces(node: LexborNode) -> list[str]:
    """The texts below a node, one a text node, without white space and brackets around them, none empty."""
    texts = (text.strip().strip(_WRAPPING).strip() for text in node.text(deep=True, separator="\x1f").split("\x1f"))
    return [" ".join(text.split()) for text in texts if text]


def printed(texts: list[str], address: str) -> str | None:
    """The first date of the pieces of a row: a full day, one in two pieces (18 | 2024.03), or a day without year.

    A day without its year gets the year of the address when the two agree; else it is no date.
    """
    small = [text for text in texts if len(text) <= _LONGEST_PIECE and not _PROSE.search(text)]
    for text in small:
        found = printed_date(text)
        if found and len(found) >= 10:
            return found
    for run in _runs(small):
        for form in _SPLIT_FORMS:
            match = form.fullmatch(run)
            if match and (day := iso_day(match["y"], match["m"], match["d"])):
                return day
    for text in small:
        match = _MONTH_DAY.fullmatch(text)
        if match:
            return with_year(int(match["m"]), int(match["d"]), address)
    return None


def with_year(month: int, day: int, address: str) -> str | None:
    """A day printed without its year, in the year that the address holds (the turn of the year minded), or None."""
    near = date_in_url(address)
    if near:
        there = date.fromisoformat(near)
        days = [found for year in (there.year, there.year + 1, there.year - 1) if (found := _day(year, month, day))]
        return next((one.isoformat() for one in days if abs((one - there).days) <= _NEAR), None)
    match = _URL_MONTH.search(address)
    if match:
        apart = (month - int(match["m"])) % 12
        year = int(match["y"]) + (apart == 1 and month == 1)
        return iso_day(str(year), str(month), str(day)) if apart in (0, 1) else None
    match = _URL_YEAR.search(address)
    return iso_day(match["y"], str(month), str(day)) if match else None


def _day(year: int, month: int, day: int) -> date | None:
    found = iso_day(str(year), str(month), str(day))
    return date.fromisoformat(found) if found else None


def _runs(texts: list[str]) -> Iterable[str]:
    """Neighbouring pieces that are parts of a date, joined: ["05", "2024.03"] → "05 2024.03"."""
    run: list[str] = []
    for text in [*texts, ""]:
        if text and (_PARTIAL.fullmatch(text)):
            run.append(text)
            continue
        if len(run) > 1:
            yield " ".join(run)
        run = []
    for text in texts:  # or in one piece: "05 2024.03"
        if " " in text or "/" in text:
            yield text


def _headlines(links: list[LexborNode]) -> Iterable[str]:
    for link in links:
        reference = link.attrs.get("href")
        if reference and len(link.text(deep=True).strip()) >= _HEADLINE:
            yield reference


def _without(texts: list[str], own: list[str]) -> list[str]:
    """`texts` with those of the link emptied, so that what stands left and right of it does not run together."""
    rest = list(texts)
    for text in own:
        if text in rest:
            rest[rest.index(text)] = ""
    return rest


def _up_to_link(row: LexborNode, backwards: bool) -> list[str]:
    found: list[str] = []
    at = row.prev if backwards else row.next
    steps = 0
    while at is not None and steps < _SIBLINGS:
        if at.is_element_node and (at.tag == "a" or any(_headlines(at.css("a[href]")))):
            break
        texts = pieces(at) if at.is_element_node else [(at.text() or "").strip().strip(_WRAPPING).strip()]
        texts = [text for text in texts if text]
        found = texts + found if backwards else found + texts
        steps += bool(texts)
        at = at.prev if backwards else at.next
    return found
