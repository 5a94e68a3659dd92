"""The second half of “why did I not get it?”: from an article in the archive to the subscriber's message."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from db import ingest
from db.documents import document
from db.matching import STAGE
from db.values import Subscription
from parsers.dates import BEIJING
from parsers.query import parse_query, print_query
from parsers.query_match import Document, chosen, matches
from parsers.query_tree import And, Field, Not, Or, Query

YES, NO, OPEN = "yes", "no", "open"
_KINDS = {"changed": "改动", "removed": "撤下", "value": "新数据", "phrase": "提法首次出现"}
_FACETS = {
    "place": "地区", "year": "年份", "month": "月份", "source": "来源", "origin": "稿源", "theme": "主题",
    "type": "体裁", "author": "作者", "policy": "政策", "status": "首发或转载", "story": "同源报道",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its `name`, whether it was taken (yes, no, open: not yet), what was found (`cause`) in one line."""

    name: str
    state: str
    cause: str
    line: str


@dataclass(frozen=True, slots=True)
class Case:
    """Whose message is asked after."""

    archive: sqlite3.Connection
    subscribers: sqlite3.Connection
    subscription: Subscription


def steps(case: Case, articles: tuple[str, ...], stories: set[str]) -> Iterator[Step]:
    """The steps of articles that are kept, to the message or to the one that explains why there was none."""
    debt = _debt(case.subscribers, case.subscription.id, articles, stories)
    if debt is not None:
        yield Step("subscribed", YES, "subscribed", "订阅已确认")
        yield Step("matched", YES, "matched", "符合检索")
        yield from _paid(case, debt, articles)
        return
    one = case.subscription
    if one.state in ("pending", "ended"):
        line = "订阅还没有确认，确认之后的文章才会通知" if one.state == "pending" else "这个订阅已经退订"
        yield Step("subscribed", NO, one.state, line)
        return
    yield from _unmatched(case, articles)


def _debt(
    subscribers: sqlite3.Connection, subscription: str, articles: tuple[str, ...], stories: set[str]
) -> sqlite3.Row | None:
    """What the subscription was told of these articles, or of their story; the article itself first."""
    row: sqlite3.Row | None = subscribers.execute(
        "select o.*, l.state as sending, l.sent, l.tries, l.error, l.next_try, l.kind as message, l.channel, l.address"
        " from outbox o left join letter l on l.message_id = o.letter where o.subscription = ? and o.kind = 'new'"
        " and (o.article in (select value from json_each(?)) or o.story in (select value from json_each(?)))"
        " order by o.article not in (select value from json_each(?)), o.id limit 1",
        [subscription, json.dumps(articles), json.dumps(sorted(stories)), json.dumps(articles)],
    ).fetchone()
    return row


def _paid(case: Case, debt: sqlite3.Row, articles: tuple[str, ...]) -> Iterator[Step]:
    """From the debt to its delivery; a repost is explained by the copy that was told of."""
    if debt["article"] not in articles:
        told = case.archive.execute(
            "select title from articles where id = ? order by revision desc limit 1", [debt["article"]]
        ).fetchone()
        title = f"《{told['title']}》" if told else "另一篇"
        done = f"，已于 {moment(debt['sent'])} 送达" if debt["sent"] else ""
        line = f"同一报道已用{title}通知过{done}；您选了“只报首发”，转载不再通知"
        yield Step("queued", NO, "repost", line)
        return
    queued = f"{moment(debt['created'])} 排入待发"
    if debt["letter"] is None:
        yield Step("queued", YES, "queued", queued)
        yield Step("delivered", OPEN, "held", _held(case.subscription))
        return
    yield Step("queued", YES, "queued", queued)
    yield _sending(case, debt)


def _held(one: Subscription) -> str:
    if one.state == "paused":
        reason = f"（{one.paused}）" if one.paused else ""
        return f"订阅暂停中{reason}，恢复后补发"
    if one.state == "ended":
        return "订阅已退订，不再寄出"
    when = {"instant": "即时", "hours": "每隔几小时", "daily": "每日", "weekly": "每周"}[one.schedule.split(" ")[0]]
    limits = [
        *([f"免打扰 {one.wishes.quiet}"] if one.wishes.quiet else []),
        *(["只在工作日寄"] if one.wishes.workdays else []),
        *([f"每天最多 {one.wishes.cap} 封"] if one.wishes.cap else []),
    ]
    return f"等下一个寄送时间（{'，'.join([when, *limits])}）"


def _sending(case: Case, debt: sqlite3.Row) -> Step:
    where = f"发往 {debt['address']}"
    match debt["sending"]:
        case "sent":
            line = f"已于 {moment(debt['sent'])} 送达（{where}）；请查垃圾邮件和过滤规则"
            return Step("delivered", YES, "delivered", line)
        case "dead":
            line = f"试了 {debt['tries']} 次都未送达，已放弃：{debt['error']}（{where}）；运行者可重发"
            return Step("delivered", NO, "given_up", line)
        case "dropped":
            return Step("delivered", NO, "dropped", debt["error"] or "寄出之前订阅已退订")
    if case.subscription.state == "paused":
        return Step("delivered", OPEN, "held", _held(case.subscription))
    if debt["tries"]:
        line = f"第 {debt['tries']} 次未送达：{debt['error']}；{moment(debt['next_try'])} 再试（{where}）"
        return Step("delivered", OPEN, "retrying", line)
    return Step("delivered", OPEN, "sending", f"正在寄出（{where}）")


def _unmatched(case: Case, articles: tuple[str, ...]) -> Iterator[Step]:
    """Why the articles never became a debt of a subscription that is in force."""
    since = case.subscribers.execute("select since from subscription where id = ?", [case.subscription.id]).fetchone()
    changes = case.archive.execute(
        "select * from changes where kind in ('new', 'revised') and article in (select value from json_each(?))"
        " order by number",
        [json.dumps(articles)],
    ).fetchall()
    later = [change for change in changes if change["number"] > since["since"]]
    if not later:
        began = moment(case.subscription.confirmed)
        yield Step("subscribed", NO, "before", f"订阅从 {began} 起生效，文章在那之前已收录；之前的不补发")
        return
    yield Step("subscribed", YES, "subscribed", f"订阅自 {moment(case.subscription.confirmed)} 起生效")
    if "new" not in case.subscription.wishes.kinds:
        kinds = "、".join(_KINDS.get(kind, kind) for kind in case.subscription.wishes.kinds)
        yield Step("matched", NO, "other_kinds", f"您只要：{kinds}；没有选“新文章”")
        return
    if later[-1]["number"] > ingest.position(case.subscribers, STAGE):
        yield Step("matched", OPEN, "unmatched", "文章已收录，还没有轮到比对订阅（一般不超过一分钟）")
        return
    yield _judged(case, [int(change["revision"]) for change in later])


def _judged(case: Case, revisions: list[int]) -> Step:
    """Which terms the article misses, in the revision that comes nearest."""
    tree = parse_query(case.subscription.query)
    missed: list[list[str]] = []
    for revision in dict.fromkeys(revisions):
        read = document(case.archive, revision)
        if read is not None:
            missed.append([*missing(tree, read), *_facets(case.subscription.filters, read)])
    nearest = min(missed, key=len, default=["文章已撤下"])
    if not nearest:
        line = "现在看是符合的，但比对它时订阅的检索还不是这样；改动只对之后的文章有效"
        return Step("matched", NO, "changed_since", line)
    return Step("matched", NO, "missed", f"不符合检索：{'；'.join(nearest)}")


def missing(tree: Query, read: Document) -> Iterator[str]:
    """The terms of a query that an article lacks, in words."""
    if matches(tree, read):
        return
    match tree:
        case And(items):
            for item in items:
                yield from missing(item, read)
        case Or(items):
            yield f"没有 {' 或 '.join(print_query(item) for item in items)} 中的任何一个"
        case Not(item):
            yield f"含有排除的 {print_query(item)}"
        case Field(name, value):
            yield f"{_FACETS.get(name, name)}不是“{value}”" if name in _FACETS else f"不符合 {name}:{value}"
        case _:
            yield f"没有 {print_query(tree)}"


def _facets(filters: dict[str, tuple[str, ...]], read: Document) -> Iterator[str]:
    for name, values in filters.items():
        if values and not chosen({name: values}, read):
            yield f"{_FACETS.get(name, name)}不是“{'、'.join(values)}”"


def anybody(subscribers: sqlite3.Connection, articles: tuple[str, ...], stories: set[str]) -> Step:
    """How many subscriptions were told of the articles or their story."""
    owed, sent = subscribers.execute(
        "select count(distinct o.subscription), count(distinct case when l.state = 'sent' then o.subscription end)"
        " from outbox o left join letter l on l.message_id = o.letter where o.kind = 'new'"
        " and (o.article in (select value from json_each(?)) or o.story in (select value from json_each(?)))",
        [json.dumps(articles), json.dumps(sorted(stories))],
    ).fetchone()
    if not owed:
        return Step("queued", YES, "nobody", "没有一个订阅符合；加 --subscription 编号 可看某个订阅差在哪里")
    return Step("delivered", YES, "told", f"{owed} 个订阅符合，其中 {sent} 个已送达")


def moment(text: str | None) -> str:
    """An ISO moment as 2026 年 11 月 21 日 08:00 in Beijing."""
    if not text:
        return "（时间不明）"
    at = datetime.datetime.fromisoformat(text).astimezone(BEIJING)
    return f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}"
