"""Marks of a Chinese text typed with the keys of another keyboard: 14个,那一株 is parted as 14个，那一株 is.

One sign becomes one sign, so that every span holds for the text as printed.
"""

from __future__ import annotations

import re

_WIDE = str.maketrans(",;:!?()", "，；：！？（）")
# a comma or colon between digits belongs to the number (1,250 · 1:10 · 8:30), brackets without Chinese to a formula
_MARK = re.compile(
    r"(?<!\d)[,;:!?](?=[^\x00-\xff])|(?<=[^\x00-\xff])[,;:!?]|(?<=\d)[,;!?](?=[^\x00-\xff])|"
    r"\([^()\n]{0,60}?[\u4e00-\u9fff][^()\n]{0,60}?\)|(?<=[\u4e00-\u9fff])\([^()\n]{1,60}\)"
)
_TYPED = re.compile("[,;:!?()]")


def with_borders(text: str) -> str:
    """`text` with the ASCII marks that part Chinese words as the wide ones they stand for; its length stays."""
    if not _TYPED.search(text):
        return text
    return _MARK.sub(_widened, text)


def _widened(mark: re.Match[str]) -> str:
    return mark.group().translate(_WIDE) if len(mark.group()) == 1 else f"（{mark.group()[1:-1].translate(_WIDE)}）"
