"""Ways to damage a page, for the fuzz run: each takes a source of chance and pages, and gives bytes. Pure."""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]

_LARGEST = 1_000_000  # bytes of one input; the few larger ones are the hostile pages of test_hostile.py
_CODECS = ("gb18030", "gbk", "big5hkscs", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "euc_jp", "cp1252")
_LABELS = (
    b"gb2312",
    b"gbk",
    b"utf-8",
    b"big5",
    b"big5-hkscs",
    b"utf-16",
    b"iso-8859-1",
    b"shift_jis",
    b"none",
    b"x" * 99,
)
_LABEL = re.compile(rb"(?<=charset=)[\"']?[\w-]+")
_NESTS = (
    b"<div>",
    b"<ul><li>",
    b"<table><tr><td>",
    b"<b>",
    b"<blockquote>",
    b"<a href=x>",
    b"<p><span>",
    b"<form>",
    b"</div>",
)
_ENTITIES = (
    b"&amp;",
    b"&amp;amp;nbsp;",
    b"&#x4EBA;",
    b"&#20154",
    b"&nbsp;",
    b"&#0;",
    b"&#xD800;",
    b"&#x110000;",
    b"&lt;p&gt;",
)
_FLOODS = tuple(
    text.encode()
    for text in (
        "（",
        "(",
        "“",
        "《",
        "记者 ",
        "来源：",
        "2025年3月18日",
        "2025-03-18 08:55 ",
        "1,234万人",
        "、",
        "　",
        "\u200b",
        "\u202e",
        "第一章 ",
        "〔2024〕1号",
        "张三、",
        "http://",
        "【",
        "－",
        "0",
        "9" * 40,
        "亿",
        "\ue5e5",
        "\U0001f600",
        "本报讯",
        "%",
        "~",
        "|",
    )
)
_STRAY = (
    b"<!--",
    b"<script>",
    b"<style>",
    b"</html>",
    b"<![CDATA[",
    b"<title>",
    b"<textarea>",
    b"<svg>",
    b"<",
    b"</",
    b'="',
    b"\0",
    b"<plaintext>",
)
_READINGS = ("dì", "qīng", "hǎi", "rén", "cái", "gōng", "zuò", "bù")


def cut(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """The page up to a place, or from a place on, or without its middle."""
    at, end = sorted(chance.randrange(len(page) + 1) for _ in range(2))
    return chance.choice((page[:at], page[at:], page[:at] + page[end:]))


def splice(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """A piece of another page put into this one."""
    other = chance.choice(pages)
    start, end = sorted(chance.randrange(len(other) + 1) for _ in range(2))
    return _put(chance, page, other[start:end])


def duplicate(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """A piece of the page once more, up to five times."""
    start, end = sorted(chance.randrange(len(page) + 1) for _ in range(2))
    return _put(chance, page, page[start:end] * chance.randint(1, 5))


def repeat(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """A few bytes of the page a great many times: what finds quadratic patterns."""
    start = chance.randrange(len(page) + 1)
    piece = page[start : start + chance.randint(1, 60)] or b" "
    return _put(chance, page, piece * (chance.choice((500, 5_000, 100_000)) // len(piece)))


def recode(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """The text of the page in another encoding, its label as before."""
    return _text(page).encode(chance.choice(_CODECS), errors=chance.choice(("replace", "ignore", "xmlcharrefreplace")))


def recode_twice(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """The bytes read as another encoding and saved as UTF-8."""
    return page.decode(chance.choice(("latin-1", "gbk", "cp1252", "big5")), errors="replace").encode("utf-8")


def mislabel(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """Another label on the same bytes."""
    return _LABEL.sub(chance.choice(_LABELS), page)


def flip(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """Some bytes changed, lost or added."""
    damaged = bytearray(page)
    for _ in range(chance.choice((1, 5, 50, 500))):
        if not damaged:
            break
        at = chance.randrange(len(damaged))
        damaged[at : at + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 2))
    return bytes(damaged)


def noise(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """Random bytes in the page, or alone."""
    random = chance.randbytes(chance.choice((1, 40, 3_000, 100_000)))
    return random if chance.random() < 0.2 else _put(chance, page, random)


def nest(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """Tags opened (or closed) far too often."""
    return _put(chance, page, chance.choice(_NESTS) * chance.choice((50, 500, 2_000, 20_000)))


def inflate(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """An attribute of great length, or a great many attributes."""
    size = chance.choice((1_000, 50_000, 300_000))
    value = chance.choice((b"x" * size, b"x " * (size // 2), b"&amp;" * (size // 5), b"'" * size))
    if chance.random() < 0.3:
        return _put(chance, page, b"<div " + b" ".join(b"a%d=1" % n for n in range(size // 50)) + b">")
    return _put(
        chance, page, chance.choice((b"<p class", b"<a href", b"<img src", b"<meta content")) + b'="' + value + b'">'
    )


def entities(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """A flood of character references."""
    return _put(chance, page, chance.choice(_ENTITIES) * chance.choice((3, 500, 30_000)))


def flood(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """One of the words and signs that rules look for, a great many times."""
    return _put(chance, page, chance.choice(_FLOODS) * chance.choice((10, 1_000, 20_000)))


def table(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """A huge table."""
    cell = chance.choice(
        (b"<td>1</td>", "<td>引进人才</td>".encode(), b"<td colspan=1000 rowspan=65534>", b"<td><table>")
    )
    row = b"<tr>" + cell * chance.choice((1, 8, 300)) + b"</tr>"
    return _put(chance, page, b"<table>" + row * min(3_000, 300_000 // len(row)) + b"</table>")


def stray(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """Tags and marks that open and never close, in several places."""
    for _ in range(chance.randint(1, 6)):
        page = _put(chance, page, chance.choice(_STRAY))
    return page


def bare(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """The text without its tags, now and then without any white space."""
    text = re.sub(r"<[^>]*>", "\n", _text(page))
    return (re.sub(r"\s+", "", text) if chance.random() < 0.4 else text).encode(chance.choice(_CODECS[:4]), "replace")


def pdf(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """Something that says it is a PDF."""
    start = (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Kids [3 0 R] /Count 1 >>\nendobj\n"
    )
    end = b"\ntrailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF" % (chance.randrange(9), chance.randrange(900))
    return start + page[: chance.randrange(20_000)] + end


def mhtml(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """The page inside MIME, as browsers save it, not taken out of it."""
    head = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n"
    page = page[:200_000]
    if chance.random() < 0.5:
        return head + b"Content-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(page) + b"\n--b--"
    return head + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(page) + b"\n--b--"


def annotate(chance: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """Pinyin in brackets after characters, some with their last byte lost, as mirror pages have it."""
    share = chance.choice((0.02, 0.2))

    def note(match: re.Match[str]) -> str:
        if chance.random() > share:
            return match[0]
        return f"{chance.choice((match[0], match[0], '?'))}({chance.choice(_READINGS)})"

    return re.sub(r"[\u4e00-\u9fff]", note, _text(page)).encode()


MUTATIONS: tuple[Mutation, ...] = (
    cut,
    splice,
    duplicate,
    repeat,
    recode,
    recode_twice,
    mislabel,
    flip,
    noise,
    nest,
    inflate,
    entities,
    flood,
    table,
    stray,
    bare,
    pdf,
    mhtml,
    annotate,
)


def mutated(seed: int, number: int, pages: Sequence[bytes]) -> tuple[str, bytes]:
    """Input `number` of the run `seed`: the names of what was done, and the bytes. The same for the same pages."""
    chance = Random(f"{seed}/{number}")
    page = chance.choice(pages)
    steps = chance.choices(MUTATIONS, k=chance.choice((1, 1, 1, 2, 2, 3)))
    for step in steps:
        page = step(chance, page, pages)[:_LARGEST]
    return "+".join(step.__name__ for step in steps), page


def _put(chance: Random, page: bytes, piece: bytes) -> bytes:
    at = chance.randrange(len(page) + 1)
    return page[:at] + piece + page[at:]


def _text(page: bytes) -> str:
    try:
        return page.decode("utf-8")
    except UnicodeDecodeError:
        return page.decode("gb18030", errors="replace")
