"""Words that mirrors put into titles and first lines for search engines: dropped, and told to the reader."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from pathlib import Path

from parsers.script import simplify
from parsers.values import Flag, Reading

_WORDS = Path(__file__).parent / "data" / "mirror_spam.txt"
_PARTS = re.compile(r"([_\-|,，—/]+|\s+)")


@functools.cache
def _spam() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _WORDS.read_text(encoding="utf-8").split())), re.IGNORECASE)


def drop_spam(line: str) -> tuple[str, Flag | None]:
    """A title or first line of a mirror page without the parts that hold injected words, and a flag naming them.

    Parts are what separators (_ - | , and spaces) cut; the separators beside a dropped part go with it. A line
    of one part, or one that is nothing but such parts, stays whole: it may be an article about gambling.
    To be used on pages of the mirror class only.
    """
    parts = _PARTS.split(line)
    bad = [number for number in range(0, len(parts), 2) if _spam().search(simplify(parts[number]))]
    kept = [number for number in range(0, len(parts), 2) if number not in bad and parts[number]]
    if not bad or not kept:
        return line, None
    text = ""
    for number in kept:
        # a separator stays where both of its sides do
        text += (parts[number - 1] if text and number - 2 in kept else " " if text else "") + parts[number]
    dropped = "、".join(parts[number] for number in bad)
    return text, Flag("mirror-spam", f"镜像站插入的无关词语已去掉：{dropped}")


def without_spam(reading: Reading) -> Reading:
    """A reading of a mirror page, its title and first paragraph without injected words, flagged; spans come later."""
    title, flag = drop_spam(reading.title or "")
    first, other = drop_spam(reading.paragraphs[0]) if reading.paragraphs else ("", None)
    flags = tuple(dict.fromkeys(one for one in (flag, other) if one))
    if not flags:
        return reading
    paragraphs = (first, *reading.paragraphs[1:]) if reading.paragraphs else ()
    return replace(reading, title=title or None, paragraphs=paragraphs, flags=reading.flags + flags)
