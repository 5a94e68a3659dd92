"""What the archive answers about facts: plain values for /facts and its downloads."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.values import Fact


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a fact is to be checked: machine `name` (repair, doubtful, conflict, rule), a Chinese sentence, and for a
    conflict the article and number (`#eN`) of the other report."""

    name: str
    detail: str
    article: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact of a current article. `number` is its place on the article page (`#eN`), `measure` the normal form
    of a figure's measure ("" for other kinds), `copies` how many other articles of the story print it too."""

    id: int
    number: int
    revision: int
    article: str
    article_title: str
    published: str | None
    story: str
    site: str
    copies: int
    measure: str
    fact: Fact
    doubts: tuple[Doubt, ...] = ()


_SCALES = ((100_000_000, "亿", 10_000), (10_000, "万", 100))  # factor, name, the finest step that is written in it


def in_words(low: float | None, high: float | None, unit: str) -> str:
    """An amount as people write it: 1500 万元, 1.2 亿元, 3–5 万元, 2,345 名. No digit of the value is lost.

    Of a range both ends are given; a single known end stands alone. "" where nothing is known.
    """
    ends = [end for end in dict.fromkeys((low, high)) if end is not None]
    if not ends:
        return ""
    if unit == "%" and all(_fraction(end) for end in ends):
        return "–".join(_fraction(end) for end in ends)
    factor, scale = next(
        ((factor, scale) for factor, scale, step in _SCALES if all(end >= factor and end % step == 0 for end in ends)),
        (1, ""),
    )
    numbers = "–".join(f"{end / factor:,.12g}" if factor == 1 else f"{end / factor:.12g}" for end in ends)
    space = "" if unit in ("%", "‰") else " "
    return f"{numbers}{space}{scale}{unit}".rstrip()


_DIGITS = "零一二三四五六七八九"
_ENDLESS = (3, 6, 7, 9)  # parts of a hundred that no decimal says


def _fraction(percent: float) -> str:
    """三分之一 for 33.333333; "" for what a decimal says as well."""
    if round(percent, 2) == percent:
        return ""
    for parts in _ENDLESS:
        share = round(percent * parts / 100)
        if 0 < share < parts and abs(percent - 100 * share / parts) < 1e-5:
            return f"{_DIGITS[parts]}分之{_DIGITS[share]}"
    return ""


_QUALIFIED = {"nearly": "近 {}", "about": "约 {}"}


def quantity_in_words(low: float | None, high: float | None, unit: str, qualifier: str) -> str:
    """The same with what the text says of its exactness: 9,800 名以上 (余, 多, 不少于), 近 3 万人, 不超过 30 天."""
    said = in_words(low, high, unit)
    if not said or (low is not None and high is not None):
        return _QUALIFIED.get(qualifier, "{}").format(said) if said else ""
    return f"不超过 {said}" if low is None else f"{said}以上"
