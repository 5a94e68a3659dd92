"""The marks of the two charts as HTML, made in Python: a page has two hundred, and a macro for each is slow."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup

from datasette_plugins.charts import Bar, Chart, Tile
from datasette_plugins.language import Words
from datasette_plugins.query import SearchQuery, in_html
from datasette_plugins.render import number, percent
from datasette_plugins.spans import escaped


@lru_cache(maxsize=8192)
def _articles(t: Words, count: int) -> str:
    """A number of articles as people read it, for HTML; the small ones are on every page."""
    return escaped(t("count.articles", count=number(count)))


def bars(chart: Chart, query: SearchQuery, t: Words) -> Markup:
    """The bars of a chart for an SVG, each a link to its time, hatched where hardly anything was crawled."""
    address = query.in_times()
    return Markup("\n".join(_bar(bar, in_html(address(bar.name)), t) for bar in chart.bars) + "\n")  # noqa: S704 - safe


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
        f'{hatched}<a href="{address}" tabindex="-1" aria-hidden="true"><title>{_said(bar, t)}</title>'
        f'<rect class="hover" {whole}/>{drawn}</a>'
    )


def _said(bar: Bar, t: Words) -> str:
    share = t.aside(percent(bar.share)) if bar.share is not None else ""
    hardly = f" · {escaped(t('chart.hardly', share=percent(bar.covered or 0)))}" if bar.hatched else ""
    return f"{escaped(bar.name)}：{_articles(t, bar.count)}{share}{hardly}"


def bar_rows(chart: Chart, query: SearchQuery) -> Markup:
    """The same as rows of a table, the newest first, those that say nothing left out."""
    address, rows = query.in_times(), []
    for bar in reversed(chart.bars):
        if not (bar.count or bar.hatched):
            continue
        share = f'<td class="num">{percent(bar.share or 0)}</td>' if chart.shares else ""
        covered = percent(bar.covered) if bar.covered is not None else "—"
        rows.append(
            f'<tr><td><a href="{in_html(address(bar.name))}">{escaped(bar.name)}</a></td>'
            f'<td class="num">{number(bar.count)}</td>{share}<td class="num">{covered}</td></tr>'
        )
    return Markup("".join(rows))  # noqa: S704 - every text above is escaped


def tile_items(tiles: Iterable[Tile], query: SearchQuery | None, t: Words) -> Markup:
    """The provinces of the map as items of a list: each leads to the search within it, or to its page."""
    within = query.toggling("place") if query else lambda name: f"/place/{quote(name, safe='')}"
    chosen, items = query.filters.get("place", ()) if query else (), []
    for tile in tiles:
        name, count = tile.name, _articles(t, tile.count)  # names and short forms are ours
        current = ' aria-current="true"' if name in chosen else ""
        shown = (str(tile.count) if tile.count < 10000 else "9999+") if tile.count else ""
        items.append(
            f'<li class="c{tile.column} r{tile.row}"><a class="tile s{tile.shade}" href="{in_html(within(name))}"'
            f' title="{name} · {count}"{current}>'
            f'<span class="tile-name" aria-hidden="true">{tile.short}</span>'
            f'<span class="tile-count" aria-hidden="true">{shown}</span>'
            f'<span class="unseen">{name} {count}</span></a></li>\n'
        )
    return Markup("".join(items))  # noqa: S704 - every text above is escaped


FILTERS = {"bars": bars, "bar_rows": bar_rows, "tile_items": tile_items}
