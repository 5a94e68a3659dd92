"""Sets of pages with a known truth: a folder with a manifest, or pages made from the texts of the demo."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from random import Random
from typing import Any

from parsers.errors import CaixunError
from scheduler.benchmarks.scoring import Gold
from scheduler.demo import pages, texts
from scheduler.demo.texts import Text

_DAY = "2026-03-18"
_WEIGHT = 90_000  # characters of menus and scripts around an article; real pages carry 140 KB in the mean


class PageSetError(CaixunError):
    """A folder of pages cannot be read as a set; the line names the folder and what is missing."""


def manifest_set(folder: Path) -> list[Gold]:
    """The pages of a manifest, one JSON object a line: html (file), url, title, published, author (list), source,
    body, optional (lines that may be read or not). Raises PageSetError without manifest, page or a needed field.
    """
    try:
        lines = (folder / "manifest.jsonl").read_text("utf-8").splitlines()
        return [_gold(folder, json.loads(line)) for line in lines]
    except (OSError, KeyError, ValueError) as error:
        raise PageSetError(f"{folder} 不是页面集（manifest.jsonl 每行一页）：{error!r}；格式见 README") from error


def _gold(folder: Path, row: dict[str, Any]) -> Gold:
    return Gold(
        name=row.get("id") or row["html"],
        page=(folder / row["html"]).read_bytes(),
        url=row.get("url"),
        title=row["title"],
        published=row.get("published"),
        authors=tuple(row.get("author") or ()),
        origin=row.get("source"),
        body=row["body"],
        optional=tuple(row.get("optional") or ()),
    )


def made_set() -> list[Gold]:
    """The demo's articles as pages of five kinds of sites, with menus and scripts around them; always the same."""
    known = [text for text in texts.at(1000, _DAY) if text.site in ("portal", "gov")]
    return [_made(text, known, number) for number, text in enumerate(known)]


def _made(text: Text, others: list[Text], number: int) -> Gold:
    chance = Random(number)  # noqa: S311 - the same pages every time
    html = _page(text, others, number)
    start = html.index("<body>") + len("<body>")
    end = html.index("</body>")
    html = html[:start] + _menus(others, chance) + html[start:end] + _scripts(chance) + html[end:]
    charset = "gb18030" if 'charset="gb2312"' in html else "utf-8"
    rows = [" | ".join(row) for row in text.rows]
    return Gold(
        name=f"{number:02}-{text.name}",
        page=html.encode(charset),
        url=f"http://news.example{text.path}",
        title=text.title,
        published=text.date,
        authors=text.authors,
        origin=text.origin,
        body="\n".join((*text.paragraphs, *rows)),
        optional=(*text.captions, text.subtitle, text.kicker, text.document, f"责任编辑：{text.editor}"),
    )


def _page(text: Text, others: list[Text], number: int) -> str:
    if number % 3 == 0 and text.site == "portal":
        return pages.portal_article(text, others)
    if number % 3 == 0 and text.site == "gov":
        return pages.gov_article(text)
    return _tables(text) if number % 3 == 1 else _sections(text)


def _tables(text: Text) -> str:
    """A page of 2003: tables, <font>, one cell with line breaks."""
    lines = "<br><br>\r\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{escape(line)}" for line in text.paragraphs)
    rows = "".join(f"<tr><td>{'</td><td>'.join(map(escape, row))}</td></tr>" for row in text.rows)
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{escape(text.title)}'
        f"_河湟在线</title></head><body><table width=760><tr><td align=center><font size=5><b>{escape(text.title)}</b>"
        f"</font></td></tr><tr><td align=center>{text.date} {text.time} 来源：{escape(text.origin)} "
        f"{_authors(text)}</td></tr><tr><td class=zw><font size=3>{lines}</font>"
        f"{f'<table>{rows}</table>' if rows else ''}</td></tr></table></body></html>"
    )


def _sections(text: Text) -> str:
    """A page of 2024: sections and spans, classes with numbers, the data for machines in a script."""
    data = json.dumps({"@type": "NewsArticle", "headline": text.title, "datePublished": text.date}, ensure_ascii=False)
    lines = "".join(f'<section class="s-{len(line)}"><span>{escape(line)}</span></section>' for line in text.paragraphs)
    rows = "".join(f"<tr><td>{'</td><td>'.join(map(escape, row))}</td></tr>" for row in text.rows)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(text.title)} - 河湟融媒</title>'
        f'<script type="application/ld+json">{data}</script></head><body><main><h1>{escape(text.title)}</h1>'
        f'<div class="meta-line"><span>{text.date} {text.time[:5]}</span> <span>来源：{escape(text.origin)}</span> '
        f'<span>{_authors(text)}</span></div><article class="detail-7f3">{lines}'
        f"{f'<table>{rows}</table>' if rows else ''}</article></main></body></html>"
    )


def _authors(text: Text) -> str:
    return f"作者：{escape(' '.join(text.authors))}" if text.authors else ""


def _menus(others: list[Text], chance: Random) -> str:
    """Rows of links as they stand above every article, about a third of the weight."""
    items: list[str] = []
    while sum(map(len, items)) < _WEIGHT // 3:
        other = chance.choice(others)
        items.append(
            f'<li class="m{len(items)}"><a href="{other.path}" target="_blank">{escape(other.title[:8])}</a></li>'
        )
        if len(items) % 12 == 0:
            items.append('</ul><ul class="nav">')
    return f'<div id="top"><ul class="nav">{"".join(items)}</ul></div>'


def _scripts(chance: Random) -> str:
    names = [
        f"var v{number}={{id:{chance.randrange(10**9)},show:function(){{return this.id}}}};" for number in range(1200)
    ]
    return f"<script>{''.join(names)}</script><style>{'.a{margin:0 auto;color:#333}' * 400}</style>"
