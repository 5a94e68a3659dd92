"""The elements of a page whose names say what they hold: time, origin, author, editor; found in one look."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.rules import COMMON, PageRules

_LONGEST = 80  # characters; a longer text is a container, not a value
_MOST = 40  # elements looked at
_OF_ONE_KIND = 3
_MOST_STEPS = 1000  # nodes looked at for one text
_CALLED = re.compile(r"(?P<origin>(?<!re)source|laiyuan)|author|writer", re.I)
_META = re.compile(r"meta\[name=[\"']?([^\]\"']+)[\"']?\]")
_SIMPLE = re.compile(
    r"(?P<tag>[a-z]+)?(?:#(?P<id>[\w-]+)|\.(?P<class>[\w-]+)|\[(?P<attr>[\w-]+)(?:=(?P<value>[\w-]+))?\])?"
)
_FIELDS = ("time", "origin", "author", "editor")


@dataclass(slots=True)
class Marks:
    """The texts of the marked elements by field, in the order of trust: of the source's rules, common, called.

    `called` are elements whose name only holds the word source or author: (field, text) in page order. `stamps`
    gives what is printed in a `<time>` whose date for machines stands in the lists.
    """

    ruled: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _FIELDS})
    common: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _FIELDS})
    called: list[tuple[str, str]] = field(default_factory=list)
    stamps: dict[str, str] = field(default_factory=dict)


def marks_of(tree: LexborHTMLParser, metas: dict[str, str], rules: PageRules) -> Marks:
    """The marked elements of the page. `meta[name=X]` in a rule gives the content of that tag."""
    marks = Marks()
    for name in _FIELDS:
        for selector in getattr(rules, name):
            meta = _META.fullmatch(selector)
            text = metas.get(meta[1].lower(), "") if meta else _of_rule(tree, selector)
            marks.ruled[name] += [text] if text else []
    found: dict[int, list[str]] = {}
    seen: set[int] = set()
    for node in tree.css(_LOOK):
        attributes = node.attributes
        rank, called = _meaning(node.tag, attributes.get("class"), attributes.get("id"))
        if rank is None and not _OTHER_NAMES.isdisjoint(attributes):
            rank = _rank_of_attributes(node.tag, attributes)
        if (rank is None and not called) or node.mem_id in seen:  # a node is given once for each selector
            continue
        seen.add(node.mem_id)
        text = short_text(node, _LONGEST)
        if text and rank is not None:
            stamp = attributes.get("datetime") or ""
            found.setdefault(rank, []).append(stamp or text)
            marks.stamps[stamp] = text
        if text and called:
            marks.called.append((called, text))
        if len(seen) >= _MOST:
            break
    for rank in sorted(found):
        name = _RANKED[rank]
        marks.common[name] += found[rank][: _OF_ONE_KIND if name == "time" else 1]
    return marks


def _of_rule(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return "" if node is None else short_text(node, _LONGEST)


@functools.lru_cache(maxsize=8192)
def _meaning(tag: str | None, classes: str | None, name: str | None) -> tuple[int | None, str]:
    """(the place of such an element among the common selectors or None, the field that its name speaks of or "")."""
    classes, name = classes or "", name or ""
    ranks = [_BY_ID.get(name), *(_BY_CLASS.get(part) for part in classes.split()), _BY_TAG.get(tag or "")]
    called = _CALLED.search(f"{classes} {name}")
    known = [rank for rank in ranks if rank is not None]
    return min(known, default=None), "" if called is None else "origin" if called["origin"] else "author"


def _rank_of_attributes(tag: str | None, attributes: dict[str, str | None]) -> int | None:
    for wanted, attribute, value, rank in _BY_ATTRIBUTE:
        if wanted in (None, tag) and attribute in attributes and value in (None, attributes[attribute]):
            return rank
    return None


def short_text(node: LexborNode, longest: int) -> str:
    """The text below `node` with white space single; "" where it is longer, without walking through all of it."""
    pieces: list[str] = []
    size = steps = 0
    waiting: list[LexborNode | None] = [node.first_child]
    while waiting:
        at = waiting.pop()
        if at is None:
            continue
        steps += 1
        waiting.append(at.next)
        if at.tag == "-text":
            piece = (at.text_content or "").strip()
            pieces.append(piece)
            size += len(piece)
        else:
            waiting.append(at.first_child)
        if size > longest or steps > _MOST_STEPS:
            return ""
    text = " ".join(" ".join(pieces).split())
    return text if len(text) <= longest else ""


_ALL = [(name, selector) for name in _FIELDS for selector in getattr(COMMON, name)]
_RANKED = [name for name, _ in _ALL]
_BY_ID: dict[str, int] = {}
_BY_CLASS: dict[str, int] = {}
_BY_TAG: dict[str, int] = {}
_BY_ATTRIBUTE: list[tuple[str | None, str, str | None, int]] = []
for _place, (_, _selector) in enumerate(_ALL):
    _parts = _SIMPLE.fullmatch(_selector)
    assert _parts is not None, f"rules.COMMON: {_selector} is no simple selector"
    if _parts["id"]:
        _BY_ID.setdefault(_parts["id"], _place)
    elif _parts["class"]:
        _BY_CLASS.setdefault(_parts["class"], _place)
    elif _parts["attr"] and _parts["attr"] != "datetime":
        _BY_ATTRIBUTE.append((_parts["tag"], _parts["attr"], _parts["value"], _place))
    elif _parts["tag"]:
        _BY_TAG.setdefault(_parts["tag"], _place)
_OTHER_NAMES = frozenset(attribute for _, attribute, _, _ in _BY_ATTRIBUTE)
# few selectors that each match few elements are the cheapest way to ask the whole tree
_LOOK = ", ".join(
    [
        f'[{attribute}*="{word}" i]'
        for word in ("source", "author", "writer", "laiyuan")
        for attribute in ("class", "id")
    ]
    + [selector for _, selector in _ALL if selector[0] not in "#." or not _CALLED.search(selector)]
)
