"""A brief as HTML: the blocks as elements, alone for our own pages and mail, or in the template of a whole page."""

from __future__ import annotations

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from db.brief.blocks import Block, Document, Heading, Line, Run, Table, plain
from db.brief.wording import rendered


def whole(document: Document, template: str) -> str:
    """The document as a page of its own. Raises WrongTemplate."""
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    context = {
        "title": document.title,
        "number": document.number,
        "office": document.office,
        "date": document.date,
        "body": body(document),
    }
    return rendered(environment, template, context, "brief.html") + "\n"


def body(document: Document, first: int = 2) -> Markup:
    """The blocks as elements, headings beginning with level `first`; no text can become an element."""
    return Markup("\n").join(_element(block, first) for block in document.blocks)


def _element(block: Block, first: int) -> Markup:
    if isinstance(block, Heading):
        return _HEADINGS[block.level + first - 2].format(_line(block.line))
    if isinstance(block, Table):
        return _table(block)
    return (_NOTE if block.note else _PARAGRAPH).format(_line(block.line))


_HEADINGS = tuple(Markup("<h{0}>{{}}</h{0}>").format(level) for level in range(1, 7))
_PARAGRAPH, _NOTE = Markup("<p>{}</p>"), Markup('<p class="note">{}</p>')
_TABLE = Markup(
    '<div class="table" tabindex="0" role="group" aria-label="{}"><table><thead><tr>{}</tr></thead><tbody>\n{}\n'
    "</tbody></table></div>"
)


def _table(table: Table) -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(_line(cell)) for cell in table.head)
    rows = Markup("\n").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(_line(cell)) for cell in row))
        for row in table.rows
    )
    return _TABLE.format("、".join(plain(cell) for cell in table.head), head, rows)


def _line(line: Line) -> Markup:
    return Markup("").join(map(_run, line))


def _run(run: Run) -> Markup:
    if run.url:
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(run.url, run.text)
    return Markup("<strong>{}</strong>").format(run.text) if run.bold else escape(run.text)
