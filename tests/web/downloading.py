"""What tests of downloads share: a directory whose downloads take a while, and the check as it is documented."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from db import requests
from db.connection import open_reader, open_writer, transaction
from db.paths import DataDirectory
from scheduler.requests import RequestWorker
from tests.web import rich_archive

PATIENCE = 120.0  # seconds


def large(path: Path, doublings: int = 5, articles: int = 60) -> DataDirectory:
    """A directory with many long facts (11 MB as CSV): more than one batch, and far more than sockets hold."""
    directory = rich_archive.make(path, articles)
    with closing(open_writer(directory.archive)) as connection, transaction(connection):
        names = [row[1] for row in connection.execute("pragma table_info(facts)") if row[1] != "id"]
        listed = ", ".join(f'"{name}"' for name in names)
        connection.execute("update facts set evidence = evidence || ?", ["各级各部门把人才工作抓得更实。" * 30])
        for _ in range(doublings):
            connection.execute(f"insert into facts({listed}) select {listed} from facts")
    return directory


def is_what_it_should_be(file: Path, manifest: dict[str, Any]) -> bool:
    """The check of docs/downloads.md for readers without Caixun: bytes and SHA-256 as the manifest says."""
    resource = manifest["resources"][0]
    content = file.read_bytes()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return (len(content), digest) == (resource["bytes"], resource["hash"])


def work_off(directory: DataDirectory) -> None:
    """Let the worker of long requests do all that waits, in its own processes."""
    worker = RequestWorker(directory, requests.LONG)
    worker.recover()
    deadline = time.monotonic() + PATIENCE
    while True:
        worker.tick()
        with closing(open_reader(directory.crawl)) as connection:
            if not worker.side.runs and not requests.waiting(connection, requests.LONG):
                return
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)


def prepared_name(client: httpx.Client, directory: DataDirectory, **fields: str) -> str:
    """The name of the file that the form asks for, made by the worker."""
    client.cookies.clear()  # without a cookie a form needs no token
    answer = client.post("/download/prepare", data=fields)
    assert answer.status_code == 302, answer.text
    work_off(directory)
    key = answer.headers["location"].rpartition("/")[2]
    told = client.get(f"/download/prepared/{key}.json").json()
    assert told["state"] == "ready", told
    (file,) = (directory.path / "downloads").glob(f"caixun-*-{key}.{fields['form']}")
    return file.name


def manifest_of(client: httpx.Client, name: str) -> dict[str, Any]:
    """The manifest of a prepared file."""
    told: dict[str, Any] = json.loads(client.get(f"/download/files/{name}.manifest.json").text)
    return told
