"""The crawl as a WARC and back: readable by others, and the same articles when it is taken in again."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.errors import UnreadableFile
from crawler.local import read_local
from crawler.warc import read_warc, write_warc
from db.connection import open_writer, transaction
from db.frontier import store_visit
from db.paths import DataDirectory
from parsers.visits import Visit
from scheduler import house
from scheduler.in_force import settings_of
from scheduler.stages import Stages

ROOT = Path(__file__).resolve().parents[2]
PAGE = (
    "<html><head><title>青河市引进人才</title></head><body><h1>青河市引进{n}名高层次人才</h1>"
    "<div>2026-03-30 08:55</div>"
    "<div id='content'><p>青河市今年引进高层次人才{n}名，兑现人才补贴2000万元，人才工作领导小组逐项督办。</p>"
    "<p>下一步还将继续优化人才服务，让各类人才引得来、留得住、用得好，人才办负责落实。</p></div></body></html>"
)
URL = "https://www.qhnews.com/newscenter/system/2026/03/30/0{n}.shtml"


def visit(number: int, **values: Any) -> Visit:
    given: dict[str, Any] = {
        "url": URL.format(n=number),
        "source": "qhnews",
        "kind": "article",
        "fetched_at": f"2026-03-30T0{number}:00:00+00:00",
        "status": 200,
        "body": PAGE.format(n=number + 100).encode(),
        "content_type": "text/html; charset=utf-8",
        "headers": {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip", "X-Name": "值 été"},
    }
    return Visit(**{**given, **values})


def visits() -> list[Visit]:
    first = URL.format(n=1)
    return [
        visit(1, title="青河市引进101名高层次人才", date="2026-03-30"),
        visit(2, body=PAGE.format(n=102).encode("gbk"), content_type="text/html; charset=gbk", headers={}),
        visit(3, final_url="https://www.qhnews.com/newscenter/moved.shtml", title="两行\n标题"),
        visit(4, url="https://www.qhnews.com/newscenter/", kind="list", body=b"<ul></ul>"),
        visit(5, url=first, status=304, body=None, content_type=None, headers={}),
        visit(6, status=404, body=None, error="status：HTTP 404 页面不存在"),
        visit(7, source="nobody-knows"),
        visit(8, url=first, body=PAGE.format(n=109).encode()),
    ]


def stored(path: Path) -> DataDirectory:
    directory = house.prepare(path)
    with closing(open_writer(directory.crawl)) as crawl, transaction(crawl):
        for one in visits():
            store_visit(crawl, one, None)
    return directory


def caixun(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "caixun", *words, "--data", str(data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def articles(directory: DataDirectory) -> dict[str, list[Any]]:
    questions = {
        "articles": "select id, url, source, title, published, first_seen, doc_type, relevance, state, body"
        " from articles join article_text using (revision) where recorded_to is null order by id",
        "facts": "select id, article, kind, subject, period, value_low, unit, evidence, start from facts"
        " where recorded_to is null order by article, start, id",
    }
    with closing(sqlite3.connect(directory.archive)) as archive:
        return {name: archive.execute(question).fetchall() for name, question in questions.items()}


def test_an_export_taken_in_again_gives_the_same_articles(tmp_path: Path) -> None:
    directory = stored(tmp_path / "one")
    Stages(directory, settings_of(directory), house.sources(directory)).parse()
    file = tmp_path / "crawl.warc.gz"
    done = caixun("warc", "export", "-o", str(file), data=directory.path)
    assert done.returncode == 0, done.stderr
    assert "7 个响应、1 次" in done.stdout
    taken = caixun("add", str(file), data=tmp_path / "two")
    assert taken.returncode == 0, taken.stderr
    before, after = articles(directory), articles(DataDirectory(tmp_path / "two"))
    local = [row if row[2] != "nobody-knows" else (*row[:2], "local", *row[3:]) for row in before["articles"]]
    assert after["articles"] == local
    assert len(after["articles"]) == 4
    assert after["facts"] == before["facts"] != []


def test_every_visit_comes_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    pairs = ((one, visits()[0] if one.status == 304 else None) for one in visits())
    with file.open("wb") as stream:
        *_, written = write_warc(stream, pairs, name="a.warc.gz", compressed=True)
    assert (written.responses, written.revisits) == (7, 1)
    back = list(read_local([file]))
    for was, now in zip(visits(), back, strict=True):
        for name in (
            "url",
            "source",
            "kind",
            "fetched_at",
            "status",
            "body",
            "content_type",
            "final_url",
            "error",
            "date",
        ):
            assert getattr(now, name) == getattr(was, name), name
    assert back[0].title == "青河市引进101名高层次人才"
    assert back[2].title == "两行 标题"
    assert back[0].headers["Content-Encoding"] == "gzip"


def test_other_tools_can_read_it_and_its_digests_are_right(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    with file.open("wb") as stream:
        pairs = ((one, visits()[0] if one.status == 304 else None) for one in visits())
        list(write_warc(stream, pairs, name="a.warc.gz", compressed=True))
    kinds: list[str] = []
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            kinds.append(record.rec_type)
            record.content_stream().read()
            if record.rec_type == "revisit":
                assert record.rec_headers.get_header("WARC-Profile").endswith("/server-not-modified")
                assert record.rec_headers.get_header("WARC-Refers-To-Target-URI") == URL.format(n=1)
                assert record.rec_headers.get_header("WARC-Refers-To-Date") == "2026-03-30T01:00:00Z"
    assert kinds[0] == "warcinfo"
    assert (kinds.count("response"), kinds.count("revisit"), kinds.count("metadata")) == (7, 1, 8)


def record(kind: str, headers: str, payload: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://a.example.cn/1\r\n"
        f"WARC-Date: 2025-03-18T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000001>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(payload)}\r\n{headers}\r\n"
    )
    return head.encode() + payload + b"\r\n\r\n"


def test_another_tools_file_gives_its_pages_also_chunked_ones_and_no_revisits(tmp_path: Path) -> None:
    body = "<p>引进人才 12 名。</p>".encode()
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (body[:7], body[7:], b""))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    records = [
        record("response", "", head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks),
        record("metadata", "WARC-Concurrent-To: <urn:uuid:00000001>\r\n", b"fetchTimeMs: 12\r\n"),
        record("revisit", "", head + b"\r\n"),
        record("response", "", b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\ngone"),
    ]
    file = tmp_path / "b.warc.gz"
    file.write_bytes(b"".join(map(gzip.compress, records)))
    found = list(read_warc(file, 1 << 20))
    assert [(one.status, one.body, one.source) for one in found] == [(200, body, "local"), (404, None, "local")]


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "c.warc.gz"
    with file.open("wb") as stream:
        list(write_warc(stream, ((one, None) for one in visits()), name="c.warc.gz", compressed=True))
    yield file


def test_an_uncompressed_file_that_is_cut_in_a_page_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "d.warc"
    file.write_bytes(record("response", "", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"x" * 300)[:-90])
    with pytest.raises(UnreadableFile, match="比声明的短"):
        list(read_local([file]))


def test_a_cut_file_is_refused_before_anything_is_stored(whole: Path, tmp_path: Path) -> None:
    whole.write_bytes(whole.read_bytes()[:-200])
    with pytest.raises(UnreadableFile, match="WARC"):
        list(read_local([whole]))
    done = caixun("add", str(whole), data=tmp_path / "data")
    assert done.returncode == 1
    assert "WARC" in done.stderr
    assert not (tmp_path / "data" / "crawl.db").exists()


def test_what_cannot_be_exported_is_said(tmp_path: Path) -> None:
    directory = stored(tmp_path / "data")
    none = caixun("warc", "export", "--source", "other", "-o", str(tmp_path / "x.warc"), data=directory.path)
    wrong = caixun("warc", "export", "-o", str(tmp_path / "x.zip"), data=directory.path)
    assert (none.returncode, wrong.returncode) == (1, 1)
    assert "没有符合条件" in none.stderr
    assert ".warc.gz" in wrong.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["data"]
