"""The demo's four sites on loopback in one process: `python -m scheduler.demo.site --directory D --ports P1,P2,P3,P4`.

What they show is in state.py; this module is the HTTP around it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import signal
import sys
import threading
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from parsers.errors import CaixunError
from scheduler import lifeline
from scheduler.demo.ports import HOST, DemoPortsError, Ports, choose_ports, write_sources
from scheduler.demo.state import LAST_TICK, Answer, DemoStateError, Site, Truth

__all__ = ["LAST_TICK", "DemoStateError", "Ports", "Site", "Truth", "choose_ports", "main", "serve", "write_sources"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "caixun-demo"
    sys_version = ""
    timeout = 10  # an idle connection is let go, so that threads do not pile up

    def __init__(self, name: str, site: Site, *args: object) -> None:
        self.name, self.site = name, site
        super().__init__(*args)  # type: ignore[arg-type]  # what socketserver passes on

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Silence: the demo's terminal belongs to caixun."""

    def _send(self, with_body: bool) -> None:
        try:
            answer = self.site.answer(self.name, urlsplit(self.path).path)
        except CaixunError as error:
            answer = Answer(500, str(error).encode(), "text/plain; charset=utf-8")
        validators = self._validators(answer)
        if validators and self._unchanged(answer, validators):
            answer = Answer(304, b"", answer.content_type)
        self.send_response(answer.status)
        for key, value in validators.items():
            self.send_header(key, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

    def _validators(self, answer: Answer) -> dict[str, str]:
        if self.name not in ("portal", "gov") or answer.status != HTTPStatus.OK:
            return {}
        validators = {"ETag": f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'}
        if answer.modified is not None:
            validators["Last-Modified"] = format_datetime(answer.modified.astimezone(UTC), usegmt=True)
        return validators

    def _unchanged(self, answer: Answer, validators: dict[str, str]) -> bool:
        if match := self.headers.get("If-None-Match"):
            return match == "*" or validators["ETag"] in (tag.strip().removeprefix("W/") for tag in match.split(","))
        since = self.headers.get("If-Modified-Since")
        if since is None or answer.modified is None:
            return False
        try:
            return answer.modified <= parsedate_to_datetime(since)
        except (TypeError, ValueError):  # an unreadable date is no condition (RFC 9110, 13.1.3)
            return False


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news; anything else is printed as socketserver does."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # what socketserver passes on


def serve(site: Site, ports: Ports) -> list[ThreadingHTTPServer]:
    """The four servers, bound and serving in threads. Raises DemoPortsError for a port in use."""
    servers: list[ThreadingHTTPServer] = []
    for name, port in ports._asdict().items():
        try:
            servers.append(_Server((HOST, port), partial(_Handler, name, site)))
        except OSError as error:
            for bound in servers:
                bound.server_close()
            raise DemoPortsError(
                f"演示站点的端口 {HOST}:{port} 用不了（{error.strerror}）：请停掉占用它的程序后重新启动"
            ) from error
    for server in servers:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return servers


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the exit code: 0, or 3 (no restart can mend it) with one line on stderr."""
    lifeline.watch()
    options = _options(arguments)
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        site = Site(options.directory)
        ready = {"directory": str(options.directory), "tick": site.tick, "day": site.day}
        servers = serve(site, options.ports)
    except CaixunError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    sys.stdout.write(json.dumps({"ports": options.ports._asdict(), **ready}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    stopped.wait()
    for server in servers:
        server.shutdown()
        server.server_close()
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scheduler.demo.site", description="才讯演示站点（内容为虚构）")
    parser.add_argument("--directory", type=Path, required=True, help="存放 tick、day、ports.json 的目录")
    parser.add_argument("--ports", type=_ports, required=True, help="四个端口：门户,报纸,部门网站,镜像")
    return parser.parse_args(arguments)


def _ports(value: str) -> Ports:
    numbers = value.split(",")
    if len(numbers) != len(Ports._fields) or not all(number.isdecimal() for number in numbers):
        raise argparse.ArgumentTypeError("要写四个端口，用逗号隔开，如 8011,8012,8013,8014")
    return Ports(*(int(number) for number in numbers))


if __name__ == "__main__":
    sys.exit(main())
