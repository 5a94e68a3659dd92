"""Where a mirror page comes from: most mirrors keep the path of the portal whose pages they print."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

# Paths that portals give their articles: a dated folder or a long number, no query of the mirror's own.
_ARTICLE_PATH = re.compile(
    r"^/(?:[\w\-./]*/)?(?:\d{4}/\d{2}/\d{2}/|\d{4}-\d{2}/\d{2}/|\d{6,8}/|t\d{8}_)?[\w\-]*\d{4,}[\w\-]*\.(?:s?html?|shtm|jsp|aspx)$"
)
_PRINTED_HOST = re.compile(r"(?<![\w.@-])(?:www\.|m\.)?((?:[a-z0-9-]+\.)+(?:com\.cn|gov\.cn|org\.cn|com|cn|net|org))\b")


def printed_hosts(text: str) -> tuple[str, ...]:
    """The hosts that a page prints (as in a mail address or a line about rights), without www., in order."""
    mails = re.sub(r"[\w.+-]+@", " ", text)
    return tuple(dict.fromkeys(match[1] for match in _PRINTED_HOST.finditer(mails.lower())))


def original_urls(mirror_url: str, known_hosts: Iterable[str], text: str = "") -> tuple[str, ...]:
    """The addresses at which the original of a mirror page may be, likeliest first; () where none can be told.

    `known_hosts` are the hosts of the sources that are watched; `text` is the page, whose printed hosts come
    first. Only hosts that are known are answered, never the mirror's own, and only for a path of an article.
    """
    parts = urlsplit(mirror_url)
    if parts.scheme not in {"http", "https"} or not _ARTICLE_PATH.match(parts.path):
        return ()
    own = _bare(parts.hostname or "")
    hosts = {_bare(host): host for host in known_hosts if _bare(host) != own}
    printed = [hosts[host] for host in printed_hosts(text) if host in hosts]
    chosen = printed or (list(hosts.values()) if len(hosts) == 1 else [])
    return tuple(f"https://{host}{parts.path}" for host in dict.fromkeys(chosen))


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.").removeprefix("m.")
