"""What a class of mirror sites does to a portal's text: Traditional, pinyin, and bytes cut at the wrong place.

The mechanism works on GBK bytes with no regard to where a character begins, so it is deterministic.
"""

from __future__ import annotations

import functools
import re

import opencc
import pypinyin

# The mirror's word list, in the order of its replacements. A character whose two bytes are also the end of
# one character and the beginning of the next spoils both.
ANNOTATED = (
    "驅規訓內數業學領運環產當習認對點網長導團關員壓應證師農創價維實際養輕轉電樣設現極標議機築區開國會東"
    "個係於們廣場門聯隊質變動發來務進計術課記論試講該詳語誤說調談諾謝識議譯護讀讓貿費資賽贊購贈"
    "車軍軟較載輔輛輝輩達違選遠適遷還邊鄧鄉鄰醫釋針鐘鋼錄錢鐵鑒閉間閑閣閱陽陰陣階際難雲電靈靜韓頂項順須頓預"
    "顧頒頻題額顏風飛飯飲館馬駐騎驗騰魚鮮鳥齊齡"
).translate(str.maketrans("", "", "動變東"))  # seen unannotated beside the damage: the list does not hold them
_UNSEEN = "〇"
_MARKS = {b"\xa3\xbf": "?", b"\xa3\xa1": "!", b"\xa3\xac": ",", b"\xa1\xa3": "。"}
_SPLIT = re.compile(b"(" + b"|".join(re.escape(mark) for mark in (*_MARKS, b" ")) + b")")
_FOLDED = "，＜＝＞" + "".join(chr(point) for point in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B)))
_NARROW = {ord(wide): ord(wide) - 0xFEE0 for wide in _FOLDED}


def damage(text: str, annotated: str = ANNOTATED) -> str:
    """`text` as the mirror prints it. Characters that GBK lacks become 〇 first, as nothing can hold them."""
    traditional = _converter().convert(text)
    octets = b"".join(_octets(character) for character in traditional)
    return "".join(_piece(piece, annotated) for piece in _SPLIT.split(octets))


def _piece(piece: bytes, annotated: str) -> str:
    if piece in _MARKS:
        return _MARKS[piece]
    for character in dict.fromkeys(annotated):
        word, note = _note(character)
        if word in piece:
            piece = piece.replace(word, word + note)
    return decode_shifted(piece).translate(_NARROW)


def decode_shifted(octets: bytes) -> str:
    """GBK read byte pair by byte pair: an impossible pair becomes "?", an odd last byte is dropped."""
    out: list[str] = []
    place = 0
    while place < len(octets):
        if octets[place] < 0x80:
            out.append(chr(octets[place]))
            place += 1
            continue
        out.append(_pair(octets[place : place + 2]))
        place += 2
    return "".join(out)


def _pair(pair: bytes) -> str:
    if len(pair) < 2:
        return ""
    try:
        return pair.decode("gb18030")  # gbk itself raises for the pairs of private use
    except UnicodeDecodeError:
        return "?"


def _octets(character: str) -> bytes:
    try:
        return character.encode("gbk")
    except UnicodeEncodeError:
        return _UNSEEN.encode("gbk")


@functools.cache
def _note(character: str) -> tuple[bytes, bytes]:
    reading = pypinyin.pinyin(character, style=pypinyin.Style.TONE)[0][0]
    return character.encode("gbk"), f"({reading})".encode("gbk")


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2tw")
