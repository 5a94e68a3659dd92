"""An article over three pages, crawled over real HTTP: one article, whole, and never half of it before."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from db.connection import open_reader
from db.paths import DataDirectory
from scheduler import house
from tests.crawler.site import Site, serving

SOURCE = """title = "河畔新闻网"
province = "青海省"
family = "enorth"
reviewed = 2026-11-21
[crawl]
lists = ["{url}/list/"]
delay = 0
concurrency = 1
allow_private = ["127.0.0.1:{port}"]
"""
PAGE = """<html><head><title>青河市人才工作三年回眸-河畔新闻网</title></head><body><h1>青河市人才工作三年回眸</h1>
<div class="info">2026-03-18 08:55:11 来源：河畔日报 作者：郑小哲</div><div id="ArticleContent">{text}</div>
<div id="news_more_page_div_id">{pager}</div></body></html>"""
ADDRESS = "/system/2026/03/18/030367537{}.shtml"
TEXTS = [
    "<p>三年来，青河市把引才育才摆在突出位置，先后引进高层次人才103名，兑现人才补贴二千余万元，企业反响热烈。</p>",
    "<p>在育才方面，全市建成技能大师工作室26个，培养青年人才1200名，职业院校与企业合办订单班四十个。</p>",
    "<p>下一步，青河市将继续优化人才服务，办好校园引才活动，让各类人才引得来、留得住、用得好，发展有盼头。</p>",
]


def put_article(site: Site, missing: int | None = None) -> None:
    names = ["", "_2", "_3"]
    site.put("/list/", f'<ul><li><a href="{ADDRESS.format("")}">青河市人才工作三年回眸</a> 2026-03-18</li></ul>')
    for number, (name, text) in enumerate(zip(names, TEXTS, strict=True)):
        after = names[number + 1] if number < 2 else None
        pager = f'<a href="{ADDRESS.format(after)}">下一页</a>' if after else "<span>下一页</span>"
        if number == missing:
            site.put(ADDRESS.format(name), "", status=404)
        else:
            site.put(ADDRESS.format(name), PAGE.format(text=text, pager=pager))


def archive_after(site: Site, path: Path) -> sqlite3.Connection:
    """The archive after one crawl of the site and one walk of the stages."""
    directory = house.prepare(path)
    folder = path / "sources"
    folder.mkdir(exist_ok=True)
    (folder / "hepan.toml").write_text(SOURCE.format(url=site.url, port=site.port), "utf-8")
    command = [sys.executable, "-W", "error::SyntaxWarning", "-m", "caixun", "crawl", "hepan", "--data", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return open_reader(DataDirectory(directory.path).archive)


def test_an_article_over_three_pages_is_one_article_without_revisions(tmp_path: Path) -> None:
    with serving() as site:
        put_article(site)
        archive = archive_after(site, tmp_path)
    rows = archive.execute(
        "select a.title, a.url, t.body, t.flags from articles a join article_text t using (revision)"
    ).fetchall()
    assert [(row["title"], row["url"]) for row in rows] == [("青河市人才工作三年回眸", site.url + ADDRESS.format(""))]
    assert [line[:5] for line in rows[0]["body"].split("\n")] == ["三年来，青", "在育才方面", "下一步，青"]
    assert "没有取到" not in rows[0]["flags"]
    assert [row[0] for row in archive.execute("select kind from changes")] == ["new"]


def test_a_page_that_never_comes_is_said_so(tmp_path: Path) -> None:
    with serving() as site:
        put_article(site, missing=2)
        archive = archive_after(site, tmp_path)
    (row,) = archive.execute("select t.body, t.flags from article_text t").fetchall()
    assert row["body"].count("\n") == 1
    assert "第 3 页没有取到" in row["flags"]
