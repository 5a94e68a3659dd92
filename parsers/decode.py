"""Bytes → text. Chinese pages lie about their encoding; the bytes themselves are asked first."""

from __future__ import annotations

import codecs
import operator
import re
from dataclasses import dataclass
from itertools import islice

from parsers.decode_repair import read_gb, rejoined, undone

_BOMS = (  # the longer mark first: that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER_LABEL = re.compile(r"""charset\s*=\s*["']?\s*([\w-]+)""", re.I)
# only metas and the XML declaration speak of the page: the charset of a <script> is that of the script
_PAGE_LABEL = re.compile(
    rb"""<(?:meta\b[^>]{0,300}?charset|\?xml\b[^>]{0,200}?encoding)\s*=\s*["']?\s*([\w-]+)""", re.I
)
_GB = frozenset({"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "euc-cn", "gb2312-80", "chinese"})
_BIG5 = frozenset({"big5", "big5-hkscs", "big5hkscs", "x-x-big5", "cp950", "cn-big5"})
_NEIGHBOURS = {  # labels of languages whose bytes look like GB, and the letters that prove them
    **dict.fromkeys(("shift_jis", "x-sjis", "sjis"), ("cp932", "\u3040", "\u30ff")),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), ("euc_jp", "\u3040", "\u30ff")),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "cp949"), ("cp949", "\uac00", "\ud7a3")),
}
_SURROGATE = re.compile(rb"&#5[5-7]")
_HIGH = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 16_000  # bytes from the first one that is not ASCII: enough to tell encodings apart
_PAIRS = 1_500
# group 1: the common half of the characters, and the punctuation; the rest of the pattern keeps in step
_GB_PAIR = re.compile(rb"([\xa1\xa3\xb0-\xd7][\xa1-\xfe])|[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]")
_BIG5_PAIR = re.compile(rb"([\xa1-\xa3\xa4-\xc6][\x40-\x7e\xa1-\xfe])|[\x81-\xfe][\x40-\x7e\xa1-\xfe]|[\x80-\xff]")
_COMMON = operator.itemgetter(1)
_DECLARED = 0.15  # what a label is worth against the share of common characters
_HAN = re.compile("[\u3000-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page, the codec that gave it, and how many characters could not be read (U+FFFD).

    `misread_as` is the codec by which someone had read the UTF-8 bytes before saving them as UTF-8 again,
    where that was undone.
    """

    text: str
    encoding: str
    replaced: int
    misread_as: str | None = None


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """`body` as text; never raises. `content_type` is the header of the answer, if there was one.

    A byte order mark that the bytes agree with; else strictly valid UTF-8 whatever the label says; else UTF-8
    with a few damaged characters; else GB18030 or Big5, by the share of common characters, where a label only
    tips the scale. NUL bytes between the others are dropped.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            body = body[len(mark) :]
            if encoding != "utf-8":
                return _replaced(body, encoding)
            break
    wide = _wide(body)
    if wide:
        return _replaced(body, wide)
    if b"\0" in body and body.count(b"\0") <= len(body) // 20:  # more than that is no text, and must stay recognisable
        body = body.replace(b"\0", b"")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, content_type)
    if text.isascii() and b"~{" in body and "hz-gb-2312" in _labels(body, content_type):
        return _replaced(body, "hz")
    return _valid_utf8(body, text)


def _valid_utf8(body: bytes, text: str) -> Decoded:
    text, codec = undone(body, text)
    if _SURROGATE.search(body):
        text = rejoined(text)
    return Decoded(text, "utf-8", _unread(text), codec)


def _not_utf8(body: bytes, content_type: str | None) -> Decoded:
    labels = _labels(body, content_type)
    sample = _sample(body)
    if _is_damaged_utf8(sample, any(label in ("utf-8", "utf8") for label in labels)):
        return _replaced(body, "utf-8")
    if _is_western(sample, any(label in _GB for label in labels)):
        return _replaced(body, "cp1252")
    neighbour = _neighbour(body, sample, labels)
    if neighbour:
        return _replaced(body, neighbour)
    gb = _share(_GB_PAIR, sample) + _DECLARED * any(label in _GB for label in labels)
    bonus = _DECLARED * any(label in _BIG5 for label in labels)
    if gb < 1 + bonus and _share(_BIG5_PAIR, sample) + bonus > gb:  # a share is never above 1
        text = body.decode("cp950", errors="caixun-big5")
        return Decoded(text, "big5", _unread(text))
    text = rejoined(read_gb(body))
    return Decoded(text, "gb18030", _unread(text))


def _replaced(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, errors="replace")
    return Decoded(text, encoding, _unread(text))


def _unread(text: str) -> int:
    return text.count("\ufffd") if "\ufffd" in text else 0  # `in` is many times faster


def _labels(body: bytes, content_type: str | None) -> list[str]:
    header = _HEADER_LABEL.findall(content_type or "")
    return [
        label.lower() for label in header + [label.decode("ascii", "ignore") for label in _PAGE_LABEL.findall(body)]
    ]


def _sample(body: bytes) -> bytes:
    first = _HIGH.search(body)
    start = first.start() if first else 0
    if len(body) <= start + _SAMPLE:
        return body[start:]
    end = body.rfind(b"<", start, start + _SAMPLE)  # a cut at a tag cuts no character
    return body[start : end if end > start else start + _SAMPLE]


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark shows in the NULs of its ASCII characters, all at odd or all at even places."""
    if b"\0" not in body[:4096]:
        return None
    head = body[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(2, len(head) // 100) or min(even, odd) * 10 > max(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) & ~3].decode(encoding, errors="replace")
    readable = sum(character.isascii() or bool(_HAN.match(character)) for character in text if character != "\0")
    return encoding if readable >= 0.85 * len(text) else None


def _is_damaged_utf8(sample: bytes, declared: bool) -> bool:
    """Whether the bytes are UTF-8 but for a few: three-byte characters hardly ever come about in GB or Big5."""
    text = sample.decode("utf-8", errors="replace")
    unread = text.count("\ufffd")
    return len(_HAN.findall(text)) >= (1 if declared else 4) * unread


def _is_western(sample: bytes, declared_gb: bool) -> bool:
    """Whether bytes above ASCII stand alone between letters: the curly quotes and accents of Windows-1252."""
    runs = [len(match[0]) for match in islice(_RUN.finditer(sample), 400)]
    alone = sum(length == 1 for length in runs)
    return alone > 0.9 * len(runs) and (not declared_gb or alone >= 3)


def _neighbour(body: bytes, sample: bytes, labels: list[str]) -> str | None:
    """The codec of a declared Japanese or Korean encoding, if the bytes are valid in it and show its letters."""
    for codec, first, last in (_NEIGHBOURS[label] for label in labels if label in _NEIGHBOURS):
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        letters = sum(first <= character <= last for character in text)
        if letters * 20 > len(_HIGH.findall(body)):
            return codec
    return None


def _share(pair: re.Pattern[bytes], sample: bytes) -> float:
    """The share of common characters among all pairs of bytes of the sample."""
    found = list(map(_COMMON, islice(pair.finditer(sample), _PAIRS)))
    return (len(found) - found.count(None)) / max(1, len(found))


def _big5_extension(error: UnicodeError) -> tuple[str, int]:
    """Error handler: what Microsoft's Big5 does not have is looked up in Hong Kong's supplement."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    text = pair.decode("big5hkscs", errors="ignore") if len(pair) == 2 else ""
    if text and not text[0].isascii():
        return text, error.start + 2
    return "\ufffd", error.start + 1


codecs.register_error("caixun-big5", _big5_extension)
