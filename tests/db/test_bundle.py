"""Bundles: everything is in it, it verifies by itself, and no byte of it changes unnoticed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from caixun import main
from db import archive, frontier, takedown
from db.archive import Seen
from db.bundle import verify, zip_file
from db.bundle.articles import Asked
from db.bundle.offline import ROWS
from db.bundle.zip_file import ZipWriter
from db.connection import open_reader, open_writer, transaction
from db.downloads.files import newest_change
from db.errors import WrongDownload
from db.paths import DataDirectory
from parsers.visits import Visit
from scheduler import bundling
from tests.web import archive_of

ROOT = Path(__file__).resolve().parents[2]


def address(number: int) -> str:
    return f"https://news.example.cn/{number}.html"


def visit(number: int, day: int, body: bytes, **more: str) -> Visit:
    at = f"2026-03-{day:02}T01:00:00+00:00"
    return Visit(
        url=more.get("url", address(number)), source="qhnews", kind="article", fetched_at=at, status=200, body=body,
        content_type="text/html; charset=utf-8",
    )  # fmt: skip


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    """Nine articles, the pages of six of them: one fetched twice the same, one changed, one of no article."""
    found = archive_of.make(tmp_path / "data", 9)
    with closing(open_writer(found.crawl)) as crawl, transaction(crawl):
        for number in range(6):
            frontier.store_visit(crawl, visit(number, number + 1, b"<html>%d</html>" % number), None)
        frontier.store_visit(crawl, visit(1, 5, b"<html>1</html>"), None)
        frontier.store_visit(crawl, visit(2, 6, b"<html>two, revised</html>"), None)
        frontier.store_visit(crawl, visit(3, 28, b"<html>three, after the bundle</html>"), None)
        frontier.store_visit(crawl, visit(0, 2, b"<ul></ul>", url="https://news.example.cn/"), None)
    return found


def asked(directory: DataDirectory, query: str = "", as_of: int | None = None) -> Asked:
    with closing(open_reader(directory.archive)) as connection:
        return Asked(query, {}, as_of or newest_change(connection), f"检索“{query}”的文章")


def made(directory: DataDirectory, name: str = "a.zip", query: str = "", as_of: int | None = None) -> Path:
    file = directory.path / name
    bundling.save(directory, asked(directory, query, as_of), file)
    return file


def test_every_article_is_in_it_as_page_text_row_and_snapshot(directory: DataDirectory) -> None:
    file = made(directory)
    assert "完好：9 篇文章，18 条事实，7 个原页" in verify.verify(file)
    with zipfile.ZipFile(file) as bundle:
        rows = list(csv.DictReader(io.StringIO(bundle.read("articles.csv").decode("utf-8-sig"))))
        facts = list(csv.DictReader(io.StringIO(bundle.read("facts.csv").decode("utf-8-sig"))))
        assert (len(rows), len(facts)) == (9, 18)
        for row in rows:
            text = bundle.read(f"texts/{row['id']}.txt").decode()
            assert text.startswith(f"标题：{row['title'].removeprefix(chr(39))}\n") and f"原文：{row['url']}\n" in text
            assert text.split("\n\n", 1)[1].startswith("西宁市面向全国高校的“校园引才”活动3月17日启动")
            assert "签约高层次人才103名" in bundle.read(f"articles/{row['id']}.html").decode()
        pages = [
            (record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(io.BytesIO(bundle.read("snapshots.warc.gz")), check_digests="raise")
            if record.rec_type == "response"
        ]
    assert pages == [
        (address(0), b"<html>0</html>"), (address(1), b"<html>1</html>"), (address(2), b"<html>2</html>"),
        (address(2), b"<html>two, revised</html>"), (address(3), b"<html>3</html>"), (address(4), b"<html>4</html>"),
        (address(5), b"<html>5</html>"),
    ]  # fmt: skip


def test_the_manifest_names_every_member_with_its_hash_and_what_was_asked(directory: DataDirectory) -> None:
    with zipfile.ZipFile(made(directory, query="招才引智")) as bundle:
        said = json.loads(bundle.read("manifest.json"))
        lines = (line.split("  ") for line in bundle.read("SHA256SUMS").decode().splitlines())
        sums = {name: digest for digest, name in lines}
        hashes = {name: hashlib.sha256(bundle.read(name)).hexdigest() for name in bundle.namelist()}
    assert {one["name"]: one["sha256"] for one in said["members"]} == {
        name: digest for name, digest in hashes.items() if name not in ("manifest.json", "SHA256SUMS")
    }
    assert sums == {name: digest for name, digest in hashes.items() if name != "SHA256SUMS"}
    ours = said["caixun"]
    assert (ours["query"], ours["articles"], ours["as_of_change"]) == ("招才引智", 8, 9)
    assert ours["version"] and ours["parser"] and "coverage" in ours and ours["rights"]
    assert [one["rows"] for one in said["resources"]] == [8, 16]
    assert all(field["description"] for one in said["resources"] for field in one["schema"]["fields"])


def test_the_same_archive_gives_the_same_bytes_and_so_does_a_later_one_as_of_then(directory: DataDirectory) -> None:
    before = made(directory).read_bytes()
    assert made(directory, "b.zip").read_bytes() == before
    number = asked(directory).as_of
    with closing(open_writer(directory.archive)) as connection, transaction(connection):
        for which in (2, 40):  # one revised, one new
            one = replace(archive_of.article(which, f"后来的第{which}篇"), published=f"2026-04-{which % 28 + 1:02}")
            seen = Seen(address(which), "qhnews", "2026-04-09T00:00:00+00:00", "2026-04-09")
            archive.record(connection, one, seen, url=address(which))
    with closing(open_writer(directory.crawl)) as crawl, transaction(crawl):
        frontier.store_visit(crawl, visit(2, 29, b"<html>later</html>"), None)
    assert made(directory, "c.zip", as_of=number).read_bytes() == before
    assert made(directory, "d.zip").read_bytes() != before


def test_no_byte_can_change_unnoticed(directory: DataDirectory) -> None:
    """Hundreds of flips: anywhere, in the heads, in the directory, and every byte of the end."""
    file = made(directory)
    raw = file.read_bytes()
    with zipfile.ZipFile(file) as bundle:
        start, heads = bundle.start_dir, [info.header_offset for info in bundle.infolist()]
    chance = random.Random(8)
    places = {*chance.sample(range(len(raw)), 300), *chance.sample(range(start, len(raw)), 150)}
    places |= {*range(len(raw) - 120, len(raw)), *(head + chance.randrange(50) for head in heads)}
    noticed = 0
    for place in sorted(places):
        file.write_bytes(raw[:place] + bytes([raw[place] ^ (1 << chance.randrange(8))]) + raw[place + 1 :])
        with pytest.raises(WrongDownload):
            verify.verify(file)
        noticed += 1
    assert noticed > 450
    file.write_bytes(raw)
    assert "完好" in verify.verify(file)


@pytest.mark.parametrize("name", ["articles.csv", "snapshots.warc.gz", "index.html", "manifest.json", "SHA256SUMS"])
def test_the_damaged_member_is_named(directory: DataDirectory, name: str) -> None:
    file = made(directory)
    raw = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as bundle:
        info = bundle.getinfo(name)
    raw[info.header_offset + 50 + len(name) + info.compress_size // 2] ^= 1
    file.write_bytes(raw)
    with pytest.raises(WrongDownload, match=name):
        verify.verify(file)


@pytest.mark.parametrize("cut", [1, 64, 87, 2000, 0.5, 0.999])
def test_a_cut_bundle_is_noticed(directory: DataDirectory, cut: float) -> None:
    file = made(directory)
    raw = file.read_bytes()
    file.write_bytes(raw[: int(len(raw) * cut) if cut < 1 else -int(cut)])
    with pytest.raises(WrongDownload, match="请重新取得"):
        verify.verify(file)
    file.write_bytes(raw + b"\0")
    with pytest.raises(WrongDownload):
        verify.verify(file)


def test_a_zip_of_somebody_else_is_no_bundle(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as other:
        other.writestr("a.txt", "a")
    for name in ("x.zip", "none.zip"):
        with pytest.raises(WrongDownload):
            verify.verify(tmp_path / name)


def test_other_tools_read_the_zip(directory: DataDirectory) -> None:
    file = made(directory)
    done = subprocess.run([sys.executable, "-m", "zipfile", "-t", str(file)], capture_output=True, text=True)
    assert "Done testing" in done.stdout
    with zipfile.ZipFile(file) as bundle:
        bundle.extractall(directory.path / "out")
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=directory.path / "out", capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_what_was_taken_down_is_in_no_bundle(directory: DataDirectory) -> None:
    number = asked(directory).as_of
    identity = archive.article_id(address(2))
    with closing(open_writer(directory.archive)) as connection:
        takedown.take_down(connection, identity, "2026-05-01T00:00:00+00:00", "应原作者要求")
    with zipfile.ZipFile(made(directory, as_of=number)) as bundle:
        assert not [name for name in bundle.namelist() if identity in name]
        assert b"two, revised" not in bundle.read("snapshots.warc.gz")
        others = [name for name in bundle.namelist() if not name.endswith("manifest.json")]  # which names it
        assert all(identity.encode() not in bundle.read(name) for name in others)
        assert json.loads(bundle.read("manifest.json"))["caixun"]["taken_down"] == 1


def test_an_empty_result_is_a_bundle_that_says_so(directory: DataDirectory) -> None:
    file = made(directory, query="没有这样的词")
    assert "完好：0 篇文章" in verify.verify(file)
    with zipfile.ZipFile(file) as bundle:
        assert "没有检索到文章" in bundle.read("index.html").decode()
    assert "完好：0 篇" in verify.verify(made(DataDirectory(directory.path / "new").prepare()))


def test_a_long_list_has_pages_and_the_search_has_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = archive_of.make(tmp_path / "data", 9)
    monkeypatch.setattr("db.bundle.offline.ROWS", 4)
    with zipfile.ZipFile(made(directory)) as bundle:
        pages = [bundle.read(name).decode() for name in ("index.html", "list-2.html", "list-3.html")]
    assert [page.count("<li>") for page in pages] == [4, 4, 1] and ROWS > 4
    titles = json.loads(pages[0].split('id="titles">')[1].split("</script>")[0])
    assert len(titles) == 9 and archive_of.HOSTILE in [row[1] for row in titles]
    assert "<script>alert" not in "".join(pages)


def caixun(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_the_commands_make_and_verify_a_bundle(directory: DataDirectory) -> None:
    file, data = directory.path / "命令.zip", str(directory.path)
    done = caixun("bundle", "招才引智", "--data", data, "-o", str(file))
    assert (done.exit_code, "8 篇文章，16 条事实，6 个原页" in done.stderr) == (0, True)
    assert caixun("verify", str(file)).exit_code == 0
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 3] ^= 4
    file.write_bytes(raw)
    wrong = caixun("verify", "--json", str(file))
    assert wrong.exit_code == 1 and json.loads(wrong.stdout)["good"] is False
    for words, line in (
        (("(引才", "-o", str(file)), "第"),
        (("引才", "-o", "x.tar"), ".zip"),
        (("引才", "-o", str(directory.path / "no" / "a.zip")), "写不了"),
    ):
        failed = caixun("bundle", *words, "--data", data)
        assert failed.exit_code == 1 and line in failed.stderr
    assert not list(directory.path.glob("*.part"))


@pytest.fixture
def slow_directory(tmp_path: Path) -> Iterator[DataDirectory]:
    yield archive_of.make(tmp_path / "data", 9)


def test_killed_in_the_middle_it_leaves_no_file_that_verifies(slow_directory: DataDirectory) -> None:
    file = slow_directory.path / "killed.zip"
    program = (
        "import sys, time; from pathlib import Path; from db.bundle.articles import Asked;"
        "from db.paths import DataDirectory; from scheduler import bundling\n"
        "def wait(state):\n    print(state, flush=True); time.sleep(0.05)\n"
        "bundling.save(DataDirectory(Path(sys.argv[1])), Asked('', {}, 9, 'x'), Path(sys.argv[2]), progress=wait)"
    )
    for steps in (1, 4, 9):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(slow_directory.path), str(file)], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        for _ in range(steps):
            process.stdout.readline()
        time.sleep(0.01 * steps)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        left = list(slow_directory.path.glob("killed*"))
        for one in left:
            if one.suffix == ".zip":  # it came to its end before the kill
                assert steps == 9 and "完好" in verify.verify(one)
                one.unlink()
            else:
                whole = one.rename(one.with_name("left.zip"))
                with pytest.raises(WrongDownload):
                    verify.verify(whole)
                whole.unlink()


def test_a_failure_on_the_way_leaves_nothing(directory: DataDirectory) -> None:
    def full(_state: str) -> None:
        raise OSError("磁盘已满")

    with pytest.raises(OSError, match="磁盘已满"):
        bundling.save(directory, asked(directory), directory.path / "half.zip", progress=full)
    assert not list(directory.path.glob("half*"))


def test_the_layout_of_more_than_65535_members_is_read_by_others(tmp_path: Path) -> None:
    file = tmp_path / "many.zip"
    with file.open("w+b") as out, (tmp_path / "waiting").open("w+b") as waiting:
        writer = ZipWriter(out, waiting)
        for number in range(65_600):
            writer.add(f"{number}", b"")
        writer.close()
    with zipfile.ZipFile(file) as many:
        assert len(many.infolist()) == 65_600 and many.comment.startswith(zip_file.MARK)
        assert many.read("65599") == b""
