"""Logging in: the right password opens, sessions end, guessing is slowed, readers open no page of the operator."""

from __future__ import annotations

import base64
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from datasette.app import Datasette
from itsdangerous import URLSafeTimedSerializer

from caixun import main
from datasette_plugins import sessions
from datasette_plugins.app import build
from datasette_plugins.login import local_path
from db.passwords import hash_password, is_password, session_key
from tests.web import archive_of

_BASE = "https://caixun.example"
_HTML = {"accept": "text/html"}
_FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Datasette:
    monkeypatch.setenv("CAIXUN_OPERATOR_PASSWORD", "雪豹 42")
    monkeypatch.setenv("CAIXUN_READER_PASSWORD", hash_password("青稞"))
    return build(archive_of.make(tmp_path / "data", 3).path, _BASE, access={"readers": "password"})


async def _login(site: Datasette, password: str, wanted: str = "/") -> httpx.Response:
    content = str(httpx.QueryParams({"password": password, "next": wanted})).encode()
    answer: httpx.Response = await site.client.post("/login", content=content, headers=_FORM)
    return answer


def _session(answer: httpx.Response) -> dict[str, str]:
    return {sessions.COOKIE: answer.cookies[sessions.COOKIE]}


@pytest.mark.parametrize("password", ["x", "雪豹 42", "a" * 500])
def test_a_hash_knows_its_password_and_no_other(password: str) -> None:
    kept = hash_password(password)
    assert is_password(password, kept) and not is_password(password + " ", kept) and password not in kept
    assert kept != hash_password(password)


def test_the_command_hashes_a_password() -> None:
    result = CliRunner().invoke(main, ["password"], input="青稞\n青稞\n")
    assert result.exit_code == 0 and is_password("青稞", result.output.splitlines()[-1])


@pytest.mark.parametrize("kept", ["", "scrypt$", "scrypt$zz$zz", "scrypt$00$", "scrypt$"])
def test_nothing_opens_an_empty_or_broken_hash(kept: str) -> None:
    assert not is_password("", kept) and not is_password(kept, "") and not is_password("x", kept)


@pytest.mark.parametrize("path", ["/", "/search?q=引才", "/archive", "/archive/articles", "/data", "/about"])
async def test_readers_are_led_to_the_form_and_back(site: Datasette, path: str) -> None:
    answer = await site.client.get(path, headers=_HTML)
    assert answer.status_code == 302 and answer.headers["location"].startswith("/login?next=%2F")
    form = await site.client.get(answer.headers["location"], headers=_HTML)
    assert form.status_code == 200 and 'type="password"' in form.text
    wanted = httpx.URL(answer.headers["location"]).params["next"]
    welcome = await _login(site, "青稞", wanted)
    assert welcome.status_code == 302 and httpx.URL(welcome.headers["location"]) == httpx.URL(path)
    assert (await site.client.get(path, headers=_HTML, cookies=_session(welcome))).status_code == 200


@pytest.mark.parametrize("path", ["/search.atom", "/search.csv", "/archive.json?sql=select+1", "/archive/articles.csv"])
async def test_programs_log_in_by_basic(site: Datasette, path: str) -> None:
    answer = await site.client.get(path)
    assert answer.status_code == 401 and "Basic" in answer.headers["www-authenticate"]
    token = base64.b64encode("anyone:青稞".encode()).decode()
    assert (await site.client.get(path, headers={"authorization": f"Basic {token}"})).status_code == 200


@pytest.mark.parametrize("path", ["/robots.txt", "/login", "/-/caixun/caixun.css"])
async def test_what_the_form_needs_is_open(site: Datasette, path: str) -> None:
    assert (await site.client.get(path, headers=_HTML)).status_code == 200


async def test_the_operators_pages_open_for_the_operator_alone(site: Datasette) -> None:
    reader, operator = _session(await _login(site, "青稞")), _session(await _login(site, "雪豹 42"))
    for path in ("/review", "/takedown"):
        assert (await site.client.get(path, headers=_HTML, cookies=reader)).status_code == 401
        assert (await site.client.get(path, headers=_HTML, cookies=operator)).status_code == 200


async def test_the_session_is_closed_to_scripts_and_other_sites(site: Datasette) -> None:
    cookie = (await _login(site, "雪豹 42")).headers["set-cookie"]
    assert "HttpOnly" in cookie and "Secure" in cookie and "SameSite=lax" in cookie
    ended = await site.client.post("/logout", content=b"x=1", headers=_FORM)
    assert "Max-Age=0" in ended.headers["set-cookie"]


async def test_forms_of_a_session_need_their_token(site: Datasette) -> None:
    operator = _session(await _login(site, "雪豹 42"))
    answer = await site.client.post("/takedown", content=b"target=x&reason=y&sure=yes", headers=_FORM, cookies=operator)
    assert answer.status_code == 403


@pytest.mark.parametrize("token", ["", "x", "operator", "Im9wZXJhdG9yIg.abc.def"])
async def test_invented_sessions_open_nothing(site: Datasette, token: str) -> None:
    assert (await site.client.get("/", headers=_HTML, cookies={sessions.COOKIE: token})).status_code == 302


async def test_a_session_ends_with_its_password_and_its_time(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    cookies = _session(await _login(site, "雪豹 42"))
    old = URLSafeTimedSerializer(session_key("雪豹 42"), salt="operator")
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 1_700_000_000)
    late = {sessions.COOKIE: old.dumps("operator")}
    monkeypatch.undo()
    assert (await site.client.get("/", headers=_HTML, cookies=late)).status_code == 302
    monkeypatch.setenv("CAIXUN_OPERATOR_PASSWORD", "新口令")
    assert (await site.client.get("/", headers=_HTML, cookies=cookies)).status_code == 302


async def test_guessing_is_slowed_even_for_who_then_knows_it(site: Datasette) -> None:
    statuses = [(await _login(site, f"guess{number}")).status_code for number in range(6)]
    assert statuses == [403, 403, 403, 403, 429, 429]
    answer = await _login(site, "雪豹 42")
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 800 and "15 分钟" in answer.text
    token = base64.b64encode("x:雪豹 42".encode()).decode()
    assert (await site.client.get("/", headers={"authorization": f"Basic {token}"})).status_code == 401


@pytest.mark.parametrize(
    ("given", "led"),
    [
        ("/search?q=引才", "/search?q=引才"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("/\t/evil.example", "/"),
        ("\\\\evil", "/"),
    ],
)
def test_a_login_leads_nowhere_else(given: str, led: str) -> None:
    assert local_path(given) == led


async def test_without_the_setting_anyone_reads(tmp_path: Path) -> None:
    site = build(archive_of.make(tmp_path / "data", 1).path, _BASE)
    assert (await site.client.get("/", headers=_HTML)).status_code == 200
