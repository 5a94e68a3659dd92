"""Sending an edited brief: what is sent is kept as it is, and each address is owed one message, once.

The messages stand in the outbox with all others and are tried, logged and given up like them. A message's id follows
from the address and from what is sent, so the same brief never goes to the same address twice.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from db.brief import markdown
from db.brief.blocks import Document, links
from db.connection import transaction
from db.delivered import link_key
from db.errors import Refused
from db.frontier import iso
from db.outbox import NewLetter, write_letter
from db.subscriptions import MAIL, everyone, message_id, secret

KIND = "brief"
CHANNELS = ("webhook", "wecom", "dingtalk", "feishu", "apprise")
_MAILBOX = re.compile(r"[^@\s<>\",;:]{1,64}@[^@\s<>\",;:/]{1,190}")
_ARTICLE = re.compile(r"/article/([0-9a-f]{12})(?:[/#?]|$)")
_MOST = 2_000  # addresses of one brief


@dataclass(frozen=True, slots=True)
class Target:
    """Where a brief goes: the address of a channel, and the subscription that it belongs to ("" for none)."""

    channel: str
    address: str
    subscription: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """A brief as it is sent. `key` names its page, /b/KEY; `text` is its Markdown; `file` is attached as `name`."""

    key: str
    title: str
    text: str
    name: str
    file: bytes

    @property
    def document(self) -> Document:
        """Its head and blocks."""
        return markdown.read(self.text)


def edition(connection: sqlite3.Connection, text: str, name: str, file: bytes) -> Edition:
    """What is sent of `text`, with `file` attached; the same for the same text and file. Raises Refused if empty."""
    document = markdown.read(text)
    if not document.blocks:
        raise Refused("这份简报是空的：请先写好内容再发")
    title = " ".join(part for part in (document.title or "简报", document.number) if part)
    digest = hashlib.sha256(text.encode() + b"\x1f" + file).hexdigest()
    return Edition(link_key(secret(connection), f"brief\x1f{digest}"), title, text, name, file)


def target(text: str) -> Target:
    """An address as people write it: name@host, or 渠道:网址 (wecom:https://…). Raises Refused."""
    line = text.strip()
    if _MAILBOX.fullmatch(line):
        return Target(MAIL, line)
    channel, _, address = line.partition(":")
    parts = urlsplit(address)
    if channel in CHANNELS and parts.scheme and (parts.netloc or channel == "apprise"):
        return Target(channel, address)
    raise Refused(f"“{line[:60]}”不是可以发送的地址：写邮箱，或 渠道:网址（渠道为 {'、'.join(CHANNELS)}）")


def targets_of(connection: sqlite3.Connection, names: Sequence[str] | None = None) -> tuple[Target, ...]:
    """The addresses of the subscriptions in force, all or those with the ids `names`; each address once.

    Raises Refused for an id that is not in force.
    """
    active = [one for one in everyone(connection) if one.state == "active"]
    missing = set(names or ()) - {one.id for one in active}
    if missing:
        raise Refused(f"订阅 {sorted(missing)[0]} 不存在或不在生效中；caixun alerts list 列出全部")
    chosen = [one for one in active if names is None or one.id in names]
    return once(Target(one.channel, one.address or one.email, one.id) for one in chosen)


def once(targets: Iterable[Target]) -> tuple[Target, ...]:
    """Each address once, in order; the one with a subscription stays, since its reader can end it."""
    found: dict[tuple[str, str], Target] = {}
    for one in targets:
        known = found.get((one.channel, one.address))
        found[one.channel, one.address] = one if known is None or not known.subscription else known
    return tuple(found.values())


def removed(archive: sqlite3.Connection, document: Document) -> tuple[str, ...]:
    """The titles of articles in the document's links that were taken down since it was written."""
    cited = dict.fromkeys(match[1] for url in links(document) if (match := _ARTICLE.search(urlsplit(url).path)))
    found = []
    for article in cited:
        row = archive.execute("select 1 from articles where id = ? and state = 'removed' limit 1", [article]).fetchone()
        if row:
            found.append(article)
    return tuple(found)


def owe(
    connection: sqlite3.Connection, sent: Edition, targets: Sequence[Target], now: datetime.datetime
) -> tuple[int, int]:
    """Owe `sent` to each of `targets`, in one transaction: (new messages, addresses that were owed it before).

    Raises Refused for none or too many addresses.
    """
    chosen = once(targets)
    if not 0 < len(chosen) <= _MOST:
        raise Refused("没有收件地址" if not chosen else f"收件地址有 {len(chosen)} 个，一次最多 {_MOST} 个")
    with transaction(connection):
        connection.execute(
            "insert or ignore into brief_edition(key, title, text, name, file, made) values (?, ?, ?, ?, ?, ?)",
            [sent.key, sent.title, sent.text, sent.name, sent.file, iso(now)],
        )
        new = sum(write_letter(connection, _letter(sent, one), now) for one in chosen)
    return new, len(chosen) - new


def _letter(sent: Edition, one: Target) -> NewLetter:
    """The message to an address; its one line names the edition."""
    name = message_id(KIND, f"{one.channel}\x1f{one.address}", sent.key)
    return NewLetter(name, one.subscription or None, KIND, one.channel, one.address, sent.title, (sent.key,))


def edition_of(connection: sqlite3.Connection, key: str) -> Edition | None:
    """The edition of that key, or None."""
    row = connection.execute("select * from brief_edition where key = ?", [key]).fetchone()
    return Edition(row["key"], row["title"], row["text"], row["name"], row["file"]) if row else None


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of an edition: how many messages were accepted, still wait, and were given up."""

    key: str
    title: str
    made: str
    accepted: int
    waiting: int
    dead: int


def listed(connection: sqlite3.Connection, limit: int = 50) -> tuple[Sent, ...]:
    """The editions that were sent, the newest first."""
    rows = connection.execute(
        "select e.key, e.title, e.made, sum(l.state = 'sent') as accepted, sum(l.state = 'waiting') as waiting,"
        " sum(l.state = 'dead') as dead from (select key, title, made from brief_edition order by made desc limit ?) e"
        " join letter l on l.kind = 'brief' and l.lines = json_array(e.key) group by e.key order by e.made desc, e.key",
        [limit],
    )
    return tuple(Sent(**dict(row)) for row in rows)
