"""List pages: which links, with which titles and dates, and where the list goes on."""

from __future__ import annotations

import re

from parsers.links import list_links, next_page

_BASE = "https://news.example/rc/"
_LIST = """<html><body><div class="nav"><a href="/">首页</a><a href="javascript:void(0)">设为首页收藏本站</a></div>
<table><tr><td><a href="a/1.html">青河市召开人才工作会议</a></td><td>2025.03.18</td></tr>
<tr><td><a href="//news.example/rc/a/2.html">博士服务团走进高原…</a></td><td>[2025-03-17]</td></tr></table>
<p><a href="a/1.html"><img src="x.jpg"></a></p><a href="a/3.pdf.zip">打包下载全部附件材料</a>
<div><a href="index_2.html">下一页</a></div></body></html>"""


def test_links_carry_the_title_and_date_of_their_row_once_each() -> None:
    links = list_links(_LIST, _BASE)
    assert [(link.url, link.title, link.date) for link in links] == [
        ("https://news.example/rc/a/1.html", "青河市召开人才工作会议", "2025-03-18"),
        ("https://news.example/rc/a/2.html", "博士服务团走进高原…", "2025-03-17"),
    ]


def test_an_article_pattern_chooses_the_links() -> None:
    links = list_links(_LIST, _BASE, re.compile(r"/a/2\.html$"))
    assert [link.url for link in links] == ["https://news.example/rc/a/2.html"]


def test_the_next_page_of_a_printed_pager_and_of_a_script() -> None:
    assert next_page(_LIST, _BASE) == "https://news.example/rc/index_2.html"
    script = '<body><script>createPageHTML(3, 2, "index", "html");</script></body>'
    assert next_page(script, _BASE) is None
    assert next_page(script.replace("2,", "1,"), _BASE) == "https://news.example/rc/index_2.html"


def test_records_in_cdata_are_read() -> None:
    row = "<li><a href='b.html'>全省人才工作会议召开</a>2024-01-02</li>"
    page = f"<body><datastore><record><![CDATA[{row}]]></record></datastore>"
    assert [link.date for link in list_links(page, _BASE)] == ["2024-01-02"]
