"""Downloads over HTTP: the bytes of the command line, parts that fit together, nothing after a takedown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from datasette_plugins.app import build
from datasette_plugins.ranges import Part, part_of
from db import takedown
from db.connection import open_reader, open_writer, transaction
from db.downloads import files, prepared
from db.downloads.frames import KINDS
from db.downloads.manifest import SUFFIX, Asked, verify
from db.downloads.wishes import Wish
from db.paths import DataDirectory
from tests.web import archive_of, rich_archive
from tests.web.downloading import is_what_it_should_be, large, manifest_of, prepared_name, work_off
from tests.web.serving import served

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, DataDirectory]]:
    directory = rich_archive.make(tmp_path_factory.mktemp("downloads"), 60)
    with served(directory.path) as base, httpx.Client(base_url=base, timeout=60) as client:
        yield client, directory


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("what", KINDS)
def test_a_stream_is_what_the_command_line_writes(
    site: tuple[httpx.Client, DataDirectory], what: str, form: str, tmp_path: Path
) -> None:
    client, directory = site
    with closing(open_reader(directory.archive)) as connection:
        asked = Asked(what, form, "引才", {"place": ("青海省",)}, files.newest_change(connection))
        rows = files.save(connection, asked, tmp_path / f"own.{form}", NOW)
    where = f"{what}.{form}", {"q": "引才", "place": "青海省", "change": str(asked.as_of)}
    answer = client.get(f"/download/{where[0]}", params=where[1])
    assert answer.content == (tmp_path / f"own.{form}").read_bytes() and rows > 0
    name = re.findall(r'filename="(.*)"', answer.headers["content-disposition"])[0]
    (tmp_path / name).write_bytes(answer.content)
    told = client.get(f"/download/{where[0]}{SUFFIX}", params=where[1])
    assert f'filename="{name}{SUFFIX}"' in told.headers["content-disposition"]
    (tmp_path / f"{name}{SUFFIX}").write_bytes(told.content)
    assert f"{rows:,} 行" in verify(tmp_path / name)
    assert told.json()["caixun"]["query"] == ("引才" if what in ("articles", "facts") else "")


def test_a_manifest_can_be_had_before_and_without_the_stream(
    site: tuple[httpx.Client, DataDirectory], tmp_path: Path
) -> None:
    client, _ = site
    told = client.get(f"/download/articles.csv{SUFFIX}", params={"q": "合作", "nobom": "1"}).json()
    content = client.get("/download/articles.csv", params={"q": "合作", "nobom": "1"}).content
    (tmp_path / "a").write_bytes(content)
    assert is_what_it_should_be(tmp_path / "a", told) and content.startswith(b"id,")


@pytest.mark.parametrize("path", ["/download", "/download/articles.csv", f"/download/facts.jsonl{SUFFIX}"])
def test_a_wrong_query_is_said_before_anything_begins(site: tuple[httpx.Client, DataDirectory], path: str) -> None:
    answer = site[0].get(path, params={"q": "引才 ("})
    assert answer.status_code == 400 and "text/html" in answer.headers["content-type"]


def test_nothing_found_is_a_head_alone(site: tuple[httpx.Client, DataDirectory]) -> None:
    client, _ = site
    assert client.get("/download/articles.csv", params={"q": "没有这样的词"}).text.count("\r\n") == 1
    assert client.get("/download/articles.jsonl", params={"q": "没有这样的词"}).content == b""
    told = client.get(f"/download/articles.jsonl{SUFFIX}", params={"q": "没有这样的词"}).json()
    assert told["resources"][0]["rows"] == told["resources"][0]["bytes"] == 0


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_failure_on_the_way_breaks_the_connection_off(
    tmp_path: Path, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    directory = large(tmp_path)
    with closing(open_writer(directory.archive)) as connection, transaction(connection):  # the last row is no UTF-8
        worst = "select id from facts order by revision, start desc, id desc limit 1"
        connection.execute(f"update facts set subject = cast(x'ff' as text) where id = ({worst})")
    got = bytearray()
    with served(directory.path) as base, httpx.Client(base_url=base, timeout=60) as client:
        with pytest.raises(httpx.RemoteProtocolError), client.stream("GET", f"/download/facts.{form}") as answer:
            assert answer.status_code == 200
            for block in answer.iter_raw():
                got += block
        assert len(got) > 1_000_000 and "中途出错" in caplog.text
        assert client.get(f"/download/facts.{form}{SUFFIX}").status_code == 500  # and no manifest speaks for it


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=0-9", Part(0, 9, 100)),
        ("bytes=90-", Part(90, 99, 100)),
        ("bytes=-10", Part(90, 99, 100)),
        ("bytes=-1000", Part(0, 99, 100)),
        ("bytes=5-1000", Part(5, 99, 100)),
        ("bytes=9-5", None),
        ("bytes=0-1,5-6", None),
        ("bytes=-", None),
        ("lines=0-9", None),
        ("bytes=٣-٤", None),
    ],
)
def test_the_part_that_a_range_names(header: str, expected: Part | None) -> None:
    assert part_of(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_beyond_the_end_has_no_part(header: str) -> None:
    with pytest.raises(IndexError):
        part_of(header, 100)


def test_a_prepared_file_is_resumed_and_known(site: tuple[httpx.Client, DataDirectory], tmp_path: Path) -> None:
    client, directory = site
    name = prepared_name(client, directory, what="facts", form="xlsx")
    path = f"/download/files/{name}"
    whole = client.get(path)
    etag, modified = whole.headers["etag"], whole.headers["last-modified"]
    assert whole.headers["accept-ranges"] == "bytes" and int(whole.headers["content-length"]) == len(whole.content)
    half = len(whole.content) // 2
    first = client.get(path, headers={"Range": f"bytes=0-{half - 1}"})
    for validator in (etag, modified):
        rest = client.get(path, headers={"Range": f"bytes={half}-", "If-Range": validator})
        assert (first.status_code, rest.status_code) == (206, 206)
        assert rest.headers["content-range"] == f"bytes {half}-{len(whole.content) - 1}/{len(whole.content)}"
        assert first.content + rest.content == whole.content
    assert client.get(path, headers={"Range": "bytes=5-", "If-Range": '"another"'}).content == whole.content
    assert client.get(path, headers={"Range": f"bytes={len(whole.content)}-"}).status_code == 416
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": modified}).status_code == 304
    head = client.head(path)
    assert head.content == b"" and head.headers["content-length"] == str(len(whole.content))
    (tmp_path / name).write_bytes(whole.content)
    (tmp_path / f"{name}{SUFFIX}").write_text(json.dumps(manifest_of(client, name)), "utf-8")
    assert "完好" in verify(tmp_path / name)


@pytest.mark.parametrize("name", ["caixun-facts-1-00000000000000000000.csv", "..%2farchive.db", "archive.db", "x"])
def test_only_prepared_files_are_given(site: tuple[httpx.Client, DataDirectory], name: str) -> None:
    assert site[0].get(f"/download/files/{name}", follow_redirects=True).status_code == 404


def test_a_takedown_removes_what_was_prepared_before(tmp_path: Path) -> None:
    directory = rich_archive.make(tmp_path, 30)
    with served(directory.path) as base, httpx.Client(base_url=base, timeout=60) as client:
        name = prepared_name(client, directory, what="articles", form="jsonl")
        text = client.get(f"/download/files/{name}").text
        told = client.get(f"/download/articles.jsonl{SUFFIX}").json()
        gone = json.loads(text.splitlines()[0])
        with closing(open_writer(directory.archive)) as connection:
            takedown.take_down(connection, gone["id"], NOW.isoformat(), "试")
        assert client.get(f"/download/files/{name}").status_code == 404
        assert client.get(f"/download/files/{name}{SUFFIX}").status_code == 404
        key = name.split("-")[3].partition(".")[0]
        assert client.get(f"/download/prepared/{key}.json").json()["state"] == "gone"
        assert name not in client.get("/download").text
        assert name in prepared.sweep(directory, datetime.now(UTC))
        assert not list((directory.path / "downloads").iterdir())
        pinned = {"what": "articles", "form": "jsonl", "change": name.split("-")[2]}  # the same moment, made anew
        again = client.get(f"/download/files/{prepared_name(client, directory, **pinned)}").text
        own = gone["body"].split("\n")[1]
        assert own in text and own not in again and gone["id"] not in again
        fresh = client.get(f"/download/articles.jsonl{SUFFIX}", params={"change": pinned["change"]}).json()
        assert fresh["resources"] != told["resources"] and fresh["caixun"]["taken_down"] == 1


async def test_excerpts_hold_on_every_way(tmp_path: Path) -> None:
    directory = rich_archive.make(tmp_path, 40)
    with closing(open_writer(directory.archive)) as connection:
        connection.execute("update facts set evidence = evidence || ?", ["长" * 400])
        body = str(connection.execute("select body from article_text limit 1").fetchone()[0])
    full = prepared.prepare(directory, _wish(directory, "articles", "csv"), datetime.now(UTC))
    site = build(directory.path, "http://caixun.example", show_full_text=False)
    transport = httpx.ASGITransport(site.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://caixun.example") as client:
        assert (await client.get(f"/download/files/{full.path.name}")).status_code == 404
        page = (await client.get("/download")).text
        assert full.path.name not in page and "不带正文" not in page
        for form in ("csv", "jsonl"):
            text = (await client.get(f"/download/articles.{form}")).text
            assert body[20:60] not in text and "body" not in text[:400]
            facts = (await client.get(f"/download/facts.{form}")).text
            assert "长" * 150 not in facts and "…" in facts
        client.cookies.clear()
        asked = await client.post("/download/prepare", data={"what": "facts", "form": "jsonl", "notexts": "0"})
        work_off(directory)
        key = asked.headers["location"].rpartition("/")[2]
        (file,) = (directory.path / "downloads").glob(f"*{key}.jsonl")
        assert "长" * 150 not in file.read_text("utf-8")
        assert (await client.get(f"/download/files/{file.name}")).status_code == 200


def _wish(directory: DataDirectory, what: str, form: str, as_of: int | None = None) -> Wish:
    with closing(open_reader(directory.archive)) as connection:
        asked = Asked(what, form, "", {}, as_of or files.newest_change(connection))
    return Wish(asked).normal()


async def test_limits_hold_on_every_way(tmp_path: Path) -> None:
    site = build(archive_of.make(tmp_path, 3).path, "https://caixun.example", access={"rate": 1})
    paths = ("", "/articles.csv", f"/articles.csv{SUFFIX}", "/files/x", "/prepared/00000000000000000000", "/prepare")
    for number, path in enumerate(paths):
        transport = httpx.ASGITransport(site.app(), client=(f"203.0.113.{number}", 4000))
        async with httpx.AsyncClient(transport=transport, base_url="http://caixun.example") as client:
            statuses = [(await client.get(f"/download{path}")).status_code for _ in range(2)]
        assert statuses[0] != 429 and statuses[1] == 429, path


def test_the_rules_of_keeping(tmp_path: Path) -> None:
    directory = rich_archive.make(tmp_path, 10)
    wishes = [_wish(directory, "coverage", "csv", as_of) for as_of in (3, 5, 7, 9)]
    made = [
        prepared.prepare(directory, wish, NOW + timedelta(hours=number)).path.name for number, wish in enumerate(wishes)
    ]
    half = prepared.folder(directory) / "caixun-coverage-1-00000000000000000000.csv.part"
    half.write_bytes(b"x")
    assert sorted(prepared.sweep(directory, NOW + timedelta(hours=9))) == sorted(made[:2])  # the newest two stay
    assert prepared.sweep(directory, NOW + timedelta(hours=10)) == []
    later = datetime.now(UTC) + timedelta(days=40)
    assert sorted(prepared.sweep(directory, later)) == sorted([*made[2:], half.name])
    assert list(prepared.folder(directory).iterdir()) == []
