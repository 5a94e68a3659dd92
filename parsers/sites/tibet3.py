"""青海日报、西海都市报 and others at epaper.tibet3.com, the old static pages (to about 2019).

The lines of a title stand in table rows of their own: kicker and subtitle have one class (font02) and differ only in
standing before or after the title (font01), which no selector can say. The day is printed as well as in the address.
Written from a parser of 2014; the site itself was never asked.
"""

from __future__ import annotations

from dataclasses import replace

from bs4 import BeautifulSoup, Tag

from parsers.dates import printed_date
from parsers.tidy import tidy
from parsers.values import Reading

HOSTS = ("epaper.tibet3.com",)


def refined(html: str, reading: Reading) -> Reading:
    """`reading` with title, kicker and subtitle by their rows, and the printed day where the address had none."""
    page = BeautifulSoup(html, "lxml")
    title = page.select_one("td.font01")
    if title is None or not _text(title):
        return reading
    before, after = title.find_previous("td", class_="font02"), title.find_next("td", class_="font02")
    printed = page.select_one("span.default")
    return replace(
        reading,
        title=_text(title),
        kicker=_text(before) or reading.kicker,
        subtitle=(_text(after) or "").lstrip("—- ") or reading.subtitle,
        published=reading.published or (printed_date(_text(printed) or "") if printed else None),
    )


def _text(cell: Tag | None) -> str | None:
    return tidy(cell.get_text(" ", strip=True), headline=True) or None if isinstance(cell, Tag) else None
