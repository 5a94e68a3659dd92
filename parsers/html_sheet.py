"""One walk over a page's tree → its printed lines and the boxes that they stand in; every later step reads these."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.html_lines import Line, printed
from parsers.html_tables import Row, Table, merged
from parsers.rules import COMMON

_SKIP, _PLAIN, _BREAK, _IMAGE, _LINK, _INLINE, _BLOCK = range(7)
_KINDS = {
    _SKIP: "script style head title option -comment !doctype iframe textarea template noscript",
    # inline elements whose attributes say nothing
    _PLAIN: "b strong i em u sup sub input wbr area tbody thead tfoot colgroup col ruby rt rp q s strike bdi bdo kbd "
    "var",
    _BREAK: "br",
    _IMAGE: "img",
    _LINK: "a",
    _INLINE: "abbr acronym big cite code data del dfn font ins label mark nobr samp small span time tt button map "
    "picture basefont blink",
    _BLOCK: "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li main marquee menu nav ol p pre section "
    "summary table td th tr ul",
}
_KIND = {name: kind for kind, names in _KINDS.items() for name in names.split()}
_MUTE = frozenset(("li", "tr", "dt", "dd", "hr"))  # blocks whose attributes are not looked at: there are many
# names of elements, in lower case
_CAPTION = re.compile(r"caption|img[-_]?(?:desc|title|note)|pic[-_]?(?:desc|note|txt|info)|tuzhu|图注")
_NOISE = re.compile(
    r"share|related|recommend|qrcode|comment|copyright|disclaim|breadcrumb|pagination|self-promo|promo-|promotion|advert"
    r"|tuijian|xiangguan|fenxiang|erweima|guanggao|hot-?news|openapp|open-app|app-?down|down-?app"
)
_ASIDE = re.compile(r"recommend|related|comment|footer|copyright|sidebar|disclaim")
_TELLING = re.compile(
    r"caption|img|pic|tuzhu|图注|share|relat|recom|qrcode|comment|copyr|discl|breadc|pagin|footer|sideb"
)
_LONGEST_NAMES = 300
_LONGEST_CAPTION = 400  # characters of all lines in an element named for a caption
_TABLES = frozenset(("table", "tr", "td", "th"))
_GONE = re.compile(r"display\s*:\s*none", re.I)
_SIMPLE = re.compile(r"^(?P<tag>[\w-]*)(?:#(?P<id>[\w-]+)|\.(?P<class>[\w-]+)|(?P<parts>(?:\[\w+\*?=[^\]]+\])+))?$")
_PART = re.compile(r"\[(\w+)(\*?=)[\"']?([^\]\"']+)[\"']?\]")
_UNNAMED: tuple[str, int, int | None] = ("", 0, None)
_LONGEST_WHISPER = 100  # characters of a hidden run inside a line; longer ones are folded text
# what the names of an element say: a caption; a share bar, related links or such; what stands beside an article; and
# that the element, or one around it, is not shown
_CAPTIONED, NOISY, BESIDE, HIDDEN = 1, 2, 4, 8


class Box:
    """An element that begins lines of its own: `first` and `last` delimit its lines, as in a slice.

    `marks` are the bits of what its names say; `rank` is its place among the known bodies, `chosen` among the nodes
    that the caller chose; None when it is none.
    """

    __slots__ = (
        "chosen",
        "first",
        "last",
        "marks",
        "names",
        "parent",
        "rank",
        "score",
        "tag",
        "wrapped",
        "wraps",
    )

    def __init__(self, tag: str, parent: Box | None, first: int) -> None:
        self.tag = tag
        self.parent = parent
        self.first = self.last = first
        self.names = ""
        self.marks = 0
        self.score = 0.0
        self.wrapped = 0.0
        self.wraps = 0
        self.rank: int | None = None
        self.chosen: int | None = None


@dataclass(slots=True, eq=False)
class Sheet:
    """The lines of a page in page order, its boxes in the order in which they open, and sums over the lines."""

    lines: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    sizes: list[int] = field(default_factory=lambda: [0])
    linked: list[int] = field(default_factory=lambda: [0])

    def length(self, box: Box) -> int:
        """The number of characters printed in `box`."""
        return self.sizes[box.last] - self.sizes[box.first]

    def link_share(self, box: Box) -> float:
        """The share of the characters in `box` that are link text, 0 to 1."""
        total = self.length(box)
        return min(1.0, (self.linked[box.last] - self.linked[box.first]) / total) if total else 0.0


def sheet_of(tree: LexborHTMLParser, chosen: Iterable[LexborNode] = ()) -> Sheet:
    """The sheet of a page. The boxes of the nodes in `chosen` get their number in it."""
    walk = _Walk({node.mem_id: number for number, node in reversed(list(enumerate(chosen)))})
    if tree.body is not None:
        walk.over(tree.body)
    sheet = Sheet(walk.lines, walk.boxes)
    if any(table.has_rows for table in walk.tables):
        sheet.lines, moved = merged(walk.lines)
        for box in walk.boxes:
            box.first, box.last = moved[box.first], moved[box.last]
    sheet.sizes = [0, *accumulate(len(line.text) for line in sheet.lines)]
    sheet.linked = [0, *accumulate(line.linked for line in sheet.lines)]
    for box in sheet.boxes:
        if box.marks & _CAPTIONED and sheet.length(box) <= _LONGEST_CAPTION:
            for line in sheet.lines[box.first : box.last]:
                line.caption = not line.row
    return sheet


class _Walk:
    """The walk and what is open at its place."""

    def __init__(self, chosen: dict[int, int]) -> None:
        self.lines: list[Line] = []
        self.boxes: list[Box] = []
        self.tables: list[Table] = []
        self._chosen = chosen
        self._box = Box("body", None, 0)
        self._open_tables: list[Table] = []
        self._pieces: list[str] = []
        self._linked = self._links = 0
        self._image = self._after_image = False

    def over(self, body: LexborNode) -> None:
        """Reads everything below `body`, without recursion."""
        self.boxes.append(self._box)
        open_nodes: list[tuple[LexborNode, Box | bool | None]] = []
        node = body.first_child
        while node is not None:
            tag = node.tag or ""
            if tag == "-text":
                text = node.text_content or ""
                if self._pieces or not text.isspace():
                    self._pieces.append(text)
                    if self._links:
                        self._linked += len(text.strip())
            else:
                kind = _KIND.get(tag)
                if kind != _SKIP:
                    opened: Box | bool | None = None
                    if kind == _LINK:
                        self._links += 1
                        opened = True
                    elif kind == _IMAGE:
                        self._image = True
                    elif kind != _PLAIN:
                        opened = self._open(node, tag, _unknown(tag) if kind is None else kind)
                    child = node.first_child if opened is not False else None
                    if child is not None:
                        open_nodes.append((node, opened))
                        node = child
                        continue
                    if opened:
                        self._close(opened)
            following = node.next
            while following is None and open_nodes:
                node, opened = open_nodes.pop()
                if opened:
                    self._close(opened)
                following = node.next
            node = following
        self._flush()
        self._box.last = len(self.lines)

    def _open(self, node: LexborNode, tag: str, kind: int) -> Box | bool | None:
        """What is to be closed: the box of a block, True for a link, None for nothing; False leaves its inside out."""
        if kind == _BREAK:
            self._flush()
            return None
        attributes = node.attributes if tag not in _MUTE else None
        meaning = _UNNAMED
        if attributes:
            if kind == _INLINE and _is_whisper(node, attributes):
                return False
            identity, classes, prop = attributes.get("id"), attributes.get("class"), attributes.get("itemprop")
            if identity or classes or prop:
                meaning = _meaning(tag, identity or "", classes or "", prop or "")
        chosen = self._chosen.get(node.mem_id) if self._chosen else None
        if kind == _INLINE and not meaning[1] and meaning[2] is None and chosen is None:
            return None
        if self._pieces or self._image:
            self._flush()
        box = Box(tag, self._box, len(self.lines))
        box.names, box.marks, box.rank = meaning
        box.chosen = chosen
        box.marks |= self._box.marks & HIDDEN
        if attributes and ("style" in attributes or "hidden" in attributes) and _is_hidden(attributes):
            box.marks |= HIDDEN
        self.boxes.append(box)
        self._box = box
        if tag == "figcaption":
            box.marks |= _CAPTIONED
        if tag in _TABLES:
            self._open_table(tag, attributes or {})
        return box

    def _open_table(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        if tag == "table":
            self._open_tables.append(Table())
        elif self._open_tables and tag == "tr":
            self._open_tables[-1].rows.append(Row())
        elif self._open_tables:
            self._open_tables[-1].open_cell(attributes)

    def _close(self, opened: Box | bool) -> None:
        if isinstance(opened, bool):
            self._links -= 1
            return
        if self._pieces or self._image:
            self._flush()
        opened.last = len(self.lines)
        assert opened.parent is not None
        self._box = opened.parent
        if opened.tag == "table":
            table = self._open_tables.pop()
            table.close(self._open_tables[-1] if self._open_tables else None)
            self.tables.append(table)
        elif opened.tag in ("td", "th") and self._open_tables:
            self._open_tables[-1].cell = None

    def _flush(self) -> None:
        """The lines that end here, if anything is printed on them."""
        texts = printed("".join(self._pieces), self._box.tag == "pre") if self._pieces else ()
        cell = self._open_tables[-1].cell if self._open_tables else None
        for text in texts:
            linked = min(self._linked, len(text))
            line = Line(text, linked, self._image, False, False, self._after_image, self._box, cell)
            self.lines.append(line)
            if cell is not None:
                cell.take(line)
        self._after_image = self._image if not texts else False
        self._image = False
        self._pieces.clear()
        self._linked = 0


def _is_whisper(node: LexborNode, attributes: Mapping[str, str | None]) -> bool:
    """Whether an element inside a line is hidden and short; what is hidden and long is the folded rest of a text."""
    return _is_hidden(attributes) and len(node.text(deep=True)) < _LONGEST_WHISPER


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and "none" in style and _GONE.search(style))


def _unknown(tag: str) -> int:
    """An element that HTML does not know is inline, but components (founder-content) place blocks."""
    return _BLOCK if "-" in tag else _INLINE


@functools.lru_cache(maxsize=8192)
def _meaning(tag: str, identity: str, classes: str, prop: str) -> tuple[str, int, int | None]:
    """(names, marks, rank): what the names of an element say, and its place among the known bodies or None."""
    names = f"{classes} {identity}"[:_LONGEST_NAMES].lower()
    marks = 0
    if _TELLING.search(names):
        marks |= _CAPTIONED if _CAPTION.search(names) else 0
        marks |= NOISY if _NOISE.search(names) else 0
        marks |= BESIDE if _ASIDE.search(names) else 0
    return names, marks, _known().rank(tag, identity, classes, prop)


@dataclass(slots=True)
class _Known:
    """The common selectors of bodies, compiled; the number of a selector is its rank."""

    ids: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    others: list[tuple[int, str, str, tuple[tuple[str, str, str], ...]]] = field(default_factory=list)

    def rank(self, tag: str, identity: str, classes: str, prop: str) -> int | None:
        """The least number of a selector that the element matches, or None."""
        ranks = [self.ids[identity]] if identity in self.ids else []
        ranks += [self.classes[name] for name in classes.split() if name in self.classes]
        for rank, wanted_tag, wanted_class, parts in self.others:
            if wanted_tag and wanted_tag != tag:
                continue
            if wanted_class and wanted_class not in classes.split():
                continue
            if parts and not _has(parts, {"id": identity, "class": classes, "itemprop": prop}):
                continue
            ranks.append(rank)
        return min(ranks, default=None)


def _has(parts: tuple[tuple[str, str, str], ...], values: dict[str, str]) -> bool:
    return all(
        value in values.get(name, "") if operator == "*=" else value == values.get(name, "")
        for name, operator, value in parts
    )


@functools.cache
def _known() -> _Known:
    known = _Known()
    for rank, selector in enumerate(COMMON.body):
        match = _SIMPLE.match(selector)
        assert match, f"a common selector must be simple (tag, #id, .class, [attribute=value]): {selector}"
        if match["id"] and not match["tag"]:
            known.ids.setdefault(match["id"], rank)
        elif match["class"] and not match["tag"]:
            known.classes.setdefault(match["class"], rank)
        else:
            parts = tuple(_PART.findall(match["parts"] or ""))
            parts += (("id", "=", match["id"]),) if match["id"] else ()
            known.others.append((rank, match["tag"], match["class"] or "", parts))
    return known
