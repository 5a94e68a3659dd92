"""Handing a letter to the mail server: accepted, or a DeliveryError that says whether to try again."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import aiosmtplib

from db.crash_points import reach
from scheduler.errors import DeliveryError
from scheduler.letters import Letter
from scheduler.settings import MailSettings, is_mailbox

TIMEOUT = 30.0  # seconds for each step of the conversation
TLS_PORT = 465  # RFC 8314: TLS from the first byte; what most Chinese mail providers offer

# Nine tries in all: quick ones for a hiccup, then long enough for a weekend without the mail server (77 h).
_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=36),
)


def backoff(tries: int) -> timedelta | None:
    """How long to wait after the `tries`-th failed try (from 1); None when the letter is given up."""
    return _WAITS[tries - 1] if 1 <= tries <= len(_WAITS) else None


async def send(letter: Letter, mail: MailSettings) -> None:
    """Hand `letter` to the mail server; returns when the server has accepted it.

    Raises DeliveryError: permanent when the server refuses the address or the letter for good (5xx),
    temporary for everything a later try may mend (no connection, 4xx, a refused login or sender).
    """
    if not mail.host:
        raise DeliveryError("未设发信服务器：请在 caixun.toml 的 [mail] 里填写 host", permanent=False)
    if not is_mailbox(letter.recipient):
        raise DeliveryError(f"收件地址 {letter.recipient!r} 不是可投递的邮箱地址", permanent=True, address_dead=True)
    client = aiosmtplib.SMTP(
        hostname=mail.host,
        port=mail.port,
        timeout=TIMEOUT,
        use_tls=mail.port == TLS_PORT,
        start_tls=mail.starttls and mail.port != TLS_PORT,
        local_hostname=letter.sender.rpartition("@")[2] or "localhost",
    )
    try:
        await _converse(client, letter, mail)
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _translated(error, letter, mail) from error
    finally:
        client.close()


async def _converse(client: aiosmtplib.SMTP, letter: Letter, mail: MailSettings) -> None:
    await client.connect()
    reach("deliver.connected")
    if mail.user:
        await client.login(mail.user, mail.password)
    await client.sendmail(letter.sender, [letter.recipient], letter.as_bytes())
    # The letter is accepted: a connection lost while saying goodbye must not send it a second time.
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        await client.quit()


def _translated(error: Exception, letter: Letter, mail: MailSettings) -> DeliveryError:
    where = f"{mail.host}:{mail.port}"
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            first = error.recipients[0]
            return _refusal(f"{where} 拒收 {letter.recipient}", first.code, first.message, of_address=True)
        case aiosmtplib.SMTPDataError():
            return _refusal(f"{where} 拒收此信", error.code, error.message)
        case aiosmtplib.SMTPAuthenticationError():
            return DeliveryError(
                f"{where} 登录失败（{error.code}）：请检查 [mail] user 与环境变量 CAIXUN_MAIL_PASSWORD",
                permanent=False,
            )
        case aiosmtplib.SMTPResponseException():
            return DeliveryError(f"{where} 未接受：{error.code} {_line(error.message)}", permanent=False)
        case _:
            reason = _line(str(error)) or type(error).__name__
            return DeliveryError(f"{where} 无法投递：{reason}；稍后重试", permanent=False)


def _refusal(what: str, code: int, message: str, *, of_address: bool = False) -> DeliveryError:
    permanent = code >= 500
    return DeliveryError(f"{what}：{code} {_line(message)}", permanent=permanent, address_dead=permanent and of_address)


def _line(text: str) -> str:
    return " ".join(text.split())[:300]
