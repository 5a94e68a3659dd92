"""The demo's four sites on loopback in one process: `python -m scheduler.demo.site --directory D --ports P1,P2,P3,P4`.

The state is two files in the directory, read on each request: `tick` (an integer, absent: 0) and `day` (ISO 8601,
the day that articles of tick 1 and later carry). So the sites are the same after a restart.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from parsers.errors import CaixunError
from scheduler.demo import pages, texts
from scheduler.demo.ports import HOST, DemoPortsError, Ports, choose_ports, write_sources
from scheduler.demo.texts import Text

__all__ = ["LAST_TICK", "DemoStateError", "Ports", "Site", "Truth", "choose_ports", "main", "write_sources"]

LAST_TICK = 12
DEFAULT_DAY = "2026-11-21"
_BEIJING = timezone(timedelta(hours=8))
_GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90400000000002c00000000010001000002024401003b")
_HTML = {"portal": "text/html"}  # the portal says its charset only in the page, as many GBK sites do


class DemoStateError(CaixunError):
    """The file `tick` or `day` of the demo's directory is wrong; the line says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One page: bytes, type, and when it last changed (None: the site gives no such time)."""

    status: int
    body: bytes
    content_type: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What a test may expect of an article: `state` is present, edited, gone or coming."""

    site: str
    path: str
    title: str
    relevant: bool
    state: str


class Site:
    """The four sites as functions of the tick and the day in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._routes: dict[str, Callable[[str], Answer | None]] = {
            "portal": self._portal,
            "epaper": self._epaper,
            "gov": self._gov,
            "mirror": self._mirror,
        }

    @property
    def tick(self) -> int:
        """The tick in the file, at most LAST_TICK. Raises DemoStateError where it is no number."""
        written = self._read("tick", "0")
        if not written.isdecimal():
            raise DemoStateError(f"演示时刻文件 {self.directory / 'tick'} 不是整数：请改为 0 至 {LAST_TICK}")
        return min(int(written), LAST_TICK)

    @property
    def day(self) -> str:
        """The day in the file, ISO 8601. Raises DemoStateError where it is no day."""
        written = self._read("day", DEFAULT_DAY)
        try:
            return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=_BEIJING).date().isoformat()
        except ValueError as error:
            raise DemoStateError(f"演示日期文件 {self.directory / 'day'} 应为 年-月-日，如 2026-11-21") from error

    def move(self, tick: int, day: str) -> None:
        """Write the state for all to see at once: a reader never finds half a file."""
        self.directory.mkdir(parents=True, exist_ok=True)
        for name, value in (("day", day), ("tick", str(tick))):
            draft = self.directory / f"{name}.new"
            draft.write_text(value, "utf-8")
            draft.replace(self.directory / name)

    def answer(self, site: str, path: str) -> Answer:
        """What `site` (portal, epaper, gov, mirror) answers to a GET of `path`; 404 for what it does not have."""
        if path == "/robots.txt":
            return Answer(200, b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")
        if path.endswith(".gif"):
            return Answer(200, _GIF, "image/gif")
        found = self._routes[site]("/index.shtml" if path == "/" else path)
        if found is not None:
            return found
        name = {"portal": pages.PORTAL, "epaper": pages.EPAPER, "gov": pages.GOV, "mirror": pages.MIRROR}[site]
        return Answer(404, pages.not_found(name).encode(), "text/html; charset=utf-8")

    def truth(self, tick: int) -> list[Truth]:
        """Every article of the four sites as it is at `tick`, gone and coming ones included."""
        day = self.day
        found = [_truth(text, tick, day, text.site, text.tick) for text in texts.load()]
        copied = [text for text in texts.load() if text.mirrored is not None]
        return found + [_truth(text, tick, day, "mirror", text.mirrored or 0) for text in copied]

    def _read(self, name: str, default: str) -> str:
        try:
            return (self.directory / name).read_text("utf-8").strip() or default
        except FileNotFoundError:
            return default

    def _texts(self, site: str) -> list[Text]:
        return [text for text in texts.at(self.tick, self.day) if text.site == site]

    def _portal(self, path: str) -> Answer | None:
        present = self._texts("portal")
        if path == "/index.shtml":
            return _html("portal", pages.portal_front(present))
        if match := re.fullmatch(r"/col/(\w+)/index(?:_(\d+))?\.shtml", path):
            column, page = match[1], int(match[2] or 1)
            listed = [text for text in present if text.section == column]
            return _html("portal", pages.portal_list(column, listed, page)) if _has(listed, page) else None
        return self._article("portal", path, present, lambda text: pages.portal_article(text, _steady(text)))

    def _epaper(self, path: str) -> Answer | None:
        present = self._texts("epaper")
        if path in ("/pc/layout/index.html", "/index.shtml", "/index.html"):
            return _html("epaper", pages.epaper_index(present))
        if match := re.fullmatch(r"/pc/layout/(\d{4})(\d{2})/(\d{2})/node_(\d{2})\.html", path):
            date = "-".join(match.groups()[:3])
            printed = [text for text in present if (text.date, text.section) == (date, match[4])]
            return _html("epaper", pages.epaper_node(date, match[4], printed)) if printed else None
        return self._article("epaper", path, present, pages.epaper_article)

    def _gov(self, path: str) -> Answer | None:
        present = self._texts("gov")
        if path in ("/index.shtml", "/index.html"):
            path = "/xwdt/rcgz/index.html"
        if match := re.fullmatch(r"/(.+)/index(?:_(\d+))?\.html", path):
            column, page = match[1], int(match[2] or 0) + 1
            listed = [text for text in present if text.section == column]
            return _html("gov", pages.gov_list(column, listed, page)) if _has(listed, page) else None
        return self._article("gov", path, present, pages.gov_article)

    def _mirror(self, path: str) -> Answer | None:
        tick, day = self.tick, self.day
        copied = [
            texts.dated(text, day) for text in texts.load() if text.mirrored is not None and text.mirrored <= tick
        ]
        if path in ("/index.shtml", "/index.html"):
            return _html("mirror", pages.mirror_list(copied))
        return self._article("mirror", path, copied, pages.mirror_article)

    def _article(self, site: str, path: str, present: list[Text], page: Callable[[Text], str]) -> Answer | None:
        for text in present:
            if text.path == path:
                return _html(site, page(text), self._modified(text) if site in ("portal", "gov") else None)
        return None

    def _modified(self, text: Text) -> datetime:
        published = datetime.fromisoformat(f"{text.date}T{text.time}").replace(tzinfo=_BEIJING)
        if text.edited is None or self.tick < text.edited:
            return published
        return max(published, datetime.fromisoformat(self.day).replace(tzinfo=_BEIJING)) + timedelta(minutes=1)


def _truth(text: Text, tick: int, day: str, site: str, since: int) -> Truth:
    state = "present"
    if tick < since:
        state = "coming"
    elif site != "mirror" and text.removed is not None and tick >= text.removed:
        state = "gone"
    elif site != "mirror" and text.edited is not None and tick >= text.edited:
        state = "edited"
    return Truth(site, texts.dated(text, day).path, text.title, text.relevant, state)


def _steady(article: Text) -> list[Text]:
    """Texts for the side blocks: such as never come or go, so that the page changes only with its article."""
    return [
        text
        for text in texts.load()
        if text.site == "portal" and text.tick == 0 and text.removed is None and text.name != article.name
    ][:9]


def _has(listed: list[Text], page: int) -> bool:
    return 0 < page <= -(-len(listed) // pages.PAGE_SIZE)


def _html(site: str, page: str, modified: datetime | None = None) -> Answer:
    body = page.encode("gbk" if site == "portal" else "utf-8")
    return Answer(200, body, _HTML.get(site, "text/html; charset=utf-8"), modified)


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
            validators["Last-Modified"] = format_datetime(answer.modified.astimezone(timezone.utc), usegmt=True)  # noqa: UP017
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
    """Serve until SIGTERM or SIGINT; the exit code is 0, or 1 with one line on standard error."""
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
        return 1
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
