"""The local mail server as a process: real SMTP in, letters on disk."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.inbox import mails, open_inbox
from scheduler.delivery import send
from scheduler.letters import Letter
from scheduler.settings import MailSettings

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
LETTER = Letter("<1@example.cn>", "alerts@example.cn", "reader@example.cn", "才讯提醒", "正文", "<p>正文</p>")


def command(directory: Path, port: int) -> list[str]:
    name = "scheduler.mail_catcher"
    return [sys.executable, "-m", name, "--directory", str(directory), "--port", str(port)]


@contextmanager
def catcher(directory: Path) -> Iterator[tuple[subprocess.Popen[str], MailSettings]]:
    process = subprocess.Popen(command(directory, 0), env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        yield process, MailSettings(host=line["host"], port=line["port"])
    finally:
        process.kill()
        process.communicate()


async def test_a_letter_is_kept_once_however_often_it_is_sent(tmp_path: Path) -> None:
    with catcher(tmp_path / "new") as (_, mail):
        await send(LETTER, mail)
        await send(LETTER, mail)
    kept = mails(open_inbox(tmp_path / "new" / "inbox.db"))
    assert [(m.subject, m.text.strip(), m.recipient) for m in kept] == [("才讯提醒", "正文", "reader@example.cn")]


def test_a_letter_answered_with_250_survives_kill_9_at_once(tmp_path: Path) -> None:
    with catcher(tmp_path) as (process, mail):
        client = smtplib.SMTP(mail.host, mail.port)
        client.sendmail(LETTER.sender, [LETTER.recipient], LETTER.as_bytes())
        process.kill()  # the answer is here: the letter must be there
        client.close()
    assert [m.message_id for m in mails(open_inbox(tmp_path / "inbox.db"))] == ["<1@example.cn>"]


def test_a_store_that_cannot_write_asks_the_sender_to_keep_the_letter(tmp_path: Path) -> None:
    with catcher(tmp_path) as (_, mail), smtplib.SMTP(mail.host, mail.port) as client:
        blocker = open_inbox(tmp_path / "inbox.db")
        blocker.execute("drop table mail")
        blocker.close()
        client.ehlo()
        client.mail(LETTER.sender)
        client.rcpt(LETTER.recipient)
        assert client.data(LETTER.as_bytes())[0] == 451


def test_sigterm_ends_it_within_a_second_with_a_client_connected(tmp_path: Path) -> None:
    with catcher(tmp_path) as (process, mail), smtplib.SMTP(mail.host, mail.port):
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        assert time.monotonic() - start < 1


def test_a_port_in_use_is_one_clear_line_and_exit_3(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        end = subprocess.run(
            command(tmp_path, port), env=ENVIRONMENT, capture_output=True, text=True, timeout=20, check=False
        )
    assert (end.returncode, end.stdout) == (3, "")
    assert len(end.stderr.splitlines()) == 1
    assert str(port) in end.stderr
