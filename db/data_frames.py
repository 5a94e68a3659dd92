"""Tables of the archive as data frames of pandas or Polars, typed: days and times as such, numbers, lists."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from db.downloads.frames import Column
from db.errors import MissingExtra

LIBRARIES = ("pandas", "polars")
PRINTED = "published_printed"  # the day of publication in the precision in which the site printed it
_CHINA = timezone(timedelta(hours=8))
_MOMENTS = frozenset({"published", "first_seen"})
_DAYS = frozenset({"day"})
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
Value = Callable[[Any], Any]


def moment(text: str | None) -> datetime | None:
    """An ISO 8601 time as a time of China; a mere day, month or year as its beginning. None for None and for no time.

    The precision is lost by that: a column `published_printed` keeps it.
    """
    if not text:
        return None
    if "T" in text:
        said = datetime.fromisoformat(text)
        return said.astimezone(_CHINA) if said.tzinfo else said.replace(tzinfo=_CHINA)
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    return datetime(year, month, day, tzinfo=_CHINA)


def table(columns: Sequence[Column], rows: Iterable[Sequence[Any]], library: str) -> Any:
    """The rows as a data frame of `library` (pandas, polars). Raises MissingExtra."""
    listed = list(zip(*rows, strict=True)) or [()] * len(columns)
    named: list[tuple[str, str, list[Any]]] = []
    for column, values in zip(columns, listed, strict=True):
        kind = kind_of(column)
        named.append((column.name, kind, list(map(_VALUES[kind], values)) if kind in _VALUES else list(values)))
        if column.name == "published":
            named.append((PRINTED, "text", list(values)))
    return _MAKERS[library](named)


def plain(names: Sequence[str], rows: Sequence[Sequence[Any]], library: str) -> Any:
    """Rows of any statement as a data frame; the library judges the types. Raises MissingExtra."""
    if library == "pandas":
        return _pandas().DataFrame([tuple(row) for row in rows], columns=list(names))
    return _polars().DataFrame([tuple(row) for row in rows], schema=list(names), orient="row", infer_schema_length=None)


def kind_of(column: Column) -> str:
    """moment | day, or the column's own type (text, integer, real, list)."""
    return "moment" if column.name in _MOMENTS else "day" if column.name in _DAYS else column.type


_VALUES: dict[str, Value] = {
    "moment": moment,
    "day": lambda text: date.fromisoformat(text) if text else None,
    "list": lambda text: json.loads(text) if isinstance(text, str) and text else text or [],
}


def _make_pandas(named: list[tuple[str, str, list[Any]]]) -> Any:
    pandas = _pandas()
    types = {
        "text": "str", "integer": "Int64", "real": "float64", "list": "object", "day": "datetime64[s]",
        "moment": pandas.DatetimeTZDtype("us", _CHINA),
    }  # fmt: skip
    return pandas.DataFrame({name: pandas.Series(values, dtype=types[kind]) for name, kind, values in named})


def _make_polars(named: list[tuple[str, str, list[Any]]]) -> Any:
    polars = _polars()
    types = {
        "text": polars.String, "integer": polars.Int64, "real": polars.Float64, "list": polars.List(polars.String),
        "day": polars.Date, "moment": polars.Datetime("us", "Asia/Shanghai"),
    }  # fmt: skip
    made = []
    for name, kind, values in named:
        if kind == "list":  # some lists hold objects: in Polars a list has members of one type
            values = [[_text(one) for one in members] for members in values]
        if kind == "moment":
            values = [value and value.astimezone(UTC).replace(tzinfo=None) for value in values]
            instants = polars.Series(name, values, dtype=polars.Datetime("us"))
            made.append(instants.dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Shanghai"))
            continue
        made.append(polars.Series(name, values, dtype=types[kind], strict=False))
    return polars.DataFrame(made)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_MAKERS = {"pandas": _make_pandas, "polars": _make_polars}


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise MissingExtra('表格需要 pandas：请运行 pip install "caixun[notebook]"') from error
    return pandas


def _polars() -> Any:
    try:
        import polars
    except ImportError as error:
        raise MissingExtra('表格需要 Polars：请运行 pip install "caixun[notebook]"') from error
    return polars
