"""Letters handed to a real SMTP server on loopback, which answers as told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from scheduler import delivery
from scheduler.delivery import backoff, send
from scheduler.errors import DeliveryError
from scheduler.letters import Letter
from scheduler.settings import MailSettings

Authenticator = Callable[[SMTP, Session, Envelope, str, Any], AuthResult]

LETTER = Letter(
    message_id="<1@example.cn>",
    sender="alerts@example.cn",
    recipient="reader@example.cn",
    subject="才讯提醒",
    text=".\n第一行是一个点\n",
    html="<p>人才</p>",
)


@dataclass
class Server:
    """A mail server's behaviour: answers to RCPT and DATA, and what it accepted."""

    recipient_answer: str = "250 OK"
    data_answer: str = "250 OK"
    accepted: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    logins: list[bool] = field(default_factory=list)  # of each accepted letter: did its sender log in?

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer.startswith("250"):
            raw = envelope.original_content or b""
            self.accepted.append((envelope.mail_from or "", list(envelope.rcpt_tos), raw))
            self.logins.append(session.authenticated is True)
        return self.data_answer


@asynccontextmanager
async def listening(
    handler: Server, smtp: type[SMTP] = SMTP, authenticator: Authenticator | None = None
) -> AsyncIterator[MailSettings]:
    server = await asyncio.get_running_loop().create_server(
        lambda: smtp(handler, hostname="mx.example.cn", authenticator=authenticator, auth_require_tls=False),
        "127.0.0.1",
        0,
    )
    try:
        yield MailSettings(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await asyncio.sleep(0)


async def refused(letter: Letter, mail: MailSettings) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await send(letter, mail)
    assert "\n" not in str(caught.value)
    return caught.value


async def test_an_accepted_letter_arrives_once_and_byte_for_byte() -> None:
    handler = Server()
    async with listening(handler) as mail:
        await send(LETTER, mail)
    assert handler.accepted == [("alerts@example.cn", ["reader@example.cn"], LETTER.as_bytes())]


@pytest.mark.parametrize(
    ("recipient", "data", "permanent"),
    [
        ("550 5.1.1 no such user", "250 OK", True),
        ("450 4.2.1 mailbox busy", "250 OK", False),
        ("250 OK", "554 5.7.1 spam", True),
        ("250 OK", "451 4.3.0 try later", False),
        ("421 4.3.2 closing", "250 OK", False),
    ],
)
async def test_5xx_is_for_good_and_4xx_for_later(recipient: str, data: str, permanent: bool) -> None:
    handler = Server(recipient, data)
    async with listening(handler) as mail:
        error = await refused(LETTER, mail)
    assert error.permanent is permanent
    code = recipient if not recipient.startswith("250") else data
    assert code[:3] in str(error)
    assert handler.accepted == []


async def test_no_server_is_temporary_and_names_the_place() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound, not listening: refused
        port = reserved.getsockname()[1]
        error = await refused(LETTER, MailSettings(host="127.0.0.1", port=port))
    assert not error.permanent
    assert f"127.0.0.1:{port}" in str(error)


async def test_no_host_says_which_setting_is_missing() -> None:
    error = await refused(LETTER, MailSettings())
    assert not error.permanent
    assert "[mail]" in str(error)


async def test_a_connection_lost_after_acceptance_is_no_failure() -> None:
    class Hasty(SMTP):
        async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
            assert isinstance(self.transport, asyncio.WriteTransport)
            self.transport.abort()

    handler = Server()
    async with listening(handler, Hasty) as mail:
        await send(LETTER, mail)
    assert len(handler.accepted) == 1


async def test_a_connection_lost_before_acceptance_is_tried_again_later() -> None:
    class Broken(SMTP):
        async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
            assert isinstance(self.transport, asyncio.WriteTransport)
            self.transport.abort()

    async with listening(Server(), Broken) as mail:
        assert not (await refused(LETTER, mail)).permanent


async def test_a_server_that_greets_in_gibberish_is_temporary() -> None:
    async def gibberish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-nothing\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(gibberish, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert not (await refused(LETTER, MailSettings(host="127.0.0.1", port=port))).permanent


async def test_a_login_is_used_and_a_wrong_one_is_the_operators_matter() -> None:
    def check(server: SMTP, session: Session, envelope: Envelope, kind: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"cx", b"right")
        return AuthResult(success=right, handled=right)

    handler = Server()
    async with listening(handler, authenticator=check) as mail:
        await send(LETTER, replace(mail, user="cx", password="right"))
        error = await refused(LETTER, replace(mail, user="cx", password="wrong"))
    assert handler.logins == [True]
    assert not error.permanent
    assert "CAIXUN_MAIL_PASSWORD" in str(error)


async def test_starttls_asked_of_a_server_without_it_sends_nothing() -> None:
    handler = Server()
    async with listening(handler) as mail:
        error = await refused(LETTER, replace(mail, starttls=True))
    assert (handler.accepted, error.permanent) == ([], False)


@pytest.mark.parametrize("address", ["读者@例子.中国", "reader", "a@b.cn, c@d.cn", "a@b.cn\r\nBcc: c@d.cn", ""])
async def test_an_address_no_server_can_take_is_for_good(address: str) -> None:
    handler = Server()
    async with listening(handler) as mail:
        assert (await refused(replace(LETTER, recipient=address), mail)).permanent
    assert handler.accepted == []


async def test_a_server_that_says_nothing_is_given_up_after_the_time_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = await refused(LETTER, MailSettings(host="127.0.0.1", port=silent.getsockname()[1]))
    assert not error.permanent


def test_at_least_eight_retries_over_three_days_then_given_up() -> None:
    waits: list[timedelta] = []
    while (wait := backoff(len(waits) + 1)) is not None:
        waits.append(wait)
    assert len(waits) >= 8
    assert timedelta(hours=72) <= sum(waits, timedelta()) <= timedelta(days=5)
    assert waits == sorted(waits)
    assert backoff(len(waits) + 5) is None
