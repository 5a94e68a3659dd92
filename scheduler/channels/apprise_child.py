"""The program that speaks through apprise, in a process of its own where nothing private can be reached.

apprise's services open their connections themselves, so they are watched from below: an audit hook sees every connect
with the address that is dialled, every file and every program, and refuses what is not of the public internet. A
redirect is a failure. It reads one job as JSON from standard input and answers in lines of JSON:

    {"url", "title", "blocks", "done", "plain_http", "allowed"}  →  {"part": n} …, then {"parts", "said"} or {"error"}
"""

from __future__ import annotations

import html
import json
import logging
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

import apprise
import requests.sessions

from crawler.guard import literal
from scheduler.channels.addresses import refused
from scheduler.channels.pacing import SPACING
from scheduler.channels.splitting import parts

_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.")
_READABLE = tuple(
    str(Path(name).resolve())
    for name in (sys.prefix, sys.base_prefix, "/etc/ssl", "/etc/hosts", "/etc/resolv.conf", "/etc/mime.types", "/usr")
)
_SAID = 4096  # characters of what apprise logs that are told


class Guard:
    """Refuses connections, programs and files that no message needs; remembers the first refusal."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self.refusal = ""

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook. Raises PermissionError."""
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            self._judge_place(arguments[0], arguments[1])
        elif event == "open":
            self._judge_file(arguments[0])
        elif event.startswith(_PROGRAMS):
            self._refuse(f"不能启动程序（{event}）")

    def _judge_place(self, connection: socket.socket, address: Any) -> None:
        if address is None:  # on a connection that was judged when it was made
            return
        if connection.family not in (socket.AF_INET, socket.AF_INET6):
            self._refuse("不是公网地址，拒绝连接")
        host, port = str(address[0]), int(address[1])
        known = literal(host) is not None  # a name would be looked up behind our back
        reason = refused(host, port, self._allowed) if known else f"{host} 没有先查地址"
        if reason:
            self._refuse(reason)

    def _judge_file(self, file: Any) -> None:
        if isinstance(file, int) or str(file) == os.devnull:
            return
        found = os.path.realpath(os.fsdecode(file))
        if not any(found == place or found.startswith(place + os.sep) for place in _READABLE):
            self._refuse("不能读写文件")

    def _refuse(self, reason: str) -> None:
        self.refusal = self.refusal or reason
        raise PermissionError(reason)


class Said(logging.Handler):
    """Keeps what apprise says of a failure."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(record.getMessage())


def main() -> int:
    """Work off the job; 0 when it was answered, whatever the answer."""
    job = json.loads(sys.stdin.buffer.read())
    said = Said()
    logging.getLogger("apprise").addHandler(said)
    requests.sessions.DEFAULT_REDIRECT_LIMIT = 0  # type: ignore[attr-defined] # a redirect raises
    apprise.Apprise.instantiate("json://localhost")  # loads what it loads lazily, before the guard stands
    guard = Guard(frozenset(job["allowed"]))
    sys.addaudithook(guard)
    answer = _send(job)
    if "error" in answer:
        answer["said"] = " ".join("；".join(said.lines).split())[:_SAID]
    if guard.refusal and "error" in answer:
        answer |= {"error": guard.refusal, "refused": True}
    _tell(answer)
    return 0


def _send(job: dict[str, Any]) -> dict[str, Any]:
    asset = apprise.AppriseAsset(storage_mode=apprise.PersistentStoreMode.MEMORY, async_mode=False)
    service = apprise.Apprise.instantiate(job["url"], asset=asset)
    if service is None:
        return {"error": "apprise 不认识这个地址，请检查写法", "permanent": True}
    if not service.secure and not job["plain_http"]:
        return {"error": "这个地址不加密，请用它的加密写法（如 jsons://、barks://）", "permanent": True}
    texts = parts(job["blocks"], lambda text: _size(text) <= service.body_maxlen)
    title = job["title"][: service.title_maxlen]
    for number, text in enumerate(texts[job["done"] :], job["done"] + 1):
        if number > job["done"] + 1:
            time.sleep(SPACING)
        if not service.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT):
            return {"error": "apprise 未能送达", "permanent": False}
        _tell({"part": number})
    return {"parts": len(texts)}


def _size(text: str) -> int:
    """The bytes of `text` at most, in whichever format a service sends it."""
    return len(html.escape(text).encode()) + 5 * text.count("\n")


def _tell(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
