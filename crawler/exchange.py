"""A task as a request, an answer as a visit.

A visit with status 200, no body and no error is a page whose bytes are those we know (`task.body_hash`); status 304
is the server saying so. Both mean "unchanged"; the difference is only who noticed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import Response

from crawler.encoding import BrokenEncodingError, decoded
from crawler.outcomes import explained
from crawler.politeness import asked_to_wait
from crawler.settings import MAX_BYTES
from crawler.values import Task, Visit

READABLE = ("text/", "application/xhtml", "application/xml", "application/pdf", "application/octet-stream")
AGAIN = ("blocked：", "challenge：", "login：", "empty list：")  # what a page of 200 may turn out to be
SETTLED = (404, 410)  # answers about the page; every other error is about the moment


@dataclass(frozen=True, slots=True)
class Answer:
    """A visit, and the page's bytes even where the visit leaves them out because they are unchanged."""

    visit: Visit
    body: bytes | None = None

    @property
    def failed(self) -> bool:
        """Whether the task should be tried again later: nothing received, a wall, an empty list, a server error."""
        status = self.visit.status
        return (
            status == 0
            or (self.visit.error or "").startswith(AGAIN)
            or (status >= 300 and status != 304 and status not in SETTLED)
        )


def request_of(task: Task, conditional: bool = True) -> Request:
    """The request for `task`, conditional on its validators; never filtered as a duplicate (the frontier does)."""
    headers: dict[str, str] = {}
    if conditional and task.etag:
        headers["If-None-Match"] = task.etag
    if conditional and task.last_modified:
        headers["If-Modified-Since"] = task.last_modified
    return Request(task.url, headers=headers, dont_filter=True)


def body_hash(body: bytes) -> str:
    """The hash by which a body is known again (SHA-256, hexadecimal)."""
    return hashlib.sha256(body).hexdigest()


def answer_of(task: Task, response: Response) -> Answer:
    """The visit of an answer, whatever its status; the body is decoded and compared with the one known."""
    if not 200 <= response.status < 300:
        return Answer(_visit(task, response, error=_status_line(response)))
    kind = _header(response, "Content-Type")
    if kind and not kind.strip().lower().startswith(READABLE):
        return Answer(_visit(task, response, error=f"content type：{kind[:80]} 不是可读的页面"))
    try:
        body = decoded(response.body, _header(response, "Content-Encoding") or "", MAX_BYTES)
    except BrokenEncodingError as error:
        return failure_of(task, error)
    if task.body_hash and body_hash(body) == task.body_hash:
        return Answer(_visit(task, response), body)
    return Answer(_visit(task, response, body=body), body)


def failure_of(task: Task, error: BaseException) -> Answer:
    """The visit of a request that got no usable answer: status 0 and why."""
    visit = Visit(
        url=task.url,
        source=task.source,
        kind=task.kind,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        status=0,
        error=explained(error, task.url),
        title=task.title,
        date=task.date,
    )
    return Answer(visit)


def _visit(task: Task, response: Response, body: bytes | None = None, error: str | None = None) -> Visit:
    now = datetime.now(UTC)
    return Visit(
        url=task.url,
        source=task.source,
        kind=task.kind,
        fetched_at=now.isoformat(timespec="seconds"),
        status=response.status,
        body=body,
        content_type=_header(response, "Content-Type"),
        etag=_header(response, "ETag") or (task.etag if response.status == 304 else None),
        last_modified=_header(response, "Last-Modified") or (task.last_modified if response.status == 304 else None),
        final_url=response.url if response.url != task.url else None,
        error=error,
        title=task.title,
        date=task.date,
        headers=_headers(response),
        retry_after=asked_to_wait(response.status, _header(response, "Retry-After"), now),
    )


def _status_line(response: Response) -> str | None:
    status = response.status
    if status == 304:
        return None
    if status < 400:
        return f"redirect：HTTP {status}，跳转到不能去的地方 {(_header(response, 'Location') or '')[:120]}"
    names = {403: "被拒绝", 404: "页面不存在", 410: "页面已删除", 412: "被防护系统拦截", 429: "访问太频繁"}
    return f"status：HTTP {status} {names.get(status, '服务器出错' if status >= 500 else '不能访问')}"


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _headers(response: Response) -> dict[str, str]:
    """The answer's headers but cookies, each cut at 1,000 characters (a hostile one may be a megabyte)."""
    kept = ((name.decode("latin-1"), b", ".join(values)) for name, values in response.headers.items())
    return {name: value.decode("latin-1")[:1000] for name, value in kept if name.lower() != "set-cookie"}
