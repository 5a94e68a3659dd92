"""Which element of a page holds the body: known containers that pass a check, else the densest one."""

from __future__ import annotations

import re
from collections import defaultdict

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.rules import COMMON, PageRules

_INLINE = frozenset(
    re.split(
        " ", "a abbr b big cite code em font i ins label mark nobr q s small span strike strong sub sup u tt time br"
    )
)
_NOISE = ", ".join(
    f'[{attribute}*="{word}"]'
    for word in (
        "share",
        "related",
        "recommend",
        "qrcode",
        "comment",
        "copyright",
        "disclaimer",
        "breadcrumb",
        "pagination",
    )
    for attribute in ("class", "id")
)
_ASIDE = re.compile(r"recommend|related|comment|footer|copyright|sidebar|disclaim", re.I)
_SHORTEST_TEXT = 16
_COMMAS = str.maketrans("", "", "，。、；：,")


def find_container(tree: LexborHTMLParser, rules: PageRules | None = None) -> list[LexborNode]:
    """The element that holds the body, with the siblings that continue it; [] when the page has no text.

    A known container is believed when it holds at least half the text of the densest element and is not a
    wall of links. The score of an element is readability's: paragraphs count for their parents, × (1 − links).
    """
    for selector in rules.body if rules else ():
        for node in tree.css(selector):
            if length(node):
                return [node]
    dense = _densest(tree)
    beside = not dense or bool(_ASIDE.search(_names(dense[0])))  # recommended texts can outweigh a short article
    floor = 30 if beside else max(30, length(dense[0]) // 2)
    for selector in COMMON.body:
        for node in tree.css(selector)[:6]:
            if _believable(node, floor):
                return _fitting(node, dense)
    return dense


def length(node: LexborNode) -> int:
    """The number of characters below `node` without white space."""
    return len("".join(node.text(deep=True).split()))


def link_share(node: LexborNode) -> float:
    """The share of the text below `node` that is in links, 0 to 1."""
    total = length(node)
    return sum(length(link) for link in node.css("a")) / total if total else 0.0


def drop_noise(container: LexborNode) -> None:
    """Cut share bars, related links and such out of `container`, unless they hold much of its text."""
    total = length(container)
    for node in container.css(_NOISE):
        if node.mem_id != container.mem_id and node.parent is not None and length(node) < total * 0.3:
            node.decompose()


def _believable(node: LexborNode, floor: int) -> bool:
    return length(node) >= floor and link_share(node) < 0.4


def _fitting(known: LexborNode, dense: list[LexborNode]) -> list[LexborNode]:
    """The known container, or the densest element inside it where the container holds much else besides."""
    if not dense or not _inside(dense[0], known):
        return [known]
    inner = sum(length(node) for node in dense)
    return [known] if length(known) <= 1.3 * inner else dense


def _inside(node: LexborNode, outer: LexborNode) -> bool:
    at: LexborNode | None = node
    while at is not None:
        if at.mem_id == outer.mem_id:
            return True
        at = at.parent
    return False


def _densest(tree: LexborHTMLParser) -> list[LexborNode]:
    if tree.body is None:
        return []
    scores: dict[int, float] = defaultdict(float)
    nodes: dict[int, LexborNode] = {}
    for block, text in _blocks(tree.body):
        if len(text) < _SHORTEST_TEXT:
            continue
        points = 1 + (len(text) - len(text.translate(_COMMAS))) + min(len(text) / 50, 6)
        at: LexborNode | None = block if block.tag != "p" else block.parent
        for share in (1.0, 0.5):
            if at is None or at.tag in ("html", "-undef"):
                break
            scores[at.mem_id] += points * share
            nodes[at.mem_id] = at
            at = at.parent
    for key, node in nodes.items():
        if _ASIDE.search(_names(node)):
            scores[key] *= 0.2
    best = sorted(scores, key=lambda key: -scores[key])[:6]
    if not best:
        return []
    top = max(best, key=lambda key: scores[key] * (1 - link_share(nodes[key])))
    return _with_siblings(nodes[top], scores, scores[top])


def _names(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('class')} {attributes.get('id')}"


def _blocks(body: LexborNode) -> list[tuple[LexborNode, str]]:
    """Block elements with the text that stands directly in them (inline tags included, links left out)."""
    texts: dict[int, list[str]] = defaultdict(list)
    blocks: dict[int, LexborNode] = {}
    for node in body.traverse(include_text=True):
        if node.tag != "-text":
            continue
        text = node.text_content
        if not text or not (text := text.strip()):
            continue
        block = _block_of(node)
        if block is not None:
            texts[block.mem_id].append(text)
            blocks.setdefault(block.mem_id, block)
    return [(block, "".join(texts[key])) for key, block in blocks.items()]


def _block_of(node: LexborNode) -> LexborNode | None:
    at = node.parent
    while at is not None and at.tag in _INLINE:
        if at.tag == "a":
            return None
        at = at.parent
    return None if at is None or at.tag in ("script", "title", "button", "option") else at


def _with_siblings(top: LexborNode, scores: dict[int, float], best: float) -> list[LexborNode]:
    """`top` with the siblings that continue it: as dense as a fifth of it, or paragraphs of real sentences."""
    parent = top.parent
    if parent is None or top.tag == "body":
        return [top]
    return [node for node in parent.iter() if node.mem_id == top.mem_id or _continues(node, scores, best)]


def _continues(node: LexborNode, scores: dict[int, float], best: float) -> bool:
    if scores.get(node.mem_id, 0) >= max(10.0, best * 0.2):
        return link_share(node) < 0.3
    return node.tag == "p" and length(node) > 40 and link_share(node) < 0.25
