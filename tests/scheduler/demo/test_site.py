"""Time on the demo's sites: ticks, validators, restarts, the process itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from crawler.sources import read_source
from crawler.tables import Table
from scheduler.demo.ports import DemoPortsError
from scheduler.demo.site import LAST_TICK, DemoStateError, Ports, Site, choose_ports, serve, write_sources
from tests.scheduler.demo.conftest import Running

DAY = "2026-11-23"
EDITED = "/system/2025/04/12/030372516.shtml"
REMOVED = "/system/2025/07/16/030395127.shtml"
REPOSTED = "/system/2026/11/23/030472001.shtml"


def present(site: Site, tick: int) -> set[tuple[str, str]]:
    return {(one.site, one.path) for one in site.truth(tick) if one.state in ("present", "edited")}


def test_each_tick_adds_one_article_with_the_day(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.move(0, DAY)
    for tick in range(1, LAST_TICK + 1):
        new = {one for one in present(site, tick) - present(site, tick - 1) if one[0] != "mirror"}
        assert len(new) == 1
        assert "20261123" in new.pop()[1].replace("/", "")


def test_the_truth_is_what_is_served(running: Running) -> None:
    for tick in (0, 4, LAST_TICK):
        running.site.move(tick, DAY)
        for one in running.site.truth(tick):
            wanted = 200 if one.state in ("present", "edited") else 404
            assert running.get(one.site, one.path).status == wanted, one


def test_nothing_changes_after_the_last_tick(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.move(LAST_TICK, DAY)
    before = [site.answer(one.site, one.path) for one in site.truth(LAST_TICK)]
    site.move(LAST_TICK + 30, DAY)
    assert site.tick == LAST_TICK
    assert [site.answer(one.site, one.path) for one in site.truth(LAST_TICK)] == before


def test_the_edit_changes_a_figure_and_a_name_but_no_list(running: Running) -> None:
    running.site.move(2, DAY)
    old, old_list = running.get("portal", EDITED), running.get("portal", "/col/rencai/index_2.shtml")
    running.site.move(3, DAY)
    new, new_list = running.get("portal", EDITED), running.get("portal", "/col/rencai/index_2.shtml")
    assert "意向1240余人。" in old.body.decode("gbk")
    assert "意向1420余人。" in new.body.decode("gbk")
    assert "顾长亭" in new.body.decode("gbk")
    assert old.headers["etag"] != new.headers["etag"]
    assert old.headers["last-modified"] != new.headers["last-modified"]
    assert old_list.body == new_list.body


def test_the_removed_article_leaves_the_lists(running: Running) -> None:
    title = "一名援青医生的第三个夏天".encode("gbk")
    for tick, status in ((3, 200), (4, 404)):
        running.site.move(tick, DAY)
        assert running.get("portal", REMOVED).status == status
        pages = [running.get("portal", f"/col/rencai/index{page}.shtml").body for page in ("", "_2")]
        assert (title in b"".join(pages)) == (status == 200)


def test_the_repost_is_the_original_cut_with_a_sentence_more(running: Running) -> None:
    running.site.move(5, DAY)
    original = running.get("portal", REPOSTED).body.decode("gbk")
    repost = running.get("gov", "/xwdt/rcgz/202611/t20261123_123605.html").body.decode()
    assert "人才项目29个，总投资" in original
    assert "人才项目29个，总投资" in repost
    assert "较上年同期增长" in original
    assert "较上年同期增长" not in repost
    assert "设置展位" in repost
    assert "来源：河湟新闻网" in repost


@pytest.mark.parametrize(("site", "path"), [("portal", EDITED), ("gov", "/zcwj/index.html"), ("portal", "/")])
def test_an_unchanged_page_is_304(running: Running, site: str, path: str) -> None:
    first = running.get(site, path)
    again = running.get(site, path, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert running.get(site, path, If_None_Match='"other"').status == 200


def test_the_date_is_a_validator_too(running: Running) -> None:
    modified = running.get("portal", EDITED).headers["last-modified"]
    assert modified == "Sat, 12 Apr 2025 02:06:48 GMT"
    assert running.get("portal", EDITED, If_Modified_Since=modified).status == 304
    running.site.move(3, DAY)
    assert running.get("portal", EDITED, If_Modified_Since=modified).status == 200
    assert running.get("portal", EDITED, If_Modified_Since="once upon a time").status == 200


def test_article_pages_change_only_when_edited(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.move(0, DAY)
    kept = [one for one in site.truth(LAST_TICK) if one.state == "present" and (one.site, one.path) in present(site, 0)]
    before = [site.answer(one.site, one.path).body for one in kept]
    site.move(LAST_TICK, DAY)
    assert len(kept) >= 25
    assert [site.answer(one.site, one.path).body for one in kept] == before


@pytest.mark.parametrize(("name", "content"), [("tick", "soon"), ("day", "tomorrow")])
def test_a_bad_state_file_is_named(name: str, content: str, running: Running) -> None:
    (running.site.directory / name).write_text(content, "utf-8")
    with pytest.raises(DemoStateError, match=name):
        running.site.answer("portal", "/")
    assert running.get("portal", "/").status == 500


def test_ports_once_chosen_stay(tmp_path: Path) -> None:
    ports = choose_ports(tmp_path)
    assert len(set(ports)) == 4
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", ports.portal))
        taken.listen()
        assert choose_ports(tmp_path) == ports
        assert ports.portal not in choose_ports(tmp_path / "other")
        with pytest.raises(DemoPortsError, match=str(ports.portal)):
            serve(Site(tmp_path), ports)


def test_a_spoilt_ports_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text('{"portal": 1}', "utf-8")
    with pytest.raises(DemoPortsError, match=r"ports\.json"):
        choose_ports(tmp_path)


def test_the_sources_are_good_source_files(running: Running, tmp_path: Path) -> None:
    write_sources(tmp_path / "sources", running.ports)
    families = {name: Table(tmp_path, "", {}) for name in ("enorth", "founder_epaper_new", "trs_wcm", "generic")}
    files = sorted((tmp_path / "sources").glob("*.toml"))
    assert [file.stem for file in files] == ["demo-epaper", "demo-gov", "demo-mirror", "demo-portal"]
    for file in files:
        name = file.stem.removeprefix("demo-")
        source = read_source(file, families)
        assert source.allow_private == (f"127.0.0.1:{getattr(running.ports, name)}",)
        assert tomllib.loads(file.read_text("utf-8"))["crawl"]["every"] == "5s"
        for address in source.lists:
            assert running.get(name, address.split(source.allow_private[0])[1]).status == 200
        for one in running.site.truth(0):
            assert one.site != name or source.article[0].search(f"http://{source.allow_private[0]}{one.path}")


def start(directory: Path, ports: Ports) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scheduler.demo.site", "--directory", str(directory)]
    command += ["--ports", ",".join(str(port) for port in ports)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_keeps_its_state_over_a_restart_and_ends_at_once(tmp_path: Path, number: signal.Signals) -> None:
    ports = choose_ports(tmp_path)
    Site(tmp_path).move(4, DAY)
    for _start in range(2):
        with start(tmp_path, ports) as process:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            assert (ready["tick"], ready["day"], ready["ports"]["gov"]) == (4, DAY, ports.gov)
            assert Running(Site(tmp_path), ports).get("portal", REMOVED).status == 404
            began = time.monotonic()
            process.send_signal(number)
            assert process.wait(5) == 0
            assert time.monotonic() - began < 1.0


def test_a_port_in_use_is_one_clear_line(running: Running, tmp_path: Path) -> None:
    with start(tmp_path, running.ports) as process:
        out, error = process.communicate(timeout=10)
    assert process.returncode == 3
    assert out == ""
    assert error.count("\n") == 1
    assert str(running.ports.portal) in error
