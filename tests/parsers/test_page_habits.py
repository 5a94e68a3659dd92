"""Habits of real pages, each with a page that looks alike and must stay as it is."""

from __future__ import annotations

import pytest

from parsers import Page, parse_page
from parsers.bylines import names
from parsers.html_lines import printed
from parsers.labels import read_labels

_A = "青河市人才工作会议昨日召开，会议部署了今年的引才计划，提出要面向全国引进教育、医疗人才二百名。"
_B = "会议强调，要坚持党管人才原则，健全一把手抓第一资源的工作机制，让各类人才引得进、留得住、用得好。"
_T = "青河市引进高层次人才二百名"
_URL = "http://www.hp.example/2019/1017/5.html"


def _page(body: str, title: str = f"{_T}_河畔网", url: str | None = _URL) -> Page:
    html = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    return parse_page(html.encode(), url)


_MENU = "<ul><li>首页</li><li>要闻</li><li>政策</li><li>通知</li><li>人物</li></ul>"
_TEXT = f"<div><p>{_A}</p><p>{_B}</p></div>"


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("人才青河", f"<div>人才青河</div>{_MENU}<div class='detail-tit'>{_T}</div><p>来源：河畔网</p>{_TEXT}", _T),
        ("河畔信息港--新闻中心", f"<font size=5>{_T}</font><p>2019年10月17日</p>{_TEXT}", _T),
        ("河畔市人民政府网站", f"<table><tr><td class=bt>{_T}</td></tr></table>{_TEXT}", _T),
        (f"{_T}-河畔市人民政府门户网站", f"<h1>河畔市人民政府门户网站</h1><div class=bt>{_T}</div>{_TEXT}", _T),
        (f"{_T}_河畔网", f"<h1>{_T[:3]}<br>{_T[3:]}</h1><p>2019年10月17日</p>{_TEXT}", f"{_T[:3]} {_T[3:]}"),
        (f"河畔市人民政府 {_T}", f"<h1>河畔市人民政府</h1>{_MENU}<h2>{_T}</h2>{_TEXT}", _T),
        # a short headline is no site's name: it stands above the text, with its subtitle or a column beside it
        ("灯火", f"<div>往事悠悠说从前</div><div>灯火</div><p>2019年10月17日</p>{_TEXT}", "灯火"),
        ("灯火_河畔网", f"<h1>灯火</h1><div>——记青河机床厂高级技师</div>{_TEXT}", "灯火"),
    ],
)
def test_a_title_that_names_only_the_site_is_no_headline(title: str, body: str, expected: str) -> None:
    (article,) = _page(body, title).articles
    assert article.title == expected


def test_a_headline_whose_quotes_end_its_field_is_read_whole() -> None:
    whole = '青河市举办第六届"河畔杯"青年人才大赛'
    head = f'{whole}_河畔网</title><meta name="ArticleTitle" content="{whole}"><title>'
    (article,) = _page(_TEXT, head).articles
    assert article.title == whole


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("19-10-17 08:05", "2019-10-17T08:05+08:00"),
        ("10月17日 08:05", "2019-10-17T08:05+08:00"),
        ("10-17 8:05", "2019-10-17T08:05+08:00"),
        ("19-10-18 08:05", "2019-10-17"),  # another day: that of the address stays without a time
        ("2010-17 08:05", "2019-10-17"),
    ],
)
def test_a_short_date_gives_the_known_day_its_time(line: str, time: str) -> None:
    (article,) = _page(f"<h1>{_T}</h1><div>{line}</div>{_TEXT}").articles
    assert article.published == time


@pytest.mark.parametrize(
    ("byline", "found"),
    [
        ("本报记者　杨青山　祁　文", ("杨青山", "祁文")),
        ("本报记者　杨青山　文　李静　摄", ("杨青山",)),
        ("王 海 文 李静 摄", ("王海",)),
        ("作者：马 明 李 小 红", ("马明", "李小红")),
    ],
)
def test_a_name_printed_with_a_space_may_end_in_a_word_for_a_role(byline: str, found: tuple[str, ...]) -> None:
    assert names(byline) == found


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("来源：青河日报时间：2025-10-09 09:00", "青河日报"),
        ("原作者: 温若晴|来自: 河畔晚报", "河畔晚报"),
        ("来源：青河日报 报名时间：2025-10-09", "青河日报"),
    ],
)
def test_labels_set_side_by_side_end_each_other(line: str, origin: str) -> None:
    assert read_labels(line)["origin"] == origin


def test_a_time_to_apply_is_no_time_of_publication() -> None:
    assert "published" not in read_labels("来源：青河日报 报名时间：2025-10-09")


def test_wrapped_lines_are_joined_only_where_paragraphs_are_indented() -> None:
    lines = [
        "　　青河市人才市场定于本周六上午举办外向型人才专场招聘",
        "会，已有四十六家企业报名参会。",
        "　　求职者免收门票。",
    ]
    assert printed("\n".join(lines), as_set=True) == [(lines[0] + lines[1]).strip(), lines[2].strip()]
    bare = [line.strip() for line in lines]
    assert printed("\n".join(bare), as_set=True) == bare


def test_a_copy_that_is_not_shown_loses_but_a_text_that_only_a_script_shows_is_read() -> None:
    copy = f"<div style='display: none'><h2>{_T}</h2><p>河畔在线网上打印版本，欢迎访问</p><p>{_A}</p><p>{_B}</p></div>"
    (article,) = _page(f"<h1>{_T}</h1>{_TEXT}{copy}").articles
    assert article.paragraphs == (_A, _B)
    more = tuple(text.replace("人才", name) for name in ("技能人才", "青年人才") for text in (_A, _B))
    rest = "".join(f"<p>{text}</p>" for text in more)
    (article,) = _page(f"<h1>{_T}</h1>{_TEXT}<div class=rest style='display:none'>{rest}</div>").articles
    assert article.paragraphs == (_A, _B, *more)
    (article,) = _page(f"<h1>{_T}</h1><div id=main style='display:none'><p>{_A}</p><p>{_B}</p></div>").articles
    assert article.paragraphs == (_A, _B)


@pytest.mark.parametrize(
    "line", ["央视网 2019年10月17日 09:27", "河畔客户端记者 岳明珠 10月17日 06:40", "10月17日 文 / 李静"]
)
def test_a_line_of_origin_and_date_is_no_paragraph(line: str) -> None:
    (article,) = _page(f"<div class=content><h1>{_T}</h1><p>{line}</p><p>{_A}</p><p>{_B}</p></div>").articles
    assert article.paragraphs == (_A, _B)


def _records(count: int) -> str:
    rows = (
        f"{{'title':'青河市第{number}批人才项目公布','url':'/2019/{number}.html','time':'2019-10-1{number} 08:00'}}"
        for number in range(1, count + 1)
    )
    return f"<div id=list></div><script>var item=[{','.join(rows)}];</script>"


def test_a_list_that_a_script_prints_is_a_list() -> None:
    page = _page(_records(5), "最新发布_河畔网", "http://www.hp.example/zxfb/")
    assert (page.kind, len(page.links)) == ("list", 5)
    first = page.links[0]
    assert (first.url, first.title) == ("http://www.hp.example/2019/1.html", "青河市第1批人才项目公布")
    assert first.date == "2019-10-11"


def test_an_article_with_records_in_a_script_stays_an_article() -> None:
    assert _page(f"<h1>{_T}</h1>{_TEXT}{_records(6)}").kind == "article"


def test_captions_alone_are_the_text_of_a_gallery_and_beside_prose_stay_captions() -> None:
    captions = [f"10月1{number}日，孩子们在青河市草滩乡中心小学上课。王海涛 摄" for number in range(3)]
    shown = "".join(f"<p class=pic-desc>{caption}</p>" for caption in captions)
    (article,) = _page(f"<h1>{_T}</h1><p>来源：河畔网 2019-10-17</p><div>{shown}</div>").articles
    assert article.paragraphs == tuple(captions)
    (article,) = _page(f"<h1>{_T}</h1><div>{shown}<p>{_A}</p><p>{_B}</p></div>").articles
    assert (article.paragraphs, article.captions) == ((_A, _B), tuple(captions))
