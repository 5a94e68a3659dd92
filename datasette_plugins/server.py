"""The web server of one process: alone on a port of its own, or a worker that is handed its connections."""

from __future__ import annotations

import importlib
import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn

from datasette_plugins import warm

_OPTIONS: dict[str, Any] = {
    "log_level": "warning",
    "timeout_graceful_shutdown": 3,
    # who stands behind a proxy is decided by [web] trusted_proxy, not by whatever a client writes into a header
    "proxy_headers": False,
}
# what uvicorn reads when it starts: read before the fork, once for all workers
_READ_LATE = ("lifespan.on", "loops.asyncio", "loops.auto", "protocols.http.auto", "protocols.websockets.auto")


def alone(application: Any, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    uvicorn.run(application, host=host, port=port, **_OPTIONS)


def read_modules() -> None:
    """Before a fork: read what every worker needs."""
    for name in _READ_LATE:
        importlib.import_module(f"uvicorn.{name}")


class _Worker(uvicorn.Server):
    """A server that says when it begins to answer, and when what the first readers need has been read."""

    ready: Callable[[], None]
    settled: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()
        threading.Thread(target=self._settle, daemon=True).start()

    def _settle(self) -> None:
        for thread in threading.enumerate():
            if thread.name == warm.THREAD:
                thread.join()
        self.settled()


def work(application: Any, listening: socket.socket, ready: Callable[[], None], settled: Callable[[], None]) -> None:
    """Serve what `listening` accepts; `ready` is called when answers begin, `settled` when the archive is warm.

    Exit code 3 when the application cannot start. Needs asyncio's own loop: that one calls `listening.accept`.
    """
    server = _Worker(uvicorn.Config(application, loop="asyncio", **_OPTIONS))
    server.ready, server.settled = ready, settled
    server.run(sockets=[listening])
