"""A local mail server that keeps every letter it accepts: `python -m scheduler.mail_catcher`.

The demo and the tests send to it. A letter is on disk before the sender hears 250, so it can be killed at any
time without losing one, and a letter that is sent again under its Message-ID is kept once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from db.inbox import open_inbox, store
from scheduler import lifeline

_log = logging.getLogger(__name__)

HOST = "127.0.0.1"
FILE_NAME = "inbox.db"


class _Store:
    """aiosmtpd's handler: stores a letter, then says so."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        try:
            number = store(self._connection, raw, datetime.now(UTC).isoformat(timespec="seconds"))
        except sqlite3.Error as error:  # a full disk, a lock: the sender keeps the letter and tries again
            _log.error("未能保存邮件：%s", error)
            return "451 4.3.0 letter not stored, try again"
        return f"250 2.0.0 stored as {number}"


async def serve(directory: Path, port: int) -> None:
    """Accept letters on 127.0.0.1:`port` into `directory`/inbox.db until SIGTERM or SIGINT.

    Prints one line of JSON when it listens. Raises OSError when the port cannot be had.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    connection = open_inbox(directory / FILE_NAME)
    try:
        handler = _Store(connection)
        server = await loop.create_server(lambda: SMTP(handler, hostname="localhost", loop=loop), HOST, port)
        listening = server.sockets[0].getsockname()[1]
        line = {"ready": "mail_catcher", "host": HOST, "port": listening, "inbox": str(directory / FILE_NAME)}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        await stop.wait()
        server.close()  # conversations in progress end with the process; their letters are not accepted yet
    finally:
        connection.close()


def main(arguments: list[str] | None = None) -> int:
    """The program; 0 after SIGTERM, 3 when the port or the directory cannot be had."""
    parser = argparse.ArgumentParser(prog="scheduler.mail_catcher", description="本机收信器，供演示与测试使用")
    parser.add_argument("--directory", type=Path, required=True, help="保存 inbox.db 的目录")
    parser.add_argument("--port", type=int, default=8025, help="端口，0 表示任选")
    options = parser.parse_args(arguments)
    lifeline.watch()
    try:
        options.directory.mkdir(parents=True, exist_ok=True)
        asyncio.run(serve(options.directory, options.port))
    except OSError as error:
        reason = error.strerror or str(error)
        sys.stderr.write(f"收信器无法在 {HOST}:{options.port} 启动：{reason}；请换一个端口\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
