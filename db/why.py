"""“Why did I not get it?”: the way of one address from a list page to a subscriber, step by step, and where it ended.

    seen → robots → fetched → parsed → relevant → story → subscribed → matched → queued → delivered

Each step is answered from the logs themselves, so the answer is what happened and no guess. Lines are Chinese.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from db import ingest, stories, why_told
from db.archive import article_id
from db.values import Subscription
from db.why_told import NO, OPEN, YES, Step, moment
from parsers.visits import BLOCKED_STATUS

_MISSING = (404, 410)
_WALLS = ("blocked：", "challenge：", "login：")
_ROBOTS = "robots："


@dataclass(frozen=True, slots=True)
class Stores:
    """The files that are asked; `crawl` may be missing (a lone archive)."""

    archive: sqlite3.Connection
    crawl: sqlite3.Connection | None
    subscribers: sqlite3.Connection


@dataclass(frozen=True, slots=True)
class Answer:
    """The steps up to the one that explains it. `cause` is its name, "delivered" or "kept" when nothing was amiss."""

    url: str
    steps: tuple[Step, ...]
    articles: tuple[str, ...] = field(default=())

    @property
    def last(self) -> Step:
        """The step that explains it: the first that is not yes, else the last."""
        return next((step for step in self.steps if step.state != YES), self.steps[-1])

    @property
    def cause(self) -> str:
        """The name of what was found."""
        return self.last.cause


def why(stores: Stores, url: str, subscription: Subscription | None) -> Answer:
    """Where the way of `url` ended, for `subscription`; without one, whether it is in the archive and who was told."""
    address = url.strip()
    rows = _articles(stores.archive, address)
    if not rows:
        return Answer(address, tuple(_before_archive(stores, address)))
    steps = [*_came(stores, rows[-1]["url"].split("#")[0]), _kept(rows[-1]), _story(stores.archive, rows[-1])]
    identities = tuple(dict.fromkeys(row["id"] for row in rows))
    if rows[-1]["state"] == "removed":
        steps = [Step("relevant", NO, "taken_down", "已由本站撤下，撤下的内容不再通知")]
    elif subscription is None:
        steps.append(why_told.anybody(stores.subscribers, identities, stories_of(stores.archive, rows)))
    else:
        one = why_told.Case(stores.archive, stores.subscribers, subscription)
        steps += why_told.steps(one, identities, stories_of(stores.archive, rows))
    return Answer(address, tuple(steps), identities)


def stories_of(archive: sqlite3.Connection, rows: list[sqlite3.Row]) -> set[str]:
    """Every id under which the stories of these articles were ever known."""
    found: set[str] = set()
    for row in rows:
        found |= stories.past_ids(archive, stories.resolve(archive, row["story"]) or row["story"]) | {row["story"]}
    return found


def _addresses(url: str) -> list[str]:
    """The address as it was pasted, and as others write it: http or https, with a final slash or without."""
    plain = url.split("#")[0]
    forms = [url, plain, unquote(plain)]
    for form in list(forms):
        if form.startswith(("http://", "https://")):
            scheme, _, rest = form.partition("://")
            forms.append(f"{'http' if scheme == 'https' else 'https'}://{rest}")
    forms += [form.rstrip("/") if form.endswith("/") else f"{form}/" for form in list(forms)]
    return list(dict.fromkeys(forms))


def _articles(archive: sqlite3.Connection, url: str) -> list[sqlite3.Row]:
    """The current revisions of the articles at `url`: several on a newspaper page, one behind our own address."""
    parts = _parts(url).path.strip("/").split("/")
    known = [parts[1]] if len(parts) > 1 and parts[0] == "article" else []
    addresses = _addresses(url)
    known += [article_id(address) for address in addresses]
    firsts = archive.execute(
        "select first from article_parts where url in (select value from json_each(?))", [json.dumps(addresses)]
    )
    known += [article_id(row[0]) for row in firsts.fetchall()]
    known += [article_id(f"{address}#{number}") for address in addresses[:2] for number in range(1, 31)]
    return archive.execute(
        "select * from articles where (recorded_to is null or state = 'removed')"
        " and id in (select value from json_each(?)) order by recorded_to is null, recorded_from",
        [json.dumps(known)],
    ).fetchall()


def _came(stores: Stores, url: str) -> Iterator[Step]:
    """How the page of a kept article came here; nothing where it was added by hand or the crawl is not at hand."""
    task, visits = _crawled(stores.crawl, [url])
    if task is not None:
        yield Step("seen", YES, "seen", f"{moment(task['first_seen'])} 在列表页上见到这个链接")
    fetched = [visit for visit in visits if 200 <= visit["status"] < 300 and not visit["error"]]
    if fetched:
        yield Step("fetched", YES, "fetched", f"{moment(fetched[-1]['fetched_at'])} 抓到网页")


def _kept(row: sqlite3.Row) -> Step:
    day = (row["published"] or "")[:10] or "日期不明"
    line = f"{moment(row['first_seen'])} 收录《{row['title']}》（{day}，相关度 {row['relevance']:.2f}）"
    return Step("relevant", YES, "kept", line)


def _story(archive: sqlite3.Connection, row: sqlite3.Row) -> Step:
    story = stories.resolve(archive, row["story"]) or row["story"]
    members = stories.story_members(archive, story)
    if len(members) < 2:
        return Step("story", YES, "only", "没有同源报道")
    first = members[0]
    place = "首发" if first.article == row["id"] else f"首发是{first.site}《{first.title}》"
    return Step("story", YES, "joined", f"与另外 {len(members) - 1} 篇同源，{place}")


def _before_archive(stores: Stores, url: str) -> Iterator[Step]:
    """The steps of an address that is no article here, up to the one where it ended."""
    addresses = _addresses(url)
    task, visits = _crawled(stores.crawl, addresses)
    rejected = stores.archive.execute(
        "select * from rejected where url in (select value from json_each(?)) order by at desc",
        [json.dumps([*addresses, *(f"{address}#1" for address in addresses)])],
    ).fetchone()
    if task is None and not visits and rejected is None:
        yield _unseen(stores, url)
        return
    if task is not None:
        yield Step("seen", YES, "seen", f"{moment(task['first_seen'])} 在列表页上见到这个链接")
    yield from _fetched(stores, task, visits, rejected)


def _crawled(crawl: sqlite3.Connection | None, addresses: list[str]) -> tuple[sqlite3.Row | None, list[sqlite3.Row]]:
    """The task of an address, and its visits, newest first."""
    if crawl is None:
        return None, []
    listed = [json.dumps(addresses)]
    task = crawl.execute("select * from frontier where url in (select value from json_each(?))", listed).fetchone()
    visits = crawl.execute(
        "select * from visit where url in (select value from json_each(?)) order by id desc limit 20", listed
    ).fetchall()
    return task, visits


def _unseen(stores: Stores, url: str) -> Step:
    host = _parts(url).hostname or ""
    sources = stores.archive.execute("select * from sources where id <> 'local'").fetchall()
    found = next((row for row in sources if host and _site(_parts(row["url"] or "").hostname) == _site(host)), None)
    if found is None and stores.crawl is not None and host:
        row = stores.crawl.execute("select source from frontier where url glob ? limit 1", [f"*://{host}/*"]).fetchone()
        found = next((one for one in sources if row and one["id"] == row[0]), None)
    if found is None:
        line = f"本站没有监测 {host or url[:60]}；运行者可用 caixun sources new 添加这个来源"
        return Step("seen", NO, "unwatched", line)
    if not found["enabled"]:
        return Step("seen", NO, "source_off", f"来源“{found['title']}”已停用，不再抓取")
    last = (
        stores.crawl
        and stores.crawl.execute(
            "select ended, outcome from run where source = ? and ended is not null order by id desc limit 1",
            [found["id"]],
        ).fetchone()
    )
    ran = f"上次抓取完成于 {moment(last['ended'])}" if last else "还没有抓取过"
    line = f"来源“{found['title']}”在监测，但它的列表页上没有出现过这个链接（{ran}）"
    return Step("seen", NO, "unseen", line)


def _parts(url: str) -> SplitResult:
    """The parts of an address; what cannot be one has none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _site(host: str | None) -> str:
    return (host or "").removeprefix("www.")


def _fetched(
    stores: Stores, task: sqlite3.Row | None, visits: list[sqlite3.Row], rejected: sqlite3.Row | None
) -> Iterator[Step]:
    if not visits and rejected is None:
        due = moment(task["due"]) if task else ""
        yield Step("fetched", OPEN, "waiting_fetch", f"排在待抓队列里，还没有轮到（{due} 起可抓）")
        return
    answered = next((visit for visit in visits if 200 <= visit["status"] < 300 and not visit["error"]), None)
    if visits and answered is None:
        yield from _refused(visits[0])
        return
    if answered is not None:
        yield Step("robots", YES, "allowed", "网站允许抓取")
        yield Step("fetched", YES, "fetched", f"{moment(answered['fetched_at'])} 抓到网页（{answered['status']}）")
        if answered["id"] > ingest.position(stores.archive):
            yield Step("parsed", OPEN, "unparsed", "网页已保存，还没有轮到解析")
            return
    yield from _rejected(rejected)


def _refused(visit: sqlite3.Row) -> Iterator[Step]:
    """Why the newest visit brought nothing."""
    error, at = visit["error"] or "", moment(visit["fetched_at"])
    if error.startswith(_ROBOTS):
        yield Step("robots", NO, "robots", f"{error.removeprefix(_ROBOTS)}（{at}）")
        return
    yield Step("robots", YES, "allowed", "网站允许抓取")
    if visit["status"] in BLOCKED_STATUS or error.startswith(_WALLS):
        said = error.partition("：")[2] or f"答 {visit['status']}"
        yield Step("fetched", NO, "blocked", f"网站拒绝了我们：{said}（{at}）；本站不绕过限制")
    elif visit["status"] in _MISSING:
        yield Step("fetched", NO, "missing", f"{at} 抓取时网页已不在（{visit['status']}）")
    else:
        said = error or f"网站答 {visit['status']}"
        yield Step("fetched", NO, "unreachable", f"{at} 没有抓到：{said}")


def _rejected(rejected: sqlite3.Row | None) -> Iterator[Step]:
    if rejected is None:
        yield Step("parsed", NO, "not_article", "网页里没有读出文章")
        return
    if rejected["title"] is None:
        yield Step("parsed", NO, "not_article", f"读不出文章：{rejected['reason']}")
        return
    yield Step("parsed", YES, "parsed", f"读出《{rejected['title']}》")
    words = "、".join(json.loads(rejected["words"])) or "没有"
    line = f"判断与人才工作无关（相关度 {rejected['score']:.2f}；有关的词：{words}），未收录"
    yield Step("relevant", NO, "irrelevant", line)
