"""Strings complete and used, queries in URLs, charts, feeds, contrast of the colours."""

from __future__ import annotations

import re
import string
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest

import datasette_plugins
from datasette_plugins import charts, feed
from datasette_plugins.language import STRINGS, Words
from datasette_plugins.query import SearchQuery, read_query
from datasette_plugins.render import moment
from db.values import Hit
from parsers.doc_types import DOC_TYPES

_ROOT = Path(datasette_plugins.__file__).parent
_USES = re.compile(r"""(?<![\w.])t\(\s*f?['"]([a-z_0-9.{}]+)['"]""")
_FAMILIES = re.compile(r"""t\.label\(\s*['"]([\w.]+)['"]""")


def _sources() -> str:
    files = [*_ROOT.glob("*.py"), *(_ROOT / "templates").iterdir()]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_both_languages_have_the_same_strings_and_placeholders() -> None:
    assert STRINGS["zh"].keys() == STRINGS["en"].keys()
    for key, text in STRINGS["zh"].items():
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        other = {name for _, name, _, _ in string.Formatter().parse(STRINGS["en"][key]) if name}
        assert names == other, key


def test_english_counts_one_and_many() -> None:
    english, chinese = Words("en"), Words("zh")
    assert [english("hit.copies", count=count) for count in (1, "2", "1,001")] == [
        "1 repost",
        "2 reposts",
        "1,001 reposts",
    ]
    assert english("policies.count", count="1").startswith("1 policy,")
    counted = [key for key, text in STRINGS["en"].items() if re.search(r"\[\w*\|\w+\]", text)]
    assert counted and not any("[" in english(key, **dict.fromkeys(_names(key), 1)) for key in counted)
    assert (english.aside(3), chinese.aside(3)) == (" (3)", "（3）")


def _names(key: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(STRINGS["en"][key]) if name]


def test_kinds_of_documents_have_english_names() -> None:
    english = Words("en")
    assert all(english.label("type", kind).isascii() for kind in DOC_TYPES)


def test_every_string_used_exists_and_every_string_is_used() -> None:
    text = _sources()
    used = set(_USES.findall(text)) - {"error.{name}.title", "error.{name}.line"}
    begun = tuple(key for key in used if key.endswith("."))  # t('compare.' ~ kind)
    assert used and used - set(begun) <= STRINGS["zh"].keys()
    assert all(any(key.startswith(one) for key in STRINGS["zh"]) for one in begun)
    families = set(_FAMILIES.findall(text)) | {"error"}
    unused = [
        key
        for key in STRINGS["zh"]
        if key not in used
        and not key.startswith(tuple(f"{family}." for family in families))
        and not key.startswith(begun)
        and f"'{key}'" not in text
        and f'"{key}"' not in text
    ]
    assert unused == []


def test_a_search_survives_its_url() -> None:
    query = SearchQuery("绿色算力 & 人才", {"place": ("甘肃省", "青海省"), "year": ("2025",)}, "oldest", 3)
    assert read_query(parse_qsl(urlsplit(query.url()).query)) == query
    assert query.toggled("place", "青海省").filters["place"] == ("甘肃省",)
    assert "year" not in query.toggled("year", "2025").filters
    assert query.toggled("year", "2025").page == 1
    for facet, value in (
        ("place", "青海省"),
        ("place", "四川省"),
        ("year", "2025"),
        ("status", "first"),
        ("type", "评论/署名文章"),
    ):
        for one in (query, query.unfiltered(), query.on_page(3).ordered("oldest").at("2026-11-01"), SearchQuery()):
            assert one.toggling(facet)(value) == one.toggled(facet, value).url()
            for time in ("2025", "2025-03"):
                assert one.in_times()(time) == one.in_time(time).url()


def test_a_month_is_words_of_the_query() -> None:
    assert SearchQuery().in_month("2025-12").q == "after:2025-12 before:2026-01"
    assert SearchQuery("甲 或 乙").in_month("2025-03").q == "(甲 或 乙) after:2025-03 before:2025-04"


@pytest.mark.parametrize("page", ["0", "-1", "x", "９", "99999999999", ""])
def test_a_senseless_page_is_the_first(page: str) -> None:
    assert read_query([("page", page), ("order", "drop table")]) == SearchQuery()


def test_the_grid_holds_34_provinces_each_on_its_own_square() -> None:
    squares = charts.tiles([("青海省", 10), ("甘肃省", 5)])
    assert len({(tile.column, tile.row) for tile in squares}) == 34
    shades = {tile.name: tile.shade for tile in squares}
    assert shades["青海省"] == charts.SHADES and 0 < shades["甘肃省"] < charts.SHADES and shades["西藏自治区"] == 0


def test_bars_start_at_zero_and_keep_proportion() -> None:
    drawn = charts.chart([("2025-01", 10), ("2025-02", 5), ("2025-03", 0)])
    high, low, none = drawn.bars
    assert (high.height, low.height, none.height) == (100, 50, 0)
    assert all(bar.y + bar.height == 100 for bar in drawn.bars)
    assert charts.chart([]).bars == ()


def test_shares_months_hardly_crawled_and_long_times() -> None:
    months, totals = [("2025-01", 10), ("2025-02", 5)], {"2025-01": 100, "2025-02": 10}
    shares = charts.chart(months, {"2025-01": 0.2, "2025-02": 1.0}, totals)
    assert [bar.share for bar in shares.bars] == [0.1, 0.5] and shares.bars[1].height == 100
    assert [bar.hatched for bar in shares.bars] == [True, False]
    assert not charts.chart(months).hatched, "an archive of files has no gaps"
    years = charts.chart([(f"{2010 + n // 12}-{n % 12 + 1:02}", 1) for n in range(120)])
    assert [bar.name for bar in years.bars] == [str(year) for year in range(2010, 2020)] and years.bars[0].count == 12


def test_times_keep_the_precision_they_have() -> None:
    assert moment("2025-03-18T01:20:00+00:00") == "2025-03-18 09:20"
    assert moment("2018") == "2018"
    assert moment(None) == ""
    assert feed.full_time("2025-03") is None
    assert feed.full_time("2025-03-18") == "2025-03-18T00:00:00+08:00"


def test_control_characters_do_not_break_a_feed() -> None:
    hit = Hit("a1", "引\x0b才\ufffe", "https://x.cn/\x00", "s", "站", None, None, "2026-03-01T00:00:00+00:00", (), None,
              (), "摘\x1f要", (), (), (), 0, "a1", "current")  # fmt: skip
    document = ET.fromstring(feed.atom([hit], feed.Head("题\x00", "http://x.cn", "/search.atom", "/search")))
    assert "引才" in "".join(document.itertext())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_in_a_cell_becomes_text(start: str) -> None:
    assert feed.csv_lines([[f"{start}1"]]).lstrip('"').startswith(f"'{start}")


def _tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", css))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_text_has_contrast_in_every_theme(theme: str) -> None:
    css = (_ROOT / "static" / "caixun.css").read_text(encoding="utf-8")
    light, rest = css.split("prefers-color-scheme: dark", 1)
    dark, rest = rest.split("prefers-contrast", 1)
    printed = rest.split("@media print {\n  :root", 1)[1].split("}", 1)[0]
    tokens = _tokens(light) | {"light": {}, "dark": _tokens(dark), "print": _tokens(dark) | _tokens(printed)}[theme]
    pairs = [
        (ink, ground)
        for ink in ("ink", "soft", "link", "accent", "good", "warn", "bad")
        for ground in ("paper", "raised")
    ]
    pairs += [("mark-ink", "mark"), ("on-accent", "accent"), ("ink", "evidence"), ("ink", "s1"), ("ink", "s2")]
    for ink, ground in pairs:
        dark_one, light_one = sorted([_luminance(tokens[ink]), _luminance(tokens[ground])])
        assert (light_one + 0.05) / (dark_one + 0.05) >= 4.5, (ink, ground)
