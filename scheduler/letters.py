"""The letters that subscribers get: plain values, with a text part and an HTML part that say the same.

No clock and no network: the caller gives the Message-ID and the date, so the same debt makes the same bytes.
"""

from __future__ import annotations

import email.policy
import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from db.values import Subscription
from scheduler import messages
from scheduler.messages import Entry, Message, one_line

_WHOLE = frozenset({"list-unsubscribe", "list-unsubscribe-post", "message-id", "references"})
_OURS = _WHOLE | {"subject"}


class _Policy(email.policy.EmailPolicy):
    """SMTP's policy, but identifiers and links stay on one line.

    The standard library folds a long link by encoding it (=?utf-8?q?…), and then no mail program can follow
    the List-Unsubscribe link (RFC 2369 section 2 allows no encoding there).
    """

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in _WHOLE:
            return f"{name}: {value}{self.linesep}"
        if name.lower() == "subject" and not str(value).isascii():
            return f"{name}: {_encoded(str(value), self.linesep)}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii") if name.lower() in _OURS else super().fold_binary(name, value)


def _encoded(text: str, linesep: str) -> str:
    """`text` as encoded words of at most 75 characters (RFC 2047 section 2); the newer code makes some of 76."""
    return Header(text, "utf-8", maxlinelen=75, header_name="Subject").encode(linesep=linesep)


_POLICY = _Policy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished letter. `headers` holds what comes on top of From, To, Subject and Message-ID."""

    message_id: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    headers: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()

    def message(self) -> EmailMessage:
        """The letter as a MIME message: multipart/alternative, text first, both UTF-8 in base64; files behind it."""
        message = EmailMessage(policy=_POLICY)
        message["From"] = f"才讯 Caixun <{self.sender}>"
        message["To"] = self.recipient
        message["Subject"] = self.subject
        message["Message-ID"] = self.message_id
        for name, value in self.headers.items():
            message[name] = value
        message.set_content(self.text, charset="utf-8", cte="base64")
        message.add_alternative(self.html, subtype="html", charset="utf-8", cte="base64")
        # A random boundary would make every try other bytes: derive it from what names the letter.
        boundary = "caixun-" + hashlib.sha256(self.message_id.encode()).hexdigest()[:32]
        message.set_boundary(boundary)
        for one in self.attachments:
            main, _, minor = one.media_type.partition("/")
            message.add_attachment(one.content, maintype=main, subtype=minor, filename=one.name)
            message.set_boundary(f"{boundary}-files")
        return message

    def as_bytes(self) -> bytes:
        """The bytes that go over the wire; the same for the same letter."""
        return self.message().as_bytes()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the caller decides about a letter: `message_id` with its angle brackets, `date` with its zone.

    `base_url` is where readers see the archive; `unsubscribe_url` is the signed link that ends the
    subscription (GET shows a button, POST ends it: RFC 8058).
    """

    message_id: str
    sender: str
    base_url: str
    date: datetime
    unsubscribe_url: str


def thread_id(subscription: str, sender: str) -> str:
    """What all letters of one subscription refer to, so that mail programs keep them together."""
    return f"<subscription-{subscription}@{sender.rpartition('@')[2]}>"


def message_letter(message: Message, subscription: Subscription, envelope: Envelope) -> Letter:
    """The letter that says `message` (alert, summary, digest, silence, test): all of it, in both parts."""
    body = (
        f"<p>{html.escape(message.intro)}</p>"
        + "".join(map(_entry, message.entries))
        + "".join(f"<p>{html.escape(line)}</p>" for line in message.lines)
        + f'<p style="{_SMALL}">{_foot(message)}</p>'
    )
    return _sealed(subscription, message.subject, messages.plain(message), body, envelope)


def confirmation_letter(subscription: Subscription, confirm_url: str, envelope: Envelope) -> Letter:
    """The letter with the link that makes a pending subscription active; who ignores it gets no other."""
    why = messages.why(subscription)
    how = f"{messages.when(subscription)}，发到{messages.CHANNEL_NAMES.get(subscription.channel, subscription.channel)}"
    text = (
        f"有人（应该是您）在才讯用这个邮箱订阅了：\n\n  {why}\n  发送方式：{how}\n\n"
        f"确认订阅，请打开：\n{confirm_url}\n\n如果不是您本人，请不必理会；不确认就不会再收到任何邮件。\n"
        f"撤销这次订阅：\n{envelope.unsubscribe_url}\n"
    )
    body = (
        f"<p>有人（应该是您）在才讯用这个邮箱订阅了：</p><p><b>{html.escape(why)}</b><br>"
        f"发送方式：{html.escape(how)}</p><p>{_link(confirm_url, '确认订阅')}</p>"
        f'<p style="{_SMALL}">打不开时，请把这个地址复制到浏览器：<br>{html.escape(confirm_url)}</p>'
        f'<p style="{_SMALL}">如果不是您本人，请不必理会；不确认就不会再收到任何邮件。'
        f"{_link(envelope.unsubscribe_url, '撤销这次订阅')}</p>"
    )
    subject = f"请确认订阅：{messages.asked(subscription)}"
    return _sealed(subscription, subject, text, body, envelope)


def notice_letter(recipient: str, subject: str, lines: Sequence[str], envelope: Envelope) -> Letter:
    """A letter without articles: to the operator, or to the owner of a subscription that was paused."""
    said = [one_line(line) for line in lines]
    body = "".join(f"<p>{html.escape(line)}</p>" for line in said)
    headers = {"Date": format_datetime(envelope.date), "Auto-Submitted": "auto-generated"}
    text = "\n\n".join(said) + "\n"
    return Letter(
        envelope.message_id, envelope.sender, recipient, f"才讯：{one_line(subject)}", text, _page(body), headers
    )


def _sealed(subscription: Subscription, subject: str, text: str, body: str, envelope: Envelope) -> Letter:
    return Letter(
        message_id=envelope.message_id,
        sender=envelope.sender,
        recipient=(subscription.channel == "mail" and subscription.address) or subscription.email,
        subject=subject,
        text=text,
        html=_page(body),
        headers={
            "Date": format_datetime(envelope.date),
            "References": thread_id(subscription.id, envelope.sender),
            "List-Unsubscribe": f"<{envelope.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def _page(body: str) -> str:
    head = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"></head>'
    return f'{head}<body style="{_BODY}">{body}</body></html>\n'


_BODY = "font-family:'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;line-height:1.6;color:#222"
_SMALL = "font-size:13px;color:#595959"
_MARK = "background:#fff3bf;color:#222"


def _entry(one: Entry) -> str:
    parts = (
        f'<div style="font-size:17px;font-weight:bold">{_link(one.read, one.title)}</div>',
        f"<div><b>【{html.escape(one.note)}】</b></div>" if one.note else "",
        f'<div style="{_SMALL}">{html.escape(one.facts)}</div>' if one.facts else "",
        f"<div>{_marked(one)}</div>" if one.sentence else "",
        f"<div>数字：<b>{html.escape('；'.join(one.figures))}</b></div>" if one.figures else "",
        f'<div style="{_SMALL}">{_link(one.original, "查看原文")}</div>' if one.original else "",
    )
    return f'<div style="margin:0 0 20px">{"".join(parts)}</div>'


def _marked(one: Entry) -> str:
    """The sentence with the matched words in bold on yellow."""
    pieces: list[str] = []
    done = 0
    for start, end in one.marks:
        if done <= start < end <= len(one.sentence):
            found = html.escape(one.sentence[start:end])
            pieces += [html.escape(one.sentence[done:start]), f'<b style="{_MARK}">{found}</b>']
            done = end
    return "".join([*pieces, html.escape(one.sentence[done:])])


def _foot(message: Message) -> str:
    lines = [
        f"为什么收到：{html.escape(message.why)}" if message.why else "",
        " · ".join(
            _link(url, label) for url, label in ((message.link, "此消息的存档"), (message.manage, "管理或退订")) if url
        ),
    ]
    return "<br>".join(line for line in lines if line)


def _link(url: str, label: str) -> str:
    """A link, or only its label where the address is not one of the web (javascript:, a local file)."""
    if urlsplit(url).scheme not in {"http", "https"}:
        return html.escape(label)
    return f'<a href="{html.escape(url)}" style="color:#0b57d0">{html.escape(label)}</a>'
