"""What apprise speaks: in parts that fit, without redirects, and only to public addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.channels import channel
from scheduler.channels.addresses import RefusedAddress, Rules
from scheduler.channels.channel import Desk
from scheduler.channels.pacing import Pacer
from scheduler.channels.receipt import NotAccepted
from tests.scheduler.messages_of import message
from tests.scheduler.receivers import Receiver, receiving
from tests.scheduler.test_channels_robots import Time

pytest.importorskip("apprise", reason="the optional extra [apprise] is not installed")


def desk_of(*allowed: str) -> Desk:
    time = Time()
    return Desk("k" * 64, Rules(True, frozenset(allowed)), Pacer(time, time.sleep), time.now)


async def test_a_message_reaches_a_service_whole() -> None:
    sent = message(3)
    async with receiving(Receiver()) as receiver:
        receipt = await channel.send("apprise", f"json://{receiver.place}/hook", sent, desk_of(receiver.place))
    (came,) = receiver.came
    assert (receipt.parts, came.path) == (1, "/hook")
    assert came.json()["title"] == sent.subject
    for entry in sent.entries:
        for part in (entry.title, entry.facts, entry.sentence, entry.read):
            assert part in came.json()["message"]


async def test_long_messages_come_in_numbered_parts_that_fit() -> None:
    sent = message(60, snippet="引才" * 60, snippet_marks=())
    done: list[int] = []
    async with receiving(Receiver()) as receiver:
        await channel.send("apprise", f"json://{receiver.place}/", sent, desk_of(receiver.place), progress=done.append)
    texts = [came.json()["message"] for came in receiver.came]
    assert len(texts) > 1
    assert done == list(range(1, len(texts) + 1))
    assert all(len(text.encode()) <= 32_768 for text in texts)
    assert all(sum(entry.facts in text for text in texts) for entry in sent.entries)
    assert texts[0].startswith(f"才讯（1/{len(texts)}）")


async def test_a_redirect_is_a_failure_and_is_not_followed() -> None:
    async with receiving(Receiver()) as target, receiving(Receiver()) as receiver:
        receiver.answer = lambda came: (302, {"Location": f"http://{target.place}/"}, b"")
        with pytest.raises(NotAccepted) as caught:
            desk = desk_of(receiver.place, target.place)
            await channel.send("apprise", f"json://{receiver.place}/", message(), desk)
    assert not caught.value.permanent
    assert (len(receiver.came), target.connections) == (1, 0)


@pytest.mark.parametrize("host", ["localhost", "[::ffff:127.0.0.1]"])
async def test_private_addresses_are_refused_when_dialled(host: str) -> None:
    async with receiving(Receiver()) as receiver:
        with pytest.raises((RefusedAddress, NotAccepted)):
            await channel.send("apprise", f"json://{host}:{receiver.port}/", message(), desk_of())
    assert receiver.connections == 0


async def test_a_refusal_is_named() -> None:
    async with receiving(Receiver()) as receiver:
        with pytest.raises(RefusedAddress, match="不是公网地址"):
            await channel.send("apprise", f"json://localhost:{receiver.port}/", message(), desk_of())


async def test_files_of_this_machine_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "template.json"
    secret.write_text('{"body": "secret"}', "utf-8")
    address = f"workflow://prod-1.example.com:443/{'a' * 32}/{'b' * 43}/?template={secret}"
    with pytest.raises((RefusedAddress, NotAccepted)) as caught:
        await channel.send("apprise", address, message(), desk_of())
    assert "不能读写文件" in str(caught.value)


async def test_mail_by_apprise_is_guarded_too() -> None:
    async with receiving(Receiver()) as receiver:
        with pytest.raises(RefusedAddress):
            address = f"mailto://user:password@127.0.0.1:{receiver.port}/?to=a@example.com&from=b@example.com"
            await channel.send("apprise", address, message(), desk_of())
    assert receiver.connections == 0


@pytest.mark.parametrize("address", ["", "nothing", "pigeon://x"])
async def test_addresses_that_apprise_does_not_know_are_refused_for_good(address: str) -> None:
    with pytest.raises((RefusedAddress, NotAccepted)) as caught:
        await channel.send("apprise", address, message(), desk_of())
    assert caught.value.permanent


async def test_without_tls_only_where_it_is_allowed() -> None:
    async with receiving(Receiver()) as receiver:
        time = Time()
        desk = Desk("k" * 64, Rules(False, frozenset({receiver.place})), Pacer(time, time.sleep), time.now)
        with pytest.raises(NotAccepted, match="不加密"):
            await channel.send("apprise", f"json://{receiver.place}/", message(), desk)
    assert receiver.connections == 0
