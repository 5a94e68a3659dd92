"""Pages of digital newspapers: articles in the order of the picture map, the PDF, the next page."""

from __future__ import annotations

import pytest

from parsers import PageKind, parse_page

_PROSE = (
    "本报讯（记者 方敏）3月17日，青河市召开人才工作会议，总结去年工作，安排今年任务。会议指出，全市人才总量达到12万人，"
    "比上年增加8%。会议强调，要把人才工作摆在更加突出的位置，完善引进、培养、使用、服务各环节的政策。"
)
_MORE = "会上，三个县区作了交流发言。与会人员认为，高原地区引才难在待遇，更难在平台，要靠产业把人留下来。"


def _bare(content: str, title: str = "") -> str:
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{content}</body></html>'


_PAGE = "http://szb.qinghe.example/qhrb/html/2025-03/18/node_2.htm"


@pytest.mark.parametrize(
    ("html", "url", "count"),
    [
        (
            "<img usemap='#m'><map name=m><area coords='1,1,2,2' href='content_11.htm'>"
            "<area coords='3,3,4,4' href='content_12.htm'></map>"
            "<a href=content_12.htm>河谷书屋里的夜读人</a>"
            "<a href=content_11.htm>草原上来了年轻人</a><a href=node_3.htm>下一版</a>",
            _PAGE,
            2,
        ),
        (
            "<a href=../../../../page/1/2025-03/18/01/2025031801_pdf.pdf>第01版：要闻 PDF"
            "</a><a href=node_3.htm>第02版：综合</a>",
            _PAGE,
            1,
        ),
        (
            "<div class=paper-pdf><a href='/att/202503/18/8a7b.pdf'>PDF下载</a></div>"
            "<ul><li class=layout-catalogue-item><a href=node_01.html>第01版：要闻"
            "</a></li><li><a href=node_02.html>第02版：综合</a></li></ul>",
            "http://szb.qinghe.example/pc/layout/202503/18/node_01.html",
            1,
        ),
    ],
    ids=["image map", "only a PDF, old", "only a PDF, new"],
)
def test_a_newspaper_page_is_an_epaper_page(html: str, url: str, count: int) -> None:
    page = parse_page(_bare(html, "青河日报 2025年03月18日").encode(), url)
    assert page.kind == PageKind.EPAPER, page.reason
    assert page.next_page and page.next_page.rpartition("/")[2] in ("node_3.htm", "node_02.html")
    assert len([link for link in page.links if "node" not in link.url]) == count


def test_articles_of_a_newspaper_page_have_the_order_of_the_map_and_the_titles_of_the_list() -> None:
    html = (
        "<map name=PagePicMap><area coords='1' href='content_12.htm'><area coords='2' href='content_11.htm'></map>"
        "<ul><li><a href=content_11.htm>草原上来了年轻人</a></li>"
        "<li><a href=content_12.htm>河谷书屋里的夜读人</a></li></ul>"
    )
    page = parse_page(_bare(html).encode(), _PAGE)
    assert [link.title for link in page.links] == ["河谷书屋里的夜读人", "草原上来了年轻人"]


def test_an_article_of_a_newspaper_beside_the_map_of_its_page_is_an_article() -> None:
    html = (
        "<map name=PagePicMap><area coords='1' href='content_11.htm'><area coords='2' href='content_12.htm'></map>"
        "<table><tr><td class=font01>草原上来了年轻人</td></tr>"
        f"</table><div id=ozoom><p>{_PROSE}</p><p>{_MORE}</p></div>"
    )
    page = parse_page(_bare(html, "青河日报").encode(), "http://szb.qinghe.example/qhrb/html/2025-03/18/content_11.htm")
    assert page.kind == PageKind.ARTICLE
    assert page.articles[0].title == "草原上来了年轻人"


_PAGES = "".join(
    f"<li class=layout-catalogue-item><a href=node_0{n}.html>第0{n}版</a>"
    f"<a href='/att/202503/18/{n * 7}.pdf'>PDF</a></li>"
    for n in range(1, 5)
)
_NEW = "http://szb.qinghe.example/pc/layout/202503/18/node_0{n}.html"
_STORY = "<a href='../../../content/202503/18/content_3001.html'>河谷书屋里的夜读人</a>"


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_where_every_page_lists_all_pdfs_the_one_of_this_page_is_taken(number: int) -> None:
    html = _bare(f"<ul>{_PAGES}</ul>{_STORY}")
    page = parse_page(html.encode(), _NEW.format(n=number))
    assert page.kind == PageKind.EPAPER
    assert [link.url.rpartition("/")[2] for link in page.links if link.url.endswith(".pdf")] == [f"{number * 7}.pdf"]
    assert page.links[0].url == "http://szb.qinghe.example/pc/content/202503/18/content_3001.html"
    assert page.links[0].date == "2025-03-18"


def test_following_the_pages_of_an_issue_ends() -> None:
    here: str | None = _NEW.format(n=1)
    seen: list[str] = []
    while here and len(seen) < 9:
        seen.append(here)
        here = parse_page(_bare(f"<ul>{_PAGES}</ul>{_STORY}").encode(), here).next_page
    assert seen == [_NEW.format(n=n) for n in range(1, 5)]


def test_a_portal_that_names_its_newspaper_is_no_newspaper_page() -> None:
    rows = "".join(f"<li><a href='/a/{n}.html'>青河市第{n}批博士服务团启程赴县区</a></li>" for n in range(9))
    html = f"<a href=http://szb.qinghe.example/>第01版 数字报</a><a href=/x.pdf>青河日报 PDF 版</a><ul>{rows}</ul>"
    assert parse_page(_bare(html).encode(), "http://www.qinghe.example/").kind == PageKind.LIST
