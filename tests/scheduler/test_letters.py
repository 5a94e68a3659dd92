"""The letters as a mail program sees them: parsed back from their bytes."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser

from db.delivered import Told
from db.values import Hit, Subscription
from scheduler import messages
from scheduler.letters import Envelope, Letter, confirmation_letter, message_letter
from scheduler.messages import Links

HIT = Hit(
    id="a7f3",
    title="西宁市出台绿色算力人才引进办法",
    url="http://news.example.cn/a/1.html?x=1&y=2",
    source="xining",
    source_title="西宁新闻网",
    origin="青海日报",
    published="2025-03-18T08:55:11+08:00",
    first_seen="2025-03-18T01:00:00+00:00",
    places=("青海省", "西宁市"),
    doc_type="policy",
    themes=(),
    snippet="为加快绿色算力产业发展，西宁市将引进人才103名。",
    snippet_marks=((3, 7),),
    title_marks=(),
    figures=("引进人才 103 名", "安家补贴 30 万元"),
    copies=2,
    story="a7f3",
    state="current",
)
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
UNSUBSCRIBE = "https://caixun.example.cn/unsubscribe/" + "eyJzdWIiOiJzMTIifQ." * 12
ENVELOPE = Envelope(
    message_id="<outbox-12-a7f3@caixun.example.cn>",
    sender="alerts@caixun.example.cn",
    base_url="https://caixun.example.cn/",
    date=datetime(2025, 3, 18, 1, 1, tzinfo=UTC),
    unsubscribe_url=UNSUBSCRIBE,
)


MESSAGE = "https://caixun.example.cn/m/k"
LINKS = Links("https://caixun.example.cn/", MESSAGE, UNSUBSCRIBE)
CREATED = "2025-03-18T01:01:00+00:00"


def told(hits: Sequence[Hit]) -> list[Told]:
    return [Told(hit.id, number, 1, hit) for number, hit in enumerate(hits)]


def alert_letter(subscription: Subscription, hits: Sequence[Hit], envelope: Envelope) -> Letter:
    message = messages.alert(subscription, told(hits), LINKS, key=envelope.message_id, created=CREATED)
    return message_letter(message, subscription, envelope)


def digest_letter(
    subscription: Subscription, hits: Sequence[Hit], envelope: Envelope, *, day: date, state: str = ""
) -> Letter:
    lines = [state] if state else []
    message = messages.digest(
        subscription, told(hits), LINKS, key=envelope.message_id, created=CREATED, day=day, lines=lines
    )
    return message_letter(message, subscription, envelope)


class _Reader(HTMLParser):
    """The words and links of an HTML part, tags checked for balance."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        assert self._open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"meta", "br"}:
            self._open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def parsed(letter: Letter) -> EmailMessage:
    message = email.message_from_bytes(letter.as_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def texts(letter: Letter) -> tuple[str, _Reader]:
    message = parsed(letter)
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    return plain.get_content().replace("\r\n", "\n"), _Reader(rich.get_content())


def test_an_alert_says_what_where_when_and_why_in_both_parts() -> None:
    plain, rich = texts(alert_letter(SUBSCRIPTION, [HIT], ENVELOPE))
    for text in (plain, "".join(rich.words)):
        for part in (HIT.title, "西宁新闻网", "青海日报", "2025-03-18 08:55", "青海省、西宁市", HIT.snippet):
            assert part in text
        for part in ("引进人才 103 名", "安家补贴 30 万元", "另有 2 处转载", "绿色算力 人才", "地区：青海省"):
            assert part in text
    wanted = ["https://caixun.example.cn/article/a7f3/revision/1", HIT.url, MESSAGE, UNSUBSCRIBE]
    assert rich.links == wanted
    assert all(link in plain for link in wanted)


def test_the_matched_words_are_bold() -> None:
    _, rich = texts(alert_letter(SUBSCRIPTION, [HIT], ENVELOPE))
    assert HIT.snippet[3:7] in rich.words  # a run of text of its own


def test_headers_for_threads_and_one_click_unsubscribe() -> None:
    first = parsed(alert_letter(SUBSCRIPTION, [HIT], ENVELOPE))
    second = parsed(digest_letter(SUBSCRIPTION, [], ENVELOPE, day=date(2025, 3, 18)))
    assert first["Message-ID"] == "<outbox-12-a7f3@caixun.example.cn>"
    assert first["References"] == second["References"] == "<subscription-s12@caixun.example.cn>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"] == "Tue, 18 Mar 2025 01:01:00 +0000"
    assert (first["To"], first["From"].addresses[0].addr_spec) == ("reader@example.cn", ENVELOPE.sender)


def test_the_unsubscribe_link_is_never_folded_or_encoded() -> None:
    raw = alert_letter(SUBSCRIPTION, [HIT], ENVELOPE).as_bytes()
    assert f"\r\nList-Unsubscribe: <{UNSUBSCRIBE}>\r\n".encode() in raw


def test_every_line_is_short_enough_for_mail_servers_and_ascii() -> None:
    long = replace(HIT, title="人才" * 300, snippet="算力" * 3000, snippet_marks=())
    raw = alert_letter(SUBSCRIPTION, [long], ENVELOPE).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_long_chinese_subject_comes_through_whole() -> None:
    title = "关于进一步加强新时代青海高原人才工作、实施“昆仑英才”行动计划的若干措施（试行）" * 3
    assert parsed(alert_letter(SUBSCRIPTION, [replace(HIT, title=title)], ENVELOPE))["Subject"] == (
        f"才讯提醒：{title}"
    )


def test_the_same_debt_makes_the_same_bytes() -> None:
    letters = [alert_letter(SUBSCRIPTION, [HIT], ENVELOPE).as_bytes() for _ in range(2)]
    assert letters[0] == letters[1]


def test_fifty_hits_are_all_in_the_letter() -> None:
    hits = [replace(HIT, id=f"h{n}", title=f"第{n}条人才新闻") for n in range(50)]
    letter = alert_letter(SUBSCRIPTION, hits, ENVELOPE)
    plain, rich = texts(letter)
    assert letter.subject == "才讯提醒：第0条人才新闻 等 50 条"
    for hit in hits:
        assert f"■ {hit.title}\n" in plain
        assert f"https://caixun.example.cn/article/{hit.id}/revision/1" in rich.links


def test_what_a_page_printed_cannot_become_markup_header_or_script_link() -> None:
    evil = replace(
        HIT,
        title="人才\r\nBcc: all@example.cn<script>x</script>\x00\ud800",
        snippet='"><img src=x>&amp;',
        snippet_marks=((0, 2), (1, 900)),
        url="javascript:alert(1)",
        source_title="<b>网",
    )
    letter = alert_letter(replace(SUBSCRIPTION, query="<i>算力</i>"), [evil], ENVELOPE)
    message = parsed(letter)
    assert message["Bcc"] is None
    _, rich = texts(letter)
    assert not {"script", "img", "i"} & set(rich.tags)
    assert not [link for link in rich.links if link.startswith("javascript")]
    assert '"><img src=x>&amp;' in "".join(rich.words)


def test_absent_things_are_left_out_and_an_unknown_date_is_said() -> None:
    bare = replace(HIT, origin=None, published=None, places=(), figures=(), copies=0, snippet="")
    plain, _ = texts(alert_letter(SUBSCRIPTION, [bare], ENVELOPE))
    assert "西宁新闻网 · 日期未标明\n" in plain
    assert not [word for word in ("None", "数字", "转载", "来源：") if word in plain]


def test_a_quiet_day_still_says_so_and_how_the_sources_are() -> None:
    letter = digest_letter(
        SUBSCRIPTION, [], ENVELOPE, day=date(2025, 3, 18), state="43 个来源中 41 个正常，最近一条 3月17日"
    )
    plain, rich = texts(letter)
    assert letter.subject == "才讯日报 3月18日：绿色算力 人才，没有新消息"
    assert "没有新消息" in plain
    assert "43 个来源中 41 个正常" in plain
    assert "43 个来源中 41 个正常" in "".join(rich.words)


def test_a_digest_counts_and_shows_its_hits() -> None:
    letter = digest_letter(SUBSCRIPTION, [HIT, replace(HIT, id="b")], ENVELOPE, day=date(2025, 3, 18))
    assert letter.subject.endswith("绿色算力 人才，2 条")
    assert texts(letter)[1].links.count(HIT.url) == 2


def test_a_confirmation_has_the_link_and_what_is_subscribed_to() -> None:
    link = "https://caixun.example.cn/confirm/abc"
    letter = confirmation_letter(replace(SUBSCRIPTION, query=" ", schedule="daily"), link, ENVELOPE)
    plain, rich = texts(letter)
    assert letter.subject == "请确认订阅：青海省"
    assert f"\n{link}\n" in plain
    assert rich.links == [link, UNSUBSCRIBE]
    assert "每天汇总，发到邮箱" in plain
