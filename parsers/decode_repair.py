"""Damaged bytes and doubly encoded text: what can be proven is put right, the rest is marked with U+FFFD."""

from __future__ import annotations

import io
import re

# WHATWG Encoding Standard, index gb18030: Python still gives these code points of the private use area
_BEYOND = (0x20087, 0x20089, 0x200CC, 0x215D7, 0x2298F, 0x241FE)
_GB_PRIVATE = {
    "\ue5e5": "\u3000",  # A3A0, the space of old editors
    "\ue7c7": "\u1e3f",
    **dict(zip("\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796", "，。、：；！？〖〗…", strict=True)),
    **dict(zip("\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864", map(chr, range(0x9FB4, 0x9FBC)), strict=True)),
    **dict(zip("\ue816\ue817\ue818\ue831\ue83b\ue855", map(chr, _BEYOND), strict=True)),
}
_PRIVATE = re.compile(f"[{''.join(_GB_PRIVATE)}]")
_PRIVATE_LEAD = b"\xee"  # in UTF-8, of U+E000 to U+EFFF and of no other
_SAFE = re.compile(rb"([\x00-\x2f\x3a-\x3f]+)")  # bytes that are never the second half of a character
_FOUR = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]")
_MOST_SEARCHED = 200_000  # damaged bytes that are put in step again; beyond that the page is no text
_LOST, _INVALID = -6, -99
_UNUSED = b"\x81\x8d\x8f\x90\x9d"  # bytes that Windows-1252 leaves open
_CP1252 = {ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in _UNUSED}
_WESTERN_RUN = re.compile(f"[\u0080-\u00ff{''.join(map(chr, _CP1252))}]{{3,}}")
# in UTF-8: what the first byte of · or of a Chinese character was read as, and the beginning of what followed it
_WESTERN_LEAD = re.compile(rb"\xc3[\x82\xa2-\xaf][\xc2\xc5\xc6\xcb\xe2]")
_GB_RUN = re.compile("[\u0080-\U0010ffff]{2,}")
_HAN = re.compile("[\u3001-\u301f\u4e00-\u9fff\uff01-\uff5e“”‘’—…·\u3000\ufffd]+")
_UNREAD = "\ufffd".encode("gb18030")
_LOST_ONES = re.compile("\ufffd+")
_SURROGATES = re.compile(r"&#(5[56]\d{3});?&#(5[67]\d{3});?")
_GB_SIGNS = "锛銆"  # the first bytes of ， and 。 read as GBK: characters nobody writes


def read_gb(body: bytes) -> str:
    """`body` as GB18030. A lost or foreign byte costs the characters it touches (U+FFFD), not those after it."""
    try:
        text = body.decode("gb18030")
    except UnicodeDecodeError:
        text = _read_damaged_gb(body)
    if _PRIVATE_LEAD not in text.encode("utf-8", "surrogatepass"):  # many times faster than to look for each
        return text
    return _PRIVATE.sub(lambda match: _GB_PRIVATE[match[0]], text)


def _read_damaged_gb(body: bytes) -> str:
    """The lines read one by one, those with damage piece by piece."""
    out = io.StringIO()
    searched = 0
    for line in io.BytesIO(body):  # a line feed is never half of a character
        try:
            out.write(line.decode("gb18030"))
        except UnicodeDecodeError:
            searched += len(line)
            pieces = _SAFE.split(line) if searched <= _MOST_SEARCHED else ()
            out.write("".join(map(_read_piece, pieces)) if pieces else line.decode("gb18030", errors="replace"))
    return out.getvalue()


def _read_piece(piece: bytes) -> str:
    try:
        return piece.decode("gb18030")
    except UnicodeDecodeError:
        return _in_step(piece)


def _in_step(piece: bytes) -> str:
    """The likeliest division of `piece` into characters and unreadable bytes (dynamic programming, linear).

    A byte lost in the middle leaves every later pair shifted by one; read in step, characters are common ones.
    """
    best, steps = [0], [0]
    for end in range(1, len(piece) + 1):
        score, step = best[end - 1] + _alone(piece[end - 1]), 1
        if end >= 2:
            pair = best[end - 2] + _likely(piece[end - 2], piece[end - 1])
            score, step = max((score, step), (pair, 2))
        if end >= 4 and _FOUR.fullmatch(piece, end - 4, end):
            score, step = max((score, step), (best[end - 4] - 2, 4))
        best.append(score)
        steps.append(step)
    return _divided(piece, steps)


def _divided(piece: bytes, steps: list[int]) -> str:
    characters: list[str] = []
    end = len(piece)
    while end:
        start = end - steps[end]
        raw = piece[start:end]
        characters.append("€" if raw == b"\x80" else raw.decode("gb18030", errors="replace")[:1])
        end = start
    return "".join(reversed(characters))


def _alone(byte: int) -> int:
    if byte < 0x80:
        return 0
    return -3 if byte == 0x80 else _LOST  # 80 is the euro sign of Windows


def _likely(lead: int, trail: int) -> int:
    """How common the character of two bytes is: the first level of GB 2312 and punctuation before the rest."""
    if not 0x81 <= lead <= 0xFE or trail < 0x40 or trail in (0x7F, 0xFF):
        return _INVALID
    if trail >= 0xA1:
        if 0xB0 <= lead <= 0xD7 or lead == 0xA3:
            return 2
        if lead == 0xA1:
            return 2 if trail <= 0xC0 else -1
        return -1 if 0xD8 <= lead <= 0xF7 or lead <= 0xA9 else -4
    return -3


def undone(body: bytes, text: str) -> tuple[str, str | None]:
    """`text` with UTF-8 that was read as another encoding and saved again put right, and that encoding.

    Only runs of characters that turn back into Chinese, byte for byte, are changed.
    """
    if _WESTERN_LEAD.search(body):
        repaired = _WESTERN_RUN.sub(lambda match: _from_western(match[0]), text)
        if repaired != text:
            return repaired, "cp1252"
    if any(sign in text for sign in _GB_SIGNS):
        repaired = _GB_RUN.sub(lambda match: _from_gb(match[0]), text)
        if repaired != text:
            return repaired, "gb18030"
    return text, None


def _from_western(run: str) -> str:
    try:
        text = run.translate(_CP1252).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return run
    return text if _HAN.search(text) else run


def _from_gb(run: str) -> str:
    """The Chinese text whose UTF-8 bytes read as `run`; a character of which bytes were lost is U+FFFD."""
    try:
        raw = run.encode("gb18030").replace(_UNREAD, b"\xff")
    except UnicodeEncodeError:
        return run
    text = _LOST_ONES.sub("\ufffd", raw.decode("utf-8", errors="replace"))
    proven = len(text) - text.count("\ufffd")
    return text if proven >= 2 * text.count("\ufffd") + 2 and _HAN.fullmatch(text) else run


def rejoined(text: str) -> str:
    """`text` with emoji written as two references of surrogates (&#55357;&#56832;) as one character each."""
    return _SURROGATES.sub(_one_character, text) if "&#55" in text else text


def _one_character(match: re.Match[str]) -> str:
    high, low = int(match[1]), int(match[2])
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
    return match[0]
