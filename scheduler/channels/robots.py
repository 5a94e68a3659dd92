"""Robots of work groups: WeCom, DingTalk, Feishu. Each takes JSON at a secret address, so many bytes, so many a minute.

    WeCom     markdown up to 4,096 bytes of text; 20 a minute
    DingTalk  20,000 bytes of body; 20 a minute, or nothing for ten minutes
    Feishu    20 KB of body (its own page; others say 30); 100 a minute

All answer 200 and say in the body what became of it. An address may end in "#SEC…": the secret that DingTalk and
Feishu can sign with; it is never sent.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from scheduler.channels import markdown
from scheduler.channels.addresses import RefusedAddress, Rules, checked_url
from scheduler.channels.exchange import Answer, post
from scheduler.channels.pacing import Pacer
from scheduler.channels.receipt import NotAccepted, Receipt
from scheduler.channels.splitting import parts
from scheduler.messages import Message

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Robot:
    """What one kind of robot takes and answers. `code` is the key of the answer's number, 0 is acceptance."""

    name: str
    hosts: tuple[str, ...]
    path: str
    limit: int
    whole_body: bool  # whether the limit counts the whole JSON, or the text alone
    style: markdown.Style
    payload: Callable[[str, str], Payload]  # (title, text)
    code: tuple[str, ...]
    busy: frozenset[int]  # too fast, or a fault of theirs: later
    wrong: frozenset[int]  # the address or its settings are wrong: for good
    block: datetime.timedelta = datetime.timedelta(minutes=1)


def _wecom(title: str, text: str) -> Payload:
    return {"msgtype": "markdown", "markdown": {"content": text}}


def _dingtalk(title: str, text: str) -> Payload:
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}


def _feishu(title: str, text: str) -> Payload:
    header = {"title": {"tag": "plain_text", "content": title}}
    card = {"header": header, "elements": [{"tag": "markdown", "content": text}]}
    return {"msg_type": "interactive", "card": card}


ROBOTS = {
    "wecom": Robot(
        "企业微信",
        ("qyapi.weixin.qq.com",),
        "/cgi-bin/webhook/send",
        4096,
        False,
        markdown.Style(),
        _wecom,
        ("errcode",),
        busy=frozenset({-1, 45009, 45033, 6000}),
        wrong=frozenset({93000, 40001, 40014, 41001}),
    ),
    "dingtalk": Robot(
        "钉钉",
        ("oapi.dingtalk.com", "api.dingtalk.com"),
        "/robot/send",
        20_000,
        True,
        markdown.Style(line="  \n"),
        _dingtalk,
        ("errcode",),
        busy=frozenset({-1, 130101, 130102, 410100, 430101, 430102, 430103, 430104}),
        wrong=frozenset({310000, 300001, 300005, 400101, 400102, 400105}),
        block=datetime.timedelta(minutes=10),
    ),
    "feishu": Robot(
        "飞书",
        ("open.feishu.cn", "open.larksuite.com"),
        "/open-apis/bot/",
        20_000,
        True,
        markdown.Style(),
        _feishu,
        ("code", "StatusCode"),
        busy=frozenset({11232, 11233, 99991400, 1500}),
        wrong=frozenset({19001, 19002, 19021, 19022, 19024}),
    ),
}
TITLE = 60  # characters of the title, which stands in the list of chats


def short(subject: str) -> str:
    """The subject as a heading: an article's whole title stands with the article."""
    return subject if len(subject) <= TITLE else subject[: TITLE - 1] + "…"


def texts(kind: str, message: Message) -> tuple[str, ...]:
    """The message as the texts that a robot of `kind` gets, one after the other; the same on every try."""
    robot = ROBOTS[kind]
    blocks = markdown.blocks(message, short(message.subject), robot.style)
    return parts(blocks, lambda text: _size(robot, message.subject, text) <= robot.limit)


def _size(robot: Robot, title: str, text: str) -> int:
    if not robot.whole_body:
        return len(text.encode())
    # the signature of Feishu comes on top: 80 bytes
    return len(_encoded(robot.payload(short(title), text))) + 80


def _encoded(payload: Payload) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def checked(kind: str, address: str, rules: Rules) -> str:
    """`address` when it is one of a robot of `kind`. Raises RefusedAddress, permanent."""
    robot = ROBOTS[kind]
    parts_of = urlsplit(checked_url(address, rules))
    place = f"{parts_of.hostname}:{parts_of.port}"
    if place in rules.allowed:
        return address
    if parts_of.hostname not in robot.hosts or not parts_of.path.startswith(robot.path):
        raise RefusedAddress(
            f"这不是{robot.name}群机器人的网址，应以 https://{robot.hosts[0]}{robot.path} 开头", permanent=True
        )
    return address


async def send(
    kind: str,
    address: str,
    message: Message,
    rules: Rules,
    pacer: Pacer,
    *,
    now: Callable[[], datetime.datetime],
    done: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Receipt:
    """Send the parts of `message` after the first `done`; `progress` is called with the number of parts accepted.

    Raises RefusedAddress, NotAccepted and DeliveryError; the parts accepted before are then known by `progress`.
    """
    robot = ROBOTS[kind]
    url, _, secret = checked(kind, address, rules).partition("#")
    all_texts, line = texts(kind, message), ""
    for number, text in enumerate(all_texts[done:], done + 1):
        await pacer.turn(url)
        line = await _send_one(robot, url, secret, robot.payload(short(message.subject), text), rules, now())
        if progress:
            progress(number)
    return Receipt(len(all_texts), line)


async def _send_one(robot: Robot, url: str, secret: str, payload: Payload, rules: Rules, now: datetime.datetime) -> str:
    if secret and robot is ROBOTS["dingtalk"]:
        url = dingtalk_signed(url, secret, now)
    if secret and robot is ROBOTS["feishu"]:
        payload = {**feishu_signed(secret, now), **payload}
    answer = await post(url, {"Content-Type": "application/json; charset=utf-8"}, _encoded(payload), rules)
    return _accepted(robot, answer)


def dingtalk_signed(url: str, secret: str, now: datetime.datetime) -> str:
    """The address with timestamp and sign, as DingTalk's security setting 加签 asks."""
    stamp = int(now.timestamp() * 1000)
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}timestamp={stamp}&sign={quote(base64.b64encode(digest).decode(), safe='')}"


def feishu_signed(secret: str, now: datetime.datetime) -> dict[str, str]:
    """The fields timestamp and sign, as Feishu's security setting 签名校验 asks."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}


def _accepted(robot: Robot, answer: Answer) -> str:
    """The answer as a line of the event log. Raises NotAccepted unless it says 0 under a status of 200."""
    code = _code(robot, answer.text)
    if answer.status == 200 and code == 0:
        return answer.line()
    said = f"{robot.name}机器人未接受（{answer.status}{'' if code is None else f'，代码 {code}'}）"
    wait = robot.block if code in robot.busy or answer.status == 429 else None
    if answer.retry_after:
        wait = datetime.timedelta(seconds=answer.retry_after)
    hint = "：请检查网址、关键词与加签密钥" if code in robot.wrong else ""
    raise NotAccepted(said + hint, permanent=code in robot.wrong, answer=answer.line(), wait=wait)


def _code(robot: Robot, text: str) -> int | None:
    try:
        content = json.loads(text)
    except ValueError:
        return None
    found = [content[key] for key in robot.code if key in content] if isinstance(content, dict) else []
    return found[0] if found and type(found[0]) is int else None
