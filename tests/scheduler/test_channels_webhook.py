"""Webhooks to real receivers on loopback: signed, named, never redirected; what is refused says whether for good."""

from __future__ import annotations

import base64
import datetime
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from db.signing import webhook_secret
from scheduler.channels import exchange, webhook
from scheduler.channels.addresses import Rules
from scheduler.channels.receipt import NotAccepted
from scheduler.errors import DeliveryError
from tests.scheduler.certificates import write_certificate
from tests.scheduler.messages_of import message
from tests.scheduler.receivers import Came, Receiver, receiving

SECRET = webhook_secret("k" * 64, "s12")
NOW = datetime.datetime(2025, 3, 18, 1, 2, tzinfo=datetime.UTC)


def open_to(receiver: Receiver) -> Rules:
    return Rules(True, frozenset({receiver.place}))


async def test_an_accepted_message_is_json_signed_and_named() -> None:
    async with receiving(Receiver()) as receiver:
        receipt = await webhook.send(f"http://{receiver.place}/hook", message(2), SECRET, open_to(receiver), NOW)
    came = receiver.came[0]
    assert receipt.answer.startswith(f"200 · {receiver.place} · ")
    assert came.headers["webhook-id"] == came.headers["idempotency-key"] == "alert.12@caixun"
    assert webhook.verified(SECRET, came.headers, came.body, NOW)
    first = came.json()["items"][0]
    assert first["title"] == "西宁市出台绿色算力人才引进办法（第1号）"
    assert first["archive_url"] == "https://caixun.example.cn/article/a7f1/revision/2"
    assert [first["sentence"][a:b] for a, b in first["matches"]] == ["绿色算力"]
    assert len(came.json()["items"]) == 2


async def test_every_try_has_the_same_body_and_name() -> None:
    async with receiving(Receiver()) as receiver:
        for minutes in (0, 5):
            later = NOW + datetime.timedelta(minutes=minutes)
            await webhook.send(f"http://{receiver.place}/", message(), SECRET, open_to(receiver), later)
    first, second = receiver.came
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


def signed(body: bytes, at: datetime.datetime) -> dict[str, str]:
    stamp = int(at.timestamp())
    return {
        "webhook-id": "m1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": webhook.signature(SECRET, "m1", stamp, body),
    }


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # the example of the specification (standard-webhooks/spec)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    value = webhook.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert value == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_another_body_secret_or_hour_does_not_verify() -> None:
    headers = signed(b"{}", NOW)
    assert webhook.verified(SECRET, headers, b"{}", NOW)
    assert not webhook.verified(SECRET, headers, b"{ }", NOW)
    assert not webhook.verified(webhook_secret("k" * 64, "s13"), headers, b"{}", NOW)
    assert not webhook.verified(SECRET, headers, b"{}", NOW + datetime.timedelta(minutes=6))
    assert not webhook.verified(SECRET, {}, b"{}", NOW)


def test_secrets_differ_between_subscriptions_and_are_long() -> None:
    assert len(base64.b64decode(SECRET.removeprefix("whsec_"))) == 32
    assert webhook_secret("k" * 64, "s13") != SECRET


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(status, status == 410) for status in (301, 302, 304, 307, 400, 401, 404, 410, 413, 429, 500, 503)],
)
async def test_what_is_not_2xx_is_not_accepted(status: int, permanent: bool) -> None:
    def answer(came: Came) -> tuple[int, dict[str, str], bytes]:
        return status, {"Location": "http://127.0.0.1:1/", "Retry-After": "120"}, "不要".encode()

    async with receiving(Receiver(answer=answer)) as receiver:
        with pytest.raises(NotAccepted) as caught:
            await webhook.send(f"http://{receiver.place}/", message(), SECRET, open_to(receiver), NOW)
    assert (caught.value.permanent, caught.value.address_dead) == (permanent, permanent)
    assert str(status) in str(caught.value)
    assert caught.value.wait == datetime.timedelta(seconds=120)
    assert len(receiver.came) == 1


async def test_the_answer_is_kept_for_the_log() -> None:
    async with receiving(Receiver(answer=lambda came: (500, {}, "没有\n这个队列".encode()))) as receiver:
        with pytest.raises(NotAccepted) as caught:
            await webhook.send(f"http://{receiver.place}/", message(), SECRET, open_to(receiver), NOW)
    assert caught.value.answer.endswith("没有 这个队列")
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(caught.value.answer)


async def test_tls_is_checked_against_the_name_although_the_address_is_dialled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = write_certificate(tmp_path, "hooks.example.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names: list[str] = []
    context.sni_callback = lambda connection, name, _: names.append(str(name))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    exchange._trust.cache_clear()

    async def loopback(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    try:
        async with receiving(Receiver(), context) as receiver:
            rules = Rules(allowed=frozenset({receiver.place}), resolve=loopback)
            url = f"https://hooks.example.com:{receiver.port}/"
            assert (await webhook.send(url, message(), SECRET, rules, NOW)).parts == 1
            with pytest.raises(DeliveryError) as caught:
                await webhook.send(url.replace("hooks", "other"), message(), SECRET, rules, NOW)
    finally:
        exchange._trust.cache_clear()
    assert not caught.value.permanent
    assert names == ["hooks.example.com", "other.example.com"]
    assert len(receiver.came) == 1
