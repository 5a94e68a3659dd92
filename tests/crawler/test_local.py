"""Saved pages become visits with an address that outlives the place of the file."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from crawler.errors import UnreadableFile
from crawler.local import read_local

PAGE = "<html><head><title>人才</title></head><body><p>引进人才 12 名。</p></body></html>".encode()


def test_a_page_keeps_its_address_when_it_is_moved(tmp_path: Path) -> None:
    first, second = tmp_path / "a.html", tmp_path / "sub" / "a.html"
    second.parent.mkdir()
    first.write_bytes(PAGE)
    second.write_bytes(PAGE)
    one, two = list(read_local([first, second]))
    assert one.url == two.url
    assert one.url.startswith("local:") and str(tmp_path) not in one.url
    assert one.body == PAGE and one.source == "local"


def test_a_page_that_names_its_own_address_is_known_by_it(tmp_path: Path) -> None:
    file = tmp_path / "b.htm"
    file.write_bytes(b'<link rel="canonical" href="http://a.example.cn/x/1.html">' + PAGE)
    assert [visit.url for visit in read_local([tmp_path])] == ["http://a.example.cn/x/1.html"]


def test_mhtml_gives_its_page_and_recorded_address(tmp_path: Path) -> None:
    text = (
        (
            b"Snapshot-Content-Location: http://a.example.cn/m/1.html\r\nMIME-Version: 1.0\r\n"
            b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n'
            b"Content-Transfer-Encoding: 8bit\r\n\r\n"
        )
        + PAGE
        + b"\r\n--b--\r\n"
    )
    (tmp_path / "c.mhtml").write_bytes(text)
    visit = next(read_local([tmp_path / "c.mhtml"]))
    assert visit.url == "http://a.example.cn/m/1.html"
    assert visit.body is not None and "引进人才".encode() in visit.body


def warc_record(number: int, kind: str) -> bytes:
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + PAGE
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example.cn/{number}\r\n"
        f"WARC-Date: 2025-03-18T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:0000000{number}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def test_warc_gives_its_html_records(tmp_path: Path) -> None:
    records = [warc_record(1, "text/html"), warc_record(2, "image/png")]
    (tmp_path / "d.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    visits = list(read_local([tmp_path]))
    assert [(visit.url, visit.body) for visit in visits] == [("http://a.example.cn/1", PAGE)]


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("empty.html", b"", "0 字节"),
        ("large.html", b"x" * 2000, "超过上限"),
        ("picture.png", b"x", "文件类型"),
        ("broken.warc.gz", b"\x1f\x8b\x08\x00not gzip at all", "WARC"),
        ("none.mht", b"Content-Type: text/plain\r\n\r\nx", "MHTML"),
        (None, b"", "没有这个文件"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, name: str | None, body: bytes, words: str) -> None:
    file = tmp_path / (name or "missing.html")
    if name:
        file.write_bytes(body)
    with pytest.raises(UnreadableFile) as caught:
        list(read_local([file], max_bytes=1000))
    assert file.name in str(caught.value) and words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_pages_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="没有可读的页面"):
        list(read_local([tmp_path]))
