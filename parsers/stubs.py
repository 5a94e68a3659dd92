"""Pages that only lead on: redirects by meta tag or script, framesets, pages of one iframe."""

from __future__ import annotations

import html as entities
import re

from parsers.addresses import Addresses
from parsers.values import Link

_META = re.compile(r"<meta\b[^>]{0,300}?http-equiv\s*=\s*[\"']?refresh\b[^>]{0,600}", re.I)
_META_URL = re.compile(r"url\s*=\s*['\"]?([^'\">\s]+)", re.I)
_SCRIPT_TARGET = re.compile(
    r"(?:location(?:\.href)?\s*=\s*|location\.(?:replace|assign)\(\s*|window\.open\(\s*)"
    r"['\"]([^'\"\s]{1,500})['\"]\s*(?:,\s*['\"]_(?:self|top|parent)['\"])?\s*(?=[;)\s<}]|$)",
    re.I,
)
_FRAME = re.compile(r"<(i?frame)\b[^>]{0,600}?\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.I)
_SCANNED = 200_000


def stub(html: str, addresses: Addresses) -> tuple[str, tuple[Link, ...]] | None:
    """(Chinese reason, links) of a page without text of its own that leads on to another, or None.

    The caller has seen that the page shows (nearly) nothing. A redirect has its target as the only link, a frameset
    its frames in order.
    """
    html = html[:_SCANNED]
    target = _meta_target(html, addresses)
    if target:
        return "页面只是跳转", (Link(target),)
    frames = _frames(html, addresses)
    if "<frameset" in html.lower() and frames:
        return f"框架页，内容在 {len(frames)} 个框架里", frames
    match = _SCRIPT_TARGET.search(html)
    target = addresses.join(entities.unescape(match[1])) if match else None
    if target:
        return "页面只是跳转（脚本）", (Link(target),)
    return (f"页面内容在 {len(frames)} 个内嵌框架里", frames) if frames else None


def _meta_target(html: str, addresses: Addresses) -> str | None:
    for tag in _META.findall(html):
        match = _META_URL.search(entities.unescape(tag))
        target = addresses.join(match[1]) if match else None
        if target and target != addresses.base:
            return target
    return None


def _frames(html: str, addresses: Addresses) -> tuple[Link, ...]:
    found = (addresses.join(entities.unescape(source)) for _, source in _FRAME.findall(html))
    return tuple(Link(address) for address in dict.fromkeys(found) if address)
