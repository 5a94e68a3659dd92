"""HTML text → a lexbor tree that every later step reads; hostile nesting never reaches lexbor."""

from __future__ import annotations

import html as entities
import operator
import re
from itertools import accumulate

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer
from selectolax.lexbor import LexborHTMLParser, LexborNode

# lexbor is quadratic on deep nesting (40,000 div: 1.8 s). Real pages stay below 100 levels.
DEEPEST = 600
# all but tags that are void, or closed by the next of their kind: those do not add up
_NESTING = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dt|dd|tr|td|th|option|tbody)"
    r"\b)[a-z]",
    re.I,
)
_FORMATTING = re.compile(r"<(/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b", re.I)
_MOST_ELEMENTS = 900_000  # of a tree; lexbor takes 350 bytes for each
_MOST_FONTS = 60  # no page of a real site leaves so many open at once
_STRETCH = 8192  # characters counted at a time
_UNSEEN = ["style", "noscript", "template", "iframe", "svg", "select", "textarea", "object", "video", "audio"]
_SCRIPT = re.compile(r"<(script|style)\b", re.I)
_SCRIPT_END = re.compile(r"</script\b[^>]*>", re.I)
_STYLE_END = re.compile(r"</style\b[^>]*>", re.I)
_WORD = re.compile(r"\w")
_LONGEST = 3_000_000  # characters of a flattened page; no article is longer
_HEAD_END = re.compile(r"</head\s*>", re.I)
_TITLE_END = re.compile(r"</title\s*>", re.I)


def parse(html: str) -> LexborHTMLParser:
    """The tree of a page, with styles and other unseen parts cut out; scripts stay until `drop_scripts`.

    A page nested deeper than `DEEPEST`, or whose open fonts would be opened again in every paragraph, is first
    flattened to its paragraphs by a linear reader.
    """
    if _is_deep(html):
        html = flattened(html)
    tree = LexborHTMLParser(html)
    tree.strip_tags(_UNSEEN)
    return tree


def nesting(html: str) -> int:
    """How deep the tags of `html` are nested at most, by counting; a bound for the tree, not its exact depth."""
    return _deepest(_NESTING, html)


def _is_deep(html: str) -> bool:
    """Whether a tree of `html` would be too deep, or hold far more elements than the page has tags: HTML opens a
    `<font>` that nobody closed again in every paragraph. The exact counts are made only where rough ones ask."""
    bound, tags = _roughly(html)
    if bound > DEEPEST and nesting(html) > DEEPEST:
        return True
    if tags * min(bound, DEEPEST) < 2 * _MOST_ELEMENTS:  # the bound is far above the depth of a common page
        return False
    repeated = _deepest(_FORMATTING, html)
    return repeated > _MOST_FONTS and tags * repeated > _MOST_ELEMENTS


def _deepest(tags: re.Pattern[str], html: str) -> int:
    steps = list(accumulate(-1 if closing else 1 for closing in tags.findall(html)))
    # a stray closing tag closes nothing: the depth is counted from the lowest point before
    return max(map(operator.sub, steps, accumulate(steps, min, initial=0)), default=0)


def _roughly(html: str) -> tuple[int, int]:
    """(a number that `nesting` is not above, the number of tags). Each stretch counts as if all its tags opened
    before any closed."""
    depth = deepest = tags = 0
    count = html.count
    for start in range(0, len(html), _STRETCH):
        marks = count("<", start, start + _STRETCH)
        closing = count("</", start, start + _STRETCH)
        opening = marks - closing
        tags += marks
        if depth + opening > deepest:
            deepest = depth + opening
        depth = depth + opening - closing if depth >= closing else opening
    return deepest, tags


def flattened(html: str) -> str:
    """`html` with its head as it is and one `<p>` a text, read by html.parser, which has no tree to climb."""
    match = _HEAD_END.search(html) or _TITLE_END.search(html)
    head = html[: match.end()] if match and nesting(html[: match.start()]) < DEEPEST else ""
    body = _without_scripts(html[len(head) : len(head) + _LONGEST])
    body = body.replace("<![", "< ")  # html.parser refuses sections that do not close
    soup = BeautifulSoup(body, "html.parser", parse_only=SoupStrainer(string=_WORD))
    texts = [entities.escape(text) for text in soup.stripped_strings]
    return head + "<body>" + "".join(f"<p>{text}</p>" for text in texts) + "</body>"


def _without_scripts(html: str) -> str:
    """`html` without scripts and styles; one that is not closed ends the page, as it does in a browser."""
    kept = []
    at = 0
    while opening := _SCRIPT.search(html, at):
        kept.append(html[at : opening.start()])
        closing = (_SCRIPT_END if opening[1].lower() == "script" else _STYLE_END).search(html, opening.end())
        if closing is None:
            return " ".join(kept)
        at = closing.end()
    return " ".join([*kept, html[at:]])


def text_of(node: LexborNode | None) -> str:
    """All text below `node` with white space collapsed, "" for None."""
    return "" if node is None else " ".join(node.text(deep=True, separator=" ").split())
