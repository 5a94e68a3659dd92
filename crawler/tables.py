"""Reading a TOML table strictly: every key is known and typed, or a SourceFileError says which one is not."""

from __future__ import annotations

import difflib
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import SourceFileError

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "y": 365 * 86400}
DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhdy])")


class Table:
    """One table of a source or family file; every `take` pops a key, `finish` refuses what is left."""

    def __init__(self, file: Path, name: str, values: dict[str, Any]) -> None:
        self.file = file
        self.name = name
        self.values = dict(values)
        self.known: list[str] = []

    def wrong(self, key: str, reason: str) -> SourceFileError:
        """The error for `key`: file, key, reason."""
        where = f"[{self.name}] {key}" if self.name else key
        return SourceFileError(f"{self.file}：{where}：{reason}")

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = None, required: bool = False) -> Any:
        """The value of `key` (or `default`); SourceFileError where it is missing or of another type."""
        self.known.append(key)
        if key not in self.values:
            if required:
                raise self.wrong(key, "缺少这一项，请补上")
            return default
        value = self.values.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, f"类型不对：{value!r} 应为 {_kind_name(kind)}")
        return value

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """One string or a list of strings, as a tuple."""
        value = self.take(key, (str, list), None)
        if value is None:
            return default
        found = [value] if isinstance(value, str) else value
        if not all(isinstance(item, str) and item.strip() for item in found):
            raise self.wrong(key, f"{value!r} 应为非空的文字或文字列表")
        return tuple(found)

    def number(self, key: str, default: float, least: float, most: float) -> float:
        """A number within [least, most]."""
        value = float(self.take(key, (int, float), default))
        if not least <= value <= most:
            raise self.wrong(key, f"{value:g} 超出范围 {least:g}–{most:g}")
        return value

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within [least, most]."""
        value = self.take(key, int, default)
        if not least <= value <= most:
            raise self.wrong(key, f"{value} 超出范围 {least}–{most}")
        return int(value)

    def duration(self, key: str, default: timedelta) -> timedelta:
        """A duration such as "30m", "2h" or "7d"."""
        value = self.take(key, str, None)
        return default if value is None else self.as_duration(key, value)

    def as_duration(self, key: str, text: str) -> timedelta:
        """The duration that `text` says; SourceFileError names `key`."""
        match = DURATION.fullmatch(text.strip())
        if not match or float(match[1]) <= 0:
            raise self.wrong(key, f"{text!r} 不是时长，写法如 30m、2h、7d")
        return timedelta(seconds=float(match[1]) * UNITS[match[2]])

    def patterns(self, key: str, default: tuple[re.Pattern[str], ...] = ()) -> tuple[re.Pattern[str], ...]:
        """Compiled regular expressions."""
        texts = self.texts(key)
        try:
            return tuple(re.compile(text) for text in texts) or default
        except re.error as error:
            raise self.wrong(key, f"正则表达式有误：{error}") from error

    def addresses(self, key: str) -> tuple[str, ...]:
        """Absolute http(s) URLs; `{yyyy}`-like places of e-papers are allowed in them."""
        texts = self.texts(key)
        for text in texts:
            self.check_address(key, text)
        return texts

    def check_address(self, key: str, text: str) -> None:
        """Refuse what is no absolute http(s) URL."""
        try:
            parts = urlsplit(text)
            port_is_number = parts.port is None or parts.port > 0
        except ValueError:
            port_is_number = False
        if not port_is_number or parts.scheme not in ("http", "https") or not parts.hostname:
            raise self.wrong(key, f"{text!r} 不是完整的 http(s) 网址")

    def day(self, key: str) -> date | None:
        """A TOML date, None where there is none."""
        value: date | None = self.take(key, date, None)
        return value

    def table(self, key: str) -> Table:
        """The sub-table `key`, empty when absent."""
        name = f"{self.name}.{key}" if self.name else key
        return Table(self.file, name, self.take(key, dict, {}))

    def finish(self) -> None:
        """Refuse the keys that nobody took, with the nearest known one."""
        for key in self.values:
            near = difflib.get_close_matches(key, self.known, 1)
            guess = f"，是不是 {near[0]}？" if near else ""
            raise self.wrong(key, f"不认识的项{guess}（可用：{'、'.join(sorted(self.known))}）")


def _kind_name(kind: type | tuple[type, ...]) -> str:
    names = {str: "文字", int: "整数", float: "数字", bool: "true/false", list: "列表", dict: "表", date: "日期"}
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return "或".join(names.get(one, one.__name__) for one in kinds)
