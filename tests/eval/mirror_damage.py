"""The mirror's damage, run forward on clean text: GBK bytes split at marks, readings put behind byte pairs.

`damage` gives the printed text with the true one and the places that were harmed, so that a repair can be scored.
Three lists of annotated characters, each in its own order, stand for three mirrors: which pair is found first
decides which borders between characters are broken. All chance comes from the seed that is handed in.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

import opencc
from pypinyin import Style, pinyin

_SEEN = (
    "網認習協點發優設進領續質團內業導產負責運節農關區調鄉獻醫務機構學隊經驗"
    "聯術鎮態養項結衛實現轉強數據譽環創當達統規補訓濟礎戰穩遠護監擔風標權驅"
)
_FREQUENT = (
    "個來為時對國會說們動過還這開長問間門見應話員車東樂馬電號連級線組織紅約純給絡統計訂議講許論證評詞試詩該詳語誤請讀課誰調談謀謝識貝財貨販貧貴費資賽"
    "辦邊達遷過運連遲適選遺鄉鄰醫釋鋼鐵錢鏡開閉問閑間關際陸陽陰隊階隨險難電靈項順須預領頭題額顏願類顧風飛飯飲館駐驗體魚鳥麗黃點龍產業學習務區發實現"
)
_OTHER = (
    "專家構庫團隊鎮縣參與產業實驗導師訓練養護營運銷售質檢測試劃撥給賬戶總結報銜職級獎勵懲罰協調統籌兼顧環評規範標準權屬優劣強弱補貼轉讓轉達繼續聯絡歡迎應聘"
    "築牢創業務農礦場鹽湖藝術風機電網輸變壓縮綠樹藥廠譽滿監獄觀察據點處置備案審訊驅動驟然盡職鄭縣鈣鎂鋰鉀隴蘭陝遼寧齊魯"
)
_MARK_SETS = (
    (b"\xa3\xbf",),
    (b"\xa3\xbf", b"\xa3\xa1"),
    (b"\xa3\xbf", b"\xa3\xa1", b"\xa3\xac"),
    (b"\xa3\xbf", b"\xa3\xa1", b"\xa3\xac", b"\xa1\xa3"),
)


@dataclass(frozen=True, slots=True)
class Mirror:
    """One mirror: its name and the characters that it annotates, in the order in which it looks for them."""

    name: str
    notes: tuple[tuple[bytes, bytes], ...]  # GBK bytes of the character, its reading with brackets


@dataclass(frozen=True, slots=True)
class Damaged:
    """`printed` is what the mirror shows, `truth` what stood there; `spans` are the harmed parts of `truth`."""

    printed: str
    truth: str
    spans: tuple[tuple[int, int], ...]


def mirrors() -> tuple[Mirror, ...]:
    """Three mirrors: a short list as typed, a list of frequent characters by sound, a long one by code downward."""
    sounds = sorted(_unique(_FREQUENT), key=_reading)
    codes = sorted(_unique(_OTHER + _SEEN), key=lambda c: c.encode("gbk"), reverse=True)
    return (_mirror("typed", _unique(_SEEN)), _mirror("sounds", sounds), _mirror("codes", codes))


def damage(text: str, mirror: Mirror, seed: int) -> Damaged:
    """`text` (Simplified, full-width marks) as `mirror` prints it; which marks split a line is drawn from `seed`."""
    chance = random.Random(seed)
    truth = _traditional(text)
    printed: list[str] = []
    spans: list[tuple[int, int]] = []
    start = 0
    for line in truth.split("\n"):
        marks = chance.choice(_MARK_SETS)
        shown, harmed = _damage_line(line, mirror, marks)
        printed.append(shown)
        spans += [(start + first, start + last) for first, last in harmed]
        start += len(line) + 1
    return Damaged("\n".join(printed), narrow(truth), tuple(spans))


def narrow(text: str) -> str:
    """Full-width ASCII made ASCII, as the mirror prints it."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)


def _traditional(text: str) -> str:
    converted: str = opencc.OpenCC("s2t").convert(text)
    for wide, usual in (("爲", "為"), ("麼", "麽"), ("着", "著"), ("羣", "群"), ("裏", "裡"), ("衆", "眾")):
        converted = converted.replace(wide, usual)
    return "".join(c for c in converted if _raw(c))


def _raw(character: str) -> bytes:
    try:
        raw = character.encode("gbk")
    except UnicodeEncodeError:
        return b""
    return raw


def _unique(characters: str) -> list[str]:
    return list(dict.fromkeys(characters))


def _reading(character: str) -> str:
    return pinyin(character, style=Style.TONE)[0][0]


def _mirror(name: str, characters: list[str]) -> Mirror:
    # the toned letters of GBK are two bytes; any byte that is never looked for serves, so UTF-8 is written here
    notes = tuple((_raw(c), b"(" + _reading(c).encode("utf-8") + b")") for c in characters)
    return Mirror(name, notes)


# A byte is known by the character of the line that it came from; bytes of readings have none (-1).
_Byte = tuple[int, int]


def _damage_line(line: str, mirror: Mirror, marks: tuple[bytes, ...]) -> tuple[str, list[tuple[int, int]]]:
    raw = b"".join(_raw(c) for c in line)
    owners = [number for number, c in enumerate(line) for _ in _raw(c)]
    shown, whole = "", set[int]()
    for first, last in _pieces(raw, marks):
        piece = _annotated(raw[first:last], owners[first:last], mirror)
        text, kept = _decoded(piece)
        shown += text
        whole |= kept
    return shown, _runs(len(line), whole)


def _pieces(raw: bytes, marks: tuple[bytes, ...]) -> Iterator[tuple[int, int]]:
    """The pieces between the byte pairs of `marks`, and these pairs themselves, wherever the pairs stand."""
    start = 0
    for match in re.finditer(b"|".join(re.escape(mark) for mark in marks), raw):
        yield start, match.start()
        yield match.start(), match.end()
        start = match.end()
    yield start, len(raw)


def _annotated(raw: bytes, owners: list[int], mirror: Mirror) -> list[_Byte]:
    for pair, note in mirror.notes:
        at = raw.find(pair)
        while at >= 0:
            end = at + len(pair)
            raw = raw[:end] + note + raw[end:]
            owners = [*owners[:end], *[-1] * len(note), *owners[end:]]
            at = raw.find(pair, end + len(note))
    return list(zip(raw, owners, strict=True))


def _decoded(piece: list[_Byte]) -> tuple[str, set[int]]:
    """The piece as printed, and the characters of the line that came through whole."""
    shown, whole = "", set[int]()
    at = 0
    while at < len(piece):
        byte, owner = piece[at]
        following = piece[at + 1] if at + 1 < len(piece) else (0x20, -1)
        if owner < 0 or byte < 0x80:
            end = next((n for n in range(at, len(piece)) if piece[n][1] != owner or owner >= 0), len(piece))
            end = at + 1 if owner >= 0 else end
            shown += bytes(b for b, _ in piece[at:end]).decode("utf-8")
            whole.add(owner)
            at = end
        elif following[1] < 0 and following[0] == 0x28:  # the lost byte eats the bracket of a reading
            shown += "?"
            at += 2
        elif following[0] < 0x40 or byte == 0x80:  # an odd last byte is dropped, and a lead that GBK has not
            at += 1
        else:
            shown += _character(bytes((byte, following[0])))
            if owner == following[1]:
                whole.add(owner)
            at += 2
    return narrow(shown), whole


def _character(pair: bytes) -> str:
    """The character of two bytes; what the third private zone and the gaps of GBK hold is dropped."""
    try:
        character = pair.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "" if len(character) != 1 or "\ue4c6" <= character <= "\uf8ff" else character


def _runs(length: int, whole: set[int]) -> list[tuple[int, int]]:
    harmed = [number for number in range(length) if number not in whole]
    runs: list[tuple[int, int]] = []
    for number in harmed:
        if runs and runs[-1][1] == number:
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs
