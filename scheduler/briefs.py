"""A brief on its way: the letter with the file attached, and what robots and webhooks are told of it."""

from __future__ import annotations

import html
import sqlite3
from datetime import datetime
from email.utils import format_datetime
from itertools import takewhile

from db.brief import markdown, page, sending
from db.brief.blocks import Document, Paragraph, Table, lines_of, plain
from db.brief.sending import Edition
from db.brief.word import MEDIA_TYPE
from db.outbox import DueLetter
from scheduler.errors import DeliveryError
from scheduler.letters import Attachment, Letter, thread_id
from scheduler.messages import Entry, Links, Message, one_line, web_link

KIND = sending.KIND
_ENDS = ("。", "！", "？", "：")
_ITEMS = 30  # items that a group robot is told; the others stand on the page of the brief
_BODY = "font-family:FangSong,STFangsong,'Noto Serif CJK SC',serif;line-height:1.7;color:#1a1a1a;max-width:44em"
_TABLES = "<style>table{border-collapse:collapse}td,th{border:1px solid #777;padding:2px 6px;text-align:left}</style>"


def fit(subscribers: sqlite3.Connection, archive: sqlite3.Connection, due: DueLetter) -> Edition:
    """What the message `due` carries. Raises DeliveryError when it may not be sent any more."""
    found = sending.edition_of(subscribers, due.lines[0]) if due.lines else None
    if found is None:
        raise DeliveryError("这份简报已不在数据目录里，不能发送", permanent=True)
    gone = sending.removed(archive, found.document)
    if gone:
        raise DeliveryError(
            f"简报引用的 {len(gone)} 篇文章已撤下（{'、'.join(gone[:3])}），没有发送：请改稿后重发", permanent=True
        )
    return found


def letter(due: DueLetter, sent: Edition, links: Links, sender: str) -> Letter:
    """The mail: the whole brief in both parts, its file attached; the same bytes on every try."""
    document, where = sent.document, _page_of(sent, links)
    foot = [("网页版", where), *([("管理或退订", links.manage)] if links.manage else [])]
    headers = {"Date": format_datetime(datetime.fromisoformat(due.created)), "Auto-Submitted": "auto-generated"}
    if due.subscription is not None:
        headers["References"] = thread_id(due.subscription.id, sender)
        headers["List-Unsubscribe"] = f"<{links.manage}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Letter(
        due.message_id,
        sender,
        due.address,
        one_line(sent.title),
        plain_text(document) + "\n" + "\n".join(f"{name}：{url}" for name, url in foot) + "\n",
        _html(document, foot),
        headers,
        (Attachment(sent.name, MEDIA_TYPE, sent.file),),
    )


def _page_of(sent: Edition, links: Links) -> str:
    return links.read(f"/b/{sent.key}")


def _html(document: Document, foot: list[tuple[str, str]]) -> str:
    head = " · ".join(html.escape(part) for part in (document.number, document.office, document.date) if part)
    ends = " · ".join(f'<a href="{html.escape(url)}">{name}</a>' for name, url in foot)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">{_TABLES}</head><body style="{_BODY}">'
        f'<h1 style="color:#b3001b">{html.escape(document.title)}</h1><p>{head}</p>{page.body(document)}'
        f'<p style="font-size:13px;color:#595959">{ends}</p></body></html>\n'
    )


def plain_text(document: Document) -> str:
    """The document as lines of text, a blank line between blocks; it ends with a line feed."""
    head = " ".join(part for part in (document.title, document.number, document.office, document.date) if part)
    parts = [head]
    for block in document.blocks:
        if isinstance(block, Table):
            parts.append("\n".join(" | ".join(map(plain, row)) for row in (block.head, *block.rows)))
        else:
            parts.append("".join(f"{run.text}（{run.url}）" if run.url else run.text for run in block.line))
    return "\n\n".join(part for part in parts if part) + "\n"


def message(due: DueLetter, sent: Edition, links: Links) -> Message:
    """What channels without attachments are told: the items with their links, and where the whole is read."""
    items = markdown.told(sent.document)
    shown = items if due.channel == "webhook" else items[:_ITEMS]
    where = _page_of(sent, links)
    left = f"另有 {len(items) - len(shown)} 条，见网页版。" if len(items) > len(shown) else ""
    return Message(
        key=due.key,
        kind=sending.KIND,
        subject=one_line(sent.title),
        intro=_opening(sent.document),
        entries=tuple(_entry(one, where, links) for one in shown),
        lines=tuple(line for line in (left, f"全文与附件：{where}") if line),
        link=where,
        manage=links.manage,
        created=due.created,
        subscription=due.subscription.id if due.subscription else "",
    )


def _opening(document: Document) -> str:
    """The first whole sentence before any heading: what the brief says of itself; not the lines of its head."""
    before = takewhile(lambda block: isinstance(block, Paragraph), document.blocks)
    said = (one_line(plain(line)) for block in before for line in lines_of(block))
    return next((line for line in said if line.endswith(_ENDS)), "")


def _entry(one: markdown.Told, where: str, links: Links) -> Entry:
    """An item; it is read in the archive where it links there, else on the page of the brief."""
    ours = next((url for _, url in one.links if url.startswith(links.base.rstrip("/") + "/")), "")
    other = next((url for _, url in one.links if url != ours), "")
    return Entry(one_line(one.title), "", one_line(one.text), (), (), ours or where, web_link(other))
