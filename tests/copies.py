"""Data directories that many tests ask for: written once in a process, copied from then on."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from db.paths import DataDirectory

Wish = ParamSpec("Wish")


def written_once(
    make: Callable[Concatenate[Path, Wish], DataDirectory],
) -> Callable[Concatenate[Path, Wish], DataDirectory]:
    """`make`, which writes the databases of a new data directory the first time that these wishes come.

    Each test still has databases of its own: the files are copied, whole and closed. A directory that already holds a
    database is written as ever.
    """
    made: dict[Hashable, dict[str, bytes]] = {}

    @wraps(make)
    def copied(path: Path, /, *wish: Wish.args, **named: Wish.kwargs) -> DataDirectory:
        key = (wish, tuple(sorted(named.items())))
        if next(path.glob("*.db"), None) is not None:
            return make(path, *wish, **named)
        if key not in made:
            directory = make(path, *wish, **named)
            made[key] = {file.name: file.read_bytes() for file in path.glob("*.db")}
            assert not list(path.glob("*-wal")), "a database was not closed"
            return directory
        path.mkdir(parents=True, exist_ok=True)
        for name, content in made[key].items():
            (path / name).write_bytes(content)
        return DataDirectory(path)

    return copied
