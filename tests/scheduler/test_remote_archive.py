"""A notebook reads a running site: the same tables as from its data directory, and never a part of one."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pandas
import polars
import pytest
from polars.testing import assert_frame_equal

import caixun
from db.connection import open_writer
from db.downloads.frames import KINDS
from db.errors import DataDirectoryError, WrongDownload, WrongStatement
from parsers.errors import QueryError
from scheduler.errors import SiteUnreachable
from tests.web import archive_of
from tests.web.serving import served


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory of nine articles; a day of coverage."""
    found = archive_of.make(tmp_path_factory.mktemp("site") / "data", 9)
    with closing(open_writer(found.archive)) as connection:
        connection.execute("insert into coverage(source, day, pages) values ('qhnews', '2026-03-01', 4)")
    return found.path


@pytest.fixture(scope="module")
def site(path: Path) -> Iterator[str]:
    with served(path) as base:
        yield base


@pytest.mark.parametrize("what", KINDS)
def test_a_site_gives_the_same_tables_as_its_directory(path: Path, site: str, what: str) -> None:
    here, there = caixun.connect(path), caixun.connect(site)
    pandas.testing.assert_frame_equal(getattr(there, what)(), getattr(here, what)())
    here, there = caixun.connect(path, frames="polars"), caixun.connect(site + "/", frames="polars")
    assert_frame_equal(getattr(there, what)(), getattr(here, what)())


def test_a_search_a_day_and_the_choice_of_texts_hold(path: Path, site: str) -> None:
    found = caixun.connect(site)
    assert len(found.articles("招才引智")) == 8 and len(found.facts("招才引智")) == 16
    assert len(found.articles(as_of="2026-03-05")) == 5
    assert "body" in found.articles() and "body" not in found.articles(texts=False)
    assert len(found.articles("没有这样的词")) == 0
    with pytest.raises(QueryError):
        found.articles("人才 (引才")


def test_sql_of_a_site(site: str) -> None:
    found = caixun.connect(site, frames="polars")
    counted = found.sql("select source, count(*) as articles from articles where day >= :day", {"day": "2026-03-05"})
    assert counted.rows() == [("qhnews", 5)] and isinstance(counted, polars.DataFrame)
    with pytest.raises(WrongStatement, match="rejected"):
        found.sql("select * from rejected")
    with pytest.raises(WrongStatement, match="limit"):
        found.sql("with recursive n(x) as (select 1 union all select x + 1 from n where x < 5000) select x from n")
    with pytest.raises(WrongStatement, match=":day"):
        found.sql("select 1 where ? = 1", [1])


def test_a_site_of_excerpts_gives_its_excerpts(path: Path) -> None:
    with served(path, show_full_text=False) as base:
        found = caixun.connect(base)
        assert "body" not in found.articles() and len(found.articles("招才引智")) == 8
        assert found.facts("招才引智")["evidence"].str.len().max() <= 150


def test_a_site_with_a_password_takes_it_and_nothing_tells_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIXUN_READER_PASSWORD", "geheim")
    with served(path, access={"readers": "password"}) as base:
        with pytest.raises(SiteUnreachable, match="登录"):
            caixun.connect(base)
        found = caixun.connect(base.replace("http://", "http://reader:geheim@"))
        assert len(found.articles("招才引智")) == 8 and "geheim" not in repr(found)
        assert len(found.sql("select id from articles")) == 9
        with pytest.raises(WrongStatement):
            found.sql("select x")
    with pytest.raises(SiteUnreachable) as caught:
        found.articles()
    assert "geheim" not in str(caught.value)


def test_what_is_no_site_of_ours_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(SiteUnreachable, match="连不上"):
        caixun.connect(f"http://127.0.0.1:{port}")
    with answering(lambda _: (200, {}, b"<html>")) as base, pytest.raises(SiteUnreachable, match="不是才讯网站"):
        caixun.connect(base)
    with answering(lambda _: (401, {}, b"")) as base, pytest.raises(SiteUnreachable, match="登录"):
        caixun.connect(base)
    with pytest.raises(SiteUnreachable, match=r"地址|网址"):
        caixun.connect("http://[")
    with pytest.raises(DataDirectoryError, match="http"):
        caixun.connect(str(tmp_path / "none"))


@contextmanager
def answering(answer: object, cut: int | None = None) -> Iterator[str]:
    """The address of a server that gives what `answer` says of a path: status, headers, body (cut after `cut`)."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = answer(self.path)  # type: ignore[operator]
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body if cut is None or "jsonl?" not in self.path else body[:cut])
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: tests are quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("harm", ["cut", "lost", "changed"])
def test_a_part_of_a_table_is_never_handed_on(site: str, harm: str) -> None:
    """A proxy that breaks off, that ends early in good form, or that changes a byte."""
    import httpx

    def through(path: str) -> tuple[int, dict[str, str], bytes]:
        answer = httpx.get(site + path)
        body = answer.content
        if path.startswith("/download/") and "jsonl?" in path:
            body = {"cut": body, "lost": body[: body.index(b"\n") + 1], "changed": body.replace(b"103", b"104")}[harm]
        link = {"Link": answer.headers["link"]} if "link" in answer.headers else {}
        return answer.status_code, link, body

    with answering(through, cut=900 if harm == "cut" else None) as base:
        found = caixun.connect(base)
        with pytest.raises(WrongDownload, match="再读一次"):
            found.facts("招才引智")
