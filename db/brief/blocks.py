"""A brief as headings, paragraphs and tables: what Word, HTML and mail are made of, whoever wrote the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; `url` makes it a link."""

    text: str
    bold: bool = False
    url: str = ""


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3 (一、 （一） 1.)."""

    level: int
    line: Line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `note` is set smaller: where something is from, what was left out."""

    line: Line
    note: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its head; every row has as many cells as the head."""

    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


Block = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A whole brief: its head (title, number, office, date as printed) and its blocks."""

    title: str
    number: str = ""
    office: str = ""
    date: str = ""
    blocks: tuple[Block, ...] = field(default=())


def plain(line: Line) -> str:
    """The text of a line without its links."""
    return "".join(run.text for run in line)


def lines_of(block: Block) -> tuple[Line, ...]:
    """All lines in a block, the cells of a table row by row."""
    if isinstance(block, Table):
        return (*block.head, *(cell for row in block.rows for cell in row))
    return (block.line,)


def links(document: Document) -> tuple[str, ...]:
    """Every address that the document links to, once, in order."""
    return tuple(
        dict.fromkeys(run.url for block in document.blocks for line in lines_of(block) for run in line if run.url)
    )


def joined(runs: Iterable[Run]) -> Line:
    """Neighbours of one kind joined, empty ones left out."""
    found: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        last = found[-1] if found else None
        if last and (last.url, last.bold) == (run.url, run.bold):
            found[-1] = Run(last.text + run.text, run.bold, run.url)
        else:
            found.append(run)
    return tuple(found)
