"""WARC 1.1 (ISO 28500): what was fetched as an archive that other tools read, and such archives as visits.

A page is a `response` record; one that had not changed since is a `revisit`, which names the answer with the bytes. A
`metadata` record beside each says what HTTP does not: the source, what the page was asked for as, and what the list
page printed of it (caixun-… fields). With these an import gives the same articles.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.encoding import BrokenEncodingError, decoded
from crawler.errors import UnreadableFile
from crawler.values import Visit

LOCAL = "local"  # the source of everything that was not fetched by us
MIB = 1 << 20
UNCHANGED = {  # the profiles of WARC 1.1, 6.7
    "bytes": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
    "server": "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
}
_ORIGINAL = "X-Archive-Orig-"  # headers of the body on the wire: what we keep is decoded
_OF_THE_WIRE = ("content-encoding", "transfer-encoding", "content-length")
_PAGES = ("text/html", "text/plain", "application/pdf", "application/xhtml")
_FIELDS = ("url", "source", "kind", "title", "date", "error")


@dataclass(slots=True)
class Written:
    """How many records of each sort were written."""

    responses: int = 0
    revisits: int = 0


def write_warc(
    stream: IO[bytes],
    captures: Iterable[tuple[Visit, Visit | None]],
    *,
    name: str,
    compressed: bool,
    at: str | None = None,
) -> Iterator[Written]:
    """Write `captures` (a visit, and for an unchanged one the earlier with its bytes); the state after each.

    `name` is the file's own, for its first record. Each record is a gzip member of its own when `compressed`. With `at`
    (ISO 8601) as the time of writing, the same captures are the same bytes: the ids of records are counted.
    """
    writer = (
        WARCWriter(stream, gzip=compressed, warc_version="1.1")
        if at is None
        else _Repeatable(stream, gzip=compressed, warc_version="1.1", name=name, at=at)
    )
    writer.write_record(writer.create_warcinfo_record(name, {"software": "Caixun", "format": "WARC File Format 1.1"}))
    export = _Export(writer)
    for visit, same in captures:
        export.add(visit, same)
        yield export.written


class _Repeatable(WARCWriter):  # type: ignore[misc] # the library ships no types
    """Writes record ids that follow from the name of the file and their number, and a time of writing that is given."""

    def __init__(self, stream: IO[bytes], *, name: str, at: str, **options: Any) -> None:
        super().__init__(stream, **options)
        self._name, self._at, self._count = name, at, 0

    def _make_warc_id(self) -> str:
        self._count += 1
        return f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{self._name} {self._at} {self._count}')}>"

    def curr_warc_date(self) -> str:
        return datetime.fromisoformat(self._at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Export:
    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.written = Written()

    def add(self, visit: Visit, same: Visit | None) -> None:
        if visit.body is None and same is not None and same.body is not None:
            record = self._revisit(visit, same, same.body)
        else:
            record = self._response(visit)
        self.writer.write_record(record)
        self.writer.write_record(self._metadata(visit, record.rec_headers.get_header("WARC-Record-ID")))

    def _response(self, visit: Visit) -> Any:
        body = visit.body or b""
        headers = {"WARC-Date": _date(visit), "WARC-Payload-Digest": _digest(body)}
        if visit.body is None:
            headers["WARC-Truncated"] = "unspecified"  # of an error page we keep that it came, not what it said
        self.written.responses += 1
        return self._record(visit, "response", headers, body)

    def _revisit(self, visit: Visit, same: Visit, body: bytes) -> Any:
        profile = UNCHANGED["server" if visit.status == HTTPStatus.NOT_MODIFIED else "bytes"]
        headers = {
            "WARC-Date": _date(visit),
            "WARC-Payload-Digest": _digest(body),
            "WARC-Profile": profile,
            "WARC-Refers-To-Target-URI": _address(same),
            "WARC-Refers-To-Date": _date(same),
        }
        self.written.revisits += 1
        return self._record(visit, "revisit", headers, b"")

    def _record(self, visit: Visit, kind: str, headers: dict[str, str], body: bytes) -> Any:
        status = StatusAndHeaders(_status(visit.status), _headers(visit, len(body)), protocol="HTTP/1.1")
        return self.writer.create_warc_record(
            _address(visit), kind, BytesIO(body), len(body), warc_headers_dict=headers, http_headers=status
        )

    def _metadata(self, visit: Visit, beside: str) -> Any:
        said = ((name, getattr(visit, name)) for name in _FIELDS)
        lines = [f"caixun-{name}: {' '.join(value.split())}\r\n" for name, value in said if value]
        payload = "".join(lines).encode()
        headers = {"WARC-Date": _date(visit), "WARC-Concurrent-To": beside}
        return self.writer.create_warc_record(
            _address(visit), "metadata", BytesIO(payload), len(payload), warc_headers_dict=headers
        )


def _address(visit: Visit) -> str:
    return visit.final_url or visit.url


def _date(visit: Visit) -> str:
    moment = datetime.fromisoformat(visit.fetched_at).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _digest(body: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def _status(number: int) -> str:
    try:
        return f"{number} {HTTPStatus(number).phrase}"
    except ValueError:  # 521 and other numbers of no standard
        return f"{number} Unknown"


def _headers(visit: Visit, length: int) -> list[tuple[str, str]]:
    kept = [
        (_ORIGINAL + name if name.lower() in _OF_THE_WIRE else name, " ".join(value.split()))
        for name, value in visit.headers.items()
    ]
    if visit.content_type and not any(name.lower() == "content-type" for name, _ in kept):
        kept.append(("Content-Type", visit.content_type))
    return [*kept, ("Content-Length", str(length))]


def read_warc(file: Path, max_bytes: int) -> Iterator[Visit]:
    """The pages of a WARC (.warc, .warc.gz), in its order; of our own exports every visit, as it was.

    Raises UnreadableFile for a damaged file, one without records, or a record over `max_bytes`.
    """
    if file.name.lower().endswith(".gz") and not _is_whole(file):
        raise UnreadableFile(f"{file}：WARC 的压缩数据不完整，文件可能没有传完，请重新取得")
    records = 0
    waiting: tuple[str, Visit, bool] | None = None  # a visit until the record after it is known; is it a page?
    try:
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream):
                records += 1
                if record.rec_type == "metadata" and waiting and _header(record, "WARC-Concurrent-To") == waiting[0]:
                    if told := _told(record.content_stream().read(MIB)):
                        yield _restored(waiting[1], told)
                        waiting = None
                    continue
                if record.rec_type not in ("response", "revisit"):
                    continue
                if waiting and waiting[2]:
                    yield waiting[1]
                waiting = _visit(file, record, max_bytes)
            if waiting and waiting[2]:
                yield waiting[1]
    except (ArchiveLoadFailed, EOFError, ValueError) as error:
        raise UnreadableFile(f"{file}：WARC 在第 {records + 1} 条记录处损坏（{error}），请重新导出") from error
    if not records:
        raise UnreadableFile(f"{file}：WARC 里没有记录，请重新导出")


def _is_whole(file: Path) -> bool:
    """Whether the last gzip member ends as it should: the reader below takes half a record for a whole one."""
    stream: zlib._Decompress | None = None
    with file.open("rb") as packed:
        while rest := packed.read(MIB):
            while rest:
                stream = stream or zlib.decompressobj(31)
                try:
                    stream.decompress(rest)
                except zlib.error:
                    return False
                rest = stream.unused_data.lstrip(b"\0")
                stream = None if stream.eof else stream
    return stream is None


def _header(record: Any, name: str) -> str | None:
    value: str | None = record.rec_headers.get_header(name)
    return value


def _told(payload: bytes) -> dict[str, str]:
    """The caixun-… fields of a metadata record; empty for another tool's."""
    lines = (line.partition(": ") for line in payload.decode("utf-8", "replace").splitlines())
    found = {name.removeprefix("caixun-"): value for name, _, value in lines if name.startswith("caixun-")}
    return {name: value for name, value in found.items() if name in _FIELDS}


def _restored(visit: Visit, told: dict[str, str]) -> Visit:
    """The visit as it was before our own export."""
    asked = told.get("url", visit.url)
    return replace(
        visit,
        url=asked,
        final_url=visit.url if visit.url != asked else None,
        source=told.get("source", LOCAL),
        kind=told.get("kind", "article"),
        title=told.get("title"),
        date=told.get("date"),
        error=told.get("error"),
    )


def _visit(file: Path, record: Any, max_bytes: int) -> tuple[str, Visit, bool] | None:
    """Its record's id, the visit, and whether it is a page by itself (no revisit, no image, script or DNS answer)."""
    address, http = _header(record, "WARC-Target-URI") or "", record.http_headers
    if http is None or not address.startswith(("http://", "https://")):
        return None
    kind = http.get_header("Content-Type")
    status = int(http.get_statuscode() or 0)
    page = record.rec_type == "response" and (not kind or kind.lower().startswith(_PAGES))
    readable = page or (kind or "").lower().startswith(("text/", "application/xml"))
    body = _body(file, record, address, max_bytes) if readable and record.rec_type == "response" else None
    truncated = _header(record, "WARC-Truncated") == "unspecified"
    visit = Visit(
        url=address,
        source=LOCAL,
        kind="article",
        fetched_at=_when(_header(record, "WARC-Date")),
        status=status,
        body=None if truncated or not 200 <= status < 300 else body,
        content_type=kind,
        headers={name.removeprefix(_ORIGINAL): value for name, value in http.headers if name != "Content-Length"},
    )
    return _header(record, "WARC-Record-ID") or "", visit, page


def _at_most(stream: Any, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while size < limit and (piece := stream.read(limit - size)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _when(date: str | None) -> str:
    moment = datetime.fromisoformat(date or "").astimezone(UTC)
    return moment.isoformat(timespec="seconds")


def _body(file: Path, record: Any, address: str, max_bytes: int) -> bytes:
    chunked = "chunked" in (record.http_headers.get_header("Transfer-Encoding") or "").lower()
    stream = ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream  # as some tools write it
    body = _at_most(stream, max_bytes + 1)
    if getattr(record.raw_stream, "limit", 0) > 0 and len(body) <= max_bytes:
        raise UnreadableFile(f"{file}：{address} 的内容比声明的短，文件可能没有传完，请重新取得")
    if len(body) > max_bytes:
        raise UnreadableFile(f"{file}：{address} 超过上限 {max_bytes / MIB:g} MiB，请拆分后再加")
    try:
        return decoded(body, record.http_headers.get_header("Content-Encoding") or "", max_bytes)
    except BrokenEncodingError as error:
        raise UnreadableFile(f"{file}：{address} 的压缩内容读不了（{error}），请重新导出") from error
