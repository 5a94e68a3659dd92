"""A message before it takes the shape of a channel: what is told, why, where to read it; plain values and text.

No clock and no network: the same debt makes the same message, on every try.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote, urlsplit

from db.delivered import Told
from db.schedules import read_schedule
from db.values import Subscription

_FILTER_NAMES = {
    "place": "地区",
    "year": "年份",
    "month": "月份",
    "source": "来源站点",
    "origin": "稿源",
    "theme": "主题",
    "type": "文种",
    "author": "作者",
    "policy": "政策",
    "status": "报道性质",
}
_STATUS_NAMES = {"first": "首发", "repost": "转载", "only": "独家"}
_DIGEST_NAMES = {"weekly": "才讯周报", "hours": "才讯汇总"}
_WEEKDAYS = "一二三四五六日"
_KIND_NAMES = {"changed": "内容有改动", "removed": "原网页已撤下", "value": "新数据", "phrase": "提法首次出现"}
_LONGEST_LINK = 1_000  # characters: a longer address of a page is left to our own page
_LONGEST_SUBJECT = 150  # characters of a title in the subject; whole it stands with the article
_IN_URL = ":/?#@!$&'*+,;=%~-._"


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in a message, every text on one line; `read` and `original` are links, `original` may be ""."""

    title: str
    facts: str  # site, origin, time, place, number of copies
    sentence: str
    marks: tuple[tuple[int, int], ...]  # spans of the searched words in `sentence`
    figures: tuple[str, ...]
    read: str
    original: str
    note: str = ""  # why an article told before is told again


@dataclass(frozen=True, slots=True)
class Message:
    """What is told to one address. `key` is the same on every try (Message-ID without brackets)."""

    key: str
    kind: str  # alert | summary | digest | silence | test | notice
    subject: str
    intro: str
    entries: tuple[Entry, ...] = ()
    lines: tuple[str, ...] = ()  # further paragraphs: health of the sources, what to do
    why: str = ""
    link: str = ""  # the frozen page of this message
    manage: str = ""  # where the subscription is changed and ended
    created: str = ""  # ISO 8601
    subscription: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Where readers see the archive, this message and the subscription; the last two may be ""."""

    base: str
    message: str = ""
    manage: str = ""

    def read(self, path: str) -> str:
        """The full address of a page of ours."""
        return self.base.rstrip("/") + path


def alert(subscription: Subscription, told: Sequence[Told], links: Links, *, key: str, created: str) -> Message:
    """The message about articles of today, all of them shown, in the order given."""
    entries = _entries(told, links)
    first = _short(entries[0].title) if entries else "已撤下的内容"
    subject = f"才讯提醒：{first}" if len(told) < 2 else f"才讯提醒：{first} 等 {len(told)} 条"
    intro = f"您订阅的“{asked(subscription)}”有 {len(told)} 条新消息："
    return _message("alert", subscription, subject, intro, links, entries=entries, key=key, created=created)


def summary(subscription: Subscription, told: Sequence[Told], links: Links, *, key: str, created: str) -> Message:
    """The message about many articles at once (an archive that was added): all of them, a title and its facts each."""
    entries = tuple(replace(one, sentence="", marks=(), figures=(), original="") for one in _entries(told, links))
    name = asked(subscription)
    subject = f"才讯汇总：{name}，{len(told)} 条"
    intro = f"您订阅的“{name}”一次来了 {len(told)} 条，这里只列标题；句子和数字见存档："
    return _message("summary", subscription, subject, intro, links, entries=entries, key=key, created=created)


def digest(
    subscription: Subscription,
    told: Sequence[Told],
    links: Links,
    *,
    key: str,
    created: str,
    day: date,
    lines: Sequence[str] = (),
) -> Message:
    """The message of `day` (Asia/Shanghai): all articles, or that there were none; `lines` tell of the sources."""
    name = asked(subscription)
    count = f"{len(told)} 条" if told else "没有新消息"
    subject = f"{_digest_name(subscription)} {day.month}月{day.day}日：{name}，{count}"
    found = f"有 {len(told)} 条新消息：" if told else "没有新消息。"
    intro = f"{day.year}年{day.month}月{day.day}日，您订阅的“{name}”{found}"
    kind, entries, said = "digest" if told else "silence", _entries(told, links), tuple(map(one_line, lines))
    message = _message(kind, subscription, subject, intro, links, entries=entries, key=key, created=created)
    return replace(message, lines=said)


def trial(subscription: Subscription, told: Sequence[Told], links: Links, *, key: str, created: str) -> Message:
    """What the test button sends: the shape of a real message, and that it is only a test."""
    intro = f"这是一条测试消息。以后“{asked(subscription)}”的新消息会发到这里。"
    subject = f"才讯测试：{asked(subscription)}"
    return _message(
        "test", subscription, subject, intro, links, entries=_entries(told, links), key=key, created=created
    )


def notice(subject: str, lines: Sequence[str], *, key: str, created: str) -> Message:
    """A message without articles: for the operator, or to the owner of a subscription that was paused."""
    said, name = tuple(map(one_line, lines)), one_line(subject)
    name = name if name.startswith("才讯") else f"才讯：{name}"
    return Message(key.strip("<>"), "notice", name, said[0] if said else "", lines=said[1:], created=created)


def paused(subscription: Subscription, channel: str, reason: str, manage: str) -> tuple[str, tuple[str, ...]]:
    """(subject, lines) that tell the owner that a subscription is paused, why, and how it goes on."""
    name = asked(subscription)
    lines = (
        f"您订阅的“{name}”发往{CHANNEL_NAMES.get(channel, channel)}一直没有成功，已经暂停。",
        f"最后一次的原因：{one_line(reason)}",
        f"改好以后请在这里恢复，暂停期间的消息会补发：{manage}",
    )
    return f"才讯：订阅“{name}”已暂停", lines


CHANNEL_NAMES = {
    "mail": "邮箱",
    "webhook": "Webhook",
    "wecom": "企业微信群机器人",
    "dingtalk": "钉钉群机器人",
    "feishu": "飞书群机器人",
    "apprise": "其他渠道",
}


def _message(
    kind: str,
    subscription: Subscription,
    subject: str,
    intro: str,
    links: Links,
    *,
    key: str,
    created: str,
    entries: tuple[Entry, ...] = (),
) -> Message:
    return Message(
        key=key.strip("<>"),
        kind=kind,
        subject=one_line(subject),
        intro=intro,
        entries=entries,
        why=why(subscription),
        link=links.message,
        manage=links.manage,
        created=created,
        subscription=subscription.id,
        query=one_line(subscription.query),
    )


def _digest_name(subscription: Subscription) -> str:
    return _DIGEST_NAMES.get(read_schedule(subscription.schedule).kind, "才讯日报")


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_SUBJECT else f"{title[: _LONGEST_SUBJECT - 1]}…"


def _entries(told: Sequence[Told], links: Links) -> tuple[Entry, ...]:
    return tuple(entry(one, links) for one in told)


def entry(one: Told, links: Links) -> Entry:
    """What a message says of one article; of one taken down only that."""
    if one.hit is None:
        return Entry("（已撤下）", "", "", (), (), links.read(one.path), "")
    hit = one.hit
    sentence, marks = _on_one_line(hit.snippet, hit.snippet_marks)
    note = "：".join(part for part in (_KIND_NAMES.get(one.kind, ""), one_line(one.note)) if part)
    facts = (
        one_line(hit.source_title),
        f"来源：{one_line(hit.origin)}" if hit.origin else "",
        printed(hit.published),
        "、".join(map(one_line, hit.places)),
        f"另有 {hit.copies} 处转载" if hit.copies else "",
    )
    return Entry(
        title=one_line(hit.title),
        facts=" · ".join(part for part in facts if part),
        sentence=sentence,
        marks=marks,
        figures=tuple(map(one_line, hit.figures)),
        read=links.read(one.path),
        original=web_link(hit.url),
        note=note,
    )


def _on_one_line(text: str, marks: tuple[tuple[int, int], ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """`text` with every character that cannot be printed made a space, so that marks keep their places."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    return clean, tuple((a, b) for a, b in sorted(marks) if 0 <= a < b <= len(clean))


def asked(subscription: Subscription) -> str:
    """What was subscribed to, in short: the query, else what was chosen."""
    chosen = [value for name in sorted(subscription.filters) for value in _values(subscription, name)]
    return one_line(subscription.query) or "、".join(chosen) or "全部文章"


def why(subscription: Subscription) -> str:
    """Why the message came: the search and what was chosen beside it."""
    chosen = [
        f"{_FILTER_NAMES[name]}：{'、'.join(values)}" if name in _FILTER_NAMES else "、".join(values)
        for name in sorted(subscription.filters)
        if (values := _values(subscription, name))
    ]
    text = one_line(subscription.query)
    return "；".join([f"检索“{text}”", *chosen] if text else chosen or ["全部文章"])


def _values(subscription: Subscription, name: str) -> list[str]:
    """The chosen values of one kind as people read them."""
    values = [one_line(value) for value in subscription.filters[name]]
    if name == "story":
        return ["一条报道及其转载"] if values else []
    return [_STATUS_NAMES.get(value, value) for value in values] if name == "status" else values


def when(subscription: Subscription) -> str:
    """When a subscription is told, in words."""
    schedule = read_schedule(subscription.schedule)
    times = "、".join(f"{one:%H:%M}" for one in schedule.times)
    match schedule.kind:
        case "instant":
            return "有新文章时立即"
        case "hours":
            return f"每 {schedule.hours} 小时一次汇总"
        case "weekly":
            return f"每周{_WEEKDAYS[schedule.weekday - 1]}{times}一次汇总"
        case _:
            return f"每天{times}汇总"


def printed(published: str | None) -> str:
    """A date as it was printed, to the minute at most."""
    return published[:16].replace("T", " ") if published else "日期未标明"


def one_line(text: str) -> str:
    """`text` on one line without control characters or half characters."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def web_link(url: str) -> str:
    """`url` in ASCII, fit for any channel; "" when it is no address of the web, or too long to be one."""
    line = one_line(url)
    try:
        right = urlsplit(line).scheme in {"http", "https"} and bool(urlsplit(line).hostname)
    except ValueError:
        return ""
    safe = quote(line, safe=_IN_URL)
    return safe if right and len(safe) <= _LONGEST_LINK else ""


def plain(message: Message) -> str:
    """The whole message as plain text, a blank line between articles; it ends with a line feed."""
    parts = [message.intro, *map(plain_entry, message.entries), *message.lines]
    return "\n\n".join(part for part in [*parts, plain_foot(message)] if part) + "\n"


def plain_entry(one: Entry) -> str:
    """An article of a message as lines of text."""
    lines = [
        f"■ {one.title}",
        f"【{one.note}】" if one.note else "",
        one.facts,
        one.sentence,
        f"数字：{'；'.join(one.figures)}" if one.figures else "",
        f"阅读：{one.read}",
        f"原文：{one.original}" if one.original else "",
    ]
    return "\n".join(line for line in lines if line)


def plain_foot(message: Message) -> str:
    """Why the message came, where it stays, how it is ended."""
    lines = [
        f"为什么收到：{message.why}" if message.why else "",
        f"此消息的存档：{message.link}" if message.link else "",
        f"管理或退订：{message.manage}" if message.manage else "",
    ]
    return "\n".join(line for line in lines if line)
