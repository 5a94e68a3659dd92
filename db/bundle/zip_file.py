"""A zip file that is written as it comes, the same bytes for the same contents, and bears a hash of itself.

The comment at its very end is `MARK` and the SHA-256 (hexadecimal) of every byte before those 64 digits: headers,
directory and the comment's own beginning included. So no byte of the file can change without being noticed, and the
file needs no other beside it. Times are those of 1980; the directory waits in a file of its own while the members are
written, so that memory does not grow with them. APPNOTE 6.3.9: §4.3.7 local headers, §4.3.12 directory, §4.5.3 Zip64.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

MARK = b"caixun-bundle-1 sha256:"
DIGITS = 64
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_NEEDS, _UTF8, _TIME, _DAY = 45, 0x800, 0, 0x21
_FULL, _MANY = 0xFFFFFFFF, 0xFFFF
_LEVEL = 6
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """What was written under a name: its size before packing and the SHA-256 (hexadecimal) of that."""

    name: str
    size: int
    sha256: str


class ZipWriter:
    """Writes members one after the other to `out`, which must be able to seek; `directory` is a file to wait in."""

    def __init__(self, out: IO[bytes], directory: IO[bytes]) -> None:
        self._out = out
        self._directory = directory
        self._count = 0

    def add(self, name: str, data: bytes) -> Member:
        """One member whose bytes are there."""
        with self.member(name) as stream:
            stream.write(data)
        return stream.written

    @contextmanager
    def member(self, name: str, *, packed: bool = True) -> Iterator[MemberStream]:
        """One member as a stream of bytes; after the block it has `.written`. Only one at a time."""
        start = self._out.tell()
        self._out.write(_local(name, packed, 0, 0, 0))
        stream = MemberStream(self._out, name, packed=packed)
        yield stream
        stream.finish()
        end = self._out.tell()
        self._out.seek(start)
        self._out.write(_local(name, packed, stream.crc, stream.packed_size, stream.size))
        self._out.seek(end)
        self._directory.write(_central(name, packed, stream, start))
        self._count += 1

    def close(self) -> None:
        """Write the directory and the hash of it all."""
        start = self._out.tell()
        self._directory.seek(0)
        shutil.copyfileobj(self._directory, self._out, _BLOCK)
        size, comment = self._out.tell() - start, MARK + b"0" * DIGITS
        if self._count >= _MANY or start + size >= _FULL:
            end = self._out.tell()
            counts = (self._count, self._count, size, start)
            self._out.write(_END64.pack(b"PK\6\6", _END64.size - 12, _NEEDS, _NEEDS, 0, 0, *counts))
            self._out.write(_LOCATOR.pack(b"PK\6\7", 0, end, 1))
        count = min(self._count, _MANY)
        self._out.write(
            _END.pack(b"PK\5\6", 0, 0, count, count, min(size, _FULL), min(start, _FULL), len(comment)) + comment
        )
        self._out.seek(-DIGITS, io.SEEK_END)
        whole = self._out.tell()
        self._out.seek(0)
        digest = hash_of_first(self._out, whole)
        self._out.seek(whole)
        self._out.write(digest.encode())
        self._out.flush()


class MemberStream(io.RawIOBase):
    """Takes the bytes of one member; knows their number, their checksums and, after `finish`, what was written."""

    def __init__(self, out: IO[bytes], name: str, *, packed: bool) -> None:
        self._out = out
        self._name = name
        self._digest = hashlib.sha256()
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15) if packed else None
        self.crc = self.size = self.packed_size = 0

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Take the next bytes; how many."""
        piece = bytes(data)
        self.crc = zlib.crc32(piece, self.crc)
        self.size += len(piece)
        self._digest.update(piece)
        self._put(self._packer.compress(piece) if self._packer else piece)
        return len(piece)

    def finish(self) -> None:
        """Write what the packer still holds."""
        if self._packer:
            self._put(self._packer.flush())

    def _put(self, piece: bytes) -> None:
        self._out.write(piece)
        self.packed_size += len(piece)

    @property
    def written(self) -> Member:
        """What was written."""
        return Member(self._name, self.size, self._digest.hexdigest())


def _local(name: str, packed: bool, crc: int, packed_size: int, size: int) -> bytes:
    """The header before a member; its sizes stand in the Zip64 field, as they may grow over 4 GiB."""
    label = name.encode()
    extra = struct.pack("<2H2Q", 1, 16, size, packed_size)
    head = (b"PK\3\4", _NEEDS, _UTF8, 8 if packed else 0, _TIME, _DAY, crc, _FULL, _FULL, len(label), len(extra))
    return _LOCAL.pack(*head) + label + extra


def _central(name: str, packed: bool, stream: MemberStream, start: int) -> bytes:
    """The entry of a member in the directory, with a Zip64 field for what is over 4 GiB."""
    label, values = name.encode(), (stream.size, stream.packed_size, start)
    over = [value for value in values if value >= _FULL]
    extra = struct.pack(f"<2H{len(over)}Q", 1, 8 * len(over), *over) if over else b""
    size, packed_size, offset = (min(value, _FULL) for value in values)
    head = (b"PK\1\2", 3 << 8 | _NEEDS, _NEEDS, _UTF8, 8 if packed else 0, _TIME, _DAY)
    sizes = (stream.crc, packed_size, size, len(label), len(extra), 0, 0, 0, 0o100644 << 16, offset)
    return _CENTRAL.pack(*head, *sizes) + label + extra


def hash_of_first(stream: IO[bytes], count: int) -> str:
    """The SHA-256 (hexadecimal) of the next `count` bytes of `stream`."""
    digest = hashlib.sha256()
    while count and (block := stream.read(min(_BLOCK, count))):
        digest.update(block)
        count -= len(block)
    return digest.hexdigest()
