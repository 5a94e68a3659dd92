"""Saved pages as visits: files, folders, MHTML and WARC, as `caixun add` takes them."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser

from crawler.errors import UnreadableFile
from crawler.values import Visit
from crawler.warc import LOCAL, MIB, read_warc

TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".mhtml": "multipart/related",
    ".mht": "multipart/related",
    ".txt": "text/plain; charset=utf-8",
    ".pdf": "application/pdf",
}
ENDINGS = (*TYPES, ".warc", ".warc.gz")
HEAD = 65536  # where a page says its own address
OWN_ADDRESS = 'link[rel="canonical"][href], meta[property="og:url"][content]'


def read_local(paths: Iterable[Path], *, max_bytes: int = 50 * MIB) -> Iterator[Visit]:
    """A visit per page in `paths` (files, or folders searched all the way down), in the order of their names.

    The address is the recorded one (WARC, MHTML), the page's own canonical one, else "local:<hash>/<name>", which
    stays the same when the file is moved. Raises UnreadableFile, one line, for a path that is missing, empty, over
    `max_bytes` (a WARC: one record), of another kind, or damaged.
    """
    for path in paths:
        for file in _files(path):
            yield from _visits(file, max_bytes)


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise UnreadableFile(f"{path}：没有这个文件或文件夹，请检查路径")
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.rglob("*") if file.is_file() and file.name.lower().endswith(ENDINGS))
    if not files:
        raise UnreadableFile(f"{path}：文件夹里没有可读的页面（可读：{' '.join(ENDINGS)}），请换一个文件夹")
    return files


def _visits(file: Path, max_bytes: int) -> Iterator[Visit]:
    name = file.name.lower()
    if not name.endswith(ENDINGS):
        raise UnreadableFile(f"{file}：不是可读的文件类型（可读：{' '.join(ENDINGS)}）")
    try:
        size = file.stat().st_size
        if size == 0:
            raise UnreadableFile(f"{file}：文件是空的（0 字节），请重新保存页面")
        if name.endswith((".warc", ".warc.gz")):
            yield from read_warc(file, max_bytes)
            return
        if size > max_bytes:
            raise UnreadableFile(f"{file}：{size / MIB:.1f} MiB，超过上限 {max_bytes / MIB:g} MiB，请拆分后再加")
        body = file.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{file}：读不了（{error.strerror}），请检查权限") from error
    yield _saved(file, body)


def _saved(file: Path, body: bytes) -> Visit:
    ending = file.suffix.lower()
    kind, when = TYPES[ending], _when(file)
    if ending in (".mhtml", ".mht"):
        return _mhtml(file, body, when)
    own = own_address(body) if kind == "text/html" else None
    return _visit(own or stable_address(file.name, body), body, None if kind == "text/html" else kind, when)


def stable_address(name: str, body: bytes) -> str:
    """The address of a page that does not say its own: by content and name, not by place."""
    return f"local:{hashlib.sha256(body).hexdigest()[:16]}/{quote(name, safe='')}"


def own_address(body: bytes) -> str | None:
    """The absolute address that a page gives itself (canonical, og:url), None if it gives none."""
    head = LexborHTMLParser(body[:HEAD].decode("ascii", "ignore"))
    for node in head.css(OWN_ADDRESS):
        address = (node.attributes.get("href") or node.attributes.get("content") or "").strip()
        if re.fullmatch(r"https?://[^/\s]+/\S+", address):  # a bare front page is every page's template, not its own
            return address
    return None


def _mhtml(file: Path, body: bytes, when: str) -> Visit:
    message = email.message_from_bytes(body, policy=email.policy.default)
    page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    content = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(content, bytes) or not content:
        raise UnreadableFile(f"{file}：MHTML 里没有网页部分，请用浏览器重新保存")
    address = _recorded(message, page) or own_address(content) or stable_address(file.name, content)
    charset = page.get_content_charset()
    return _visit(address, content, f"text/html; charset={charset}" if charset else "text/html", when)


def _recorded(message: EmailMessage, page: EmailMessage) -> str | None:
    for value in (page.get("Content-Location"), message.get("Snapshot-Content-Location")):
        if value and str(value).startswith(("http://", "https://")):
            return "".join(str(value).split())  # long headers are folded with white space
    return None


def _visit(address: str, body: bytes, kind: str | None, when: str) -> Visit:
    return Visit(address, LOCAL, "article", when, 200, body, kind)


def _when(file: Path) -> str:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat(timespec="seconds")
