"""Whether a bundle is what was written, byte for byte; and where it is not, which member."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from db.bundle.zip_file import DIGITS, MARK, hash_of_first
from db.errors import WrongDownload

MEMBERS = b'  "members": ['  # the line of a manifest where its list of members begins
_BLOCK = 1 << 20
_NAMED = 5
# What the library raises at a damaged zip: at its directory, at a member's head, at its bytes.
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    OSError, KeyError, IndexError, OverflowError, struct.error,
)  # fmt: skip


def is_bundle(file: Path) -> bool:
    """Whether a file is to be verified as a bundle: by its name alone, as a damaged one may have lost all else."""
    return file.suffix.lower() == ".zip"


def verify(file: Path) -> str:
    """One line that says what the bundle holds. Raises WrongDownload when any byte of it is not as it was written."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            whole = _is_whole(stream, size, file)
    except OSError as error:
        raise WrongDownload(f"{file} 读不了：{error.strerror or error}") from error
    if not whole:
        raise WrongDownload(f"{file} {_damage(file)}，请重新取得")
    said = _manifest(file)
    return (
        f"{file.name} 完好：{said['articles']:,} 篇文章，{said['facts']:,} 条事实，{said['snapshots']:,} 个原页，"
        f"{size:,} 字节，截至第 {said['as_of_change']:,} 号变更"
    )


def _is_whole(stream: io.BufferedReader, size: int, file: Path) -> bool:
    """Whether the hash at the end is that of all before it. Raises WrongDownload where no hash stands there."""
    tail = len(MARK) + DIGITS
    stream.seek(max(0, size - tail))
    comment = stream.read(tail)
    if not comment.startswith(MARK) and not _marked_almost(comment):
        raise WrongDownload(f"{file} 的末尾没有才讯资料包的校验值：没有传完、被改动过，或不是资料包，请重新取得")
    stream.seek(0)
    return comment == MARK + hash_of_first(stream, size - DIGITS).encode()


def _marked_almost(comment: bytes) -> bool:
    """Whether the mark at the end is ours but for a few bytes."""
    return sum(one != other for one, other in zip(comment, MARK, strict=False)) <= 2 and len(comment) > len(MARK)


def _damage(file: Path) -> str:
    """What is wrong: the members that are not as they were written, or the zip's own parts."""
    try:
        with zipfile.ZipFile(file) as archive:
            sums = _sums(archive)
            names = archive.namelist()
            wrong = [name for name in names if not _is_good(archive, name, sums)]
    except _DAMAGE:
        return "的目录（压缩包末尾的文件表）损坏"
    missing = [name for name in sums if name not in names]
    if wrong or missing:
        listed = "、".join((wrong + missing)[:_NAMED])
        more = f"等 {len(wrong + missing)} 个文件" if len(wrong + missing) > _NAMED else ""
        return f"里的 {listed}{more} 损坏或被改动"
    return "的文件头、目录或校验值被改动（各文件的内容与清单一致）"


def _sums(archive: zipfile.ZipFile) -> dict[str, str]:
    """The hashes that the bundle names, by member; {} when the list of them cannot be read."""
    try:
        lines = archive.read("SHA256SUMS").decode().splitlines()
        return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    except _DAMAGE:
        return {}


def _is_good(archive: zipfile.ZipFile, name: str, sums: dict[str, str]) -> bool:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except _DAMAGE:
        return False
    return name == "SHA256SUMS" or not sums or sums.get(name) == digest.hexdigest()


def _line_before(stream: IO[bytes], last: bytes) -> bytes:
    """The next line, b"" at the line that begins with `last`."""
    line = stream.readline()
    return b"" if line.startswith(last) else line


def _manifest(file: Path) -> dict[str, int]:
    """What the manifest says of the whole; its list of members, which may be long, stands last and is left unread."""
    try:
        with zipfile.ZipFile(file) as archive, archive.open("manifest.json") as stream:
            head = b"".join(iter(lambda: _line_before(stream, MEMBERS), b""))
        said: dict[str, int] = json.loads(head.rstrip().rstrip(b",") + b"}")["caixun"]
        return said
    except _DAMAGE as error:
        raise WrongDownload(f"{file} 不是才讯的资料包：没有 manifest.json") from error
