"""`caixun brief` and `caixun brief send`: files as asked for, and an edited brief once to each address."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import docx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from click.testing import CliRunner, Result

from caixun import main
from db import subscriptions, takedown
from db.brief import markdown, sending, word_reading
from db.connection import open_reader, open_writer
from db.paths import DataDirectory
from scheduler.delivering import once
from scheduler.in_force import settings_of
from tests.db.brief_archive import make
from tests.scheduler.alert_house import NOW, Post, post_office, subscribed

MONTH = ("--from", "2025-03-01", "--to", "2025-03-31")


def caixun(*words: str | Path, ok: bool = True) -> Result:
    result = CliRunner().invoke(main, ["brief", *map(str, words)])
    assert (result.exit_code == 0) is ok, result.output
    return result


@dataclass
class Office(Post):
    """A mail server that keeps the letters whole."""

    letters: list[email.message.EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        parsed = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        assert isinstance(parsed, email.message.EmailMessage)
        self.letters.append(parsed)
        return await Post.handle_DATA(self, server, session, envelope)


class _Hook(BaseHTTPRequestHandler):
    """A webhook and a group robot that accept everything."""

    def do_POST(self) -> None:
        got = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, dict(self.headers), json.loads(got)))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"errcode": 0, "errmsg": "ok"}')

    def log_message(self, *words: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def hook() -> Iterator[tuple[list[Any], int]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hook)
    server.got = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.got, server.server_port  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return make(tmp_path / "data")


def settings(directory: DataDirectory, mail: int, place: int = 0) -> None:
    text = f'[mail]\nhost = "127.0.0.1"\nport = {mail}\nsender = "caixun@example.cn"\n'
    text += '[web]\nbase_url = "https://caixun.example.cn"\n'
    text += f'[channels]\nplain_http = true\nallow_private = ["127.0.0.1:{place}"]\n'
    (directory.path / "caixun.toml").write_text(text if place else text.split("[channels]")[0], "utf-8")


def deliver(directory: DataDirectory) -> None:
    once(directory, settings_of(directory))


@pytest.mark.parametrize("form", ["docx", "html", "md"])
def test_the_file_has_the_form_of_its_name_and_is_the_same_when_made_again(directory: DataDirectory, form: str) -> None:
    file = directory.path / f"简报.{form}"
    said = caixun("--data", directory.path, *MONTH, "-o", file).output
    assert "7 篇，合并为 6 条" in said or "8 篇，合并为 7 条" in said
    content = file.read_bytes()
    assert content.startswith({"docx": b"PK", "html": b"<!doctype html>", "md": "---\n标题：".encode()}[form])
    refused = caixun("--data", directory.path, *MONTH, "-o", file, ok=False)
    assert "已经存在" in refused.output
    caixun("--data", directory.path, *MONTH, "-o", file, "--overwrite")
    assert file.read_bytes() == content
    assert not list(directory.path.glob("*.part"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*MONTH,), "请写明 -o"),
        ((*MONTH, "-o", "x.pdf"), "看不出格式"),
        (("--from", "2025-03-31", "--to", "2025-03-01", "-o", "x.docx"), "起止日期颠倒"),
        ((*MONTH, "--query", "(引才", "-o", "x.docx"), "括号"),
        ((*MONTH, "--template", "nowhere", "-o", "x.docx"), "没有模板目录"),
        ((*MONTH, "-o", "nowhere/x.docx"), "不能写入"),
    ],
)
def test_what_is_wrong_is_one_line_and_leaves_no_file(
    directory: DataDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    result = caixun("--data", directory.path, *words, ok=False)
    assert said in result.output
    assert list(Path().iterdir()) == []


def test_an_office_has_its_own_words_and_look(directory: DataDirectory) -> None:
    folder = directory.path / "brief"
    caixun("--write-template", folder)
    assert "已有" in caixun("--write-template", folder, ok=False).output
    words = (folder / "brief.md").read_text("utf-8").replace("本期收录", "编者按：本期共收")
    (folder / "brief.md").write_text(words, "utf-8")
    caixun("--data", directory.path, *MONTH, "-o", directory.path / "a.md")
    assert "编者按：本期共收2025年3月1日至31日" in (directory.path / "a.md").read_text("utf-8")


def test_an_edited_word_file_goes_out_once_by_mail_as_it_is(directory: DataDirectory) -> None:
    file = directory.path / "三月简报.docx"
    caixun("--data", directory.path, *MONTH, "--number", "第3期", "-o", file)
    reader = subscribed(directory, "没有这样的词", "reader@example.cn")
    with post_office_whole() as (office, port):
        settings(directory, port)
        words = ("send", "--data", directory.path, file, "--to", "leader@example.cn", "--subscribers", "--yes")
        assert "2 封已排入待发" in caixun(*words).output
        deliver(directory)
        assert "0 封已排入待发，2 个地址早已发过" in caixun(*words).output
        deliver(directory)
        assert {letter["To"] for letter in office.letters} == {"leader@example.cn", "reader@example.cn"}
        assert len(office.letters) == 2
        for letter in office.letters:
            (attached,) = letter.iter_attachments()
            assert attached.get_filename() == "三月简报.docx"
            assert attached.get_content() == file.read_bytes()
            body = letter.get_body(("plain",))
            assert body is not None
            assert "盐湖产业人才大会" in body.get_content()
            assert "https://caixun.example.cn/b/" in body.get_content()
        ends = {letter["To"]: letter["List-Unsubscribe"] for letter in office.letters}
        assert ends["leader@example.cn"] is None
        assert subscriptions.token(key_of(directory), reader) in ends["reader@example.cn"]


def key_of(directory: DataDirectory) -> str:
    return subscriptions.secret(open_writer(directory.subscribers))


@contextmanager
def post_office_whole() -> Iterator[tuple[Office, int]]:
    """A mail server that keeps letters whole, and its port."""
    office = Office()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_listen(office, loop), loop).result(10)
    try:
        yield office, server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _listen(office: Office, loop: asyncio.AbstractEventLoop) -> asyncio.Server:
    return await loop.create_server(lambda: SMTP(office, hostname="mx.example.cn", loop=loop), "127.0.0.1", 0)


async def _close(server: asyncio.Server) -> None:
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0.05)


def test_robots_and_webhooks_get_items_and_links(directory: DataDirectory, hook: tuple[list[Any], int]) -> None:
    got, port = hook
    settings(directory, 25, port)
    file = directory.path / "a.md"
    caixun("--data", directory.path, *MONTH, "-o", file)
    place = f"http://127.0.0.1:{port}"
    caixun("send", "--data", directory.path, file, "--to", f"webhook:{place}/hook",
           "--to", f"wecom:{place}/robot", "--yes")  # fmt: skip
    deliver(directory)
    (told,) = [body for path, _, body in got if path == "/hook"]
    assert told["type"] == "caixun.brief"
    assert told["lines"][0].startswith("本期收录2025年3月1日至31日")
    fair = next(item for item in told["items"] if "盐湖" in item["title"])
    assert fair["archive_url"].startswith("https://caixun.example.cn/article/")
    assert fair["original_url"] == "https://qhnews.example.cn/2.html"
    assert told["link"].startswith("https://caixun.example.cn/b/")
    texts = "".join(body["markdown"]["content"] for path, _, body in got if path == "/robot")
    assert "青海盐湖产业人才大会在格尔木开幕" in texts
    assert told["link"] in texts


def test_a_takedown_before_or_after_sending_stops_the_brief(directory: DataDirectory) -> None:
    file = directory.path / "a.docx"
    caixun("--data", directory.path, *MONTH, "-o", file)
    with post_office() as (post, port):
        settings(directory, port)
        caixun("send", "--data", directory.path, file, "--to", "leader@example.cn", "--yes")
        archive = open_writer(directory.archive)
        article = archive.execute("select id from articles where title like '%103%'").fetchone()[0]
        takedown.take_down(archive, article, NOW.isoformat(timespec="seconds"), "当事人要求")
        deliver(directory)
        assert post.accepted == []
        row = open_reader(directory.subscribers).execute("select * from letter where kind = 'brief'").fetchone()
        assert row["state"] == "dead"
        assert "已撤下" in row["error"]
        refused = caixun("send", "--data", directory.path, file, "--to", "other@example.cn", "--yes", ok=False)
        assert "已撤下" in refused.output


def test_sending_asks_and_refuses_what_is_wrong(directory: DataDirectory) -> None:
    file = directory.path / "a.md"
    file.write_text("# 一、要闻\n\n引才。\n", "utf-8")
    asked = CliRunner().invoke(
        main, ["brief", "send", "--data", str(directory.path), str(file), "--to", "a@example.cn"], input="n\n"
    )
    assert "将发给 1 个地址" in asked.output
    assert open_reader(directory.subscribers).execute("select count(*) from letter").fetchone()[0] == 0
    for address in ("nobody", "wecom:https://example.cn/x", "webhook:http://127.0.0.1/x", "ftp:x"):
        caixun("send", "--data", directory.path, file, "--to", address, "--yes", ok=False)
    assert "请写明发给谁" in caixun("send", "--data", directory.path, file, "--yes", ok=False).output
    (directory.path / "b.pdf").write_bytes(b"%PDF")
    assert (
        "只能发送"
        in caixun("send", "--data", directory.path, directory.path / "b.pdf", "--to", "a@b.cn", ok=False).output
    )
    (directory.path / "c.docx").write_bytes(b"no word")
    assert (
        "不是 Word"
        in caixun("send", "--data", directory.path, directory.path / "c.docx", "--to", "a@b.cn", ok=False).output
    )
    (directory.path / "d.md").write_text("\n", "utf-8")
    assert (
        "是空的" in caixun("send", "--data", directory.path, directory.path / "d.md", "--to", "a@b.cn", ok=False).output
    )


def test_an_edited_document_keeps_what_was_edited(directory: DataDirectory) -> None:
    file = directory.path / "a.docx"
    caixun("--data", directory.path, *MONTH, "-o", file)
    document = docx.Document(str(file))
    spot = next(
        paragraph for paragraph in document.paragraphs if paragraph.style and paragraph.style.name == "Heading 1"
    )
    spot.insert_paragraph_before("编者按：请各单位阅研。", style="Normal")
    document.save(str(file))
    connection = open_writer(directory.subscribers)
    made = sending.edition(
        connection, markdown.write(word_reading.read(file.read_bytes(), file.name)), file.name, file.read_bytes()
    )
    assert "编者按：请各单位阅研。" in made.text
    assert word_reading.read(file.read_bytes(), "a").title == "人才工作简报"


def test_a_day_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    told = CliRunner().invoke(
        main, ["brief", "--from", "2026-13-01", "--to", "2026-11-21", "-o", str(tmp_path / "x.md")]
    )
    assert told.exit_code == 2 and "“2026-13-01”不是日期：请写成 2026-11-01 这样" in told.output
    assert not list(tmp_path.iterdir())
