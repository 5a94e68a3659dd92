"""What several commands share: the options, and the sources written into the archive before anything is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("CAIXUN_DATA", "data")),
    show_default="$CAIXUN_DATA，否则 ./data",
    help="数据目录",
)


class Day(click.DateTime):
    """A day as 2026-11-01; what is none is told in Chinese, exit code 2."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day as a datetime."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"“{value}”不是日期：请写成 2026-11-01 这样", param, ctx)


DAY = Day(formats=["%Y-%m-%d"])


def save_sources(directory: Any, known: dict[str, Any]) -> None:
    """Write what the source files say into archive.db, so that articles have their source."""
    from db import ingest
    from db.connection import open_writer
    from scheduler import house

    connection = open_writer(directory.archive)
    facts = {source.id: house.facts_of(source) for source in known.values()} | {"local": house.local_facts()}
    ingest.save_sources(connection, facts)
    connection.close()
