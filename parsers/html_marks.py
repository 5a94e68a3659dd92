"""The elements of a page whose names say what they hold: time, origin, author, editor; found in one look."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.rules import COMMON, PageRules
from parsers.tree import text_of

_LONGEST = 80  # characters; a longer text is a container, not a value
_MOST = 40  # elements looked at
_OF_ONE_KIND = 3
_CALLED = re.compile(r"(?P<origin>(?<!re)source|laiyuan)|author|writer", re.I)
_CALLED_CSS = ", ".join(
    f'[{attribute}*="{word}" i]' for word in ("source", "author", "writer", "laiyuan") for attribute in ("class", "id")
)
_META = re.compile(r"meta\[name=[\"']?([^\]\"']+)[\"']?\]")
_SIMPLE = re.compile(
    r"(?P<tag>[a-z]+)?(?:#(?P<id>[\w-]+)|\.(?P<class>[\w-]+)|\[(?P<attr>[\w-]+)(?:=(?P<value>[\w-]+))?\])?"
)
_FIELDS = ("time", "origin", "author", "editor")


@dataclass(slots=True)
class Marks:
    """The texts of the marked elements by field, in the order of trust: of the source's rules, common, called.

    `called` are elements whose name only holds the word source or author: (field, text) in page order.
    """

    ruled: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _FIELDS})
    common: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _FIELDS})
    called: list[tuple[str, str]] = field(default_factory=list)


def marks_of(tree: LexborHTMLParser, metas: dict[str, str], rules: PageRules) -> Marks:
    """The marked elements of the page. `meta[name=X]` in a rule gives the content of that tag."""
    marks = Marks()
    for name in _FIELDS:
        for selector in getattr(rules, name):
            meta = _META.fullmatch(selector)
            text = metas.get(meta[1].lower(), "") if meta else _text(tree.css_first(selector))
            marks.ruled[name] += [text] if text else []
    found: dict[int, list[str]] = {}
    for node in tree.css(_LOOK)[:_MOST]:
        attributes = node.attributes
        rank = _rank(node.tag, attributes)
        called = _CALLED.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
        if not called and rank is None:
            continue
        text = _text(node)
        if text and rank is not None:
            found.setdefault(rank, []).append(text)
        if text and called:
            marks.called.append(("origin" if called["origin"] else "author", text))
    for rank in sorted(found):
        name = _RANKED[rank]
        marks.common[name] += found[rank][: _OF_ONE_KIND if name == "time" else 1]
    return marks


def _rank(tag: str | None, attributes: dict[str, str | None]) -> int | None:
    """The place of an element among the common selectors, or None."""
    ranks = [_BY_ID.get(attributes.get("id") or "")]
    ranks += [_BY_CLASS.get(name) for name in (attributes.get("class") or "").split()]
    ranks += [
        rank
        for wanted, attribute, value, rank in _BY_ATTRIBUTE
        if wanted in (None, tag)
        and (not attribute or attribute in attributes)
        and value in (None, attributes.get(attribute))
    ]
    return min((rank for rank in ranks if rank is not None), default=None)


def _text(node: LexborNode | None) -> str:
    stamp = node.attributes.get("datetime") if node is not None and node.tag == "time" else None
    text = stamp or text_of(node)
    return text if len(text) < _LONGEST else ""


_ALL = [(name, selector) for name in _FIELDS for selector in getattr(COMMON, name)]
_RANKED = [name for name, _ in _ALL]
_BY_ID: dict[str, int] = {}
_BY_CLASS: dict[str, int] = {}
_BY_ATTRIBUTE: list[tuple[str | None, str, str | None, int]] = []
for _place, (_, _selector) in enumerate(_ALL):
    _parts = _SIMPLE.fullmatch(_selector)
    assert _parts is not None, f"rules.COMMON: {_selector} is no simple selector"
    if _parts["id"]:
        _BY_ID.setdefault(_parts["id"], _place)
    elif _parts["class"]:
        _BY_CLASS.setdefault(_parts["class"], _place)
    else:
        _BY_ATTRIBUTE.append((_parts["tag"], _parts["attr"] or "", _parts["value"], _place))
_LOOK = ", ".join([*(selector for _, selector in _ALL), _CALLED_CSS])
