"""List pages: which links, with which titles and dates, and where the list goes on."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.addresses import Addresses
from parsers.links import list_links, next_page

_BASE = "https://news.example/rc/"
_LIST = """<html><body><div class="nav"><a href="/">首页</a><a href="javascript:void(0)">设为首页收藏本站</a></div>
<table><tr><td><a href="a/1.html">青河市召开人才工作会议</a></td><td>2025.03.18</td></tr>
<tr><td><a href="//news.example/rc/a/2.html">博士服务团走进高原…</a></td><td>[2025-03-17]</td></tr></table>
<p><a href="a/1.html"><img src="x.jpg"></a></p><a href="a/3.pdf.zip">打包下载全部附件材料</a>
<div><a href="index_2.html">下一页</a></div></body></html>"""
_ONE, _TWO = "青河市召开人才工作会议", "博士服务团走进高原牧区"


def test_links_carry_the_title_and_date_of_their_row_once_each() -> None:
    links = list_links(_LIST, _BASE)
    assert [(link.url, link.title, link.date) for link in links] == [
        ("https://news.example/rc/a/1.html", _ONE, "2025-03-18"),
        ("https://news.example/rc/a/2.html", "博士服务团走进高原…", "2025-03-17"),
    ]


def test_an_article_pattern_chooses_the_links() -> None:
    links = list_links(_LIST, _BASE, re.compile(r"/a/2\.html$"))
    assert [link.url for link in links] == ["https://news.example/rc/a/2.html"]


def test_records_in_cdata_are_read() -> None:
    row = "<li><a href='b.html'>全省人才工作会议召开</a>2024-01-02</li>"
    page = f"<body><datastore><record><![CDATA[{row}]]></record></datastore>"
    assert [link.date for link in list_links(page, _BASE)] == ["2024-01-02"]


_ROWS = {
    "date in brackets behind": f"<ul><li><a href=1.html>{_ONE}</a>[2024-03-05]</li>"
    f"<li><a href=2.html>{_TWO}</a>[2024-03-04]</li></ul>",
    "date before": f"<ul><li><i>2024-03-05</i><a href=1.html>{_ONE}</a></li>"
    f"<li><i>2024-03-04</i><a href=2.html>{_TWO}</a></li></ul>",
    "Chinese date": f"<ul><li><a href=1.html>{_ONE}</a><em>2024年3月5日</em></li>"
    f"<li><a href=2.html>{_TWO}</a><em>2024年3月4日</em></li></ul>",
    "date in the link": f"<ul><li><a href=1.html>{_ONE}<span class=d>2024-03-05</span></a></li>"
    f"<li><a href=2.html><b class=d>2024/03/04</b>{_TWO}</a></li></ul>",
    "date behind the headline in one text": f"<p><a href=1.html>{_ONE}(2024-03-05)</a></p>"
    f"<p><a href=2.html>{_TWO} 2024-03-04</a></p>",
    "own cell": f"<table><tr><td>1</td><td><a href=1.html>{_ONE}</a></td><td>青河日报</td><td>2024-03-05</td></tr>"
    f"<tr><td>2</td><td><a href=2.html>{_TWO}</a></td><td>市委组织部</td><td>2024-03-04</td></tr></table>",
    "big day over year and month": "<ul><li><div class=date><b>05</b><span>2024.03"
    f"</span></div><a href=1.html>{_ONE}</a></li>"
    f"<li><div class=date><b>04</b><span>2024.03</span></div><a href=2.html>{_TWO}</a></li></ul>",
    "year and month over a big day": "<ul><li><div><i>2024-03</i><b>05</b></div>"
    f"<h4><a href=1.html>{_ONE}</a></h4></li>"
    f"<li><div><i>2024-03</i><b>04</b></div><h4><a href=2.html>{_TWO}</a></h4></li></ul>",
    "month and day over the year": f"<ul><li><a href=1.html><p>03-05</p><p>2024</p><h3>{_ONE}</h3></a></li>"
    f"<li><a href=2.html><p>03-04</p><p>2024</p><h3>{_TWO}</h3></a></li></ul>",
    "day/month of the year in one text": f"<ul><li><span>05/2024.03</span><a href=1.html>{_ONE}</a></li>"
    f"<li><span>04/2024.03</span><a href=2.html>{_TWO}</a></li></ul>",
    "definition list": f"<dl><dt><a href=1.html>{_ONE}</a></dt><dd>2024-03-05</dd>"
    f"<dt><a href=2.html>{_TWO}</a></dt><dd>2024-03-04</dd></dl>",
    "flat, behind": f"<div><a href=1.html>{_ONE}</a><span>2024-03-05</span><br>"
    f"<a href=2.html>{_TWO}</a><span>2024-03-04</span></div>",
    "flat, before": f"<div><span>2024-03-05</span><a href=1.html>{_ONE}</a><br>"
    f"<span>2024-03-04</span><a href=2.html>{_TWO}</a></div>",
    "loose text of 2003": f"<td>·<a href=1.html>{_ONE}</a> (2024-03-05)<br>·"
    f"<a href=2.html>{_TWO}</a> (2024-03-04)<br></td>",
    "a card with picture, summary and date": "<div class=card><a href=1.html><img src=1.jpg>"
    f"</a><div><h3><a href=1.html>{_ONE}</a></h3>"
    "<p>会议总结了去年的工作。</p><span>时间：2024-03-05</span></div></div>"
    f"<div class=card><a href=2.html><img src=2.jpg></a><div><h3><a href=2.html>{_TWO}</a></h3><p>义诊持续三天。</p>"
    "<span>时间：2024-03-04</span></div></div>",
    "rows of two rows": f"<table><tr><td><a href=1.html>{_ONE}</a></td></tr><tr><td>2024-03-05</td></tr>"
    f"<tr><td><a href=2.html>{_TWO}</a></td></tr><tr><td>2024-03-04</td></tr></table>",
    "windows opened by script": f"<ul><li onclick=\"window.open('1.html')\">{_ONE}<i>2024-03-05</i></li>"
    f"<li onclick=\"location.href='2.html'\">{_TWO}<i>2024-03-04</i></li></ul>",
    "addresses in data": f"<ul><li><a href='javascript:;' data-url='1.html'>{_ONE}</a>2024-03-05</li>"
    f"<li><a href=\"javascript:window.open('2.html')\">{_TWO}</a>2024-03-04</li></ul>",
    "cut titles": f"<ul><li><a href=1.html title='{_ONE}'>青河市召开人才...</a>2024-03-05</li>"
    f"<li><a href=2.html title='{_TWO}'>博士服务团…</a>2024-03-04</li></ul>",
    "tooltips that say more": "<table><tr><td>"
    f"<a href=1.html title='文章标题：{_ONE}\n作者：方敏\n更新时间：2024-3-6'>青河市召开人才"
    f"</a></td><td>2024-03-05</td></tr><tr><td><a href=2.html title='{_TWO}&#10;发布时间：2024-03-07'>{_TWO}</a></td>"
    "<td>2024-03-04</td></tr></table>",
    "a column before the headline": "<ul><li><a href=/rcdt/>[人才工作动态]</a>"
    f"<a href=1.html>{_ONE}</a><i>2024-03-05</i></li>"
    f"<li><a href=/rcdt/>[人才工作动态]</a><a href=2.html>{_TWO}</a><i>2024-03-04</i></li></ul>",
    "search marks inside the title": "<ul><li><a href=1.html>青河市召开<em>人才</em>工作会议</a>2024-03-05</li>"
    "<li><a href=2.html>博士服务团走进<font color=red>高原</font>牧区</a>2024-03-04</li></ul>",
    "furniture around": "<div class=nav><a href=/zw/>政务公开信息目录大全</a>"
    f"</div><ul><li><a href=1.html>{_ONE}</a>2024-03-05</li>"
    f"<li><a href=2.html>{_TWO}</a>2024-03-04</li></ul><div class=footer>"
    "<a href=http://www.gov.example/x/y.html>青河市人民政府门户网站</a></div>"
    "<a href=http://www.prov.example/>高原省人民政府门户网站</a>",
}


@pytest.mark.parametrize("html", _ROWS.values(), ids=list(_ROWS))
def test_rows_of_every_make_give_title_and_date(html: str) -> None:
    links = list_links(f"<html><body>{html}</body></html>", _BASE)
    assert [(link.url, link.title, link.date) for link in links] == [
        ("https://news.example/rc/1.html", _ONE, "2024-03-05"),
        ("https://news.example/rc/2.html", _TWO, "2024-03-04"),
    ]


@pytest.mark.parametrize(
    ("printed", "address", "date"),
    [
        ("03-05", "202403/t20240305_1.html", "2024-03-05"),
        ("[03/05]", "2024/0305/c1-2.html", "2024-03-05"),
        ("01-02", "202312/t20231230_1.html", "2024-01-02"),  # the turn of the year
        ("3月5日", "art/2024/art_0123456789abcdef0123456789abcdef.html", "2024-03-05"),
        ("03-05", "202403/content_11.html", "2024-03-05"),
        ("01-02", "202312/content_11.html", "2024-01-02"),
        ("08-05", "202403/t20240305_1.html", "2024-03-05"),  # they do not agree: the address holds a whole day
        ("08-05", "202403/content_11.html", None),
        ("03-05", "info/1053/6730.htm", None),  # no year anywhere: never guessed
        ("2024-03", "info/1053/6730.htm", None),
        ("12", "info/1053/6730.htm", None),
        ("13-45", "info/1053/6730.htm", None),
    ],
)
def test_a_day_without_its_year_gets_it_from_the_address_or_is_none(
    printed: str, address: str, date: str | None
) -> None:
    html = f"<ul><li><span>{printed}</span><a href={address}>{_ONE}</a></li></ul>"
    assert [link.date for link in list_links(html, _BASE)] == [date]


def test_a_number_column_and_a_month_make_no_day() -> None:
    html = f"<table><tr><td>12</td><td><a href=1.html>{_ONE}</a></td><td>2024-03</td></tr></table>"
    assert [link.date for link in list_links(html, _BASE)] == [None]


def test_a_date_in_a_summary_is_not_the_date_of_the_row() -> None:
    text = "会议回顾了2019年3月1日以来的工作，并对今后三年的人才引进、培养作了安排部署。"
    html = f"<ul><li><a href=1.html>{_ONE}</a><p>{text}</p></li></ul>"
    assert [link.date for link in list_links(html, _BASE)] == [None]


_ARTICLE = "http://news.example/system/2025/03/18/030535730.shtml"


@pytest.mark.parametrize(
    ("html", "base", "following"),
    [
        ("<a href=index_2.html>下一页</a>", _BASE, _BASE + "index_2.html"),
        ("<a href=index_2.html>下页</a>", _BASE, _BASE + "index_2.html"),
        ("<a href=index_2.html>下一頁 »</a>", _BASE, _BASE + "index_2.html"),
        ("<a href=index_2.html>Next &gt;</a>", _BASE, _BASE + "index_2.html"),
        ("<span>1</span><a href=index_2.html>2</a><a href=index_2.html>&gt;</a>", _BASE, _BASE + "index_2.html"),
        ("<div>共12页 <a href=index_2.html>»</a></div>", _BASE, _BASE + "index_2.html"),
        ("<a href=index_2.html><img alt=下一页 src=n.gif></a>", _BASE, _BASE + "index_2.html"),
        ("<div>1 2 3 <a class=next href=?page=2></a></div>", _BASE, _BASE + "?page=2"),
        ("<link><a rel=next href=?page=3>更早</a>", _BASE + "?page=2", _BASE + "?page=3"),
        ("<a href='javascript:;' onclick=\"location.href='index_2.html'\">下一页</a>", _BASE, _BASE + "index_2.html"),
        ("<a href=/list/2.html>下一页</a>", "https://news.example/list/1.html", "https://news.example/list/2.html"),
        # Boda counts down: page 2 of ten is 9.htm
        ("<a href=rcgz/9.htm class=Next>下页</a>", "https://n.example/rcgz.htm", "https://n.example/rcgz/9.htm"),
        ("<a href=8.htm class=Next>下页</a>", "https://n.example/rcgz/9.htm", "https://n.example/rcgz/8.htm"),
        # people.com.cn prints numbers only
        (
            "<div class=page_n><a href=index1.html>1</a><a href=index2.html>2</a><a href=index3.html>3</a></div>",
            "http://qh.people.example/GB/1/index2.html",
            "http://qh.people.example/GB/1/index3.html",
        ),
        (
            "<b>1</b><a href=list_2.shtml>[2]</a><a href=list_3.shtml>[3]</a>",
            _BASE + "list.shtml",
            _BASE + "list_2.shtml",
        ),
        ("<b>1</b><a href=node_88_2.htm>2</a>", _BASE + "node_88.htm", _BASE + "node_88_2.htm"),
        # TRS: from 0, and from 1 with the name of a box in front
        ("<script>createPageHTML(3, 0, 'index', 'html');</script>", _BASE, _BASE + "index_1.html"),
        ('<script>createPageHTML(3, 1, "index", "html");</script>', _BASE + "index_1.html", _BASE + "index_2.html"),
        ('<script>createPageHTML(3, 2, "index", "html");</script>', _BASE + "index_2.html", None),
        ('<script>createPageHTML(1, 0, "index", "html");</script>', _BASE, None),
        (
            '<script>createPageHTML("page_div",3,1,"list","shtml",60)</script>',
            _BASE + "list.shtml",
            _BASE + "list_2.shtml",
        ),
        ('<script>createPageHTML("page_div",3,3,"list","shtml",60)</script>', _BASE + "list_3.shtml", None),
        (
            '<script>//createPageHTML(9, 0, "old", "html");\ncreatePageHTML(3,0,"index","htm");</script>',
            _BASE,
            _BASE + "index_1.htm",
        ),
        (
            "<script>var currentPage = 0; var countPage = 4; var nextPage=currentPage+1;</script>",
            _BASE,
            _BASE + "index_1.html",
        ),
        ("<script>var currentPage = 3; var countPage = 4;</script>", _BASE + "index_3.html", None),
        (
            "<select><option value=index.html>1</option><option value=index_1.html selected>2</option>"
            "<option value=index_2.html>3</option></select>",
            _BASE + "index_1.html",
            _BASE + "index_2.html",
        ),
        # never a loop, never another site, never the next article
        ("<a href=index_2.html>下一页</a>", _BASE + "index_2.html", None),
        ("<a href=#>下一页</a>", _BASE + "index_9.html", None),
        ("<a href='javascript:;'>下一页</a>", _BASE + "index_9.html", None),
        ("<a href=index.html>下一页</a>", _BASE, None),
        ("<a href=index.html>下一页</a>", _BASE + "index_9.html", None),
        ("<a href=index_8.html>下一页</a>", _BASE + "index_9.html", None),
        ("<a href=?page=1>下一页</a>", _BASE + "?page=5", None),
        ("<a href=http://other.example/2.html>下一页</a>", _BASE, None),
        ("<a href=030535731.shtml>下一篇</a><a href=030535729.shtml>上一篇</a>", _ARTICLE, None),
        ("<a href=2.html>下一条：人才新政发布</a>", _BASE + "1.html", None),
        ("<h4>相关阅读 <a href=/more/>&gt;</a></h4>", _BASE, None),
        (
            "<select><option value=http://a.example>友情链接</option>"
            "<option value=http://b.example>b</option></select>",
            _BASE,
            None,
        ),
        ("<p>没有翻页</p>", _BASE, None),
    ],
)
def test_where_a_page_goes_on(html: str, base: str, following: str | None) -> None:
    assert next_page(f"<html><body>{html}</body></html>", base) == following


def test_following_the_pager_of_a_list_ends() -> None:
    """Five pages that each print 首页 上页 1–5 下页 尾页: the way through them is four steps and then over."""
    here, seen = _BASE + "index.html", []
    while here:
        seen.append(here)
        number = len(seen)
        nearest = "".join(
            f"<a href=index_{n}.html>{n}</a>" if n > 1 else "<a href=index.html>1</a>" for n in range(1, 6)
        )
        last = f"<a href=index_{min(number + 1, 5)}.html>下页</a><a href=index_5.html>尾页</a>"
        here = next_page(f"<div><a href=index.html>首页</a>{nearest}{last}</div>", here) or ""
    assert seen == [_BASE + "index.html", *(f"{_BASE}index_{n}.html" for n in range(2, 6))]


_REFERENCES = st.lists(
    st.sampled_from(
        [
            "a",
            "b.html",
            "..",
            ".",
            "/",
            "?x=1",
            "#f",
            "http://n.example",
            "c d",
            "人才",
            "%20",
            "&",
            "_2",
            "./",
            "../",
            "//h.example/",
        ]
    ),
    min_size=1,
    max_size=5,
).map("".join)
_BASES = st.sampled_from(
    ["http://a.example", "http://a.example/", "https://a.example/b/c/d.html?x=/y", "http://a.example/b/"]
)


@settings(max_examples=300, deadline=None)
@given(_REFERENCES, _BASES)
def test_fast_joining_is_joining(reference: str, base: str) -> None:
    joined = urldefrag(urljoin(base, reference.strip())).url
    usable = reference.strip().partition("#")[0] and urlsplit(joined).scheme in ("http", "https")
    assert Addresses(base).join(reference) == (joined if usable else None)
