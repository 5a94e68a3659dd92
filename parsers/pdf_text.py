"""Lines in reading order → paragraphs."""

from __future__ import annotations

import re

from parsers.pdf_blocks import Block
from parsers.pdf_headings import is_byline, jump
from parsers.pdf_lines import Piece

_END = re.compile(r"[。！？!?…；：][”’》）】]*$")
_INDENT = 1.2  # em


class RunningText:
    """Lines → paragraphs: one begins where a line is set in, or after a short line that ends a sentence."""

    def __init__(self, body: float) -> None:
        self._body = body  # size of the type in points
        self.paragraphs: list[str] = []
        self.bylines: list[str] = []
        self.jumps: list[tuple[str, str]] = []
        self._last = "closed"  # subhead | closed | open
        self._em = 0.0  # of the last line

    @property
    def is_open(self) -> bool:
        """Whether the last paragraph breaks off inside a sentence."""
        return bool(self.paragraphs) and not _END.search(self.paragraphs[-1])

    def close(self) -> None:
        """Ends the paragraph: the next line begins one."""
        self._last = "closed"

    def add(self, block: Block) -> None:
        """The next block in reading order."""
        right = block.box.right
        for piece in block.pieces:
            text = piece.text
            turn = jump(text)
            if turn:
                self.jumps.append(turn)
            elif is_byline(text) and (not self.paragraphs or self._last == "closed"):
                self.bylines.append(text)
            else:
                self._line(piece, text, piece.x0 - block.left, right - piece.x1)

    def _line(self, piece: Piece, text: str, indent: float, rest: float) -> None:
        subhead = piece.em > 1.06 * self._body
        centred = indent > 2.6 * piece.em and rest > 1.5 * piece.em and abs(indent - rest) < 1.2 * piece.em
        same = abs(piece.em - self._em) < 0.06 * piece.em
        self._em = piece.em
        if subhead or (centred and not _END.search(text) and self._last != "open"):
            self._append(text, "subhead", joins=same and self._last == "subhead")
        else:
            begins = indent > _INDENT * self._body or self._last != "open"
            ended = rest > 1.8 * self._body and bool(_END.search(text))
            self._append(text, "closed" if ended else "open", joins=not begins)

    def _append(self, text: str, state: str, joins: bool) -> None:
        if joins and self.paragraphs:
            latin = text[0].isascii() and self.paragraphs[-1][-1].isascii() and text[0].isalpha()
            self.paragraphs[-1] += (" " if latin else "") + text
        else:
            self.paragraphs.append(text)
        self._last = state
