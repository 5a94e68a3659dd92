"""The letters that subscribers get: plain values, with a text part and an HTML part that say the same.

No clock and no network: the caller gives the Message-ID and the date, so the same debt makes the same bytes.
"""

from __future__ import annotations

import email.policy
import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from db.values import Hit, Subscription

_FILTER_NAMES = {"place": "地区", "year": "年份", "source": "来源", "theme": "主题", "type": "类型"}
_SCHEDULE_NAMES = {"instant": "有新文章时立即", "daily": "每天一封汇总"}
_WHOLE = frozenset({"list-unsubscribe", "list-unsubscribe-post", "message-id", "references"})


class _Policy(email.policy.EmailPolicy):
    """SMTP's policy, but identifiers and links stay on one line.

    The standard library folds a long link by encoding it (=?utf-8?q?…), and then no mail program can follow
    the List-Unsubscribe link (RFC 2369 section 2 allows no encoding there).
    """

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}{self.linesep}" if name.lower() in _WHOLE else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii") if name.lower() in _WHOLE else super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n")


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

    def message(self) -> EmailMessage:
        """The letter as a MIME message: multipart/alternative, text first, both UTF-8 in base64."""
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
        message.set_boundary("caixun-" + hashlib.sha256(self.message_id.encode()).hexdigest()[:32])
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


def alert_letter(subscription: Subscription, hits: Sequence[Hit], envelope: Envelope) -> Letter:
    """The instant letter about `hits` (one or more, all of them shown), newest first as given."""
    first = _clean(hits[0].title)
    subject = f"才讯提醒：{first}" if len(hits) == 1 else f"才讯提醒：{first} 等 {len(hits)} 条"
    intro = f"您订阅的“{_clean(subscription.query) or '全部文章'}”有 {len(hits)} 条新消息："
    return _letter(subscription, subject, intro, hits, envelope)


def digest_letter(
    subscription: Subscription, hits: Sequence[Hit], envelope: Envelope, *, day: date, state: str = ""
) -> Letter:
    """The daily letter of `day` (a day in Asia/Shanghai): all `hits`, or one line that says there were none.

    `state` is a sentence about the sources ("43 个来源中 41 个正常"), so that silence can be trusted.
    """
    name = _clean(subscription.query) or "全部文章"
    count = f"{len(hits)} 条" if hits else "没有新消息"
    subject = f"才讯日报 {day.month}月{day.day}日：{name}，{count}"
    found = f"有 {len(hits)} 条新消息：" if hits else "没有新消息。"
    intro = f"{day.year}年{day.month}月{day.day}日，您订阅的“{name}”{found}"
    return _letter(subscription, subject, intro, hits, envelope, _clean(state))


def confirmation_letter(subscription: Subscription, confirm_url: str, envelope: Envelope) -> Letter:
    """The letter with the link that makes a pending subscription active; who ignores it gets no other."""
    why = _why(subscription)
    schedule = _SCHEDULE_NAMES.get(subscription.schedule, subscription.schedule)
    text = (
        f"有人（应该是您）在才讯用这个邮箱订阅了：\n\n  {why}\n  发送方式：{schedule}\n\n"
        f"确认订阅，请打开：\n{confirm_url}\n\n如果不是您本人，请不必理会；不确认就不会再收到任何邮件。\n"
        f"撤销这次订阅：\n{envelope.unsubscribe_url}\n"
    )
    body = (
        f"<p>有人（应该是您）在才讯用这个邮箱订阅了：</p><p><b>{html.escape(why)}</b><br>"
        f"发送方式：{html.escape(schedule)}</p><p>{_link(confirm_url, '确认订阅')}</p>"
        f'<p style="{_SMALL}">打不开时，请把这个地址复制到浏览器：<br>{html.escape(confirm_url)}</p>'
        f'<p style="{_SMALL}">如果不是您本人，请不必理会；不确认就不会再收到任何邮件。'
        f"{_link(envelope.unsubscribe_url, '撤销这次订阅')}</p>"
    )
    subject = f"请确认订阅：{_clean(subscription.query) or '全部文章'}"
    return _sealed(subscription, subject, text, body, envelope)


def notice_letter(recipient: str, subject: str, lines: Sequence[str], envelope: Envelope) -> Letter:
    """A letter without articles: to the operator, or to the owner of a subscription that was paused."""
    said = [_clean(line) for line in lines]
    body = "".join(f"<p>{html.escape(line)}</p>" for line in said)
    headers = {"Date": format_datetime(envelope.date), "Auto-Submitted": "auto-generated"}
    text = "\n\n".join(said) + "\n"
    return Letter(
        envelope.message_id, envelope.sender, recipient, f"才讯：{_clean(subject)}", text, _page(body), headers
    )


def trial_letter(subscription: Subscription, envelope: Envelope) -> Letter:
    """What the test button sends: it shows that letters arrive, and nothing else."""
    name = _clean(subscription.query) or "全部文章"
    intro = f"这是一封测试邮件。以后“{name}”的新消息会发到这里。"
    return _letter(subscription, f"才讯测试：{name}", intro, (), envelope)


def _letter(
    subscription: Subscription,
    subject: str,
    intro: str,
    hits: Sequence[Hit],
    envelope: Envelope,
    state: str = "",
) -> Letter:
    base = envelope.base_url.rstrip("/")
    why = _why(subscription)
    text = "\n\n".join(
        [intro, *(_hit_text(hit, base) for hit in hits)]
        + ([f"来源状况：{state}"] if state else [])
        + [f"--\n为什么收到这封信：{why}\n退订：{envelope.unsubscribe_url}\n"]
    )
    body = (
        f"<p>{html.escape(intro)}</p>"
        + "".join(_hit_html(hit, base) for hit in hits)
        + (f"<p>来源状况：{html.escape(state)}</p>" if state else "")
        + f'<p style="{_SMALL}">为什么收到这封信：{html.escape(why)}<br>'
        + f"{_link(envelope.unsubscribe_url, '退订')}</p>"
    )
    return _sealed(subscription, subject, text, body, envelope)


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


def _clean(text: str) -> str:
    """`text` on one line without control characters or half characters, fit for a header."""
    line = " ".join(text.split())
    return "".join(c for c in line if c.isprintable())


def _why(subscription: Subscription) -> str:
    chosen = [
        f"{_FILTER_NAMES.get(name, name)}：{'、'.join(map(_clean, values))}"
        for name, values in sorted(subscription.filters.items())
        if values
    ]
    query = f"检索“{_clean(subscription.query)}”" if subscription.query.strip() else "全部文章"
    return "；".join([query, *chosen])


def _facts_line(hit: Hit) -> str:
    """Where and when: source, the origin it names, date, places, what is known of copies."""
    parts = [
        _clean(hit.source_title),
        f"来源：{_clean(hit.origin)}" if hit.origin else "",
        _printed_date(hit.published),
        "、".join(map(_clean, hit.places)),
        f"另有 {hit.copies} 处转载" if hit.copies else "",
    ]
    return " · ".join(part for part in parts if part)


def _printed_date(published: str | None) -> str:
    return published[:16].replace("T", " ") if published else "日期未标明"


def _hit_text(hit: Hit, base: str) -> str:
    lines = [
        f"■ {_clean(hit.title)}",
        _facts_line(hit),
        _clean(hit.snippet),
        f"数字：{'；'.join(map(_clean, hit.figures))}" if hit.figures else "",
        f"阅读：{base}/article/{hit.id}",
        f"原文：{_clean(hit.url)}",
    ]
    return "\n".join(line for line in lines if line)


def _hit_html(hit: Hit, base: str) -> str:
    figures = "；".join(map(_clean, hit.figures))
    return (
        '<div style="margin:0 0 20px">'
        f'<div style="font-size:17px;font-weight:bold">{_link(f"{base}/article/{hit.id}", _clean(hit.title))}'
        f'</div><div style="{_SMALL}">{html.escape(_facts_line(hit))}</div>'
        f"<div>{_marked(hit)}</div>"
        + (f"<div>数字：<b>{html.escape(figures)}</b></div>" if figures else "")
        + f'<div style="{_SMALL}">{_link(hit.url, "查看原文")}</div></div>'
    )


def _marked(hit: Hit) -> str:
    """The two lines of the article with the matched words in bold."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(hit.snippet_marks):
        if done <= start < end <= len(hit.snippet):
            pieces += [html.escape(hit.snippet[done:start]), f"<b>{html.escape(hit.snippet[start:end])}</b>"]
            done = end
    return "".join([*pieces, html.escape(hit.snippet[done:])])


def _link(url: str, label: str) -> str:
    """A link, or only its label where the address is not one of the web (javascript:, a local file)."""
    if urlsplit(url).scheme not in {"http", "https"}:
        return html.escape(label)
    return f'<a href="{html.escape(url)}" style="color:#0b57d0">{html.escape(label)}</a>'
