"""A small real server on loopback; what it answers is a table, what it was asked is a list."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """Answers by path (a list is answered in turn, its last for ever); `asked` holds (path, headers)."""

    pages: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    def put(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> None:
        raw = body.encode() if isinstance(body, str) else body
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        named.setdefault("Content-Type", "text/html; charset=utf-8")
        self.pages.setdefault(path, []).append((status, named, raw))

    def answer(self, path: str) -> Reply:
        waiting = self.pages.get(path, [(404, {}, b"")])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(address: str = "127.0.0.1", port: int = 0) -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            status, headers, body = site.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """The test reads `asked`."""

    server = ThreadingHTTPServer((address, port), Handler)
    server.daemon_threads = True
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def crawled(site: Site, **order: Any) -> dict[str, Any]:
    """What came of one run over `site` in a process of its own."""
    keys = {
        "lists": [site.url + "/list/"],
        "article": r"/a/\d+\.html$",
        "delay": 0,
        "concurrency": 4,
        "allow_private": [f"127.0.0.1:{site.port}"],
        **order.pop("crawl", {}),
    }
    command = [sys.executable, "-W", "error", "-m", "tests.crawler.program", json.dumps({"crawl": keys, **order})]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    result["by_path"] = {visit["url"].removeprefix(site.url): visit for visit in result["visits"]}
    return result
