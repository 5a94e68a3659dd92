"""The marks of the two charts as HTML, made in Python: a page has two hundred, and a macro for each is slow."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup, escape

from datasette_plugins.charts import Bar, Chart, Tile
from datasette_plugins.language import Words
from datasette_plugins.query import SearchQuery
from datasette_plugins.render import number, percent


def bars(chart: Chart, query: SearchQuery, t: Words) -> Markup:
    """The bars of a chart for an SVG, each a link to its time, hatched where hardly anything was crawled."""
    address = query.in_times()
    return Markup("\n".join(_bar(bar, address(bar.name), t) for bar in chart.bars) + "\n")  # noqa: S704 - escaped


def _bar(bar: Bar, address: str, t: Words) -> str:
    whole = f'x="{bar.x}%" y="0" width="{bar.width}%" height="100%"'
    hatched = f'<rect {whole} fill="url(#hatch)"/>' if bar.hatched else ""
    drawn = (
        f'<rect class="bar" x="{round(bar.x + bar.width * 0.1, 3)}%" y="{bar.y}%" width="{round(bar.width * 0.8, 3)}%"'
        f' height="{bar.height}%"/>'
        if bar.height
        else ""
    )
    return (
        f'{hatched}<a href="{escape(address)}" tabindex="-1" aria-hidden="true"><title>{escape(_said(bar, t))}</title>'
        f'<rect class="hover" {whole}/>{drawn}</a>'
    )


def _said(bar: Bar, t: Words) -> str:
    share = f"（{percent(bar.share)}）" if bar.share is not None else ""
    hardly = f" · {t('chart.hardly', share=percent(bar.covered or 0))}" if bar.hatched else ""
    return f"{bar.name}：{t('count.articles', count=number(bar.count))}{share}{hardly}"


def bar_rows(chart: Chart, query: SearchQuery) -> Markup:
    """The same as rows of a table, the newest first, those that say nothing left out."""
    address, rows = query.in_times(), []
    for bar in reversed(chart.bars):
        if not (bar.count or bar.hatched):
            continue
        share = f'<td class="num">{percent(bar.share or 0)}</td>' if chart.shares else ""
        covered = percent(bar.covered) if bar.covered is not None else "—"
        rows.append(
            f'<tr><td><a href="{escape(address(bar.name))}">{escape(bar.name)}</a></td>'
            f'<td class="num">{number(bar.count)}</td>{share}<td class="num">{covered}</td></tr>'
        )
    return Markup("".join(rows))  # noqa: S704 - every text above is escaped


def tile_items(tiles: Iterable[Tile], query: SearchQuery | None, t: Words) -> Markup:
    """The provinces of the map as items of a list: each leads to the search within it, or to its page."""
    within = query.toggling("place") if query else lambda name: f"/place/{quote(name, safe='')}"
    items = []
    for tile in tiles:
        count = t("count.articles", count=number(tile.count))
        current = ' aria-current="true"' if query and query.has("place", tile.name) else ""
        shown = (str(tile.count) if tile.count < 10000 else "9999+") if tile.count else ""
        items.append(
            f'<li class="c{tile.column} r{tile.row}"><a class="tile s{tile.shade}" href="{escape(within(tile.name))}"'
            f' title="{escape(tile.name)} · {escape(count)}"{current}>'
            f'<span class="tile-name" aria-hidden="true">{escape(tile.short)}</span>'
            f'<span class="tile-count" aria-hidden="true">{shown}</span>'
            f'<span class="unseen">{escape(tile.name)} {escape(count)}</span></a></li>\n'
        )
    return Markup("".join(items))  # noqa: S704 - every text above is escaped


FILTERS = {"bars": bars, "bar_rows": bar_rows, "tile_items": tile_items}
