"""Content-Encoding, decoded strictly: an answer cut short is an error, not a shorter page."""

from __future__ import annotations

import zlib


class BrokenEncodingError(Exception):
    """A body that its Content-Encoding does not fit; the text says how (cut short, too large, unknown)."""


def decoded(body: bytes, encodings: str, limit: int) -> bytes:
    """`body` without its Content-Encoding (the header's value, last applied last).

    Raises BrokenEncodingError when the stream is cut short or damaged, larger than `limit` bytes, or neither gzip
    nor deflate.
    """
    for name in reversed([part.strip().lower() for part in encodings.split(",")]):
        if name in ("gzip", "x-gzip"):
            body = _inflated(body, 31, limit)
        elif name == "deflate":
            body = _deflated(body, limit)
        elif name not in ("", "identity"):
            raise BrokenEncodingError(f"不认识的压缩方式 {name}")
    return body


def _deflated(body: bytes, limit: int) -> bytes:
    """HTTP's deflate is a zlib stream; some servers send a raw one, told by the first byte."""
    return _inflated(body, 15 if body[:1] == b"\x78" else -15, limit)


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    pieces: list[bytes] = []
    size, rest = 0, body
    while rest:  # gzip may hold several members
        stream = zlib.decompressobj(window)
        try:
            piece = stream.decompress(rest, limit - size + 1)
        except zlib.error as error:
            raise BrokenEncodingError(f"压缩数据损坏：{error}") from error
        size += len(piece)
        if size > limit:
            raise BrokenEncodingError(f"too large：解压后超过 {limit >> 20} MiB")
        if not stream.eof:
            raise BrokenEncodingError("cut short：压缩数据不完整，页面在中途断了")
        pieces.append(piece)
        rest = stream.unused_data.lstrip(b"\0")  # some servers pad with zeros
    return b"".join(pieces)
