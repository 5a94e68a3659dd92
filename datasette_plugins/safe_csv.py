"""Plugin: in the CSV of tables and SQL no cell starts a formula in a spreadsheet (search and facts see to theirs)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Awaitable, Callable
from typing import Any

from datasette_plugins.archive import DATABASE
from datasette_plugins.hooks import hook

App = Callable[..., Awaitable[None]]
_CSV = re.compile(rf"/{DATABASE}(/[^/]+)?\.csv")
_FORMULA = re.compile(r"[=@\t\r]|[+-](?!\d+(\.\d+)?([eE][+-]?\d+)?$)")


class SafeCsv:
    """Rewrites a CSV text (RFC 4180) that comes in pieces: text that a spreadsheet would run gets an apostrophe."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._cell: list[str] = []
        self._quoted = False

    def feed(self, piece: bytes, *, last: bool) -> bytes:
        """What can be sent on of what has come; everything with `last`."""
        made: list[str] = []
        for character in self._decoder.decode(piece, last):
            if character == '"':
                self._quoted = not self._quoted
            if not self._quoted and character in ",\n":
                made += [self._safe(), character]
            else:
                self._cell.append(character)
        if last:
            made.append(self._safe())
        return "".join(made).encode()

    def _safe(self) -> str:
        cell = "".join(self._cell)
        self._cell.clear()
        ending = "\r" if cell.endswith("\r") else ""  # of the line: within a cell it stands before a quote
        cell = cell.removesuffix("\r")
        quote = '"' if cell.startswith('"') else ""
        inner = cell.removeprefix('"').removesuffix('"') if quote else cell
        mark = "'" if _FORMULA.match(inner.replace('""', '"')) else ""
        return f"{quote}{mark}{inner}{quote}{ending}"


@hook
def asgi_wrapper() -> Callable[[App], App]:
    """The rewriting of Datasette's CSV answers."""
    return _rewriting


def _rewriting(app: App) -> App:
    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not _CSV.fullmatch(scope["path"]):
            await app(scope, receive, send)
            return
        csv, good = SafeCsv(), [False]

        async def sending(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                good[0] = message["status"] == 200
                if good[0]:  # the length changes
                    kept = [pair for pair in message["headers"] if bytes(pair[0]).lower() != b"content-length"]
                    message = {**message, "headers": kept}
            elif good[0]:
                body = csv.feed(message.get("body", b""), last=not message.get("more_body", False))
                message = {**message, "body": body}
            await send(message)

        await app(scope, receive, sending)

    return wrapped
