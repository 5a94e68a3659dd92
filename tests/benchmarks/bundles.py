"""How long a bundle takes, how much memory, and that no flipped byte of it goes unnoticed.

    python -m tests.benchmarks.bundles ARCHIVE.db [--query Q] [--flips 300] [--sizes 2000,10000]

ARCHIVE.db is copied nowhere and only read (make one with tests/benchmarks/search_archive.py). For each size the newest
so many articles are bundled by a process of its own, whose processor time and peak of memory are printed; then a small
bundle has single bits flipped at random places, each of which `verify` must notice.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from db.bundle import verify
from db.bundle.articles import Asked
from db.connection import open_reader
from db.downloads.files import newest_change
from db.errors import WrongDownload


def one(archive: Path, file: Path, query: str, as_of: int) -> None:
    """In a process of its own: make the bundle, say what it took."""
    from db.bundle import write

    before = time.process_time()
    made = write.save(open_reader(archive), Asked(query, {}, as_of, "bundle"), file)
    used, peak = time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = made.size / 1e6
    click.echo(f"{made.articles:>8,} articles {size:8.1f} MB {used:7.1f} s processor time {peak:6.0f} MB peak")


def flips(file: Path, count: int, chance: random.Random) -> int:
    """How many of `count` single flipped bits `verify` noticed."""
    noticed, size = 0, file.stat().st_size
    for _ in range(count):
        place, bit = chance.randrange(size), 1 << chance.randrange(8)
        _flip(file, place, bit)
        try:
            verify.verify(file)
        except WrongDownload:
            noticed += 1
        _flip(file, place, bit)
    return noticed


def _flip(file: Path, place: int, bit: int) -> None:
    with file.open("r+b") as stream:
        stream.seek(place)
        byte = stream.read(1)[0]
        stream.seek(place)
        stream.write(bytes([byte ^ bit]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--query", default="")
    parser.add_argument("--flips", type=int, default=300)
    parser.add_argument("--sizes", default="200,2000,10000")
    parser.add_argument("--one", nargs=2, metavar=("FILE", "CHANGE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.archive, Path(given.one[0]), given.query, int(given.one[1]))
        return
    newest = newest_change(open_reader(given.archive))
    with TemporaryDirectory() as place:
        small = Path(place) / "0.zip"
        for size in map(int, given.sizes.split(",")):
            file = Path(place) / f"{size}.zip"
            command = [sys.executable, "-m", "tests.benchmarks.bundles", str(given.archive), "--query", given.query]
            subprocess.run([*command, "--one", str(file), str(min(size, newest))], check=True)
            start = time.process_time()
            click.echo(f"{'':>8} {verify.verify(file)}; {time.process_time() - start:.2f} s to verify")
            small = small if small.exists() else file
        noticed = flips(small, given.flips, random.Random(8))
        click.echo(f"{noticed} of {given.flips} flipped bits noticed, {verify.verify(small)}")


if __name__ == "__main__":
    main()
