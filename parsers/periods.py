"""The period of a fact: `2024`, `2024-08`, `2022-2024` or empty."""

from __future__ import annotations

import functools
import re
from collections import Counter

_YEARS = re.compile(r"((?:19|20)\d{2})年?\s*[-—–~～至]{1,2}\s*((?:19|20)\d{2})年?")
_MONTH = re.compile(r"((?:19|20)\d{2})年(\d{1,2})月")
_YEAR = re.compile(r"((?:19|20)\d{2})年")


def stated_period(text: str) -> str:
    """The first period that a sentence or a title states; empty when it states none."""
    if years := _YEARS.search(text):
        return f"{years.group(1)}-{years.group(2)}"
    if month := _MONTH.search(text):
        return f"{month.group(1)}-{int(month.group(2)):02d}"
    year = _YEAR.search(text)
    return year.group(1) if year else ""


@functools.lru_cache(maxsize=8)  # asked once for every fact of one article
def article_year(title: str, body: str, published: str | None) -> str:
    """The year an article speaks of: of its title, else most often in its first 800 characters, else published."""
    if stated := _YEAR.search(title):
        return stated.group(1)
    counts = Counter(_YEAR.findall(body[:800]))
    if counts:
        return str(counts.most_common(1)[0][0])
    return (published or "")[:4]
