"""The bytes that were fetched, by content hash: zstd blobs, and later versions of a page as what differs from before.

A later version of an address is compressed with the version before as its dictionary (zstd's patch-from), so an edit
of one sentence costs a few hundred bytes. Chains end after `LONGEST_CHAIN` links: then a whole blob is stored again,
so that reading stays a matter of milliseconds. Every read is checked against the hash.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading

import zstandard

from db.errors import DamagedSnapshot

LEVEL = 12  # .257 of raw pages of 60 kB at 1.1 ms each; 10 gives .266 at .7 ms, 13 gives .241 at 1.8 ms
LONGEST_CHAIN = 8
_WORTH_IT = 0.8  # of the whole blob's size; a difference that saves less is not worth a longer way to read
_PREFIX = "sha256:"
_local = threading.local()  # one decompressor a thread: making one costs a seventh of a read


def hash_of(body: bytes) -> str:
    """The name of a snapshot: the algorithm and the hash of its bytes."""
    return _PREFIX + hashlib.sha256(body).hexdigest()


def store(connection: sqlite3.Connection, body: bytes, before: str | None = None) -> str:
    """Keep `body` and return its hash; `before` names the snapshot that the same address had last.

    The caller holds the transaction. Bytes that are known already are not stored again.
    """
    name = hash_of(body)
    if connection.execute("select 1 from snapshot where hash = ?", [name]).fetchone():
        return name
    blob, base, links = _smallest(connection, body, before)
    connection.execute(
        "insert into snapshot(hash, size, blob, base, links) values (?, ?, ?, ?, ?)",
        [name, len(body), blob, base, links],
    )
    return name


def read(connection: sqlite3.Connection, name: str) -> bytes:
    """The bytes of a snapshot. Raises KeyError when there is none, DamagedSnapshot when it is not what it was."""
    body = _read(connection, name)
    if hash_of(body) != name:
        raise DamagedSnapshot(f"快照 {name} 与它的校验值不符：磁盘或文件可能已损坏，请用备份恢复 crawl.db")
    return body


def remove(connection: sqlite3.Connection, name: str) -> None:
    """Forget a snapshot (takedown, retention).

    Those that were written as differences from it are written anew first, from the one that it was a difference from.
    """
    before = connection.execute("select base from snapshot where hash = ?", [name]).fetchone()
    later = [row[0] for row in connection.execute("select hash from snapshot where base = ?", [name])]
    for child in later:
        blob, base, links = _smallest(connection, read(connection, child), before[0] if before else None)
        connection.execute(
            "update snapshot set blob = ?, base = ?, links = ? where hash = ?", [blob, base, links, child]
        )
    connection.execute("delete from snapshot where hash = ?", [name])


def _smallest(connection: sqlite3.Connection, body: bytes, before: str | None) -> tuple[bytes, str | None, int]:
    """The blob of `body`, what it is a difference from (None: it is whole) and how many steps that is from a whole."""
    blob, earlier = zstandard.ZstdCompressor(level=LEVEL).compress(body), _earlier(connection, before)
    if earlier is not None and earlier[1] < LONGEST_CHAIN:
        difference = _patch(earlier[0], body)
        if len(difference) < _WORTH_IT * len(blob):
            return difference, before, earlier[1] + 1
    return blob, None, 0


def _earlier(connection: sqlite3.Connection, name: str | None) -> tuple[bytes, int] | None:
    if name is None:
        return None
    row = connection.execute("select links from snapshot where hash = ?", [name]).fetchone()
    return (read(connection, name), row[0]) if row else None


def _read(connection: sqlite3.Connection, name: str) -> bytes:
    row = connection.execute("select blob, base, size from snapshot where hash = ?", [name]).fetchone()
    if row is None:
        raise KeyError(name)
    blob, base, size = row
    try:
        if base is None:
            return _decompressor().decompress(blob, max_output_size=size)
        return _patched(_read(connection, base), blob, size)
    except zstandard.ZstdError as error:
        raise DamagedSnapshot(f"快照 {name} 解不开（{error}）：文件可能已损坏，请用备份恢复 crawl.db") from error


def _decompressor() -> zstandard.ZstdDecompressor:
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    found: zstandard.ZstdDecompressor = _local.decompressor
    return found


def _dictionary(before: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(before, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _patch(before: bytes, body: bytes) -> bytes:
    window = max(18, min(27, (len(before) + len(body)).bit_length()))  # the whole of both pages must be in sight
    settings = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, window_log=window, enable_ldm=len(before) > 1 << 20, source_size=len(body), dict_size=len(before)
    )
    return zstandard.ZstdCompressor(dict_data=_dictionary(before), compression_params=settings).compress(body)


def _patched(before: bytes, blob: bytes, size: int) -> bytes:
    return zstandard.ZstdDecompressor(dict_data=_dictionary(before), max_window_size=1 << 28).decompress(
        blob, max_output_size=size
    )
