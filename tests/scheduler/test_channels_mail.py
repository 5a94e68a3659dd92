"""Letters read by several programs: the rules of RFC 5322, 2045, 2047, 2369 and 8058, kept by every kind of letter."""

from __future__ import annotations

import base64
import email
import email.header
import email.policy
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage, Message

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import messages
from scheduler.delivery import send
from scheduler.errors import DeliveryError
from scheduler.letters import Envelope, Letter, confirmation_letter, message_letter, notice_letter
from scheduler.settings import MailSettings
from tests.scheduler.messages_of import LINKS, SUBSCRIPTION, message, told

ENVELOPE = Envelope(
    message_id="<alert.12@caixun>",
    sender="alerts@caixun.example.cn",
    base_url="https://caixun.example.cn",
    date=datetime(2025, 3, 18, 1, 1, tzinfo=UTC),
    unsubscribe_url="https://caixun.example.cn/subscribe/stop/" + "eyJzdWIiOiJzMTIifQ." * 12,
)
NAMED = {"key": "<alert.12@caixun>", "created": "2025-03-18T01:01:00+00:00"}
_WORD = re.compile(r"=\?utf-8\?([bq])\?([^?\s]*)\?=", re.I)


def letters() -> dict[str, Letter]:
    many = [told(number) for number in range(30)]
    quiet = messages.digest(SUBSCRIPTION, [], LINKS, **NAMED, day=date(2025, 3, 18), lines=["43 个来源中 41 个正常"])
    made = {
        "alert": message(),
        "fifty": message(50, title="引才" * 500),
        "summary": messages.summary(SUBSCRIPTION, many, LINKS, **NAMED),
        "digest": messages.digest(SUBSCRIPTION, many, LINKS, **NAMED, day=date(2025, 3, 18)),
        "silence": quiet,
        "test": messages.trial(SUBSCRIPTION, [], LINKS, **NAMED),
    }
    found = {name: message_letter(one, SUBSCRIPTION, ENVELOPE) for name, one in made.items()}
    found["confirm"] = confirmation_letter(SUBSCRIPTION, "https://caixun.example.cn/subscribe/confirm/abc", ENVELOPE)
    found["notice"] = notice_letter("owner@example.cn", "有提醒未能送达", ["原因：550", "查看：caixun"], ENVELOPE)
    return found


LETTERS = letters()


def by_strict(raw: bytes) -> tuple[str, str, str]:
    """Subject, text and HTML as the standard library's modern parser reads them; any defect is an error."""
    read = email.message_from_bytes(raw, policy=email.policy.strict)
    assert isinstance(read, EmailMessage)
    plain, rich = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert rich is not None
    return str(read["Subject"]), plain.get_content(), rich.get_content()


def by_old(raw: bytes) -> tuple[str, str, str]:
    """The same by the library's old parser and header decoder, another code."""
    read: Message = email.message_from_bytes(raw, policy=email.policy.compat32)
    subject = str(email.header.make_header(email.header.decode_header(read["Subject"])))
    parts = [part.get_payload(decode=True) for part in read.walk() if not part.is_multipart()]
    assert len(parts) == 2
    text, page = (part.decode("utf-8") for part in parts if isinstance(part, bytes))
    return subject, text, page


def by_hand(raw: bytes) -> tuple[str, str, str]:
    """The same by the letter of the RFCs, as simple programs read it."""
    head, _, body = raw.partition(b"\r\n\r\n")
    unfolded = re.sub(rb"\r\n(?=[ \t])", b"", head).decode("ascii").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in unfolded)}
    boundary = re.search(r'boundary="([^"]+)"', fields["content-type"])
    assert boundary is not None
    pieces = body.split(f"--{boundary[1]}".encode())
    assert pieces[-1].strip() == b"--"
    decoded = []
    for piece in pieces[1:-1]:
        inner, _, coded = piece.partition(b"\r\n\r\n")
        assert b"base64" in inner
        assert all(len(line) <= 76 for line in coded.split(b"\r\n"))
        decoded.append(base64.b64decode(coded).decode("utf-8"))
    joined = re.sub(r"(\?=)\s+(=\?)", r"\1\2", fields["subject"])  # RFC 2047 section 6.2
    subject = _WORD.sub(lambda found: _word(found[1], found[2]), joined)
    return subject, decoded[0], decoded[1]


def _word(kind: str, text: str) -> str:
    if kind.lower() == "b":
        return base64.b64decode(text).decode("utf-8")
    plain = re.sub(rb"=([0-9A-F]{2})", lambda code: bytes([int(code[1], 16)]), text.replace("_", " ").encode())
    return plain.decode("utf-8")


@pytest.mark.parametrize("name", LETTERS)
def test_three_readers_read_the_same_words(name: str) -> None:
    letter = LETTERS[name]
    raw = letter.as_bytes()
    for reader in (by_strict, by_old, by_hand):
        subject, text, page = reader(raw)
        assert subject == letter.subject
        assert text.replace("\r\n", "\n") == letter.text
        assert page.replace("\r\n", "\n") == letter.html


@pytest.mark.parametrize("name", LETTERS)
def test_the_bytes_keep_the_rules_of_the_wire(name: str) -> None:
    raw = LETTERS[name].as_bytes()
    assert raw.isascii()
    assert b"\x00" not in raw
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    head = raw.partition(b"\r\n\r\n")[0]
    # RFC 2047 section 2: no encoded word is longer than 75 characters, nor split inside a character
    for kind, text in re.findall(r"=\?utf-8\?([bq])\?([^?\s]*)\?=", head.decode(), re.I):
        assert len(text) + 12 <= 75
        _word(kind, text)
    names = [line.split(b":")[0].lower() for line in re.sub(rb"\r\n(?=[ \t])", b"", head).split(b"\r\n")]
    assert len(names) == len(set(names))
    for needed in (b"from", b"to", b"date", b"subject", b"message-id", b"mime-version", b"auto-submitted"):
        assert needed in names


@pytest.mark.parametrize("name", [name for name in LETTERS if name != "notice"])
def test_one_click_unsubscribe_as_rfc_8058_asks(name: str) -> None:
    raw = LETTERS[name].as_bytes()
    assert f"\r\nList-Unsubscribe: <{ENVELOPE.unsubscribe_url}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert b"\r\nReferences: <subscription-s12@caixun.example.cn>\r\n" in raw


@pytest.mark.parametrize("name", LETTERS)
def test_pages_load_nothing_and_lead_only_to_the_web(name: str) -> None:
    page = LETTERS[name].html
    assert not re.search(r"<(img|script|link|iframe|style|object|form)\b|url\(|@import|src=", page)
    assert set(re.findall(r'href="(\w+):', page)) <= {"https", "http"}
    assert 'lang="zh-CN"' in page


def test_one_article_is_told_with_all_that_is_known_of_it() -> None:
    for text in (LETTERS["alert"].text, re.sub(r"<[^>]+>", "", LETTERS["alert"].html)):
        for part in (
            "西宁市出台绿色算力人才引进办法（第1号）",
            "西宁新闻网 · 来源：青海日报 · 2025-03-18 08:55 · 青海省、西宁市 · 另有 2 处转载",
            "为加快绿色算力产业发展，西宁市将引进人才103名。",
            "引进人才 103 名；安家补贴 30 万元",
            "检索“绿色算力 人才”；地区：青海省",
        ):
            assert part in text
    page = LETTERS["alert"].html
    for link in ("/article/a7f1/revision/2", "/m/k", "/manage/t"):
        assert f'href="https://caixun.example.cn{link}"' in page
    assert '">绿色算力</b>' in page


def test_a_change_says_what_changed() -> None:
    changed = replace(told(), kind="changed", note="数字：103 → 135")
    letter = message_letter(messages.alert(SUBSCRIPTION, [changed], LINKS, **NAMED), SUBSCRIPTION, ENVELOPE)
    assert "【内容有改动：数字：103 → 135】" in letter.text
    assert "【内容有改动：数字：103 → 135】" in letter.html


def test_what_was_taken_down_meanwhile_is_said_and_not_shown() -> None:
    gone = replace(told(), hit=None, note="")
    letter = message_letter(messages.alert(SUBSCRIPTION, [told(2), gone], LINKS, **NAMED), SUBSCRIPTION, ENVELOPE)
    assert "（已撤下）" in letter.text
    assert "第1号" not in letter.text


_HOSTILE = st.text(
    st.sampled_from(list("\r\n\t\x00\x0b\x85\u2028\ud800<>&\"'=?_ :;@人才é😀")) | st.characters(), max_size=60
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_HOSTILE, _HOSTILE, _HOSTILE)
def test_nothing_that_is_printed_or_asked_becomes_a_header_or_markup(title: str, query: str, snippet: str) -> None:
    subscription = replace(SUBSCRIPTION, query=query)
    one = messages.alert(subscription, [told(title=title, snippet=snippet, snippet_marks=((0, 3),))], LINKS, **NAMED)
    letter = message_letter(one, subscription, ENVELOPE)
    raw = letter.as_bytes()
    assert raw.isascii()
    for reader in (by_strict, by_old):
        subject, _, page = reader(raw)
        assert "\n" not in subject
        assert " ".join(subject.split()) == " ".join(letter.subject.split())
        assert page.count("<") == page.count(">")
    names = [name.lower() for name, _ in email.message_from_bytes(raw).items()]
    assert len(names) == len(set(names))
    assert set(names) == {name.lower() for name, _ in email.message_from_bytes(LETTERS["alert"].as_bytes()).items()}


@pytest.mark.parametrize("address", ["a@b.cn\r\nBcc: c@d.cn", "a@b.cn\nX: y", "a@b.cn\r\n\r\nbody"])
async def test_a_recipient_cannot_add_headers(address: str) -> None:
    letter = message_letter(message(), replace(SUBSCRIPTION, email=address), ENVELOPE)
    with pytest.raises(DeliveryError) as caught:
        await send(letter, MailSettings(host="127.0.0.1", port=9))
    assert caught.value.permanent
    with pytest.raises(ValueError, match="linefeed"):
        letter.as_bytes()
