"""One form for characters that look the same: radicals, full-width letters, invisible marks, left-over entities."""

from __future__ import annotations

import html
import re
import unicodedata

# CJK Radicals Supplement without a compatibility mapping in Unicode: the letters that PDF texts print with them
_RADICALS = dict(
    zip(
        "⺠⺬⺰⺻⻁⻄⻅⻆⻈⻉⻋⻐⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⻑⻒⻣⻡⻫⻭⻯⻲⺎⺟⺪",
        "民示纟聿虎西见角讠贝车钅长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟長镸骨首斉歯竜亀兀母疋",
        strict=True,
    )
)
_ONE_TO_ONE = {
    chr(point): unicodedata.normalize("NFKC", chr(point))
    for span in ((0x2E80, 0x2FE0), (0xF900, 0xFB00), (0x2F800, 0x2FA20))
    for point in range(*span)
    if len(unicodedata.normalize("NFKC", chr(point))) == 1
}
# forms for vertical lines, as full-width punctuation
_VERTICAL = dict(
    zip(
        "︐︑︒︓︔︕︖︗︘︙︰︱︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄",
        "，、。：；！？〖〗…：—（）｛｝〔〕【】《》〈〉「」『』",
        strict=True,
    )
)
_HALF_WIDE = dict(zip("｡｢｣､･", "。「」、·", strict=True))
_UNIFIED = str.maketrans({**_ONE_TO_ONE, **_RADICALS, **_VERTICAL, **_HALF_WIDE})
_UNIFIABLE = re.compile("[\u2e80-\u2fdf\ufe10-\ufe19\ufe30-\ufe44\uf900-\ufaff\uff61-\uff65\U0002f800-\U0002fa1f]")

_WIDE = {point: point - 0xFEE0 for span in ("０９", "ＡＺ", "ａｚ") for point in range(ord(span[0]), ord(span[1]) + 1)}
_SPACES = dict.fromkeys([0xA0, 0x85, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000], " ")
_CONTROLS = [*range(0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)]
_INVISIBLE = [
    *(0xAD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE0E),
    *range(0xFFF9, 0xFFFD),
]
_PLAIN = {**_WIDE, **_SPACES, **dict.fromkeys([*_CONTROLS, *_INVISIBLE])}
_SELECTORS = re.compile(  # variation selectors and tags; a symbol keeps the one that makes it an emoji
    "[\U000e0000-\U000e0fff]|(?<![\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f]"
)
_ODD = re.compile(
    "[\0-\x08\x0b\x0e-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uffa0"
    "\ufff9-\ufffc\U000e0000-\U000e0fff]"
)
_ANY = re.compile(f"{_ODD.pattern[:-1]}{_UNIFIABLE.pattern[1:-1]}\u0300-\u036f\u20d0-\u20f0]")  # one look at clean text
_COMBINING = re.compile("[\u0300-\u036f\u20d0-\u20f0]")
_ON_IDEOGRAPH = re.compile("(?<=[\u2e80-\u9fff\uff00-\uff5e])[\u0300-\u036f\u20d0-\u20f0]+")
_ENTITY = re.compile(
    r"&(?:amp;)*(?:#\d{2,7};?|#[xX][0-9a-fA-F]{2,6};?|(?:nbsp|quot)\b;?"
    r"|(?:amp|lt|gt|apos|[lr]dquo|[lr]squo|hellip|[mn]dash|middot|bull|times|e[mn]sp|thinsp|zwn?j|shy|deg|permil|yen);)"
)
_WRITTEN_TAG = re.compile(r"</?(?:br|p|b|strong|font|span|em|i)(?:\s[^<>]{0,200})?/?>", re.I)


def unified(text: str) -> str:
    """`text`, of the same length, with radicals (⼈ ⻘), compatibility ideographs (車) and forms for vertical lines
    as the characters they stand for. Full-width punctuation stays full-width.

    Because no character is added or lost, spans in the result are spans in `text`.
    """
    return text.translate(_UNIFIED) if _UNIFIABLE.search(text) else text


def without_entities(text: str) -> str:
    """`text` taken out of a page with the references that were encoded twice (&amp;nbsp;) read once more.

    Tags that come out of it (&amp;lt;br&amp;gt;) become a space. References to nothing become U+FFFD.
    """
    if "&" not in text or not _ENTITY.search(text):
        return text
    read = _ENTITY.sub(_character, text)
    return _WRITTEN_TAG.sub(" ", read) if "<" in read else read


def normal_text(text: str) -> str:
    """`text` as it is stored and searched, in the characters that a reader sees.

    Left-over entities are read, radicals unified, full-width letters and digits made ASCII, every kind of space a
    plain one, invisible marks (zero width, BOM, soft hyphen, variation selectors, controls) dropped, letters with
    combining marks composed. Line breaks, punctuation and private-use characters (damage that may be repaired) stay.
    """
    text = without_entities(text)
    if not _ANY.search(text):
        return text
    text = unified(text)
    if _ODD.search(text):
        text = _SELECTORS.sub("", text.translate(_PLAIN))
    if _COMBINING.search(text):
        text = _ON_IDEOGRAPH.sub("", unicodedata.normalize("NFC", text))
    return text


def _character(match: re.Match[str]) -> str:
    reference = re.sub(r"&(?:amp;)+(?=#|\w)", "&", match[0])
    character = html.unescape(reference if reference.endswith(";") else reference + ";")
    if character in ("\n", "\r"):
        return " "
    return "\ufffd" if character in ("", "\0") else character
