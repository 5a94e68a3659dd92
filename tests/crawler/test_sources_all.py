"""The shipped sources as a whole: known families, addresses told apart, and what the catalogue gives as examples."""

from __future__ import annotations

import time
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.lists import seeds
from crawler.sources import Source, built_in_directory, load_families, load_sources
from parsers.families import recognise

CATALOGUE = Path(__file__).parents[3] / "shared" / "reference" / "catalogue.toml"
OTHER_KINDS = {  # examples of the catalogue that are no articles
    "https://epaper.tibet3.com/qhrb/pic/202509/19/403bc2d0-e070-4d35-9c0a-fe781cfcbbad.pdf": "epaper",
    "https://ld.southcn.com/node_c562c7dfd1": "list",
}
SHAPES = {  # an address of each family, one that no source watches among them
    "vsb": "https://www.example.edu.cn/info/1053/6730.htm",
    "wechat_mp": "https://mp.weixin.qq.com/s/AbCdEf_0123-4567",
    "gmw": "https://economy.gmw.cn/2026-04/27/content_38734620.htm",
    "trs_wcm": "https://www.example.gov.cn/a/202508/t20250807_217861.html",
    "enorth": "https://news.example.cn/a/system/2026/03/30/030535730.shtml",
    "hanweb_jcms": "http://x.example.gov.cn/art/2026/4/13/art_73259_11524668.html",
    "people_cms": "http://qh.people.com.cn/n2/2022/0214/c182775-35132605.html",
    "gkmlpt": "http://x.example.gov.cn/a/content/post_4886189.html",
}


@cache
def shipped() -> dict[str, Source]:
    return load_sources([built_in_directory()])


@cache
def catalogue() -> dict[str, Any]:
    if not CATALOGUE.exists():
        pytest.skip("没有共享目录里的来源目录（../shared/reference/catalogue.toml）")
    return tomllib.loads(CATALOGUE.read_text("utf-8"))


def test_every_province_is_watched_and_every_family_is_known() -> None:
    provinces = {source.province for source in shipped().values()}
    assert len(provinces - {"全国"}) == 31
    assert {source.family for source in shipped().values()} <= set(load_families())
    assert len({source.title for source in shipped().values()}) == len(shipped())
    assert all(source.evidence for source in shipped().values())


def test_no_file_claims_that_a_person_saw_the_live_site() -> None:
    assert not [source.id for source in shipped().values() if source.reviewed or source.checked]


def test_every_selector_can_be_asked() -> None:
    page = LexborHTMLParser("<p>甲</p>")
    for source in shipped().values():
        rules = source.page
        for selector in (*rules.title, *rules.body, *rules.time, *rules.origin, *rules.author, *rules.editor):
            page.css(selector)


def test_loading_takes_less_than_a_second() -> None:
    start = time.process_time()
    load_sources([built_in_directory()])
    assert time.process_time() - start < 1


def test_no_list_address_belongs_to_two_sources() -> None:
    starts = {task.url: task.source for source in shipped().values() for task in seeds(source, date(2026, 3, 2))}
    for url, owner in starts.items():
        assert [source.id for source in shipped().values() if source.kind_of(url)] == [owner], url


def test_a_familys_rule_counts_on_the_hosts_of_the_source_only() -> None:
    source = shipped()["hrss_nx"]
    assert source.kind_of("https://hrss.nx.gov.cn/a/202608/t20260828_5325572.html") == "article"
    for foreign in ("https://hrss.tj.gov.cn", "https://nx.gov.cn", "https://hrss.nx.gov.cn.example.org"):
        assert source.kind_of(f"{foreign}/a/202608/t20260828_5325572.html") is None


def test_the_sources_are_those_of_the_catalogue() -> None:
    listed = catalogue()["source"]
    assert set(shipped()) == set(listed)
    for name, facts in listed.items():
        source = shipped()[name]
        assert (source.province, source.confidence) == (facts["province"], facts["confidence"]), name
        assert source.enabled is facts["suggested_enabled"], name
        assert source.family == facts["family"], name


def test_every_example_of_the_catalogue_is_what_it_is_to_its_source_alone() -> None:
    for name, facts in catalogue()["source"].items():
        for url in facts["example_urls"]:
            kinds = {source.id: kind for source in shipped().values() if (kind := source.kind_of(url))}
            assert kinds == {name: OTHER_KINDS.get(url, "article")}, url


def test_every_example_of_a_family_is_recognised_by_its_shape() -> None:
    for name, facts in catalogue()["family"].items():
        for url in facts["example_urls"]:
            found = recognise(url, LexborHTMLParser(""))
            assert found is not None and found.family.id == name and found.article_address, url


@pytest.mark.parametrize(("family", "url"), SHAPES.items())
def test_a_family_without_a_source_is_reached_by_the_shape_of_an_address(family: str, url: str) -> None:
    found = recognise(url, LexborHTMLParser(""))
    assert found is not None
    assert found.family.id == family and found.article_address


NAVIGATION = (
    "", "index.html", "index.shtml", "default.htm", "about.html", "lxwm.html", "sitemap.html", "gywm/index.html",
    "xinwen/list.html", "xinwen/list_2.html", "xinwen/index_12.html", "node_1024.htm", "zt/2026rcgz/index.html",
    "col/col85519/index.html", "channel12345.html", "2026-03/18/node_2.htm", "202603/18/index.htm",
)  # fmt: skip
ARTICLES = (
    "xinwen/202603/t20260318_123456.html", "2026-03/18/content_1234567.htm", "system/2026/03/18/030123456.shtml",
    "2026/0318/12.html", "c/20260318/8f14e45fceea167a5a36dedd4bea2543.html", "article/1193004.html",
)  # fmt: skip


def _without_examples() -> list[Source]:
    """The sources for whose addresses nothing is shown, so that their rule is a general one."""
    return [source for source in shipped().values() if any("20\\d{2}[-/]?" in one.pattern for one in source.article)]


def test_navigation_pages_of_a_site_without_a_family_are_no_articles() -> None:
    for source in shipped().values():
        if source.family == "generic":
            for host in {urlsplit(url).netloc for url in source.lists}:
                taken = [path for path in NAVIGATION if source.kind_of(f"https://{host}/{path}") == "article"]
                assert not taken, (source.id, taken)


def test_a_general_rule_takes_dated_and_numbered_pages() -> None:
    assert len(_without_examples()) == 14
    for source in _without_examples():
        folder = source.lists[0].partition("://")[2].rstrip("/") if source.id in ("qhkjb", "tjrb") else ""
        host = folder or urlsplit(source.lists[0]).netloc
        missed = [path for path in ARTICLES if source.kind_of(f"https://{host}/{path}") != "article"]
        assert not missed, (source.id, missed)
