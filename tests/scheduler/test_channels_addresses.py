"""The guard: private places are refused in every spelling, at the moment of dialling, whatever a resolver says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.channels.addresses import RefusedAddress, Rules, checked_url, refused
from scheduler.channels.exchange import post
from scheduler.errors import DeliveryError, SettingsError
from scheduler.settings import load
from tests.scheduler.receivers import Receiver, receiving

PRIVATE = [
    "127.0.0.1",
    "127.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0.0.0.0",
    "0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "2852039166",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "192.88.99.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "::ffff:169.254.169.254",
    "0:0:0:0:0:ffff:6440:1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "64:ff9b:1::808:808",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fdff::1",
    "ff02::1",
    "100::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "4000::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "2400:3200::5efe:7f00:1",
    "2400:3200::200:5efe:10.0.0.1",
]
PUBLIC = ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2606:4700::1111"]


@pytest.mark.parametrize("address", PRIVATE)
def test_every_spelling_of_a_private_address_is_refused(address: str) -> None:
    assert refused(address, 443, frozenset()) is not None


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_dialled(address: str) -> None:
    assert refused(address, 443, frozenset()) is None


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_resolver_that_answers_with_a_private_address_is_not_followed(address: str) -> None:
    async def liar(host: str, port: int) -> Sequence[str]:
        return [address]

    with pytest.raises(RefusedAddress) as caught:
        await post("https://hooks.example.com/x", {}, b"{}", Rules(resolve=liar))
    assert "hooks.example.com" in str(caught.value)
    assert not caught.value.permanent  # names may be mended


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/_HELO",
        "https://",
        "//hooks.example.com/",
        "https://user:pw@hooks.example.com/",
        "https://example.com@127.0.0.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.0.0.1./",
        "https://127.0.0.1:99999/",
        "https://a.example.com\\@127.0.0.1/",
        "https://a.example.com/\r\nHost: b",
        "https://[::1/",
    ],
)
def test_addresses_that_are_wrong_are_refused_before_anything_is_looked_up(url: str) -> None:
    with pytest.raises(RefusedAddress) as caught:
        checked_url(url, Rules())
    assert caught.value.permanent
    assert "\n" not in str(caught.value)


async def test_spellings_that_only_the_resolver_understands_are_refused_when_dialled() -> None:
    for host in ("localhost", "localhost.", "ip6-localhost", "①②⑦.⓪.⓪.①"):
        with pytest.raises(DeliveryError):
            await post(f"http://{host}:9/", {}, b"", Rules(plain_http=True))


async def test_a_resolver_that_changes_its_mind_is_asked_only_once() -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    receiver = Receiver()
    async with receiving(receiver):
        # the first answer is allowed (nobody listens there), the second would reach the receiver
        rules = Rules(True, frozenset({f"127.0.0.2:{receiver.port}"}), rebinding)
        with pytest.raises(DeliveryError):
            await post(f"http://rebind.example.com:{receiver.port}/", {}, b"", rules)
    assert (len(asked), receiver.connections) == (1, 0)


async def test_of_several_answers_only_what_may_be_dialled_is_dialled_and_the_name_stays_in_the_host_header() -> None:
    receiver = Receiver()

    async def mixed(host: str, port: int) -> Sequence[str]:
        return ["10.0.0.1", "127.0.0.1", "not an address"]

    async with receiving(receiver):
        rules = Rules(True, frozenset({receiver.place}), mixed)
        answer = await post(f"http://hooks.example.com:{receiver.port}/p?q=1", {"X-A": "b"}, b"{}", rules)
    assert (answer.status, answer.address) == (200, receiver.place)
    came = receiver.came[0]
    assert (came.method, came.path, came.body) == ("POST", "/p?q=1", b"{}")
    assert came.headers["host"] == f"hooks.example.com:{receiver.port}"


async def test_an_allowed_place_is_that_address_and_that_port_only() -> None:
    async with receiving(Receiver()) as receiver, receiving(Receiver()) as other:
        rules = Rules(True, frozenset({receiver.place}))
        assert (await post(f"http://{receiver.place}/", {}, b"", rules)).status == 200
        with pytest.raises(RefusedAddress):
            await post(f"http://{other.place}/", {}, b"", rules)
        assert other.connections == 0


async def test_redirects_are_answers_and_never_followed() -> None:
    async with receiving(Receiver()) as target, receiving(Receiver()) as receiver:
        receiver.answer = lambda came: (302, {"Location": f"http://{target.place}/"}, b"")
        rules = Rules(True, frozenset({receiver.place, target.place}))
        assert (await post(f"http://{receiver.place}/", {}, b"", rules)).status == 302
    assert target.connections == 0


async def test_the_first_four_kilobytes_of_an_answer_are_kept() -> None:
    async with receiving(Receiver(answer=lambda came: (200, {}, b"x" * 1_000_000))) as receiver:
        answer = await post(f"http://{receiver.place}/", {}, b"", Rules(True, frozenset({receiver.place})))
    assert answer.text == "x" * 4096


async def test_one_who_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.channels.exchange.TOTAL", 0.3)
    async with receiving(Receiver(silent=True)) as receiver:
        rules = Rules(True, frozenset({receiver.place}))
        with pytest.raises(DeliveryError) as caught:
            await post(f"http://{receiver.place}/", {}, b"", rules)
    assert not caught.value.permanent


async def test_a_resolver_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr("scheduler.channels.exchange.TOTAL", 0.3)
    with pytest.raises(DeliveryError):
        await post("https://hooks.example.com/", {}, b"", replace(Rules(), resolve=slow))


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving(Receiver()) as proxy, receiving(Receiver()) as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.place}")
        await post(f"http://{receiver.place}/", {}, b"", Rules(True, frozenset({receiver.place})))
    assert (proxy.connections, receiver.connections) == (0, 1)


def test_the_operator_allows_exact_places(tmp_path: Path) -> None:
    (tmp_path / "caixun.toml").write_text(
        '[channels]\nplain_http = true\nallow_private = ["10.0.0.8:8080", "[fd00::8]:443"]\n', "utf-8"
    )
    rules = Rules.of(load(tmp_path).channels)
    assert checked_url("http://10.0.0.8:8080/hook", rules)
    assert checked_url("https://[fd00::8]/hook", rules)
    for url in ("http://10.0.0.8/hook", "http://10.0.0.9:8080/", "https://[fd00::9]/"):
        with pytest.raises(RefusedAddress):
            checked_url(url, rules)


@pytest.mark.parametrize(
    "place", ['"10.0.0.8"', '"10.0.0.0/8:80"', '"fd00::8:443"', '"intranet:80"', '"10.0.0.8:0"', "8"]
)
def test_places_that_are_not_exact_are_refused_in_the_settings(tmp_path: Path, place: str) -> None:
    (tmp_path / "caixun.toml").write_text(f"[channels]\nallow_private = [{place}]\n", "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(tmp_path)
    assert "allow_private" in str(caught.value)
