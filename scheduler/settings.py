"""The operator's settings: DIR/caixun.toml, every key optional, secrets from the environment only."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.settings import USER_AGENT
from crawler.tables import DURATION, UNITS
from db.retention import Rules
from scheduler import keeping_settings
from scheduler.errors import SettingsError
from scheduler.keeping_settings import BackupSettings, is_clock

FILE_NAME = "caixun.toml"
PASSWORD_VARIABLE = "CAIXUN_MAIL_PASSWORD"  # noqa: S105 - the name of the variable, not a secret

DEFAULT_TOML = """\
# 才讯的设置。每一项都可省略；删去行首的 # 即生效。改动几秒内生效，[web]、[facts]、[crawl] redis 要重新启动。
# Settings of Caixun. Every key is optional; remove the # to change one. [web], [facts], redis take a restart.

[web]
# host = "127.0.0.1"      # 监听地址；"0.0.0.0" 表示向所有网络开放 / address to listen on
# port = 8000             # 端口，0 表示任选一个空闲端口 / port, 0 picks a free one
# base_url = ""           # 读者所见的网址（邮件里的链接用它），如 "https://caixun.example.cn"
# show = ""               # "full" 显示全文，"excerpt" 只显示摘录；留空：仅本机访问时显示全文
# readers = "public"      # "password"：登录后才能阅读（口令在环境变量 CAIXUN_READER_PASSWORD）/ log in to read
# index = false           # true：允许搜索引擎收录 / whether search engines may index the site
# rate = 60               # 同一地址每分钟可做的检索和查询次数 / expensive requests a minute from one address
# trusted_proxy = ""      # 反向代理的地址，如 "127.0.0.1"；只相信它转来的读者地址 / whose X-Forwarded-For is believed
# workers = "auto"        # 用几个进程提供网页；"auto" 由处理器数和空闲内存定 / processes that serve the pages
# refused_domains = []    # 不接受订阅的邮箱域名（一次性邮箱等），如 ["mailinator.com"] / mail domains not taken

[mail]
# host = ""               # 发信服务器；留空则不发邮件 / SMTP server, empty sends nothing
# port = 25               # 465 即加密连接（TLS）/ 465 speaks TLS from the start
# sender = "caixun@localhost"
# starttls = false
# user = ""               # 密码只从环境变量 CAIXUN_MAIL_PASSWORD 读取，不要写在这里

[crawl]
# user_agent = "Caixun/0.1 (provincial news monitor; respects robots.txt)"
# at_once = 8             # 同时抓取几个来源，每个一个进程 / sources crawled side by side, one process each
# contact = ""            # 网站管理员联系您的邮箱或网址，随请求一同发出 / how webmasters reach you
# redis = ""              # 多台机器抓取："redis://主机:6379/0"；密码在环境变量 CAIXUN_REDIS_PASSWORD / several machines

[alerts]
# daily_at = "08:00"      # 每日摘要的发送时间（北京时间）/ time of the daily digest, Asia/Shanghai

[operator]
# email = ""              # 运行通知（来源失效、有信未能送达等）发到这个邮箱；留空则不发 / where notices go

[channels]
# plain_http = false      # true：允许把提醒发往 http:// 网址（不加密）/ webhooks without TLS
# allow_private = []      # 允许发往的内网地址，如 ["10.0.0.8:8080"]，须写明端口 / private places, with their ports

[publish]
# dir = ""                # 版本发布到哪个目录（可相对于数据目录），见 docs/editions.md / where editions are published
# every = ""              # 每隔多久自动发布一个版本，如 "1d"、"7d"；留空不自动发布 / how often, empty: never
# keep = 7                # 保留最近几个版本；每月第一个总是保留 / how many stay beside the first of each month
# edition_title = ""      # 版本的题名，引用时用它 / title of the editions

[facts]
# ner = false             # 用模型多认人名，须先装 caixun[ner]；每篇多用约 0.1 秒 / more people by a model
"""
DEFAULT_TOML += keeping_settings.TOML


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the web listens and what it shows; `show` is full, excerpt or "" (decided by the host)."""

    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    show: str = ""
    readers: str = "public"
    index: bool = False
    rate: int = 60
    trusted_proxy: str = ""
    workers: int | str = "auto"
    refused_domains: tuple[str, ...] = ()

    @property
    def access(self) -> dict[str, Any]:
        """What the web asks before it answers: who reads, how often, whom it believes, what robots may index."""
        return {
            "readers": self.readers,
            "index": self.index,
            "rate": self.rate,
            "trusted_proxy": self.trusted_proxy,
            "refused_domains": list(self.refused_domains),
        }

    @property
    def public_url(self) -> str:
        """The address that readers use, without a final slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.base_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def full_text(self) -> bool:
        """Whether readers may see whole articles: as set, else only on a loopback host."""
        return self.show == "full" or (self.show == "" and is_loopback(self.host))


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server that letters are handed to; an empty `host` means that no mail is sent."""

    host: str = ""
    port: int = 25
    sender: str = "caixun@localhost"
    starttls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """How the crawler introduces itself, and how many sources it crawls side by side."""

    user_agent: str = USER_AGENT
    contact: str = ""
    at_once: int = 8
    redis: str = ""

    @property
    def full_agent(self) -> str:
        """The User-Agent header: the name, and the contact where one is set."""
        return f"{self.user_agent} (+{self.contact})" if self.contact else self.user_agent


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """When the daily digest goes out: "HH:MM" in Asia/Shanghai."""

    daily_at: str = "08:00"

    @property
    def daily_time(self) -> time:
        """`daily_at` as a time of day (no zone; it counts in Asia/Shanghai)."""
        return time.fromisoformat(self.daily_at)


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    """Where notices to whoever runs the house go; an empty `email` means nowhere."""

    email: str = ""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Where webhooks and robots may lie: `allow_private` holds exact "ADDRESS:PORT" places of the own network."""

    plain_http: bool = False
    allow_private: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """Editions: where they are published, how often ("" never), how many of the newest stay, under which title."""

    dir: str = ""
    every: str = ""
    keep: int = 7
    edition_title: str = ""

    @property
    def interval(self) -> timedelta:
        """`every` as a time span."""
        match = DURATION.fullmatch(self.every)
        return timedelta(seconds=float(match[1]) * UNITS[match[2]]) if match else timedelta.max


@dataclass(frozen=True, slots=True)
class FactSettings:
    """How facts are read: `ner` looks for more people with the optional extra `[ner]`."""

    ner: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one data directory."""

    web: WebSettings = WebSettings()
    mail: MailSettings = MailSettings()
    crawl: CrawlSettings = CrawlSettings()
    alerts: AlertSettings = AlertSettings()
    operator: OperatorSettings = OperatorSettings()
    channels: ChannelSettings = ChannelSettings()
    publish: PublishSettings = PublishSettings()
    facts: FactSettings = FactSettings()
    backup: BackupSettings = field(default_factory=BackupSettings)
    retention: Rules = field(default_factory=Rules)
    prune_at: str = ""  # [retention] at: "HH:MM" in Asia/Shanghai, "" only when asked for


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address) can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name: it may lead anywhere
        return False


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a key may hold: its type, a test of the value, and the sentence said when the test fails."""

    kind: type | tuple[type, ...]
    accepts: Callable[[Any], bool]
    wanted: str


def _is_web_address(value: str) -> bool:
    return value == "" or (urlsplit(value).scheme in {"http", "https"} and bool(urlsplit(value).hostname))


def _is_domain(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\w-]+(\.[\w-]+)+", value) is not None


def _is_number_of_workers(value: int | str) -> bool:
    return value == "auto" if isinstance(value, str) else 1 <= value <= 32


def _is_redis(value: str) -> bool:
    parts = urlsplit(value)
    return value == "" or (parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.password is None)


def _is_address(value: str) -> bool:
    try:
        return value == "" or ipaddress.ip_address(value) is not None
    except ValueError:
        return False


def is_mailbox(value: str) -> bool:
    """Whether `value` is one plain ASCII address, fit for an envelope: name@host, nothing around it."""
    return re.fullmatch(r"[\x21-\x7e]+@[\x21-\x7e]+", value) is not None and value.count("@") == 1


def _is_place(value: object) -> bool:
    """Whether `value` is exactly one address with its port: 10.0.0.8:8080 or [fd00::8]:8080."""
    address, _, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    bare = address[1:-1] if address.startswith("[") and address.endswith("]") else address
    right = bool(bare) and _is_address(bare) and (":" in bare) == (bare != address)
    return right and port.isascii() and port.isdigit() and 0 < int(port) < 65536


def _is_header_text(value: str) -> bool:
    return value.isprintable() and value.isascii()


_HOST = _Rule(str, lambda value: bool(value) and not re.search(r"[\s/]", value), "主机名或地址，如 127.0.0.1")
_TEXT = _Rule(str, _is_header_text, "一行 ASCII 文字")
_RULES: Mapping[str, Mapping[str, _Rule]] = {
    "web": {
        "host": _HOST,
        "port": _Rule(int, lambda value: 0 <= value <= 65535, "0 到 65535 的整数"),
        "base_url": _Rule(str, _is_web_address, "http:// 或 https:// 开头的网址，或留空"),
        "show": _Rule(str, lambda value: value in {"full", "excerpt", ""}, '"full"、"excerpt" 或 ""'),
        "readers": _Rule(str, lambda value: value in {"public", "password"}, '"public" 或 "password"'),
        "index": _Rule(bool, lambda value: True, "true 或 false"),
        "rate": _Rule(int, lambda value: 1 <= value <= 100_000, "1 到 100000 的整数（每分钟次数）"),
        "trusted_proxy": _Rule(str, _is_address, "一个 IP 地址，如 127.0.0.1，或留空"),
        "workers": _Rule((int, str), _is_number_of_workers, '"auto" 或 1 到 32 的整数'),
        "refused_domains": _Rule(list, lambda value: all(map(_is_domain, value)), '["mailinator.com"] 这样的域名'),
    },
    "mail": {
        "host": _Rule(str, lambda value: not re.search(r"[\s/]", value), "发信服务器的主机名，或留空"),
        "port": _Rule(int, lambda value: 1 <= value <= 65535, "1 到 65535 的整数"),
        "sender": _Rule(str, is_mailbox, "一个邮箱地址，如 caixun@example.cn"),
        "starttls": _Rule(bool, lambda value: True, "true 或 false"),
        "user": _Rule(str, str.isprintable, "一行文字，或留空"),
    },
    "crawl": {
        "user_agent": _Rule(str, lambda value: bool(value) and _is_header_text(value), "一行 ASCII 文字"),
        "contact": _TEXT,
        "at_once": _Rule(int, lambda value: 1 <= value <= 64, "1 到 64 的整数"),
        "redis": _Rule(
            str, _is_redis, "redis:// 或 rediss:// 开头、不含密码的地址，如 redis://127.0.0.1:6379/0，或留空"
        ),
    },
    "alerts": {"daily_at": _Rule(str, is_clock, '北京时间，如 "08:00"')},
    "channels": {
        "plain_http": _Rule(bool, lambda value: True, "true 或 false"),
        "allow_private": _Rule(list, lambda value: all(map(_is_place, value)), '["10.0.0.8:8080"] 这样的地址和端口'),
    },
    "operator": {"email": _Rule(str, lambda value: value == "" or is_mailbox(value), "一个邮箱地址，或留空")},
    "publish": {
        "dir": _Rule(str, str.isprintable, "一个目录，或留空"),
        "every": _Rule(str, lambda value: not value or bool(DURATION.fullmatch(value)), '时长，如 "1d"，或留空'),
        "keep": _Rule(int, lambda value: 1 <= value <= 10_000, "1 到 10000 的整数"),
        "edition_title": _Rule(str, str.isprintable, "一行文字，或留空"),
    },
    "facts": {"ner": _Rule(bool, lambda value: True, "true 或 false")},
    **{table: {key: _Rule(*rule) for key, rule in rules.items()} for table, rules in keeping_settings.RULES.items()},
}


def load(directory: Path) -> Settings:
    """The settings in `directory`/caixun.toml; the defaults where the file or a key is absent.

    Raises SettingsError naming the file, the key, the reason and the allowed keys or values.
    """
    path = directory / FILE_NAME
    tables = _read(path)
    for table, keys in tables.items():
        _check_table(path, table, keys)
    password = os.environ.get(PASSWORD_VARIABLE, "")
    rules = dict(tables.get("retention", {}))
    prune_at = rules.pop("at", "")
    return Settings(
        web=WebSettings(**_fixed(tables.get("web", {}))),
        mail=MailSettings(**tables.get("mail", {}), password=password),
        crawl=CrawlSettings(**tables.get("crawl", {})),
        alerts=AlertSettings(**tables.get("alerts", {})),
        operator=OperatorSettings(**tables.get("operator", {})),
        channels=ChannelSettings(**_fixed(tables.get("channels", {}))),
        publish=PublishSettings(**tables.get("publish", {})),
        facts=FactSettings(**tables.get("facts", {})),
        backup=BackupSettings(**tables.get("backup", {})),
        retention=Rules(**rules),
        prune_at=prune_at,
    )


def _fixed(table: Mapping[str, Any]) -> dict[str, Any]:
    """The table with its lists as tuples, which nobody changes."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}：不是 UTF-8 编码，请另存为 UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}：不是正确的 TOML：{error}") from error
    except OSError as error:
        raise SettingsError(f"{path}：无法读取（{error.strerror}），请检查文件权限") from error


def _check_table(path: Path, table: str, keys: object) -> None:
    if table not in _RULES:
        raise SettingsError(f"{path}：没有 [{table}] 这一节；{_allowed(table, _RULES)}")
    if not isinstance(keys, dict):
        raise SettingsError(f"{path}：{table} 应是一节，请写成 [{table}]")
    for key, value in keys.items():
        _check_key(path, table, key, value)


def _check_key(path: Path, table: str, key: str, value: object) -> None:
    rules = _RULES[table]
    if key == "password":
        raise SettingsError(f"{path}：[{table}] password：密码不写在文件里，请设环境变量 {PASSWORD_VARIABLE}")
    if key not in rules:
        raise SettingsError(f"{path}：[{table}] 没有 {key} 这一项；{_allowed(key, rules)}")
    rule = rules[key]
    kinds = rule.kind if isinstance(rule.kind, tuple) else (rule.kind,)
    if type(value) not in kinds or not rule.accepts(value):  # `type`: true is not the number 1
        raise SettingsError(f"{path}：[{table}] {key} = {value!r} 不对，应为{rule.wanted}")


def _allowed(wrong: str, names: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(wrong, names, n=1)
    question = f"是否想写 {near[0]}？" if near else ""
    return f"{question}可用的有：{'、'.join(names)}"
