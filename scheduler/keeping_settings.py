"""The settings that keep the data safe and small: [backup] and [retention] of caixun.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from crawler.tables import DURATION, UNITS
from db.retention import Rules

TOML = """\

[backup]
# dir = ""                # 备份放在哪里（绝对路径，最好是另一块盘），送出的消息也随时记在那里 / where backups go
# every = ""              # 每隔多久自动备份，如 "6h"、"1d"；留空不自动备份 / how often, empty: never
# keep = 7                # 保留最近几份，0 表示全部保留 / how many stay, 0 keeps all

[retention]
# versions = "revisions"  # 文章的网页快照："revisions" 留首末和读出每一版的，"all" 全留 / snapshots of an article
# lists_days = 30         # 列表页的快照留多少天；以下各项 0 都表示一直留 / days that list pages are kept, 0: for ever
# rejected_days = 0       # 判为无关而未收的网页留多少天（删后换词表也不能重读）/ days of pages that were refused
# articles_days = 0       # 文章网页快照留多少天（删后不能再重读）/ days of all snapshots of articles
# deliveries_days = 730   # 投递记录留多少天 / days of the delivery log
# logs_days = 90          # 已换下的运行日志留多少天 / days of logs that were put aside
# at = ""                 # 每夜几点按以上规则清理（北京时间），如 "03:30"；留空不自动 / when to prune, empty: by hand
"""


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """Where backups go ("" nowhere), how often ("" only when asked), how many of the newest stay (0: all)."""

    dir: str = ""
    every: str = ""
    keep: int = 7

    @property
    def place(self) -> Path | None:
        """`dir` as a path."""
        return Path(self.dir) if self.dir else None

    @property
    def interval(self) -> timedelta | None:
        """`every` as a time span; None when backups are made only when asked for."""
        match = DURATION.fullmatch(self.every)
        return timedelta(seconds=float(match[1]) * UNITS[match[2]]) if match else None


Rule = tuple[type, Callable[[Any], bool], str]  # the type of a value, its test, the sentence when that fails


def _is_span(value: str) -> bool:
    match = DURATION.fullmatch(value)
    return value == "" or (match is not None and float(match[1]) * UNITS[match[2]] >= 60)


def is_clock(value: str) -> bool:
    """Whether `value` is a time of day as "08:00"."""
    return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None


_DAYS: Rule = (int, lambda value: 0 <= value <= 100_000, "0 到 100000 的整数（天），0 表示一直保留")
RULES: Mapping[str, Mapping[str, Rule]] = {
    "backup": {
        "dir": (str, lambda value: value == "" or Path(value).is_absolute(), "一个绝对路径，或留空"),
        "every": (str, _is_span, '时长（至少一分钟），如 "6h"、"1d"，或留空'),
        "keep": (int, lambda value: 0 <= value <= 10_000, "0 到 10000 的整数，0 表示全部保留"),
    },
    "retention": {
        "versions": (str, lambda value: value in {"all", "revisions"}, '"all" 或 "revisions"'),
        **{name: _DAYS for name in Rules.__dataclass_fields__ if name.endswith("_days")},
        "at": (str, lambda value: value == "" or is_clock(value), '北京时间，如 "03:30"，或留空'),
    },
}
