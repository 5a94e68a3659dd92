"""The text in which a brief is edited, a small part of Markdown, and the blocks that it stands for.

    ---
    标题：人才工作简报          the head, between two lines of hyphens; also 期号, 单位, 日期
    ---
    # 一、引才   ## （一）省级   ### 1. …      headings of three levels
    A paragraph, lines joined; **bold** and [links](https://…); "> " before it makes it a note
    | 指标 | 本期 |             a table: the first row is its head, the second |---|---|
    \\* \\[ \\| …                a backslash before a mark that is meant as it stands

Everything else is text. HTML is text too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from db.brief.blocks import Block, Document, Heading, Line, Paragraph, Run, Table, joined, plain

_KEYS = {"标题": "title", "期号": "number", "单位": "office", "日期": "date"}
_HEAD = re.compile(r"\s*(标题|期号|单位|日期)\s*[：:](.*)")
_MARKS = re.compile(r"[\\`*_\[\]<>|#]")
_AT_START = re.compile(r"^(\d+[.)]|[-+]|-{3,})(?=\s|$)")
_INLINE = re.compile(
    r"\\(?P<literal>[!-/:-@\[-`{-~])"
    r"|\*\*(?P<bold>(?:\\.|[^*\\])+)\*\*"
    r"|\[(?P<label>(?:\\.|[^\]\\])*)\]\((?P<url>[^()\s]+)\)"
)
_CELL = re.compile(r"(?:\\.|[^|\\])*")
_RULE = re.compile(r"\|?[\s:|-]*-[\s:|-]*")
_SAFE_IN_URL = {"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E", "\\": "%5C", "|": "%7C", "*": "%2A"}
_OWN_NUMBER = re.compile(r"^\d{1,4}[．.、]\s*(?=\S)")  # of a heading; 12条措施 begins with a number of the title
_WEB = ("http://", "https://", "mailto:")


def escaped(text: str) -> str:
    """`text` on one line, with backslashes so that it reads back as it is."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    line = _MARKS.sub(lambda match: "\\" + match[0], line)
    return _AT_START.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", line)


def address(url: str) -> str:
    """`url` fit to stand between brackets; "" when it is not one of the web."""
    clean = "".join(_SAFE_IN_URL.get(c, c) for c in url.strip() if c.isprintable())
    return clean if clean.lower().startswith(_WEB) else ""


def link(label: str, url: str) -> str:
    """A link in the text, or only its label where there is no right address."""
    safe = address(url)
    return f"[{escaped(label)}]({safe})" if safe else escaped(label)


def read(text: str) -> Document:
    """The document that `text` stands for; there is no wrong text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head, rest = _head(lines)
    blocks = tuple(_blocks(rest))
    title = head.pop("title", "")
    return Document(title, **head, blocks=blocks)


def write(document: Document) -> str:
    """The text that stands for `document`: what `read` makes it of."""
    head = [f"{name}：{escaped(str(getattr(document, key)))}" for name, key in _KEYS.items()]
    return "\n\n".join(["\n".join(["---", *head, "---"]), *map(_written, document.blocks)]) + "\n"


def _written(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_marked(block.line)}"
    if isinstance(block, Paragraph):
        return ("> " if block.note else "") + _marked(block.line)
    rows = [block.head, *block.rows]
    lines = [f"| {' | '.join(map(_marked, row))} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(block.head), *lines[1:]])


def _marked(line: Line) -> str:
    """A line with its marks; no space is lost between its runs."""
    return "".join(_with_edges(run) for run in line).strip()


def _with_edges(run: Run) -> str:
    inner = link(run.text, run.url) if run.url else escaped(run.text)
    inner = f"**{inner}**" if run.bold and inner and not run.url else inner
    lead = " " if run.text[:1].isspace() else ""
    return lead + inner + (" " if run.text[-1:].isspace() and run.text.strip() else "")


def _head(lines: Sequence[str]) -> tuple[dict[str, str], Sequence[str]]:
    """What stands between the first two lines of hyphens, and the lines behind; without it nothing, and all."""
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not lines or lines[start].strip() != "---":
        return {}, lines
    end = next((number for number in range(start + 1, len(lines)) if lines[number].strip() == "---"), 0)
    found = [match for line in lines[start + 1 : end] if (match := _HEAD.fullmatch(line))]
    if not end or not found:
        return {}, lines
    return {_KEYS[match[1]]: plain(inline(match[2].strip())) for match in found}, lines[end + 1 :]


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    waiting: list[str] = []
    for kind, group in _grouped(lines):
        if kind == "heading":
            hashes, _, words = group[0].partition(" ")
            yield Heading(min(len(hashes), 3), inline(words.strip()))
        elif kind == "table":
            yield from _table(group)
        elif kind in ("text", "note"):
            waiting = [line.strip().removeprefix(">").strip() if kind == "note" else line.strip() for line in group]
            yield Paragraph(inline(_joined(waiting)), kind == "note")


def _joined(lines: Sequence[str]) -> str:
    """Lines of one paragraph as one: Chinese lines meet without a space."""
    text = ""
    for line in lines:
        gap = " " if text and line and text[-1].isascii() and line[0].isascii() else ""
        text += gap + line
    return text


def _grouped(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Lines that belong together, with their kind: heading, table, note, text."""
    group: list[str] = []
    now = "blank"
    for line in chain(lines, ("",)):
        kind = _kind(line)
        if group and (kind != now or kind == "heading"):
            yield now, group
            group = []
        now = kind
        if kind != "blank":
            group.append(line.strip())


def _kind(line: str) -> str:
    text = line.strip()
    if not text or re.fullmatch(r"-{3,}|\*{3,}", text):
        return "blank"
    if re.match(r"#{1,6} ", text):
        return "heading"
    if text.startswith("|"):
        return "table"
    return "note" if text.startswith(">") else "text"


def _table(lines: Sequence[str]) -> Iterator[Block]:
    rows = [_cells(line) for line in lines if not _RULE.fullmatch(line)]
    if rows:
        width = max(map(len, rows))
        full = [(*row, *[()] * (width - len(row))) for row in rows]
        yield Table(full[0], tuple(full[1:]))


def _cells(line: str) -> tuple[Line, ...]:
    inner = line.strip().removeprefix("|")
    found = []
    while inner:
        match = _CELL.match(inner)
        assert match is not None, "the pattern matches the empty text too"
        found.append(inline(match[0].strip()))
        inner = inner[match.end() + 1 :] if match.end() < len(inner) else ""
    return tuple(found)


def inline(text: str) -> Line:
    """The runs of a line."""
    runs: list[Run] = []
    done = 0
    for match in _INLINE.finditer(text):
        runs.append(Run(text[done : match.start()]))
        runs.append(_run(match))
        done = match.end()
    runs.append(Run(text[done:]))
    return joined(runs)


def _run(match: re.Match[str]) -> Run:
    if match["literal"]:
        return Run(match["literal"])
    if match["bold"]:
        return Run(_literal(match["bold"]), bold=True)
    url = match["url"] if match["url"].lower().startswith(_WEB) else ""
    return Run(_literal(match["label"]), url=url)


def _literal(text: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


@dataclass(frozen=True, slots=True)
class Told:
    """An item of a brief for channels that show items: its title, what is said of it, its links."""

    title: str
    text: str
    links: tuple[tuple[str, str], ...]  # (label, address)


def told(document: Document) -> tuple[Told, ...]:
    """The items: what stands under each heading of the third level, its title without the number before it."""
    found: list[tuple[str, list[Paragraph]]] = []
    open_ = False
    for block in document.blocks:
        if isinstance(block, Heading):
            open_ = block.level == 3
            if open_:
                found.append((_OWN_NUMBER.sub("", plain(block.line), count=1), []))
        elif open_ and isinstance(block, Paragraph):
            found[-1][1].append(block)
    return tuple(_item(title, paragraphs) for title, paragraphs in found)


def _item(title: str, paragraphs: Sequence[Paragraph]) -> Told:
    runs = [run for paragraph in paragraphs for run in paragraph.line]
    text = "\n".join(plain(paragraph.line) for paragraph in paragraphs if not paragraph.note)
    return Told(title, text, tuple((run.text, run.url) for run in runs if run.url))
