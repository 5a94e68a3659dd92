"""The shape of article addresses, learned from the links of one list page: digits become \\d, hashes [0-9a-f]."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from parsers.values import Link

FEWEST = 3  # links of one shape that make a list of articles
_HEADLINE = 8
# a day or month, a year or month and day, a month, a date: only their number of digits belongs to the shape
_DATE = re.compile(
    r"(?:(?:19|20)\d{2})?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:19|20)\d{2}(?:0[1-9]|1[0-2])?|[0-3]\d"
)
_TOKEN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{16,}|\d+"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Links whose addresses differ only in their numbers and hashes; `hosts` without www."""

    links: tuple[Link, ...]
    pattern: str
    hosts: tuple[str, ...]
    score: float

    @property
    def article(self) -> str:
        """The rule for a source file: the shape on these hosts and their sub-domains."""
        names = "|".join(map(re.escape, self.hosts))
        names = f"(?:{names})" if len(self.hosts) > 1 else names
        return rf"^https?://(?:[\w-]+\.)*{names}(?::\d+)?/(?:.*/)?{self.pattern}"


def article_shape(links: Iterable[Link], host: str) -> Shape | None:
    """The shape that most headlines on the site of `host` share; None where no three links share one.

    A link with a printed date counts more than one without: columns and topics have none.
    """
    groups: dict[str, list[Link]] = {}
    for link in links:
        if same_site(urlsplit(link.url).hostname or "", host):
            groups.setdefault(_skeleton(link.url), []).append(link)
    shapes = [_shape(group) for group in groups.values() if len(group) >= FEWEST]
    return max(shapes, key=lambda shape: shape.score, default=None)


def shape_of(urls: Sequence[str]) -> str:
    """The pattern that matches the ends of `urls`, which have one skeleton; a query behind a number is left open."""
    end = r"(?:\?.*)?$" if any(urlsplit(url).query and _TOKEN.search(urlsplit(url).path) for url in urls) else "$"
    tails = ["/".join(_tail(url)) for url in urls]
    tokens = [_TOKEN.findall(tail) for tail in tails]
    between = _TOKEN.split(tails[0])
    if not tokens[0]:
        ending = re.escape(tails[0][len(tails[0].split(".")[0]) :])
        return rf"[\w-]+{ending}{end}"
    kinds = [_kind([one[number] for one in tokens]) for number in range(len(tokens[0]))]
    text = "".join(re.escape(piece) + kind for piece, kind in zip(between, [*kinds, ""], strict=True))
    return text.replace(r"\-", "-") + end


def same_site(one: str, other: str) -> bool:
    """Whether two hosts belong to one site: the same, or with the same registered name (www.x.cn, news.x.cn)."""
    return one == other or (registered(one) == registered(other) and not one.replace(".", "").isdigit())


def registered(host: str) -> str:
    """The registered name of a host: xining.gov.cn of www.xining.gov.cn, cnwest.com of news.cnwest.com."""
    parts = host.split(".")
    second = len(parts) > 2 and parts[-1] == "cn" and parts[-2] in ("gov", "com", "net", "org", "edu", "ac")
    return ".".join(parts[-3:] if second else parts[-2:])


def plain_host(url: str) -> str:
    """The host of an address without www."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _shape(group: list[Link]) -> Shape:
    headlines = [link for link in group if len(link.title or "") >= _HEADLINE]
    dated = sum(bool(link.date) for link in group)
    numbered = bool(_TOKEN.search("/".join(_tail(group[0].url))))
    score = (len(headlines) + dated) * (1.0 if numbered else 0.3)
    hosts = tuple(dict.fromkeys(plain_host(link.url) for link in group))
    return Shape(tuple(group), shape_of([link.url for link in group]), hosts, score)


def _tail(url: str) -> list[str]:
    """The path from its first segment with a number or hash on; without one, the last segment with its query."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query and not _TOKEN.search(parts.path) else "")
    segments = path.split("/")
    first = next((number for number, segment in enumerate(segments) if _TOKEN.search(segment)), len(segments) - 1)
    return segments[first:]


def _skeleton(url: str) -> str:
    tail = "/".join(_tail(url))
    if not _TOKEN.search(tail):
        return "." + tail.rpartition(".")[2] if "." in tail else tail[:0]
    return _TOKEN.sub(lambda match: "D" if match[0].isdigit() else f"H{len(match[0])}", tail)


def _kind(texts: list[str]) -> str:
    lengths = {len(text) for text in texts}
    if all(text.isdigit() for text in texts):
        if len(lengths) == 1 and all(_DATE.fullmatch(text) for text in texts):
            return rf"\d{{{lengths.pop()}}}"
        return r"\d{1,2}" if lengths == {1, 2} else r"\d+"
    letters = "[0-9a-f-]" if "-" in texts[0] else "[0-9a-f]"
    return f"{letters}{{{lengths.pop()}}}" if len(lengths) == 1 else f"{letters}+"
