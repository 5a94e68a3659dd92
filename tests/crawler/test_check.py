"""`caixun sources check`: what it shows of a real server, what it stores (nothing), what it says without a network."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caixun import main
from crawler.check import SourceCheck, check_source
from crawler.sources import read_checks, read_source
from tests.crawler import news
from tests.crawler.site import Site, serving


def checked(folder: Path, site: Site, **crawl: str) -> SourceCheck:
    file = news.source_file(folder, site, **crawl)
    return check_source(read_source(file), file)


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["sources", "check", *arguments, "--data", str(data)])


def test_a_check_shows_links_next_page_and_the_fields_of_one_article(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        check = checked(tmp_path, site)
        assert site.paths() == ["/robots.txt", "/xwdt/xnyw/", news.address(1)]
    assert check.good and check.total == 12 and check.robots == "允许"
    assert check.links[0][1:] == (news.HEADLINES[1], "2026-03-01")
    assert check.next_page == f"{site.url}/xwdt/xnyw/index_1.html"
    article = check.article
    assert article is not None and article.title == news.HEADLINES[1] and article.origin == "西宁晚报"
    assert article.published == "2026-03-01T08:30:00+08:00" or (article.published or "").startswith("2026-03-01T08:30")
    assert article.missing == () and article.paragraphs == 5 and article.family == "trs_wcm"
    text = check.text()
    assert all(word in text for word in ("12 条", "各项齐全", "下一页：http", "可以启用", news.HEADLINES[1]))


def test_a_check_names_the_missing_fields_and_the_other_family(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        site.pages[news.address(1)] = []
        body = "".join(f"<p>第{number}项，{news.SENTENCE}</p>" for number in range(5))
        page = f'<html><body><h1>{news.HEADLINES[1]}</h1><div class="v_news_content" id="vsb_content">{body}</div>'
        site.put("/info/1053/6730.htm", page + '<div class="pb_sys_common"></div></body></html>')
        site.pages["/xwdt/xnyw/"] = []
        site.put("/xwdt/xnyw/", f'<ul><li><a href="/info/1053/6730.htm">{news.HEADLINES[1]}</a></li></ul>')
        check = checked(tmp_path, site, article='"/info/\\\\d+/\\\\d+"')
    assert not check.good
    assert check.article is not None and "published" in check.article.missing and "origin" in check.article.missing
    assert "缺：发布时间、来源、作者" in check.text() and "页面像是 vsb" in check.text()
    assert "还不能启用" in check.text()


def test_an_article_that_was_just_taken_down_is_followed_by_the_next_of_the_list(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        del site.pages[news.address(1)]
        check = checked(tmp_path, site)
        assert site.paths() == ["/robots.txt", "/xwdt/xnyw/", news.address(1), news.address(2)]
    assert check.good and check.article is not None and check.article.title == news.HEADLINES[2]
    assert f"{news.address(1)}：status：HTTP 404" in check.text()


def test_robots_refusal_is_said_and_obeyed(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site, "User-agent: *\nDisallow: /\n")
        check = checked(tmp_path, site)
        assert site.paths() == ["/robots.txt"]
    assert not check.good and "不允许" in check.robots and "不允许" in check.line()


def test_a_dated_paper_without_todays_issue_is_tried_for_yesterday(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        check = checked(tmp_path, site, lists=f'["{site.url}/p/{{YYYYMMDD}}/node_1.html"]')
        assert len([path for path in site.paths() if path.startswith("/p/")]) == 2
    assert not check.good and "404" in check.line()


def test_nothing_is_stored_but_the_day_with_write(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        news.source_file(tmp_path / "sources", site)
        shown = run(tmp_path, "xining")
        assert shown.exit_code == 0, shown.output
        assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["xining.toml"]
        written = run(tmp_path, "xining", "--write")
        assert written.exit_code == 0 and "已记下 1 个来源" in written.output
    (name,) = read_checks(tmp_path / "sources")
    assert name == "xining"
    shown = CliRunner().invoke(main, ["sources", "show", "xining", "--data", str(tmp_path)])
    assert "checked" in shown.output and str(read_checks(tmp_path / "sources")["xining"]) in shown.output


def test_many_sources_are_shown_a_line_each_and_as_json(tmp_path: Path) -> None:
    with serving() as good, serving() as bad:
        news.fill(good)
        news.source_file(tmp_path / "sources", good, "gut")
        news.source_file(tmp_path / "sources", bad, "leer")
        shown = run(tmp_path, "gut", "leer")
        assert shown.exit_code == 1
        assert "✓ gut：12 条链接" in shown.output and "✕ leer：status：HTTP 404" in shown.output
        lines = run(tmp_path, "gut", "leer", "--json").stdout.splitlines()
    found = {one["id"]: one for one in map(json.loads, (line for line in lines if line.startswith("{")))}
    assert found["gut"]["good"] and found["gut"]["article"]["title"] == news.HEADLINES[1]
    assert not found["leer"]["good"] and found["leer"]["article"] is None


def test_without_a_network_it_says_so_and_stops_early(tmp_path: Path) -> None:
    with serving() as site:
        closed = [site]
    for number in range(9):
        news.source_file(tmp_path / "sources", closed[0], f"still{number}", hosts=f'["h{number}.example.cn"]')
    shown = run(tmp_path, *(f"still{number}" for number in range(9)), "--jobs", "2")
    assert shown.exit_code == 2
    assert "网络不通" in shown.output and shown.output.count("✕") < 9


@pytest.mark.parametrize(("arguments", "words"), [(["nix"], "没有叫 nix 的来源"), ([], "--all")])
def test_a_wrong_name_and_no_name_are_one_clear_line(tmp_path: Path, arguments: list[str], words: str) -> None:
    shown = run(tmp_path, *arguments)
    assert shown.exit_code == 1 and words in shown.output and "Traceback" not in shown.output


def test_a_look_ends_with_whoever_asked_for_it(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        file = news.source_file(tmp_path, site, delay="30")
        ask = f"from pathlib import Path; from crawler.look import look_apart; look_apart(Path({str(file)!r}))"
        asking = subprocess.Popen([sys.executable, "-c", ask])
        _wait_for(lambda: len(site.paths()) >= 1)
        looking = _children(asking.pid)
        assert looking
        asking.kill()
        asking.wait()
        _wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in looking))


def _children(pid: int) -> list[int]:
    return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)
