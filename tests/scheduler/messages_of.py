"""Messages for tests of channels, made like real ones."""

from __future__ import annotations

from db.delivered import Told
from db.values import Hit, Subscription
from scheduler.messages import Links, Message, alert

LINKS = Links("https://caixun.example.cn", "https://caixun.example.cn/m/k", "https://caixun.example.cn/manage/t")
SUBSCRIPTION = Subscription(
    id="s12",
    email="reader@example.cn",
    query="绿色算力 人才",
    filters={"place": ("青海省",), "year": ()},
    schedule="instant",
    state="active",
    created="2025-03-01T00:00:00+00:00",
    confirmed="2025-03-01T00:05:00+00:00",
)


def hit(number: int = 1, **changed: object) -> Hit:
    values: dict[str, object] = {
        "id": f"a7f{number}",
        "title": f"西宁市出台绿色算力人才引进办法（第{number}号）",
        "url": f"http://news.example.cn/a/{number}.html?x=1&y=2",
        "source": "xining",
        "source_title": "西宁新闻网",
        "origin": "青海日报",
        "published": "2025-03-18T08:55:11+08:00",
        "first_seen": "2025-03-18T01:00:00+00:00",
        "places": ("青海省", "西宁市"),
        "doc_type": "policy",
        "themes": (),
        "snippet": "为加快绿色算力产业发展，西宁市将引进人才103名。",
        "snippet_marks": ((3, 7),),
        "title_marks": (),
        "figures": ("引进人才 103 名", "安家补贴 30 万元"),
        "copies": 2,
        "story": f"a7f{number}",
        "state": "current",
    }
    return Hit(**{**values, **changed})  # type: ignore[arg-type]


def told(number: int = 1, **changed: object) -> Told:
    return Told(f"a7f{number}", number, 2, hit(number, **changed))


def message(count: int = 1, **changed: object) -> Message:
    entries = [told(number, **changed) for number in range(1, count + 1)]
    return alert(SUBSCRIPTION, entries, LINKS, key="<alert.12@caixun>", created="2025-03-18T01:01:00+00:00")
