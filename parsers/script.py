"""Traditional → Simplified, and the one normal form in which texts and queries meet."""

from __future__ import annotations

import functools
import re
import unicodedata

import opencc

# Words in which 著 and 乾 stay. OpenCC's tw2s knows most of them, but takes 著 for 着 when what follows makes
# another word (显著成效): ours win.
_KEPT = (
    "显著 著名 著作 著称 著述 著者 卓著 昭著 名著 原著 论著 专著 编著 译著 拙著 遗著 撰著 土著 巨著 "
    "乾隆 乾坤 乾陵 乾县 乾安 乾元 康乾 慰藉 狼藉 蕴藉 枕藉 瞭望 覆盖 颠覆 倾覆 覆灭 覆辙"
)
# What tw2s leaves or changes into the wrong word (measured on tests/parsers/script_pairs.tsv).
_OWN = {
    "顯著": "显著",
    "著稱": "著称",
    "著書立說": "著书立说",
    "論著": "论著",
    **{f"{verb}論著": f"{simple}论着" for verb, simple in zip("討評議談辯爭", "讨评议谈辩争", strict=True)},
    "著名字": "着名字",
    "著名單": "着名单",
    "著作業": "着作业",  # 寫著名字: the word only seems to stand there
    "專著": "专著",
    "編著": "编著",
    "譯著": "译著",
    "遺著": "遗著",
    "甚麽": "什么",
    "甚麼": "什么",
    "藉此": "借此",
    "憑藉": "凭借",
    "覆核": "复核",
    "覆查": "复查",
    "覆議": "复议",
    "澈底": "彻底",
    "精采": "精彩",
    "么": "么",  # tw2s takes it for the 幺 of numbers
}
_EXCEPTIONS = {**{word: word for word in _KEPT.split()}, **_OWN}
_EXCEPTION = re.compile("|".join(sorted(_EXCEPTIONS, key=len, reverse=True)))
_HAN = range(0x4E00, 0xA000)
# Traditional by the table, yet right in Simplified words too (著名, 乾隆, 慰藉, 瞭望, 覆盖, 徵羽, names in 於):
# they do not make a text Traditional.
_BOTH = frozenset("著乾藉瞭覆徵於餘鍾甯昇夥澈采麽")


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("tw2s")


_SURROGATES = re.compile("[\ud800-\udfff]+")  # halves of a character, which a damaged text may hold: no script


def _convert(text: str) -> str:
    """`text` by the table; lone surrogates, which the converter refuses, stay where they are."""
    if not _SURROGATES.search(text):
        converted: str = _converter().convert(text)
        return converted
    kept, parts = _SURROGATES.findall(text), _SURROGATES.split(text)
    return "".join(_convert(part) + after for part, after in zip(parts, [*kept, ""], strict=True))


def _characters(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(characters)}]")


@functools.cache
def _scripts() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of one Traditional-only character, of one Simplified-only, of one that may change."""
    every = "".join(map(chr, _HAN))
    to_simplified, to_traditional = _converter().convert(every), opencc.OpenCC("s2t").convert(every)
    changed = "".join(a for a, b in zip(every, to_simplified, strict=True) if a != b and a != "么")
    simplified = "".join(
        a for a, b, c in zip(every, to_traditional, to_simplified, strict=True) if a != b and a == c and not _in_big5(a)
    )
    return (
        _characters("".join(c for c in changed if c not in _BOTH)),
        _characters(simplified),
        _characters(changed + "".join(_BOTH)),
    )


def _in_big5(character: str) -> bool:
    """Whether Traditional texts print the character too (于, 后, 面: they are in the set that Taiwan uses)."""
    return bool(character.encode("big5", "ignore"))


def is_simplified(text: str) -> bool:
    """Whether nothing in `text` asks to be converted: no Traditional-only character, at least one Simplified-only
    or none that could change at all. One pass over the characters."""
    traditional, simplified, changing = _scripts()
    if traditional.search(text):
        return False
    return bool(simplified.search(text)) or not changing.search(text)


def hints(character: str) -> tuple[bool, bool, bool]:
    """Whether a character is Traditional-only, Simplified-only, one that may change: what `is_simplified` asks."""
    traditional, simplified, changing = _scripts()
    return (
        traditional.search(character) is not None,
        simplified.search(character) is not None,
        changing.search(character) is not None,
    )


def simplify(text: str) -> str:
    """`text` in Simplified characters, of the same length; vocabulary is never rewritten.

    A text without a Traditional character comes back as it is.
    """
    if text.isascii() or is_simplified(text):
        return text
    converted = _convert(text)
    if len(converted) != len(text):  # a phrase of another length: offsets matter more than that phrase
        converted = "".join(_simplify_character(character) for character in text)
    for match in _EXCEPTION.finditer(text):
        converted = converted[: match.start()] + _EXCEPTIONS[match[0]] + converted[match.end() :]
    return converted


@functools.lru_cache(maxsize=65536)
def _simplify_character(character: str) -> str:
    converted = _convert(character)
    return converted if len(converted) == 1 else character


class _Folding(dict[int, int]):
    """Code point → code point of the normal form, filled on first use (for `str.translate`)."""

    def __missing__(self, point: int) -> int:
        folded = unicodedata.normalize("NFKC", chr(point)).lower()
        character = folded if len(folded) == 1 else chr(point)
        # 著 stays in 著名 and becomes 着 in 着眼; without context both must meet
        self[point] = ord("着" if character == "著" else _simplify_character(character))
        return self[point]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The normal form for search: NFKC, Simplified, lower case, of the same length as `text`.

    Two spellings meet (綠色算力 = 绿色算力, ＡＩ = ai), and an offset in the result is an offset in `text`.
    The last step looks at single characters only, so that any part of a text folds as it does in the whole:
    a search for a part finds what a search for the substring finds.
    """
    if text.isascii():
        return text.lower()
    return simplify(text).translate(_FOLDING)
