"""The review queue: who may see it, what waits, and verdicts that become test cases."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from datasette.app import Datasette

from caixun import main
from datasette_plugins.app import build
from datasette_plugins.operator import PASSWORD_VARIABLE
from db import archive
from db.archive import Seen
from db.connection import open_writer, transaction
from db.paths import DataDirectory
from db.review import ReviewQueue
from tests.web import archive_of

LOCAL = "http://localhost"
FORM = {"content-type": "application/x-www-form-urlencoded"}
KEPT, REFUSED, CLEAR = (f"https://news.example.cn/edge-{name}.html" for name in ("kept", "refused", "clear"))


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    data: DataDirectory = archive_of.make(tmp_path / "data", 3)
    edge = archive_of.article(5, "州里请来的老教授")
    connection = open_writer(data.archive)
    with transaction(connection):
        for url, title, value, relevant in (
            (KEPT, "州里请来的老教授", 0.55, True),
            (REFUSED, "县里的<b>木匠</b>", 0.45, False),
            (CLEAR, "明日降温", 0.02, False),
        ):
            article = replace(edge, title=title, relevance=value, relevant=relevant, words=("教授",))
            archive.record(connection, article, Seen(url, "qhnews", "2026-03-09T01:00:00+00:00", "2026-03-09"), url=url)
    connection.close()
    return data.path


def _site(directory: Path, base_url: str = LOCAL) -> Datasette:
    return build(directory, base_url)


async def _post(site: Datasette, said: str, url: str, **headers: str) -> int:
    content = f"said={said}&url={url}".encode()
    answer = await site.client.post("/review", content=content, headers={**FORM, **headers})
    return int(answer.status_code)


async def test_the_queue_shows_what_is_near_the_threshold_and_nothing_else(directory: Path) -> None:
    answer = await _site(directory).client.get("/review")
    assert answer.status_code == 200
    assert "州里请来的老教授" in answer.text and "县里的&lt;b&gt;木匠" in answer.text
    assert "明日降温" not in answer.text and "招才引智活动" not in answer.text
    assert "待复核 2 篇" in answer.text
    assert "no-store" in answer.headers["cache-control"]


async def test_a_verdict_leaves_the_queue_and_becomes_a_case(directory: Path) -> None:
    site = _site(directory)
    assert await _post(site, "yes", KEPT) == 302
    assert await _post(site, "no", REFUSED) == 302
    html = (await site.client.get("/review")).text
    assert "待复核 0 篇，已判定 2 篇" in html
    lines = (await site.client.get("/review/cases.jsonl")).text.splitlines()
    cases = {case["url"]: case for case in map(json.loads, lines)}
    assert cases[KEPT]["relevant"] is True and cases[KEPT]["text"].startswith("西宁市面向全国高校")
    assert cases[REFUSED]["relevant"] is False and cases[REFUSED]["title"] == "县里的<b>木匠</b>"


async def test_a_verdict_can_be_changed_and_taken_back(directory: Path) -> None:
    site, queue = _site(directory), ReviewQueue(directory)
    await _post(site, "yes", REFUSED)
    await _post(site, "no", REFUSED)
    assert [verdict.relevant for verdict in queue.verdicts()] == [False]
    assert await _post(site, "again", REFUSED) == 302
    assert queue.verdicts() == () and queue.count() == 2


@pytest.mark.parametrize(("said", "url"), [("yes", CLEAR), ("maybe", KEPT), ("again", KEPT), ("yes", "x" * 5000)])
async def test_what_does_not_wait_cannot_be_judged(directory: Path, said: str, url: str) -> None:
    assert await _post(_site(directory), said, url) == 404
    assert ReviewQueue(directory).verdicts() == ()


async def test_an_empty_archive_has_an_empty_queue_and_an_empty_download(tmp_path: Path) -> None:
    archive_of.make(tmp_path / "data", 0)
    site = _site(tmp_path / "data")
    assert "没有待复核的文章" in (await site.client.get("/review")).text
    answer = await site.client.get("/review/cases.jsonl")
    assert answer.status_code == 200 and answer.text == ""


@pytest.mark.parametrize("path", ["/review", "/review/cases.jsonl"])
async def test_strangers_are_turned_away(directory: Path, path: str) -> None:
    public = _site(directory, "https://caixun.example")
    local = _site(directory)
    assert (await public.client.get(path)).status_code == 403  # a proxy on this machine
    assert (await local.client.get(path, headers={"host": "evil.example"})).status_code == 403  # a rebound name
    forwarded = await local.client.get(path, headers={"x-forwarded-for": "203.0.113.9"})
    assert forwarded.status_code == 403 and "木匠" not in forwarded.text


async def test_another_site_cannot_send_the_form(directory: Path) -> None:
    site = _site(directory)
    assert await _post(site, "yes", KEPT, origin="https://evil.example") == 403
    assert await _post(site, "yes", KEPT, **{"sec-fetch-site": "cross-site"}) == 403
    assert ReviewQueue(directory).verdicts() == ()
    assert await _post(site, "yes", KEPT, origin=LOCAL) == 302


async def test_with_a_password_whoever_knows_it_comes_in(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "雪豹:42")
    site = _site(directory, "https://caixun.example")
    assert (await site.client.get("/review")).status_code == 401
    for given, status in (("雪豹:42", 200), ("雪豹", 401), ("", 401)):
        token = base64.b64encode(f"op:{given}".encode()).decode()
        answer = await site.client.get("/review", headers={"authorization": f"Basic {token}"})
        assert answer.status_code == status
    broken = await site.client.get("/review", headers={"authorization": "Basic ***"})
    assert broken.status_code == 401 and "Basic" in broken.headers["www-authenticate"]


def test_the_text_of_a_refused_article_is_read_again_from_its_stored_page(tmp_path: Path) -> None:
    saved = tmp_path / "edge.txt"
    text = "某地把招聘会摊到每周五下午，企业轮流来，毕业生随时看。市人社局与十二家电池企业联手，全年举办百余场。"
    saved.write_text(f"大学城里的“不落幕毕业季”\n{text}\n", "utf-8")
    result = CliRunner().invoke(main, ["add", "--data", str(tmp_path / "data"), str(saved)])
    assert result.exit_code == 0, result.output
    queue = ReviewQueue(tmp_path / "data")
    [waiting] = queue.waiting()
    assert (waiting.title, waiting.kept) == ("大学城里的“不落幕毕业季”", False)
    verdict = queue.judge(waiting.url, True, "2026-11-21T09:00:00+00:00")
    assert verdict is not None and verdict.text == text


@pytest.mark.parametrize("page", ["/sources", "/"])
async def test_the_operator_is_led_to_the_queue_and_nobody_else(
    directory: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    site = _site(directory)
    assert 'href="/review"' in (await site.client.get(page)).text
    monkeypatch.setenv(PASSWORD_VARIABLE, "geheim")
    assert 'href="/review"' not in (await site.client.get(page)).text
    known = {"authorization": "Basic " + base64.b64encode(b"x:geheim").decode()}
    assert 'href="/review"' in (await site.client.get(page, headers=known)).text
