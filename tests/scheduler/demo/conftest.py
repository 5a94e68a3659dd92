"""The demo's four sites on free ports of loopback."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scheduler.demo.site import Ports, Site, serve


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    site: Site
    ports: Ports

    def get(self, name: str, path: str, **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", getattr(self.ports, name), timeout=5)
        try:
            connection.request("GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()})
            response = connection.getresponse()
            return Reply(response.status, response.read(), {k.lower(): v for k, v in response.getheaders()})
        finally:
            connection.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    site = Site(tmp_path)
    servers = serve(site, Ports(0, 0, 0, 0))
    yield Running(site, Ports(*(int(server.server_address[1]) for server in servers)))
    for server in servers:
        server.shutdown()
        server.server_close()
