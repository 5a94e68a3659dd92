"""A running site read by a notebook: its downloads with their documented check, and its SQL.

A download is whole when its bytes and their SHA-256 are those of its manifest (docs/downloads.md); nothing less is ever
handed on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx

from db import data_frames
from db.downloads.frames import Column, columns_of
from db.errors import WrongDownload, WrongStatement
from db.notebook import Archive, Day, day_of
from parsers.errors import QueryError
from scheduler.errors import SiteUnreachable

_PATIENCE = httpx.Timeout(120, connect=15)
_TYPES = {"string": "text", "integer": "integer", "number": "real"}


@dataclass(slots=True)
class _Received:
    """What has come of a stream: its length and hash, and where its manifest is."""

    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    manifest: str = ""


class RemoteArchive(Archive):
    """The public archive of a site."""

    def __init__(self, base: str, frames: str) -> None:
        """Raises SiteUnreachable when `base` is no address. A name and a password in it are shown nowhere."""
        super().__init__(frames)
        try:
            given = httpx.URL(base.rstrip("/") + "/")
        except httpx.InvalidURL as error:
            raise SiteUnreachable(f"{base} 不是网址：{error}") from error
        self._login = (given.username, given.password) if given.userinfo else None
        self.base = str(given.copy_with(userinfo=b""))

    def __repr__(self) -> str:
        return f"<才讯档案 {self.base}>"

    def check(self) -> None:
        """Raises SiteUnreachable where no site of ours answers."""
        try:
            with self._client() as client:
                answer = self._good(client.get("openapi.json"))
                ours = "/search.json" in answer.json()["paths"]
        except (ValueError, KeyError, TypeError):
            ours = False
        if not ours:
            raise SiteUnreachable(f"{self.base} 不是才讯网站：请给出网站首页的地址")

    def sql(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """What a SELECT over the public tables gives; `values` stand for its named marks, as texts.

        Raises WrongStatement, also where the site gives only a part of the rows.
        """
        if not isinstance(values, Mapping) and values:
            raise WrongStatement("网站上的 SQL 用带名字的值：where day >= :day，值写成 {'day': '2026'}")
        asked = {**{name: str(value) for name, value in dict(values).items()}, "sql": statement, "_shape": "arrays"}
        with self._client() as client:
            answer = client.get("archive.json", params=asked)
            said = self._json(answer)
        if answer.is_error or said.get("error"):
            raise WrongStatement(
                f"SQL 执行不了：{said.get('error') or answer.status_code}；能读的表见 archive.dictionary()"
            )
        if said.get("truncated"):
            raise WrongStatement(
                f"结果多于网站一次给的 {len(said['rows'])} 行：请分段（limit … offset …），或用 articles()、facts()"
            )
        return data_frames.plain(said["columns"], said["rows"], self.frames)

    def _rows(self, what: str, query: str, as_of: Day, *, texts: bool) -> tuple[Sequence[Column], Iterable[Any]]:
        asked = {"q": query, "asof": day_of(as_of) if as_of else "", "notexts": "" if texts else "1"}
        with self._client() as client:
            received = _Received()
            lines = list(self._lines(client, what, {name: text for name, text in asked.items() if text}, received))
            said = self._json(self._good(client.get(received.manifest)))
        resource = said["resources"][0]
        if (resource["bytes"], resource["hash"]) != (received.size, f"sha256:{received.digest.hexdigest()}"):
            raise WrongDownload(f"{self.base} 的下载与清单不符（收到 {received.size:,} 字节）：请再读一次")
        columns = _columns(what, resource["schema"]["fields"])
        rows = (json.loads(line) for line in lines)
        return columns, ([row[column.name] for column in columns] for row in rows)

    def _lines(self, client: httpx.Client, what: str, asked: dict[str, str], received: _Received) -> Iterator[bytes]:
        """The lines of the stream, as they come."""
        with client.stream("GET", f"download/{what}.jsonl", params=asked) as answer:
            if answer.status_code == httpx.codes.BAD_REQUEST:
                raise QueryError(f"检索式写错了，见 {answer.url}", 0)
            self._good(answer)
            link = answer.links.get("describedby", {}).get("url", "")
            received.manifest = urljoin(str(answer.url), link)
            rest = b""
            for block in answer.iter_bytes():
                received.size += len(block)
                received.digest.update(block)
                *whole, rest = (rest + block).split(b"\n")
                yield from whole
            if rest:
                yield rest

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        try:
            with httpx.Client(base_url=self.base, auth=self._login, timeout=_PATIENCE, follow_redirects=True) as client:
                yield client
        except httpx.RemoteProtocolError as error:
            raise WrongDownload(f"{self.base} 的下载中途断了（{error}）：请再读一次") from error
        except httpx.TransportError as error:
            raise SiteUnreachable(f"{self.base} 连不上：{error or type(error).__name__}；请检查地址和网络") from error

    def _good(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise SiteUnreachable(f"{self.base} 要登录才能读：地址写成 https://名字:口令@网站/")
        if answer.status_code in (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.TOO_MANY_REQUESTS):
            raise SiteUnreachable(f"{self.base} 正忙：请过 {answer.headers.get('retry-after', '60')} 秒再读")
        if answer.status_code != httpx.codes.OK:
            raise SiteUnreachable(f"{answer.url} 答复 {answer.status_code}：请检查网站地址和版本")
        return answer

    def _json(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            said: dict[str, Any] = answer.json()
        except ValueError:
            raise SiteUnreachable(f"{answer.url} 的答复读不懂：请检查网站地址和版本") from None
        return said


def _columns(what: str, fields: Sequence[Mapping[str, str]]) -> list[Column]:
    """The columns that the manifest names: ours where we know them, a newer site's by the type that it says."""
    known = {column.name: column for column in columns_of(what)}
    return [
        known.get(one["name"]) or Column(one["name"], _TYPES.get(one["type"], "text"), "", what, one["name"])
        for one in fields
    ]
