"""`caixun sources new` and `sources test`: a source from one page of a real server, its cases, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caixun import main
from crawler.draft import Seen, list_address, list_candidates, seen, site_title
from crawler.shapes import article_shape, registered, shape_of
from crawler.sources import load_sources, read_source
from crawler.values import Visit
from parsers.values import Link
from tests.crawler import news
from tests.crawler.site import Site, serving


def new(data: Path, site: Site, path: str, *more: str, allow: bool = True) -> Result:
    private = ["--allow-private", f"127.0.0.1:{site.port}"] if allow else []
    return CliRunner().invoke(main, ["sources", "new", site.url + path, "--data", str(data), *private, *more])


def read_cases(data: Path, *names: str) -> Result:
    return CliRunner().invoke(main, ["sources", "test", *names, "--data", str(data)])


def written(data: Path) -> Path:
    (file,) = (data / "sources").glob("*.toml")
    return file


def test_a_source_is_written_from_a_list_page(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        shown = new(tmp_path, site, "/xwdt/xnyw/")
        assert shown.exit_code == 0, shown.output
        assert site.paths() == ["/robots.txt", "/xwdt/xnyw/", news.address(1)]
        source = read_source(written(tmp_path))
        assert source.kind_of(site.url + news.address(7)) == "article"
        assert source.kind_of(site.url + "/about.html") is None
    assert (source.title, source.province, source.city) == ("西宁市人民政府网", "青海省", "西宁市")
    assert source.family == "trs_wcm" and source.enabled and source.reviewed is None
    assert "12 条" in shown.output and "各项齐全" in shown.output and "sources test" in shown.output


def test_a_source_is_written_from_an_article_by_its_breadcrumb(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        shown = new(tmp_path, site, news.address(3))
        assert shown.exit_code == 0, shown.output
        assert read_source(written(tmp_path)).lists == (f"{site.url}/xwdt/xnyw/",)
        assert news.HEADLINES[3] in shown.output


def test_the_shape_of_the_links_is_the_rule_where_no_family_is_known(tmp_path: Path) -> None:
    with serving() as site:
        for number in range(1, 9):
            page = news.article_page(number).replace("TRS_Editor", "wenzhang")
            site.put(f"/szyw/a/2026/03/{number:02d}/2301256{number}.html", page)
        rows = "".join(
            f'<li><a href="/szyw/a/2026/03/{n:02d}/2301256{n}.html">{news.HEADLINES[n % 6]}</a></li>'
            for n in range(1, 9)
        )
        site.put("/szyw/", f"<title>时政要闻_西部某网</title><ul>{rows}</ul>")
        shown = new(tmp_path, site, "/szyw/", "--province", "陕西省", "--id", "xibu")
        assert shown.exit_code == 0, shown.output
        source = read_source(tmp_path / "sources" / "xibu.toml")
        assert source.family == "generic" and source.province == "陕西省"
        assert source.kind_of(f"{site.url}/other/a/2025/12/31/23012999.html") == "article"
        assert source.kind_of(f"{site.url}/szyw/list.html") is None


def test_a_newspaper_page_becomes_a_source_asked_for_by_day(tmp_path: Path) -> None:
    with serving() as site:
        heads = enumerate(news.HEADLINES, 1)
        rows = "".join(
            f'<li><a href="../../../content/202603/02/content_9{n}.html">{head}</a></li>' for n, head in heads
        )
        page = f'<title>青海某日报</title><div class="news-list"><ul>{rows}</ul></div><div class="newspaper-pic"></div>'
        site.put("/qhrb/pc/layout/202603/02/node_01.html", page)
        body = "".join(f"<p>{news.SENTENCE}</p>" for _ in range(5))
        article = f'<div class="article"><h1>{news.HEADLINES[0]}</h1><div id="ozoom">{body}</div></div>'
        site.put("/qhrb/pc/content/202603/02/content_91.html", article)
        shown = new(tmp_path, site, "/qhrb/pc/layout/202603/02/node_01.html", "--id", "rb")
        assert shown.exit_code == 0, shown.output
    source = read_source(written(tmp_path))
    assert source.lists == (f"{site.url}/qhrb/pc/layout/{{YYYYMM}}/{{DD}}/node_01.html",)
    assert source.family == "founder_epaper_new" and source.kind == "epaper" and source.province == "青海省"
    assert source.kind_of(f"{site.url}/qhrb/pc/layout/202604/05/node_01.html") == "epaper"
    assert source.kind_of(f"{site.url}/qhrb/pc/content/202604/05/content_12345.html") == "article"
    assert "6 条" in shown.output
    assert read_cases(tmp_path, "rb").exit_code == 0


def test_a_second_column_of_a_known_site_is_said(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        assert new(tmp_path, site, "/xwdt/xnyw/", "--id", "xn").exit_code == 0
        site.put("/zwgk/gsgg/", news.list_page(range(1, 9)))
        shown = new(tmp_path, site, "/zwgk/gsgg/", "--dry-run")
    assert shown.exit_code == 0 and "同样的文章已属于来源 xn" in shown.output


def test_an_unknown_province_is_left_empty_and_the_source_off(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        site.pages["/xwdt/xnyw/"] = []
        site.put("/xwdt/xnyw/", news.list_page(range(1, 13)).replace("西宁市人民政府", "某某"))
        for number in range(1, 13):
            site.pages[news.address(number)] = []
            site.put(news.address(number), news.article_page(number).replace("西宁市人民政府", "某某"))
        shown = new(tmp_path, site, "/xwdt/xnyw/")
    assert shown.exit_code == 0 and "没有认出省份" in shown.output
    source = read_source(written(tmp_path))
    assert source.province == "" and not source.enabled


def test_the_saved_pages_are_read_again_and_a_change_is_shown(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        assert new(tmp_path, site, "/xwdt/xnyw/", "--id", "xn").exit_code == 0
    good = read_cases(tmp_path, "xn")
    assert good.exit_code == 0 and "✓ xn/article" in good.output and "✓ xn/list" in good.output
    place = tmp_path / "sources" / "cases" / "xn"
    saved = (place / "article" / "page.html").read_text("utf-8")
    (place / "article" / "page.html").write_text(saved.replace("来源：西宁晚报", "来源：青海日报"), "utf-8")
    changed = read_cases(tmp_path)
    assert changed.exit_code == 1
    assert 'articles[1].origin：应为 "西宁晚报"，读到 "青海日报"' in changed.output and "✓ xn/list" in changed.output
    (place / "article" / "expected.json").unlink()
    assert "没有 expected.json" in read_cases(tmp_path, "xn").output
    assert read_cases(tmp_path, "xn").exit_code == 0
    assert json.loads((place / "article" / "expected.json").read_text("utf-8"))["articles"][0]["origin"] == "青海日报"


def test_cases_are_no_sources(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        assert new(tmp_path, site, "/xwdt/xnyw/", "--id", "xn").exit_code == 0
    assert set(load_sources([tmp_path / "sources"])) == {"xn"}


def test_a_private_address_is_refused_unless_it_is_allowed(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        shown = new(tmp_path, site, "/xwdt/xnyw/", allow=False)
        assert shown.exit_code == 1 and "不是公网地址" in shown.output
        assert f"请加 --allow-private 127.0.0.1:{site.port}" in shown.output
        assert site.paths() == []
    assert not (tmp_path / "sources").exists()


def test_nothing_is_overwritten_and_nothing_is_written_for_a_look(tmp_path: Path) -> None:
    with serving() as site:
        news.fill(site)
        assert new(tmp_path, site, "/xwdt/xnyw/", "--dry-run").exit_code == 0
        assert not (tmp_path / "sources").exists()
        assert new(tmp_path, site, "/xwdt/xnyw/", "--id", "xn").exit_code == 0
        before = (tmp_path / "sources" / "xn.toml").read_bytes()
        again = new(tmp_path, site, "/xwdt/xnyw/")
        assert again.exit_code == 1 and "已属于来源 xn" in again.output
        other = new(tmp_path, site, "/about/", "--id", "xn")
        assert other.exit_code == 1
    assert (tmp_path / "sources" / "xn.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("path", "words"), [("/nothing.html", "404"), ("/empty.html", "没有认出文章链接"), ("/login.html", "不是新闻页")]
)
def test_a_page_without_news_is_one_clear_line(tmp_path: Path, path: str, words: str) -> None:
    with serving() as site:
        site.put("/empty.html", "<title>某网</title><p>办公室电话 0971-1234567</p><img src=a.png>")
        site.put("/login.html", '<title>登录</title><form>用户登录 密码<input type="password"></form>')
        shown = new(tmp_path, site, path)
    assert shown.exit_code == 1 and words in shown.output and "Traceback" not in shown.output
    assert not (tmp_path / "sources").exists()


@pytest.mark.parametrize(
    ("urls", "pattern"),
    [
        (
            ["https://x.cn/a/202603/t20260301_2001.html", "https://x.cn/b/202603/t20260311_201.html"],
            r"\d{6}/t\d{8}_\d+\.html$",
        ),
        (["https://x.cn/20260130/63be26d75f2f4f85afc576e8b887df9a/c.html"], r"\d{8}/[0-9a-f]{32}/c\.html$"),
        (["https://x.cn/Home/Content/1193004?ClassId=236"], r"\d+(?:\?.*)?$"),
        (
            ["https://x.cn/NewsView.aspx?NewsID=123", "https://x.cn/NewsView.aspx?NewsID=12345"],
            r"NewsView\.aspx\?NewsID=\d+$",
        ),
        (["https://x.cn/2026-03/02/content_384620.htm"], r"\d{4}-\d{2}/\d{2}/content_\d+\.htm$"),
        (["https://x.cn/news/abc.html", "https://x.cn/news/de-f.html"], r"[\w-]+\.html$"),
    ],
)
def test_the_shape_of_addresses(urls: list[str], pattern: str) -> None:
    assert shape_of(urls) == pattern


def test_articles_outweigh_columns_and_foreign_links() -> None:
    columns = [Link(f"https://x.cn/col/{n}/index.html", "政务公开栏目名称") for n in range(6)]
    foreign = [Link(f"https://y.cn/2026/03/0{n}/{n}.html", "外站的一条很长的标题新闻", "2026-03-01") for n in range(9)]
    articles = [
        Link(f"https://news.x.cn/a/20260{n}/8326082{n}.html", "一条足够长的文章标题", "2026-03-01") for n in range(1, 6)
    ]
    shape = article_shape([*columns, *foreign, *articles], "www.x.cn")
    assert shape is not None and shape.links[0] == articles[0]
    assert registered("hbj.xining.gov.cn") == "xining.gov.cn" and registered("news.cnwest.com") == "cnwest.com"


def _article(html: str, url: str) -> Seen:
    return seen(Visit(url, "", "look", "2026-03-02T00:00:00+00:00", 200, html.encode(), "text/html; charset=utf-8"))


def test_the_list_of_an_article_is_looked_for_where_the_breadcrumb_says() -> None:
    page = (
        "<title>全省人才工作会议召开</title><div><a href='/'>首页</a><a href='/a/'>甲</a><a href='/b/'>乙</a></div>"
        "<div class='pos'>当前位置：<a href='/'>首页</a> &gt;&gt; <a href='/xwzx.htm'>新闻中心</a> &gt;&gt; "
        "<a href='/xwzx/xyxw.htm'>要闻</a> &gt;&gt; 正文</div><h1>全省人才工作会议召开</h1>"
        + f"<p>{news.SENTENCE}</p>"
        * 4
    )
    found = _article(page, "https://www.example.gov.cn/info/1053/6730.htm")
    assert list_candidates(found)[:2] == [
        "https://www.example.gov.cn/xwzx/xyxw.htm",
        "https://www.example.gov.cn/xwzx.htm",
    ]
    assert site_title([found]) is None  # the headline is no name of a site


def test_without_a_breadcrumb_the_folders_above_are_tried_but_none_of_a_day() -> None:
    page = f"<h1>全省人才工作会议召开</h1><p>{news.SENTENCE}</p>" * 3
    found = _article(page, "https://www.example.gov.cn/xwdt/xnyw/202603/t20260301_2001.html")
    assert list_candidates(found) == [
        "https://www.example.gov.cn/xwdt/xnyw/",
        "https://www.example.gov.cn/xwdt/",
        "https://www.example.gov.cn/",
    ]


def test_the_day_in_the_address_of_a_newspaper_page_becomes_a_place() -> None:
    assert list_address("https://e.cn/x/pc/layout/202603/02/node_01.html").endswith("/{YYYYMM}/{DD}/node_01.html")
    assert list_address("http://e.cn/html/2026-03/02/node_2.htm") == "http://e.cn/html/{YYYY-MM}/{DD}/node_2.htm"
    assert list_address("https://e.cn/xwdt/") == "https://e.cn/xwdt/"
