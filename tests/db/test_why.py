"""Planted causes of a missed alert get the right answers, each read from the logs that a real run writes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from db import archive, gathering, ingest, outbox, subscriptions
from db.archive import Seen
from db.connection import open_writer, transaction
from db.frontier import SqliteFrontier, iso
from db.matching import Matcher
from db.paths import DataDirectory
from db.schedules import Clock, Wishes
from db.takedown import take_down
from db.values import Subscription
from db.why import Answer, Stores, why
from parsers.visits import Task, Visit
from tests.web import archive_of

NOW = datetime.datetime(2026, 3, 20, 2, 0, tzinfo=datetime.UTC)
URL = "https://news.qhnews.example/a/1.html"
CLOCK = Clock(lambda day: True)


@dataclass
class House:
    """The three files and what a run, the parser, the matcher and the post office would do to them."""

    stores: Stores

    def subscribe(self, query: str = "招才引智", schedule: str = "instant", **wishes: object) -> Subscription:
        kept = self.stores.subscribers
        given = replace(Wishes(), **wishes)  # type: ignore[arg-type]
        one = subscriptions.subscribe(kept, "a@example.cn", query, {}, schedule, NOW, given)
        newest = self.stores.archive.execute("select coalesce(max(number), 0) from changes").fetchone()[0]
        subscriptions.confirm(kept, one.id, newest, NOW)
        kept.execute("delete from letter")
        return self.again(one)

    def again(self, one: Subscription) -> Subscription:
        found = subscriptions.find(self.stores.subscribers, one.id)
        assert found is not None
        return found

    def publish(self, url: str = URL, title: str = "青海招才引智活动", text: str = "", **changes: object) -> str:
        article = replace(archive_of.article(18, title), **changes)  # type: ignore[arg-type]
        if text:
            article = replace(article, paragraphs=(text,), facts=(), repairs=(), flags=())
        with transaction(self.stores.archive):
            archive.record(self.stores.archive, article, Seen(url, "qhnews", iso(NOW), "2026-03-20"), url=url)
        return archive.article_id(url)

    def see(self) -> SqliteFrontier:
        """A list page that links to the article was fetched."""
        assert self.stores.crawl is not None
        frontier = SqliteFrontier(self.stores.crawl, "qhnews", None, lambda: NOW)
        page = Task("https://news.qhnews.example/", "qhnews", "list")
        visit = Visit(page.url, "qhnews", "list", iso(NOW), 200, body=b"<p>list</p>")
        frontier.done([(page, visit, [Task(URL, "qhnews", "article")])])
        return frontier

    def visit(self, status: int = 200, error: str | None = None) -> None:
        """The article's page was asked for."""
        frontier, task = self.see(), Task(URL, "qhnews", "article")
        body = b"<p>x</p>" if status == 200 else None
        visit = Visit(URL, "qhnews", "article", iso(NOW), status, body=body, error=error)
        if status == 200:
            frontier.done([(task, visit, [])])
        else:
            frontier.fail(task, visit)

    def match(self) -> None:
        matcher = Matcher(self.stores.subscribers, self.stores.archive)
        while matcher.step(NOW):
            pass

    def gather(self) -> str:
        gathering.gather(self.stores.subscribers, NOW, CLOCK, datetime.timedelta())
        row = self.stores.subscribers.execute("select message_id from letter where state = 'waiting'").fetchone()
        return str(row[0])

    def ask(self, one: Subscription | None = None, url: str = URL) -> Answer:
        return why(self.stores, url, one and self.again(one))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    directory = DataDirectory(tmp_path).prepare()
    files = [open_writer(file) for file in (directory.archive, directory.crawl, directory.subscribers)]
    source = ingest.SourceFacts(
        "qhnews", "青海新闻网", "青海省", None, "enorth", True, "https://news.qhnews.example/", None, None,
        datetime.timedelta(days=30),
    )  # fmt: skip
    ingest.save_sources(files[0], {"qhnews": source})
    yield House(Stores(*files))
    for file in files:
        file.close()


def _unwatched(house: House) -> Answer:
    return house.ask(house.subscribe(), "https://www.elsewhere.example/1.html")


def _source_off(house: House) -> Answer:
    house.stores.archive.execute("update sources set enabled = 0")
    return house.ask(house.subscribe())


def _unseen(house: House) -> Answer:
    return house.ask(house.subscribe())


def _waiting_fetch(house: House) -> Answer:
    house.see()
    return house.ask(house.subscribe())


def _robots(house: House) -> Answer:
    house.visit(0, "robots：robots.txt 不允许抓取这个网址")
    return house.ask(house.subscribe())


def _blocked(house: House) -> Answer:
    house.visit(403)
    return house.ask(house.subscribe())


def _missing(house: House) -> Answer:
    house.visit(404)
    return house.ask(house.subscribe())


def _unreachable(house: House) -> Answer:
    house.visit(0, "timeout：30 秒没有回答")
    return house.ask(house.subscribe())


def _unparsed(house: House) -> Answer:
    house.visit()
    return house.ask(house.subscribe())


def _not_article(house: House) -> Answer:
    house.visit()
    seen = Seen(URL, "qhnews", iso(NOW), "2026-03-20")
    archive.reject(house.stores.archive, URL, seen, None, 0.0, (), "list：这是一个目录页")
    ingest.set_position(house.stores.archive, 2)
    return house.ask(house.subscribe())


def _irrelevant(house: House) -> Answer:
    house.visit()
    house.publish(title="小区文艺晚会", relevant=False, relevance=0.12, words=("人才",))
    ingest.set_position(house.stores.archive, 2)
    return house.ask(house.subscribe())


def _taken_down(house: House) -> Answer:
    one, article = house.subscribe(), house.publish()
    take_down(house.stores.archive, article, iso(NOW), "权利人要求")
    return house.ask(one)


def _before(house: House) -> Answer:
    house.publish()
    one = house.subscribe()
    house.match()
    return house.ask(one)


def _unmatched(house: House) -> Answer:
    one = house.subscribe()
    house.publish()
    return house.ask(one)


def _missed(house: House) -> Answer:
    one = house.subscribe("招才引智 (兰州 OR 酒泉) -玉树")
    house.publish(title="玉树招才引智")
    house.match()
    return house.ask(one)


def _other_kinds(house: House) -> Answer:
    one = house.subscribe(kinds=("changed",))
    house.publish()
    house.match()
    return house.ask(one)


def _repost(house: House) -> Answer:
    one, other = house.subscribe(), "https://copy.qhnews.example/2"
    house.publish(other, title="青海招才引智活动启动")
    with transaction(house.stores.archive):
        article = archive_of.article(18, "青海招才引智活动启动")
        seen = Seen(URL, "qhnews", iso(NOW), "2026-03-20")
        archive.record(house.stores.archive, article, seen, url=URL)
    house.match()
    return house.ask(one)


def _pending(house: House) -> Answer:
    one = subscriptions.subscribe(house.stores.subscribers, "b@example.cn", "招才引智", {}, "daily", NOW)
    house.publish()
    house.match()
    return house.ask(one)


def _ended(house: House) -> Answer:
    one = house.subscribe()
    subscriptions.stop(house.stores.subscribers, one.id, NOW)
    house.publish()
    house.match()
    return house.ask(one)


def _held(house: House) -> Answer:
    one = house.subscribe(schedule="weekly 1 08:00")
    house.publish()
    house.match()
    return house.ask(one)


def _retrying(house: House) -> Answer:
    one = house.subscribe()
    house.publish()
    house.match()
    outbox.not_sent(house.stores.subscribers, house.gather(), NOW, "421 稍后再来", datetime.timedelta(minutes=5))
    return house.ask(one)


def _given_up(house: House) -> Answer:
    one = house.subscribe()
    house.publish()
    house.match()
    outbox.not_sent(house.stores.subscribers, house.gather(), NOW, "550 没有这个人", None)
    return house.ask(one)


def _delivered(house: House) -> Answer:
    one = house.subscribe()
    house.publish()
    house.match()
    outbox.sent(house.stores.subscribers, house.gather(), NOW, "250 ok")
    return house.ask(one)


def _changed_since(house: House) -> Answer:
    one = house.subscribe("绝无此词")
    house.publish()
    house.match()
    subscriptions.change(house.stores.subscribers, one.id, "招才引智", {}, "instant", Wishes())
    return house.ask(one)


CAUSES = {
    "unwatched": (_unwatched, "没有监测 www.elsewhere.example"),
    "source_off": (_source_off, "已停用"),
    "unseen": (_unseen, "列表页上没有出现过"),
    "waiting_fetch": (_waiting_fetch, "还没有轮到"),
    "robots": (_robots, "robots.txt 不允许"),
    "blocked": (_blocked, "403"),
    "missing": (_missing, "404"),
    "unreachable": (_unreachable, "timeout"),
    "unparsed": (_unparsed, "还没有轮到解析"),
    "not_article": (_not_article, "这是一个目录页"),
    "irrelevant": (_irrelevant, "0.12；有关的词：人才"),
    "taken_down": (_taken_down, "撤下"),
    "before": (_before, "之前已收录"),
    "unmatched": (_unmatched, "还没有轮到比对"),
    "missed": (_missed, "没有 兰州 或 酒泉 中的任何一个；含有排除的 玉树"),
    "other_kinds": (_other_kinds, "您只要：改动"),
    "repost": (_repost, "《青海招才引智活动启动》"),
    "pending": (_pending, "还没有确认"),
    "ended": (_ended, "已经退订"),
    "held": (_held, "每周"),
    "retrying": (_retrying, "421 稍后再来"),
    "given_up": (_given_up, "550 没有这个人"),
    "changed_since": (_changed_since, "检索还不是这样"),
    "delivered": (_delivered, "2026 年 3 月 20 日 10:00 送达"),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_planted_cause_is_named(house: House, cause: str) -> None:
    plant, said = CAUSES[cause]
    answer = plant(house)
    assert answer.cause == cause, answer
    assert said in answer.last.line
    assert answer.last is answer.steps[-1]  # nothing is claimed beyond the step that explains it


def test_a_paused_subscription_says_so(house: House) -> None:
    one = house.subscribe()
    subscriptions.pause(house.stores.subscribers, one.id, "地址拒收：550")
    house.publish()
    house.match()
    answer = house.ask(one)
    assert answer.cause == "held" and "地址拒收：550" in answer.last.line


def test_without_a_subscription_it_says_who_was_told(house: House) -> None:
    house.subscribe()
    house.publish()
    house.match()
    assert "1 个订阅符合，其中 0 个已送达" in house.ask().last.line


@pytest.mark.parametrize(
    "form", ["http://{}", "https://{}", "https://{}/", " https://{}#top ", "http://x.cn/article/ID"]
)
def test_an_address_is_known_in_other_spellings(house: House, form: str) -> None:
    identity = house.publish()
    url = form.format(re.sub("^https://", "", URL)).replace("ID", identity)
    assert house.ask(None, url).articles == (identity,)


def test_a_lone_archive_still_answers(house: House) -> None:
    one = house.subscribe()
    alone = Stores(house.stores.archive, None, house.stores.subscribers)
    assert why(alone, URL, one).cause == "unseen"


def test_the_whole_way_of_a_kept_article_is_told(house: House) -> None:
    one = house.subscribe()
    house.visit()
    house.publish()
    house.match()
    outbox.sent(house.stores.subscribers, house.gather(), NOW, "250 ok")
    names = [step.name for step in house.ask(one).steps]
    assert names == ["seen", "fetched", "relevant", "story", "subscribed", "matched", "queued", "delivered"]
