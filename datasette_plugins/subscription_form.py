"""The form of a subscription: its fields as query, schedule, wishes and address, and back onto a page."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, urlsplit

from datasette_plugins.query import SearchQuery, one_line, read_query
from db.errors import Refused
from db.schedules import KINDS, Wishes, read_schedule, read_wishes
from db.values import Subscription

HOURS = (1, 2, 3, 4, 6, 8, 12)
WEEKDAYS = (1, 2, 3, 4, 5, 6, 7)
# what a person pastes; the channel itself checks the address again, and where it leads to when it is dialled
CHANNELS: Mapping[str, str] = {
    "mail": "",
    "webhook": "https://",
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
    "dingtalk": "https://oapi.dingtalk.com/robot/send",
    "feishu": "https://open.feishu.cn/open-apis/bot/",
    "apprise": "",
}
_OF_APPRISE = re.compile(r"[A-Za-z][\w+.-]*://\S+")
WEIGHTS = ("0.2", "0.5", "0.8")
_DEFAULTS = {
    "schedule": "daily", "hours": "3", "times": "", "weekday": "1", "time": "", "quiet_from": "", "quiet_to": "",
    "copies": "first", "weight": "0.5", "cap": "0", "channel": "mail", "target": "", "email": "", "must": "",
    "any": "", "none": "",
}  # fmt: skip
_STORY = "story"
# enough to catch slips of the hand; whether an address exists only its confirmation mail can tell
_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}\.[^@\s.,;<>\"]{2,}")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_LONGEST = 400  # characters of a field that goes into the query
_LONGEST_TARGET = 1_000


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form: `texts` by name, the chosen `kinds`, and the search with the words put into it."""

    query: SearchQuery = field(default_factory=SearchQuery)
    texts: Mapping[str, str] = field(default_factory=lambda: dict(_DEFAULTS))
    kinds: tuple[str, ...] = ("new",)
    workdays: bool = False
    silence: bool = True
    story: str = ""

    def __getitem__(self, name: str) -> str:
        """The text of a field."""
        return self.texts[name]

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The chosen facet values, and the story where it is one that is subscribed to."""
        return {**self.query.filters, **({_STORY: (self.story,)} if self.story else {})}

    def schedule(self) -> str:
        """The schedule as `db.schedules` reads it. Raises Refused."""
        kind = self.texts["schedule"]
        text = {
            "instant": "instant",
            "hours": f"hours {self.texts['hours']}",
            "daily": f"daily {','.join(_times(self.texts['times']))}".strip(),
            "weekly": f"weekly {self.texts['weekday']} {','.join(_times(self.texts['time']))}".strip(),
        }.get(kind, kind)
        read_schedule(text)
        return text

    def wishes(self) -> Wishes:
        """What else is wished. Raises Refused."""
        start, end = self.texts["quiet_from"], self.texts["quiet_to"]
        if bool(start) != bool(end):
            raise Refused("免打扰时段要有开始，也要有结束")
        return read_wishes(
            {
                "kinds": self.kinds,
                "copies": self.texts["copies"],
                "least_weight": _number(self.texts["weight"]),
                "cap": int(_number(self.texts["cap"])),
                "quiet": f"{start}-{end}" if start else "",
                "workdays": self.workdays,
                "silence": self.silence,
            }
        )

    def target(self, plain_http: bool = False) -> tuple[str, str] | None:
        """(channel, address), None for mail. Raises Refused for an address that cannot be one of the channel.

        `plain_http` says that the operator allows webhooks without TLS ([channels] plain_http).
        """
        channel, address = self.texts["channel"], self.texts["target"]
        if channel == "mail":
            return None
        if channel not in channels():
            raise Refused(f"没有“{channel[:20]}”这种渠道")
        if channel == "apprise":
            if not _OF_APPRISE.fullmatch(address):
                raise Refused("请粘贴 apprise 的完整地址，如 tgram://机器人令牌/会话编号 或 barks://服务器/设备编号")
            return channel, address
        if channel == "webhook" and plain_http and address.startswith("http://"):
            address = f"https{address.removeprefix('http')}"  # the same rules; it is kept as it was pasted
        parts = _parts(address)
        if not address.startswith(CHANNELS[channel]) or not parts.hostname or "@" in parts.netloc or " " in address:
            raise Refused(f"请粘贴以 {CHANNELS[channel]} 开头的完整网址")
        return channel, self.texts["target"]


def channels() -> tuple[str, ...]:
    """The channels that this house can send to: what apprise speaks only where it is installed."""
    return tuple(name for name in CHANNELS if name != "apprise" or importlib.util.find_spec("apprise"))


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _times(text: str) -> list[str]:
    """08:00, 8：30 and 9 as hours and minutes; what is none stays as it is and is refused by the schedule."""
    found = []
    for one in filter(None, _BETWEEN.split(text.replace("：", ":"))):
        hour, _, minute = one.partition(":")
        found.append(f"{hour:0>2}:{minute:0>2}")
    return found


def _number(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError as error:
        raise Refused(f"“{text[:20]}”不是数字") from error


def is_mail_address(text: str) -> bool:
    """Whether `text` looks like a complete mail address."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def read(pairs: list[tuple[str, str]], start: Fields | None = None) -> Fields:
    """The form in decoded (name, value) pairs; `start` holds what counts where a field is absent."""
    known = start or Fields()
    given = {name: one_line(value) for name, value in pairs}
    texts = {name: given.get(name, known[name])[:_LONGEST_TARGET] for name in _DEFAULTS}
    sent = "form" in given  # an unticked box is not sent at all
    kinds = tuple(value for name, value in pairs if name == "kind" and value in KINDS)
    query = read_query(pairs)
    words = {name: _BETWEEN.split(texts[name][:_LONGEST]) for name in ("must", "any", "none")}
    return Fields(
        query=query.asking(composed(query.q, words["must"], words["any"], words["none"])),
        texts={**texts, "must": "", "any": "", "none": ""},
        kinds=kinds if sent or kinds else known.kinds,
        workdays="workdays" in given if sent else known.workdays,
        silence="silence" in given if sent else known.silence,
        story=given.get(_STORY, known.story)[:64],
    )


def composed(q: str, must: list[str], any_of: list[str], none: list[str]) -> str:
    """The query with words that must stand in an article, of which one must, and that must not."""
    parts = [_quoted(word) for word in must if word]
    alternatives = [_quoted(word) for word in any_of if word]
    if alternatives:
        parts.append(f"({' OR '.join(alternatives)})" if len(alternatives) > 1 else alternatives[0])
    parts += [f"-{_quoted(word)}" for word in none if word]
    if not parts:
        return q
    own = f"({q})" if "|" in q or " OR " in q or "或" in q else q
    return " ".join([own, *parts] if own else parts)


def _quoted(word: str) -> str:
    cleaned = word.replace('"', "").replace("“", "").replace("”", "")
    return f'"{cleaned}"'


def fields_of(one: Subscription) -> Fields:
    """The form as it stands for a subscription that is to be changed."""
    plan, wishes = read_schedule(one.schedule), one.wishes
    start, _, end = wishes.quiet.partition("-")
    times = " ".join(f"{at:%H:%M}" for at in plan.times)
    texts = {
        **_DEFAULTS,
        "schedule": plan.kind,
        "hours": str(plan.hours or 3),
        "times": times if plan.kind == "daily" else "",
        "weekday": str(plan.weekday or 1),
        "time": times if plan.kind == "weekly" else "",
        "quiet_from": start,
        "quiet_to": end,
        "copies": wishes.copies,
        "weight": f"{wishes.least_weight:g}",
        "cap": str(wishes.cap),
        "channel": one.channel,
        "target": one.address if one.channel != "mail" else "",
        "email": one.email,
    }
    filters = {name: values for name, values in one.filters.items() if name != _STORY}
    return replace(
        Fields(),
        query=SearchQuery(one.query, filters),
        texts=texts,
        kinds=wishes.kinds,
        workdays=wishes.workdays,
        silence=wishes.silence,
        story=next(iter(one.filters.get(_STORY, ())), ""),
    )
