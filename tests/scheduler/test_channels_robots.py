"""Group robots: fakes on loopback enforce the limits of the real ones; nothing is rejected, no byte is missing."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scheduler.channels import channel, robots
from scheduler.channels.addresses import RefusedAddress, Rules
from scheduler.channels.channel import Desk
from scheduler.channels.pacing import Pacer
from scheduler.channels.receipt import NotAccepted
from scheduler.messages import Message
from tests.scheduler.messages_of import message
from tests.scheduler.receivers import Came, Receiver, receiving

BEGIN = datetime.datetime(2025, 3, 18, 1, 0, tzinfo=datetime.UTC)
LIMITS = {"wecom": 4096, "dingtalk": 20_000, "feishu": 20_000}
A_MINUTE = {"wecom": 20, "dingtalk": 20, "feishu": 100}
SECRET = "SEC0123456789abcdef"


@dataclass
class Time:
    """A clock that moves only when somebody sleeps."""

    passed: float = 0.0

    def __call__(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds

    def now(self) -> datetime.datetime:
        return BEGIN + datetime.timedelta(seconds=self.passed)


@dataclass
class Fake:
    """A robot that enforces what the real one does: bytes, pace, signature, shape."""

    kind: str
    time: Time
    secret: str = ""
    texts: list[str] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)

    def __call__(self, came: Came) -> tuple[int, dict[str, str], bytes]:
        code = self._judge(came)
        if code:
            self.refused[code] += 1
        key = "code" if self.kind == "feishu" else "errcode"
        return 200, {"Content-Type": "application/json"}, json.dumps({key: code}).encode()

    def _judge(self, came: Came) -> int:
        content = came.json()
        text = self._text(content)
        counted = text.encode() if self.kind == "wecom" else came.body
        if len(counted) > LIMITS[self.kind]:
            return 40058
        if sum(self.time() - at < 60 for at in self.accepted) >= A_MINUTE[self.kind]:
            return {"wecom": 45009, "dingtalk": 130101, "feishu": 11232}[self.kind]
        if self.secret and not self._signed(came, content):
            return 310000 if self.kind == "dingtalk" else 19021
        self.accepted.append(self.time())
        self.texts.append(text)
        return 0

    def _text(self, content: Any) -> str:
        if self.kind == "feishu":
            assert content["msg_type"] == "interactive"
            return str(content["card"]["elements"][0]["content"])
        assert content["msgtype"] == "markdown"
        return str(content["markdown"]["content" if self.kind == "wecom" else "text"])

    def _signed(self, came: Came, content: Any) -> bool:
        if self.kind == "feishu":
            stamp, given = content["timestamp"], content["sign"]
            key, said = f"{stamp}\n{self.secret}", b""
        else:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(came.path).query).items()}
            stamp, given = asked["timestamp"], asked["sign"]
            key, said = self.secret, f"{stamp}\n{self.secret}".encode()
        wanted = base64.b64encode(hmac.new(key.encode(), said, hashlib.sha256).digest()).decode()
        return bool(given == wanted)


def desk_of(time: Time, receiver: Receiver) -> Desk:
    rules = Rules(True, frozenset({receiver.place}))
    return Desk("k" * 64, rules, Pacer(time, time.sleep), time.now)


def plain(text: str) -> str:
    """What people read of the parts, without the numbers and what lies between lines."""
    return re.sub(r"\s", "", re.sub(r"才讯（\d+/\d+）\n", "", text))


@pytest.mark.parametrize("kind", robots.ROBOTS)
@pytest.mark.parametrize("count", [0, 1, 7, 60])
async def test_a_robot_that_enforces_its_limits_rejects_nothing_and_misses_nothing(kind: str, count: int) -> None:
    time = Time()
    fake = Fake(kind, time, SECRET if kind != "wecom" else "")
    sent = message(count)
    async with receiving(Receiver(answer=fake)) as receiver:
        address = f"http://{receiver.place}/robot?key=1" + (f"#{SECRET}" if fake.secret else "")
        receipt = await channel.send(kind, address, sent, desk_of(time, receiver))
    assert fake.refused == Counter()
    assert receipt.parts == len(fake.texts)
    assert all("才讯" in text for text in fake.texts)  # the keyword that robots may be set to ask for
    everything = plain("".join(fake.texts))
    for entry in sent.entries:
        for part in (entry.title, entry.facts, entry.read, entry.original, *entry.figures):
            assert plain(part) in everything
    assert "**绿色算力**" in everything or not count
    assert SECRET not in "".join(came.path + came.body.decode() for came in receiver.came)


@pytest.mark.parametrize("kind", robots.ROBOTS)
async def test_articles_of_any_length_come_through_whole(kind: str) -> None:
    time = Time()
    fake = Fake(kind, time)
    long = message(3, title="引才" * 4000, origin="报" * 500, places=tuple(f"第{n}县" for n in range(300)))
    async with receiving(Receiver(answer=fake)) as receiver:
        await channel.send(kind, f"http://{receiver.place}/", long, desk_of(time, receiver))
    assert fake.refused == Counter()
    everything = plain("".join(fake.texts))
    assert "引才" * 4000 in everything
    assert everything.partition("新消息")[2].count("引才") == 3 * 4000
    assert everything.count("第299县") == 3


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
async def test_many_messages_to_one_robot_keep_its_pace(kind: str) -> None:
    time = Time()
    fake = Fake(kind, time)
    async with receiving(Receiver(answer=fake)) as receiver:
        desk = desk_of(time, receiver)
        for _ in range(45):
            await channel.send(kind, f"http://{receiver.place}/", message(), desk)
    assert (len(fake.accepted), fake.refused) == (45, Counter())
    assert time.passed > 120


async def test_after_a_failure_only_the_parts_that_are_missing_are_sent() -> None:
    time = Time()
    fake = Fake("wecom", time)
    failing = [200, 200, 500]

    def answer(came: Came) -> tuple[int, dict[str, str], bytes]:
        return fake(came) if not failing or failing.pop(0) == 200 else (500, {}, b"")

    done: list[int] = []
    sent = message(40)
    async with receiving(Receiver(answer=answer)) as receiver:
        desk, address = desk_of(time, receiver), f"http://{receiver.place}/"
        with pytest.raises(NotAccepted):
            await channel.send("wecom", address, sent, desk, progress=done.append)
        assert done == [1, 2]
        await channel.send("wecom", address, sent, desk, done=done[-1], progress=done.append)
    assert tuple(fake.texts) == robots.texts("wecom", sent)
    assert done == list(range(1, len(fake.texts) + 1))


@pytest.mark.parametrize(
    ("kind", "code", "permanent", "minutes"),
    [
        ("wecom", 45009, False, 1),
        ("wecom", 93000, True, None),
        ("wecom", 40058, False, None),
        ("dingtalk", 130101, False, 10),
        ("dingtalk", 310000, True, None),
        ("feishu", 11232, False, 1),
        ("feishu", 19021, True, None),
        ("feishu", 77777, False, None),
    ],
)
async def test_what_a_robot_says_under_200_is_understood(
    kind: str, code: int, permanent: bool, minutes: int | None
) -> None:
    key = "code" if kind == "feishu" else "errcode"
    said = json.dumps({key: code, "errmsg": "no"}).encode()
    async with receiving(Receiver(answer=lambda came: (200, {}, said))) as receiver:
        with pytest.raises(NotAccepted) as caught:
            await channel.send(kind, f"http://{receiver.place}/", message(), desk_of(Time(), receiver))
    assert caught.value.permanent is permanent
    assert caught.value.wait == (minutes and datetime.timedelta(minutes=minutes))
    assert str(code) in str(caught.value)


@pytest.mark.parametrize("said", [b"", b"<html>", b"[]", b'{"errcode": "0"}', b'{"errcode": true}', b"null"])
async def test_an_answer_that_is_none_is_no_acceptance(said: bytes) -> None:
    async with receiving(Receiver(answer=lambda came: (200, {}, said))) as receiver:
        with pytest.raises(NotAccepted) as caught:
            await channel.send("wecom", f"http://{receiver.place}/", message(), desk_of(Time(), receiver))
    assert not caught.value.permanent


@pytest.mark.parametrize("kind", robots.ROBOTS)
def test_what_a_page_printed_is_text_and_never_markup(kind: str) -> None:
    evil: Message = message(
        1,
        title="点[这里](http://evil.example/)<@all> **重要** `x` <at id=all></at>\n# 大",
        url="http://news.example.cn/)[x](http://evil.example/",
        snippet="*a_b*~c~|d|",
        snippet_marks=((0, 3),),
    )
    text = "".join(robots.texts(kind, evil))
    links = re.findall(r"\[([^\]]*)\]\(([^)]*)\)", text)
    assert [label for label, _ in links] == ["阅读", "原文", "此消息的存档", "管理或退订"]
    assert links[1][1].startswith("http://news.example.cn/%29%5Bx%5D%28")
    assert "<" not in text
    assert text.count("**") == 4  # the subject and one match


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("wecom", "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=1"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/other"),
        ("wecom", "https://oapi.dingtalk.com/robot/send?access_token=1"),
        ("dingtalk", "http://oapi.dingtalk.com/robot/send?access_token=1"),
        ("feishu", "https://127.0.0.1/open-apis/bot/v2/hook/1"),
        ("pigeon", "https://example.com/"),
        ("webhook", "http://example.com/"),
    ],
)
def test_addresses_that_are_not_of_the_channel_are_refused(kind: str, address: str) -> None:
    with pytest.raises(RefusedAddress) as caught:
        channel.check(kind, address, Rules())
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=1#SEC1"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/1"),
        ("webhook", "https://example.com/hook"),
    ],
)
def test_right_addresses_are_taken_without_spaces_around(kind: str, address: str) -> None:
    assert channel.check(kind, f" {address}\n", Rules()) == address


def test_a_message_is_cut_the_same_way_on_every_try() -> None:
    sent = message(50)
    assert robots.texts("wecom", sent) == robots.texts("wecom", replace(sent))


async def test_turns_are_given_evenly_and_apart_for_each_address() -> None:
    time = Time()
    pacer = Pacer(time, time.sleep, spacing=3.0)
    await pacer.turn("a")
    await pacer.turn("b")
    assert time.passed == 0
    await pacer.turn("a")
    assert time.passed == pytest.approx(3.0)
    assert pacer.wait("a") == pytest.approx(3.0)
    assert pacer.wait("c") == 0
