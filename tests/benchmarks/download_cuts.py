"""Downloads cut at a random byte, and servers and preparers killed: is it always noticed?

    python -m tests.benchmarks.download_cuts [--cuts 240] [--kills 24] [--seed 1]

A real `caixun serve` on loopback over a directory with 11 MB of facts; a proxy that closes after a
random number of bytes of the answer; clients of three kinds (HTTP/1.1 in chunks, with a length, HTTP/1.0, whose
end of a stream cannot be told from a cut). Told of each cut: whether the HTTP client noticed, whether `verify` did,
whether the documented check of a reader did. A cut after the last byte of the content leaves a whole file: it is
counted apart, and must verify. Kills: −9 to the server while a client reads, and to the preparing process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from db import requests
from db.connection import open_reader, open_writer
from db.downloads import prepared
from db.downloads.frames import count, newest_change
from db.downloads.manifest import SUFFIX, Asked, verify
from db.downloads.wishes import Wish
from db.errors import WrongDownload
from db.paths import DataDirectory
from tests.web.downloading import is_what_it_should_be, large, prepared_name

STREAM = "/download/facts.csv"
WAYS = ("stream", "file", "old")  # chunks, Content-Length, HTTP/1.0
_PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class Cut:
    """What came of one cut: whether the content was whole nevertheless, and who noticed."""

    whole: bool
    by_client: bool
    by_verify: bool
    by_reader: bool


class Server:
    """`caixun serve` in a process of its own."""

    def __init__(self, directory: DataDirectory) -> None:
        self.directory = directory
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.base = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "caixun", "serve", "--data", str(self.directory.path), "--port"]
        with (self.directory.path / "server.log").open("ab") as log:
            self.process = subprocess.Popen([*command, str(self.port)], stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{self.base}/robots.txt", timeout=5)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("caixun serve does not answer")

    def kill(self) -> None:
        """SIGKILL to all processes of the web at once: one that lost its parent would go on sending for a moment."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(directory: DataDirectory) -> Iterator[Server]:
    """A server, killed at the end."""
    server = Server(directory)
    try:
        yield server
    finally:
        server.kill()


def cutting(target: int, after: int) -> int:
    """The port of a proxy that passes one connection on and closes it after `after` bytes of the answer."""
    listening = socket.create_server(("127.0.0.1", 0))

    def pass_on() -> None:
        client, _ = listening.accept()
        with listening, client, socket.create_connection(("127.0.0.1", target)) as upstream:
            upstream.sendall(client.recv(65_536))
            left = after
            while left > 0 and (block := upstream.recv(min(left, 65_536))):
                client.sendall(block)
                left -= len(block)

    threading.Thread(target=pass_on, daemon=True).start()
    return int(listening.getsockname()[1])


def fetch(base: str, path: str, file: Path, *, old: bool = False) -> bool:
    """Write what comes to `file`; whether the HTTP client noticed that it ended too early."""
    if old:
        _fetch_old(base, path, file)
        return False
    try:
        with file.open("wb") as out, httpx.stream("GET", base + path, timeout=30) as answer:
            for block in answer.iter_raw():
                out.write(block)
    except httpx.TransportError:
        return True
    return False


def _fetch_old(base: str, path: str, file: Path) -> None:
    host, _, port = base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection, file.open("wb") as out:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
        got = b""
        while block := connection.recv(65_536):
            got += block
        out.write(got.partition(b"\r\n\r\n")[2])


def judged(file: Path, server: Server, path: str, noticed: bool) -> Cut:
    """Fetch the manifest as a reader would, and apply both documented checks to the file."""
    address, _, query = path.partition("?")
    manifest = httpx.get(f"{server.base}{address}{SUFFIX}{'?' + query if query else ''}", timeout=60)
    manifest.raise_for_status()
    file.with_name(file.name + SUFFIX).write_bytes(manifest.content)
    resource = manifest.json()["resources"][0]
    try:
        verify(file)
    except WrongDownload:
        by_verify = True
    else:
        by_verify = False
    whole = file.stat().st_size == resource["bytes"]
    return Cut(whole, noticed, by_verify, not is_what_it_should_be(file, manifest.json()))


def cut_once(server: Server, way: str, path: str, length: int, chance: random.Random, folder: Path) -> Cut:
    """One download through the proxy, cut somewhere in an answer of about `length` bytes."""
    file = folder / f"{way}-{chance.randrange(1 << 40)}"
    port = cutting(server.port, chance.randrange(1, length + 400))
    noticed = fetch(f"http://127.0.0.1:{port}", path, file, old=way == "old")
    return judged(file, server, path, noticed)


def kill_server_once(server: Server, path: str, length: int, chance: random.Random, folder: Path) -> Cut:
    """A client reads some of the answer, the server is killed, the client reads what is left; then it starts again."""
    file = folder / f"killed-{chance.randrange(1 << 40)}"
    until, noticed = chance.randrange(length // 2), False
    try:
        with file.open("wb") as out, httpx.stream("GET", server.base + path, timeout=30) as answer:
            got, alive = 0, True
            for block in answer.iter_raw(16_384):
                got += len(block)
                out.write(block)
                if alive and got >= until:
                    server.kill()
                    alive = False
    except httpx.TransportError:
        noticed = True
    if server.process.poll() is not None:
        server.start()
    return judged(file, server, path, noticed)


def kill_preparer_once(directory: DataDirectory, number: int, chance: random.Random) -> tuple[bool, bool]:
    """Have a file prepared, kill −9 the process a moment after its draft appears; (a file verifies, it is not whole).

    Each `number` asks for another moment of the archive, so that no file lies there already.
    """
    place, wish, rows = prepared.folder(directory), *_wish(directory, number)
    with closing(open_writer(directory.crawl)) as connection:
        asked = requests.enqueue(connection, "download", {"key": wish.key, "wish": wish.as_json()}, _now())
    working = subprocess.Popen([sys.executable, "-m", "caixun", "work-request", str(directory.path), str(asked)])
    draft = place / f"{wish.name}.part"
    deadline = time.monotonic() + _PATIENCE
    while working.poll() is None and time.monotonic() < deadline and not draft.exists():
        time.sleep(0.001)
    time.sleep(chance.random() * 0.3)
    working.kill()
    working.wait()
    with closing(open_writer(directory.crawl)) as connection:
        requests.finish(connection, asked, {"error": "killed"}, _now(), failed=True)
    try:
        verify(place / wish.name)
    except WrongDownload:
        return False, False
    said = json.loads((place / f"{wish.name}{SUFFIX}").read_text("utf-8"))
    return True, said["resources"][0]["rows"] != rows


def _wish(directory: DataDirectory, number: int) -> tuple[Wish, int]:
    form = ("csv", "jsonl", "sqlite")[number % 3]
    with closing(open_reader(directory.archive)) as connection:
        as_of = newest_change(connection) - number
        return Wish(Asked("facts", form, "", {}, as_of)).normal(), count(connection, "facts", "", {}, as_of)


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Print a line a kind of cut; exit code 1 when one went unnoticed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuts", type=int, default=240)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        sys.exit(1 if measured(folder, given.cuts, given.kills, given.seed) else 0)
    finally:
        shutil.rmtree(folder)


def measured(folder: Path, cuts: int, kills: int, seed: int) -> int:
    """Do all of it; how many cuts were not noticed by both checks."""
    chance = random.Random(seed)
    directory = large(folder / "data")
    missed = 0
    with serving(directory) as server, httpx.Client(base_url=server.base, timeout=60) as client:
        length = len(client.get(STREAM).content)
        change = client.get(STREAM + SUFFIX).json()["caixun"]["as_of_change"]
        paths = dict.fromkeys(WAYS, f"{STREAM}?change={change}")
        paths["file"] = f"/download/files/{prepared_name(client, directory, what='facts', form='csv')}"
        for way in WAYS:
            found = [cut_once(server, way, paths[way], length, chance, folder) for _ in range(cuts // len(WAYS))]
            missed += told(way, found)
        found = [kill_server_once(server, paths["stream"], length, chance, folder) for _ in range(kills)]
        missed += told("server killed", found)
    ends = [kill_preparer_once(directory, number, chance) for number in range(kills)]
    wrong, whole = sum(one[1] for one in ends), sum(one[0] for one in ends)
    print(f"preparer killed: {kills}; whole file all the same: {whole}; half a file that verifies: {wrong}")  # noqa: T201
    return missed + wrong


def told(kind: str, found: list[Cut]) -> int:
    """Print how the cuts of a kind were noticed; how many were not, by one check or the other."""
    counts = Counter((one.whole, one.by_client, one.by_verify, one.by_reader) for one in found)
    for (whole, by_client, by_verify, by_reader), number in sorted(counts.items()):
        state = "whole" if whole else "cut"
        print(f"{kind}: {number} {state}: client {by_client}, verify {by_verify}, reader {by_reader}")  # noqa: T201
    return sum(not one.whole and not (one.by_verify and one.by_reader) for one in found) + sum(
        one.whole and one.by_verify for one in found
    )


if __name__ == "__main__":
    main()
