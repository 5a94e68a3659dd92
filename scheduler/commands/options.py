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
DAY = click.DateTime(formats=["%Y-%m-%d"])


def save_sources(directory: Any, known: dict[str, Any]) -> None:
    """Write what the source files say into archive.db, so that articles have their source."""
    from db import ingest
    from db.connection import open_writer
    from scheduler import house

    connection = open_writer(directory.archive)
    facts = {source.id: house.facts_of(source) for source in known.values()} | {"local": house.local_facts()}
    ingest.save_sources(connection, facts)
    connection.close()
