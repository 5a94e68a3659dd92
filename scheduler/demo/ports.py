"""The demo's four ports, kept for good once chosen, and the source files that point the crawler at them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from string import Template
from typing import NamedTuple

from parsers.errors import CaixunError

PREFERRED = (8011, 8012, 8013, 8014)
HOST = "127.0.0.1"
_TEMPLATES = Path(__file__).parent / "sources"


class DemoPortsError(CaixunError):
    """The demo's ports cannot be used or read; the line says which and what to do."""


class Ports(NamedTuple):
    """The port of each demo site on 127.0.0.1."""

    portal: int
    epaper: int
    gov: int
    mirror: int


def choose_ports(directory: Path) -> Ports:
    """The ports written in `directory`/ports.json, or new ones (8011–8014 where free), written there.

    Stored URLs hold the ports, so a choice once made stays. Raises DemoPortsError for a spoilt file.
    """
    path = directory / "ports.json"
    if path.exists():
        return _read(path)
    with ExitStack() as held:
        ports = Ports(*_free_ports(held))
    directory.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(ports._asdict()), "utf-8")
    return ports


def _read(path: Path) -> Ports:
    try:
        return Ports(**{name: int(port) for name, port in json.loads(path.read_text("utf-8")).items()})
    except (ValueError, TypeError, AttributeError) as error:
        raise DemoPortsError(f"演示端口文件 {path} 读不懂（{error}）：请删除演示数据目录后重新启动") from error


def _free_ports(held: ExitStack) -> Iterator[int]:
    for preferred in PREFERRED:
        # held until all four are chosen, so that no port is given twice
        listener = held.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, preferred))
        except OSError:
            listener.bind((HOST, 0))
        yield int(listener.getsockname()[1])


def write_sources(directory_for_toml: Path, ports: Ports) -> None:
    """Write the demo's four source files (demo-portal.toml, …) into `directory_for_toml`."""
    directory_for_toml.mkdir(parents=True, exist_ok=True)
    for name, port in ports._asdict().items():
        template = Template((_TEMPLATES / f"demo-{name}.toml").read_text("utf-8"))
        (directory_for_toml / f"demo-{name}.toml").write_text(template.substitute(PORT=port), "utf-8")
