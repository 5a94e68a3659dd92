"""References: golden strings by the rules of GB/T 7714—2015, and the pages and files that carry them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from datasette_plugins.app import build
from db import citations
from db.citations import Work
from tests.web import archive_of

_BASE = "http://caixun.example"
PAPER = Work(
    key="caixun-1",
    title="“校园引才”启动",
    url="https://news.example.cn/a_b/1.html?x=1&y=2",
    accessed="2026-11-21",
    subtitle="——41所高校参加",
    authors=("王小明", "李红"),
    container="西宁晚报",
    published="2025-03-18T08:55:11+08:00",
    archived="http://caixun.example/article/1/revision/2",
)
PAGE = replace(PAPER, container="青海新闻网", subtitle="", authors=("王小明", "李红", "张强", "赵敏"))


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (
            PAPER,
            "王小明, 李红. “校园引才”启动: 41所高校参加[N/OL]. 西宁晚报, 2025-03-18[2026-11-21]."
            " https://news.example.cn/a_b/1.html?x=1&y=2.",
        ),
        (
            PAGE,
            "王小明, 李红, 张强, 等. “校园引才”启动[EB/OL]. (2025-03-18)[2026-11-21]."
            " https://news.example.cn/a_b/1.html?x=1&y=2.",
        ),
        (
            replace(PAGE, authors=(), published="2018", title="全省人才工作综述。"),
            "青海新闻网. 全省人才工作综述[EB/OL]. (2018)[2026-11-21]. https://news.example.cn/a_b/1.html?x=1&y=2.",
        ),
        (
            replace(PAPER, authors=(), published=None, subtitle=""),
            "“校园引才”启动[N/OL]. 西宁晚报[2026-11-21]. https://news.example.cn/a_b/1.html?x=1&y=2.",
        ),
        (
            replace(PAGE, authors=(), container="", published=None),
            "“校园引才”启动[EB/OL]. [2026-11-21]. https://news.example.cn/a_b/1.html?x=1&y=2.",
        ),
        (
            Work(
                key="s", title="检索“绿色算力”的文章", subtitle="312 篇，截至 2026-11-20", container="才讯",
                published="2026-11-20", accessed="2026-11-21", url="http://caixun.example/search?q=1", dataset=True,
            ),
            "才讯. 检索“绿色算力”的文章: 312 篇，截至 2026-11-20[DS/OL]. (2026-11-20)[2026-11-21]."
            " http://caixun.example/search?q=1.",
        ),
    ],
)  # fmt: skip
def test_the_national_standard(work: Work, expected: str) -> None:
    assert citations.gb7714(work) == expected


def test_bibtex_of_a_newspaper() -> None:
    assert citations.bibtex(PAPER) == (
        "@article{caixun-1,\n"
        "  author       = {{王小明} and {李红}},\n"
        "  title        = {{“校园引才”启动：41所高校参加}},\n"
        "  journal      = {西宁晚报},\n"
        "  date         = {2025-03-18},\n"
        "  year         = {2025},\n"
        "  month        = {mar},\n"
        "  url          = {https://news.example.cn/a_b/1.html?x=1&y=2},\n"
        "  urldate      = {2026-11-21},\n"
        "  langid       = {chinese},\n"
        "  note         = {存档：http://caixun.example/article/1/revision/2}\n"
        "}\n"
    )


def test_bibtex_of_a_page_names_no_empty_field_and_closes_what_a_title_opens() -> None:
    entry = citations.bibtex(replace(PAGE, title="50% & {引才} \\x ~ #1", authors=(), published=None, archived=""))
    assert entry.startswith("@misc{") and "author" not in entry and " date " not in entry and "year" not in entry
    assert r"{{50\% \& \{引才\} \textbackslash{}x \textasciitilde{} \#1}}" in entry
    assert "howpublished = {青海新闻网}" in entry


def test_ris_is_one_record_with_its_line_ends() -> None:
    assert citations.ris(PAPER) == "\r\n".join(
        [
            "TY  - NEWS",
            "AU  - 王小明",
            "AU  - 李红",
            "TI  - “校园引才”启动：41所高校参加",
            "T2  - 西宁晚报",
            "PY  - 2025",
            "DA  - 2025/03/18/",
            "UR  - https://news.example.cn/a_b/1.html?x=1&y=2",
            "L2  - http://caixun.example/article/1/revision/2",
            "Y2  - 2026/11/21/",
            "LA  - zh-CN",
            "ER  - ",
            "",
        ]
    )


def test_a_title_with_a_line_break_begins_no_field_of_its_own() -> None:
    record = citations.ris(replace(PAGE, title="引才\r\nER  - \r\nTY  - BOOK"))
    assert record.count("\r\nER  - ") == 1 and "\r\nTY" not in record
    assert "\n" not in citations.gb7714(replace(PAGE, title="引\n才"))


def test_csl_json_is_read_by_reference_managers() -> None:
    (item,) = json.loads(citations.csl_json(PAPER))
    assert item["type"] == "article-newspaper" and item["container-title"] == "西宁晚报"
    assert item["issued"] == {"date-parts": [[2025, 3, 18]]} and item["accessed"] == {"date-parts": [[2026, 11, 21]]}
    assert item["author"] == [{"literal": "王小明"}, {"literal": "李红"}]
    (undated,) = json.loads(citations.csl_json(replace(PAGE, published="2018")))
    assert undated["type"] == "webpage" and undated["issued"] == {"date-parts": [[2018]]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("西宁晚报", True), ("青海日报", True), ("中国青年报", True), ("经济参考报", True), ("工作简报", False),
        ("市委办公室通报", False), ("青海新闻网", False), ("", False),
    ],
)  # fmt: skip
def test_a_newspaper_is_known_by_its_name(name: str, expected: bool) -> None:
    assert citations.is_newspaper(name) is expected


async def test_an_article_is_cited_by_its_original_and_a_text_by_its_permanent_address(tmp_path: Path) -> None:
    identity, _ = archive_of.make_story(tmp_path / "data")
    site = build(tmp_path / "data", _BASE)
    page = (await site.client.get(f"/cite?article={identity}")).text
    assert "王小明. 青海校园引才启动[N/OL]. 西宁晚报, 2026-03-02[" in page and "https://a.cn/1." in page
    pinned = (await site.client.get(f"/cite.txt?article={identity}&revision=1")).text
    assert pinned.endswith(f"{_BASE}/article/{identity}/revision/1.")
    fact = (await site.client.get(f"/cite.json?article={identity}&revision=1&fact=1")).json()[0]
    assert fact["URL"] == f"{_BASE}/article/{identity}/revision/1#e1" and "签约高层次人才103名" in fact["note"]


@pytest.mark.parametrize(
    ("form", "kind"),
    [("txt", "text/plain"), ("bib", "application/x-bibtex"), ("ris", "application/x-research-info-systems"),
     ("json", "application/vnd.citationstyles.csl+json")],
)  # fmt: skip
async def test_each_form_is_a_file(tmp_path: Path, form: str, kind: str) -> None:
    identity, _ = archive_of.make_story(tmp_path / "data")
    answer = await build(tmp_path / "data", _BASE).client.get(f"/cite.{form}?article={identity}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-disposition"] == f'attachment; filename="caixun-{identity}.{form}"'


async def test_a_search_is_cited_as_data_of_a_day_that_its_link_keeps(tmp_path: Path) -> None:
    archive_of.make(tmp_path / "data", 10)
    site = build(tmp_path / "data", _BASE)
    text = (await site.client.get("/cite/search.txt?q=招才引智&asof=2026-03-05")).text
    assert text.startswith("才讯. 检索“招才引智”的文章: ") and "[DS/OL]. (2026-03-05)[" in text
    address = text.rsplit("]. ", 1)[1].rstrip(".")
    assert "asof=2026-03-05" in address and (await site.client.get(address.removeprefix(_BASE))).status_code == 200
    today = (await site.client.get("/cite/search.txt?q=招才引智")).text
    assert "asof=" in today
    link = (await site.client.get("/search?q=招才引智")).text
    assert "/cite/search?q=" in link
    assert (await site.client.get("/cite/search?q=(引才")).status_code == 400


async def test_the_archive_itself_can_be_cited(tmp_path: Path) -> None:
    archive_of.make(tmp_path / "data", 2)
    site = build(tmp_path / "data", _BASE)
    assert "[DS/OL]" in (await site.client.get("/cite")).text
    for query in ("article=none", "article=none&revision=x"):
        assert (await site.client.get(f"/cite?{query}")).status_code == 404


@pytest.mark.parametrize("query", ["revision=9", "revision=x", "fact=99", "fact=x"])
async def test_what_an_article_does_not_have_cannot_be_cited(tmp_path: Path, query: str) -> None:
    identity, _ = archive_of.make_story(tmp_path / "data")
    answer = await build(tmp_path / "data", _BASE).client.get(f"/cite?article={identity}&{query}")
    assert answer.status_code == 404
