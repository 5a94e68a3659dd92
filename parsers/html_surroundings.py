"""What the finders of an article's parts (title, time, origin, names) look at beside its text."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from parsers.html_lines import Line
from parsers.rules import PageRules


@dataclass(slots=True)
class Surroundings:
    """Tags for machines, the lines around the title (`head`), the paragraphs (`body`), the lines behind (`tail`)."""

    tree: LexborHTMLParser
    metas: dict[str, str]
    data: dict[str, str]
    url: str | None
    rules: PageRules
    head: list[Line]
    body: list[str]
    tail: list[Line]
