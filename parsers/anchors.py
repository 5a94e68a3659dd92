"""The `<a>` and `<area>` elements of a page, taken from the tree once for all who ask about links."""

from __future__ import annotations

from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode


class Anchor(NamedTuple):
    """A link of the page: its node, its reference as written, its text on one line (inner spaces as printed)."""

    node: LexborNode
    reference: str
    text: str


def anchors(tree: LexborHTMLParser) -> list[Anchor]:
    """Every `<a href>` and `<area href>` in page order."""
    found = []
    for node in tree.css("a[href], area[href]"):
        reference = node.attrs.get("href")
        if reference:
            found.append(Anchor(node, reference, " ".join(node.text(deep=True).split())))
    return found
