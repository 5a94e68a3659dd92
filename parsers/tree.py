"""HTML text → a lexbor tree that every later step reads; hostile nesting never reaches lexbor."""

from __future__ import annotations

import html as entities
import re

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer
from selectolax.lexbor import LexborHTMLParser, LexborNode

# lexbor is quadratic on deep nesting (40,000 div: 1.8 s). Real pages stay below 100 levels.
DEEPEST = 600
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
# void, or closed by the next of their kind: they do not add up
_FLAT = frozenset(
    re.split(
        " ", "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th option tbody"
    )
)
_UNSEEN = ["style", "noscript", "template", "iframe", "svg", "select", "textarea", "object", "video", "audio"]
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.S | re.I)
_WORD = re.compile(r"\w")
_LONGEST = 3_000_000  # characters of a flattened page; no article is longer
_HEAD_END = re.compile(r"</head\s*>|<body\b", re.I)


def parse(html: str) -> LexborHTMLParser:
    """The tree of a page, with styles and other unseen parts cut out; scripts stay until `drop_scripts`.

    A page nested deeper than `DEEPEST` is first flattened to its paragraphs by a linear reader.
    """
    if nesting(html) > DEEPEST:
        html = flattened(html)
    tree = LexborHTMLParser(html)
    tree.strip_tags(_UNSEEN)
    return tree


def nesting(html: str) -> int:
    """How deep the tags of `html` are nested at most, by counting; a bound for the tree, not its exact depth."""
    if html.count("<") < DEEPEST:
        return 0
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        if name.lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def flattened(html: str) -> str:
    """`html` with its head as it is and one `<p>` a text, read by html.parser, which has no tree to climb."""
    match = _HEAD_END.search(html)
    head = html[: match.start()] if match and nesting(html[: match.start()]) < DEEPEST else ""
    body = _SCRIPT.sub(" ", html[len(head) : len(head) + _LONGEST])
    soup = BeautifulSoup(body, "html.parser", parse_only=SoupStrainer(string=_WORD))
    texts = [entities.escape(text) for text in soup.stripped_strings]
    return head + "<body>" + "".join(f"<p>{text}</p>" for text in texts) + "</body>"


def text_of(node: LexborNode | None) -> str:
    """All text below `node` with white space collapsed, "" for None."""
    return "" if node is None else " ".join(node.text(deep=True, separator=" ").split())
