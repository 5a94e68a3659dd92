"""Classes of pages that were first read wrongly when nobody had tuned for them, each with variants that sites have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parsers import Page, PageKind, parse_page

_A = "青河市人才工作会议昨日召开，会议部署了今年的引才计划，提出要面向全国引进教育、医疗人才二百名。"
_B = "会议强调，要坚持党管人才原则，健全一把手抓第一资源的工作机制，让各类人才引得进、留得住、用得好。"
_T = "青河市引进高层次人才二百名"
_KICKER = "雁归青河 业兴故里"
_TEXT = f"<div><p>{_A}</p><p>{_B}</p></div>"
_HTML = f"<p>{_A}</p><p>{_B}</p>"
_ESCAPED = _HTML.replace("<", "\\u003C").replace("/", "\\u002F")
_RECORD = {"title": _T, "publishTime": "2026-11-05 15:20:00", "source": "河畔融媒", "author": "", "content": _HTML}


def _page(body: str, title: str = f"{_T}_河畔网", url: str = "http://www.hp.example/detail/7.html") -> Page:
    html = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    return parse_page(html.encode(), url)


def _app(script: str, attributes: str = "", title: str = _T) -> Page:
    return _page(f"<div id=app></div><noscript>请启用脚本后浏览</noscript><script{attributes}>{script}</script>", title)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    ("script", "attributes"),
    [
        ("window.__DATA__=" + _json(_RECORD), ""),
        ("window.__STATE__ = " + json.dumps({"site": {"name": "河畔"}, "detail": {"data": _RECORD}}) + ";go();", ""),
        (
            _json({"props": {"article": _RECORD, "related": [{"title": "别的新闻标题在此", "content": _HTML * 4}]}}),
            ' id="__NEXT_DATA__" type="application/json"',
        ),
        (f"var state = JSON.parse({_json(_json(_RECORD))});", ""),
        (
            f"window.__NUXT__=(function(a){{return {{info:{{id:7,title:\"{_T}\",publish_time:'2026-11-05 15:20:00',"
            f'source:"河畔融媒",content:"{_ESCAPED}"}}}}}}(1));',
            "",
        ),
        (f"var title='{_T}';var pubtime='2026-11-05 15:20:00';var source='河畔融媒';var content='{_HTML}';", ""),
        (f"var d={{title:'{_T}',time:'2026-11-05 15:20:00',source:'河畔融媒',txt:`{_A}\n{_B}`}}", ""),
        ("var d=" + _json({**_RECORD, "content": _HTML.replace("<", "&lt;"), "publishTime": 1793863200000}), ""),
        ("var d=" + _json({**_RECORD, "content": [{"type": "text", "value": _A}, {"type": "text", "value": _B}]}), ""),
    ],
    ids=["json", "nested", "with_related", "quoted_json", "object", "variables", "template", "entities", "blocks"],
)
def test_an_article_that_is_only_data_of_a_script_is_read(script: str, attributes: str) -> None:
    (article,) = _app(script, attributes).articles
    assert (article.title, article.paragraphs, article.origin) == (_T, (_A, _B), "河畔融媒")
    assert (article.published or "")[:10] == "2026-11-05"
    assert article.published_from == "script"


def test_several_articles_in_a_script_of_which_none_is_the_page_are_not_guessed_at() -> None:
    rows = [{"title": "第一条新闻的标题", "content": _A + _B}, {"title": "第二条新闻的标题", "content": _B + _A}]
    page = _app("window.rows=" + _json(rows), title="河畔云")
    assert (page.kind, page.articles) == (PageKind.EMPTY, ())


def test_what_a_script_tells_of_the_site_is_no_article() -> None:
    about = {"title": "关于河畔云", "content": f"<p>{_A}</p>"}
    assert _app("window.about=" + _json(about), title="河畔云").articles == ()


def test_a_printed_brief_is_not_replaced_by_another_article_in_a_script() -> None:
    brief = f"<h1>{_T}</h1><p>2026年3月5日 来源：河畔日报</p><div><p>青河市昨日引才二百名。</p></div>"
    (article,) = _page(
        brief + "<script>var next=" + _json({**_RECORD, "title": "别的新闻标题在此"}) + "</script>"
    ).articles
    assert article.paragraphs == ("青河市昨日引才二百名。",)


_NOTICE = "为做好2027年度项目申报工作，现将有关事项通知如下："
_POINTS = ("支持对象为全职博士后研究人员；", "资助标准为每人两年30万元；", "全市共支持40名。")
_SIGNED = ("河畔市博士后管理办公室", "2026年11月16日")


def _wrapped(tag: str, texts: tuple[str, ...]) -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


@pytest.mark.parametrize(
    "points",
    [
        f"<ol>{_wrapped('li', _POINTS)}</ol>",
        f"<ul>{_wrapped('li', _POINTS)}</ul>",
        f"<ol>{_wrapped('p', _POINTS)}</ol>",
        _wrapped("p", _POINTS),
        "<br>".join(_POINTS),
    ],
    ids=["ol", "ul", "p_in_ol", "p", "br"],
)
@pytest.mark.parametrize("box", ["TRS_Editor", "article-content"])
def test_a_short_notice_is_read_up_to_its_signature(points: str, box: str) -> None:
    under = "<p>2026-11-17 来源：河畔人社</p>"
    text = f"<div class='{box}'><p>各有关单位：</p><p>{_NOTICE}</p>{points}{_wrapped('p', _SIGNED)}</div>"
    (article,) = _page(f"<h3>关于申报项目的通知</h3>{under}{text}", "关于申报项目的通知").articles
    assert article.paragraphs == ("各有关单位：", _NOTICE, *_POINTS, *_SIGNED)
    assert (article.published, article.origin) == ("2026-11-17", "河畔人社")


def test_a_date_over_a_text_is_still_no_paragraph() -> None:
    text = f"<div class=content><p>河畔要闻</p><p>2026年11月16日</p><p>{_A}</p><p>{_B}</p></div>"
    (article,) = _page(f"<h1>{_T}</h1>{text}").articles
    assert article.paragraphs == (_A, _B)


_PAPER = "http://rb.hp.example/html/2026-03/05/content_22.htm"
_PROPERTY = (
    "<!--enpproperty <articleid>22</articleid><date>2026-03-05 00:00:00:000</date><title>{}</title>/enpproperty-->"
)


@pytest.mark.parametrize(
    ("around", "called"),
    [
        ("", _T),
        (f"<a href='content_22.htm'><div>{_T}</div></a><a href='content_23.htm'>别的新闻标题</a>", ""),
        (f"<map name=PagePicMap><area href='content_22.htm' title='{_T}'></map>", ""),
        (f"<a href='content_23.htm'>{_KICKER}</a><a href='/html/2026-03/05/content_22.htm'>{_T}</a>", ""),
        (f"<a href='content_22.htm'>{_T}</a>", _T),
    ],
    ids=["property", "link", "area", "absolute_link", "both"],
)
@pytest.mark.parametrize("first", ["font01", "font02"])
def test_a_kicker_set_like_a_headline_is_no_title(around: str, called: str, first: str) -> None:
    second = "font02" if first == "font01" else "font01"
    set_as = ((first, _KICKER), (second, _T), (first, "总投资九亿元"))
    rows = "".join(f"<tr><td class={name}>{line}</td></tr>" for name, line in set_as)
    text = f"<div id=ozoom>{_PROPERTY.format(called)}<founder-content>{_HTML}</founder-content></div>"
    (article,) = _page(f"{around}<table>{rows}</table>{text}", "河畔日报数字报刊平台", _PAPER).articles
    assert (article.title, article.kicker, article.paragraphs) == (_T, _KICKER, (_A, _B))


@pytest.mark.parametrize(
    ("site", "head", "expected"),
    [
        ("人事考试网", "<h1>河畔市2026年公开引进急需紧缺人才公告</h1>", "河畔市2026年公开引进急需紧缺人才公告"),
        ("人事考试网", "<div class=bt>河畔市2026年引进人才公告</div>", "河畔市2026年引进人才公告"),
        ("河畔先锋", "<h1>河畔市人才集团揭牌成立人才服务中心</h1>", "河畔市人才集团揭牌成立人才服务中心"),
        (
            "河畔人社",
            "<h1>河畔市人力资源局人事考试中心</h1><h2>河畔市2026年公开招聘教师公告</h2>",
            "河畔市2026年公开招聘教师公告",
        ),
        ("通知公告", "<h2>招聘公告</h2><h3>河畔医院2026年人才招聘公告</h3>", "河畔医院2026年人才招聘公告"),
        ("河畔人事网", "<h1>2026年河畔市选调优秀毕业生公告</h1>", "2026年河畔市选调优秀毕业生公告"),
    ],
)
def test_a_headline_that_ends_like_a_section_or_names_a_year_is_one(site: str, head: str, expected: str) -> None:
    (article,) = _page(head + _TEXT, site).articles
    assert article.title == expected


_DECISION = "关于表彰第三届“河畔杰出人才”的决定"


@pytest.mark.parametrize(
    ("heading", "whole"),
    [
        (f"<h2>中共河畔市委　河畔市人民政府<br>{_DECISION}</h2>", f"中共河畔市委 河畔市人民政府 {_DECISION}"),
        (f"<h1>河畔市人力资源和社会保障局<br>河畔市财政局<br>{_DECISION}</h1>", None),
        (f"<div class=title>中共河畔市委组织部<br>{_DECISION}</div>", f"中共河畔市委组织部 {_DECISION}"),
        (f"<h1>河畔市人社局{_DECISION}</h1>", f"河畔市人社局{_DECISION}"),
        (f"<h1>重磅！快来看看这里又有好消息<br>{_DECISION}</h1>", _DECISION),
    ],
)
@pytest.mark.parametrize("site", ["", "_河畔先锋"])
def test_the_bodies_over_a_document_belong_to_its_headline(heading: str, whole: str | None, site: str) -> None:
    (article,) = _page(heading + _TEXT, _DECISION + site).articles
    assert article.title == (whole or f"河畔市人力资源和社会保障局 河畔市财政局 {_DECISION}")


@pytest.mark.parametrize(
    ("end", "day"),
    [
        ("<p>中共河畔市委人才办</p><p>2026年10月8日</p>", "2026-10-08"),
        ("<div align=right>河畔市人力资源和社会保障局<br>二〇二六年十月八日</div>", "2026-10-08"),
        ("<p>河畔市卫生健康委员会（代章）</p><p>（2026年10月8日）</p>", None),
        ("<p>河畔大学</p><p>2026-10-08</p>", "2026-10-08"),
        ("<p>河畔市教育局</p><p>2026年10月</p>", None),
        ("<p>公示时间：2026年10月8日至10月14日。</p>", None),
        ("<p>会议将于下列日期召开，请准时参加。</p><p>2026年10月8日</p>", None),
    ],
)
def test_the_day_of_a_signature_is_taken_where_there_is_no_other(end: str, day: str | None) -> None:
    (article,) = _page(f"<h1>{_T}公示</h1><div class=content>{_HTML}{end}</div>", f"{_T}公示").articles
    assert (article.published, article.published_from) == (day, "signature" if day else None)


def test_a_printed_day_goes_before_that_of_the_signature() -> None:
    text = f"<div class=content>{_HTML}<p>中共河畔市委人才办</p><p>2026年10月8日</p></div>"
    (article,) = _page(f"<h1>{_T}</h1><p>发布时间：2026-10-11</p>{text}").articles
    assert article.published == "2026-10-11"


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("<span>来源：河畔日报</span><span class=btn>打印</span>", "河畔日报"),
        ("<span>来源：河畔日报</span><i>分享</i><i>收藏</i>", "河畔日报"),
        ("来源：河畔网<em>字号</em><em>大</em><em>中</em><em>小</em>", "河畔网"),
        ("<span>来源：河畔市人社局</span><a>打印本页</a><a>关闭窗口</a>", "河畔市人社局"),
        ("<span>来源：河畔融媒</span><b>+关注</b>", "河畔融媒"),
        ("<span>来源：河畔打印机厂</span>", "河畔打印机厂"),
        ("<span class=src>【河畔日报专讯】</span>", "河畔日报"),
        ("<span>（河畔晚报讯）</span>", "河畔晚报"),
        ("<span>河畔新闻</span><span>07-01 21:08</span><span>责编 王海</span>", "河畔新闻"),
    ],
)
def test_an_origin_is_read_without_the_buttons_beside_it(line: str, origin: str) -> None:
    (article,) = _page(f"<h1>{_T}</h1><div class=info>{line}</div>{_TEXT}").articles
    assert (article.origin, article.paragraphs) == (origin, (_A, _B))


def test_what_an_account_prints_as_its_origin_goes_before_its_own_name() -> None:
    head = f"<h1 id=activity-name>{_T}</h1><a id=js_name>河畔人才</a>"
    url = "https://mp.weixin.qq.com/s/Ab3dEfGhIjKlMnOpQrStUv"
    (printed,) = _page(f"{head}<div id=js_content>{_HTML}<p>来源：河畔市委组织部</p></div>", "", url).articles
    (silent,) = _page(f"{head}<div id=js_content>{_HTML}</div>", "", url).articles
    assert (printed.origin, silent.origin) == ("河畔市委组织部", "河畔人才")


def test_the_paper_of_an_electronic_edition_is_the_origin_of_what_names_no_other() -> None:
    text = f"<founder-content>{_HTML}</founder-content><div class=footer>河畔日报社版权所有 河ICP备06000001号</div>"
    (article,) = _page(
        f"<h1>{_T}</h1>{text}", _T, "https://szb.hp.example/pc/paper/c/202606/09/content_301.html"
    ).articles
    (elsewhere,) = _page(f"<h1>{_T}</h1>{_TEXT}<div class=footer>河畔日报社版权所有</div>").articles
    assert (article.origin, elsewhere.origin) == ("河畔日报", None)


@pytest.mark.parametrize(
    "line",
    [
        "<div><b>1</b> <a href=5_2.html>2</a> <a href=5_2.html>下一页</a></div>",
        "<p>上一页 1 2 3 下一页</p>",
        "<p>1 [2] [3] 下一页 尾页 共3页</p>",
        "<p>最新评论　　<a href=#>发表评论</a></p>",
        "<p>查看评论(12) | 我要评论</p>",
        "<p>河畔新闻07-01 21:08责编 余虹</p>",
    ],
)
def test_pagers_comments_and_bars_are_no_text(line: str) -> None:
    first = line if "责编" in line else ""
    text = f"<div class=content>{first}{_HTML}{'' if first else line}</div>"
    (article,) = _page(f"<h1>{_T}</h1>{text}").articles
    assert article.paragraphs == (_A, _B)


@pytest.mark.parametrize("line", ["评论员建议下一页要翻得更快", "网友评论说，这样的政策很实在。", "1 2 3"])
def test_a_line_that_only_speaks_of_such_things_stays(line: str) -> None:
    (article,) = _page(f"<h1>{_T}</h1><div class=content><p>{_A}</p><p>{line}</p><p>{_B}</p></div>").articles
    assert article.paragraphs == (_A, line, _B)


_PREVIEW = (
    f"<h1>{_T}</h1><div><span>2026-09-02 18:03</span></div><div class=c><p>{_A}</p></div>"
    "<div class=mask>展开剩余70%</div>"
)


@pytest.mark.parametrize("start", [_A, _A[:40] + "…"])
def test_the_rest_of_a_folded_article_is_read_from_the_script(start: str) -> None:
    data = {"props": {"detail": {"docTitle": _T, "pubTime": "2026-09-02 18:03:11", "docContent": _HTML}}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{_json(data)}</script>'
    (article,) = _page(_PREVIEW.replace(_A, start) + script, _T).articles
    assert (article.paragraphs, article.published) == ((_A, _B), "2026-09-02T18:03:11+08:00")


def test_a_short_article_whose_script_holds_another_text_of_the_same_title_stays() -> None:
    script = f"<script>var d={_json({**_RECORD, 'content': _HTML.replace('青河', '白河') * 2})}</script>"
    (article,) = _page(_PREVIEW + script, _T).articles
    assert article.paragraphs == (_A,)


@pytest.mark.parametrize("day", ["（2004年5月12日）", "(2004-05-12)", "【2004年5月12日】", "（二〇〇四年五月十二日）"])
def test_a_day_in_brackets_over_the_text_is_the_day_where_no_other_is(day: str) -> None:
    head = f"<p align=center><b><font size=5>{_T}</font></b></p><p align=center>{day}</p>"
    (article,) = _page(
        f"<table><tr><td>{head}<p>{_A}<br>{_B}</p></td></tr></table>", "New Page 1", "http://a.example/x.htm"
    ).articles
    (later,) = _page(f"<h1>{_T}</h1><p>{day}</p>{_TEXT}<p>上传时间：2004-05-20</p>").articles
    assert (article.title, article.published, article.paragraphs) == (_T, "2004-05-12", (_A, _B))
    assert later.published == "2004-05-20"


@pytest.mark.parametrize("label", ["发布日期", "公开日期", "发布时间"])
def test_the_head_of_a_document_in_a_table_gives_the_day_it_was_made_public(label: str) -> None:
    rows: tuple[tuple[str, ...], ...] = (
        ("索 引 号", "0001", "主题分类", "人事"),
        ("发文机关", "河畔市政府办", "成文日期", "2026年01月19日"),
    )
    rows += (("发文字号", "河办发〔2026〕4号", label, "2026年01月23日"),)
    table = "".join(f"<tr>{_wrapped('td', row)}</tr>" for row in rows)
    heading = "<h1>中共河畔市委办公室 河畔市政府办公室<br/>关于印发《河畔市乡土人才评定办法》的通知</h1>"
    signed = "<p>河畔市政府办公室</p><p>2026年1月19日</p><p>（此件公开发布）</p>"
    (article,) = _page(
        f"<table border=1>{table}</table>{heading}<div>{_HTML}{signed}</div>", "河畔市政府信息公开"
    ).articles
    assert article.title == "中共河畔市委办公室 河畔市政府办公室 关于印发《河畔市乡土人才评定办法》的通知"
    assert (article.published, article.origin) == ("2026-01-23", None)


def test_a_column_between_headline_and_site_is_cut() -> None:
    (article,) = _page(f"<div class=tt>{_T}</div><p>2026-08-04 07:15</p>{_TEXT}", f"{_T}-河畔新闻-河畔在线").articles
    assert article.title == _T


@pytest.mark.parametrize("gap", ["", " ", " | "])
@pytest.mark.parametrize("day", ["2026/04/28", "2026-04-28", "2026年4月28日"])
def test_a_medium_set_behind_the_day_is_the_origin(day: str, gap: str) -> None:
    line = f"<em>{day}</em>{gap}<em>河畔工人报</em><em>[<a>大</a> <a>中</a> <a>小</a>]</em>"
    (article,) = _page(f"<p class=bigtit>{_T}</p><div class=sj>{line}</div>{_TEXT}", f"{_T}_河畔工会").articles
    assert (article.published, article.origin) == ("2026-04-28", "河畔工人报")


def test_a_list_that_is_called_a_list_of_titles_is_no_headline() -> None:
    titles = f"<ul class=titlelist><li><a>河畔夏粮收购全面展开</a></li><li><a>{_T}</a></li></ul>"
    foot = "<div>河畔日报社出版 国内统一连续出版物号：CN00-0000</div>"
    (article,) = _page(f"{titles}<div class=content-bt>{_T}</div>{_TEXT}{foot}", "河畔日报-数字报").articles
    assert (article.title, article.origin) == (_T, "河畔日报")


@pytest.mark.parametrize(
    "line",
    [
        "（图/文 人才办 王小雨）",
        "（图文：宣传部 王小雨）",
        "（文/图 王小雨）",
        "（文图/王小雨）",
        "（图、文 人才办 王小雨）",
    ],
)
def test_one_hand_for_text_and_pictures_is_the_author(line: str) -> None:
    (article,) = _page(f"<h1>{_T}</h1><div class=content>{_HTML}<p>{line}</p></div>").articles
    assert article.authors == ("王小雨",)


@pytest.mark.parametrize(
    "field",
    [
        "<textarea id=zw style='display:none'>{}</textarea>",
        "<textarea>{}</textarea><textarea name=note></textarea>",
        '<input type="hidden" id="content" value="{}">',
        '<form><input name="q" value="搜索"><input type=hidden value="{}"/></form>',
        '<TEXTAREA class="hide">{}</TEXTAREA>',
    ],
)
def test_a_text_that_a_script_takes_out_of_a_field_is_read(field: str) -> None:
    text = field.format(_HTML.replace("<", "&lt;").replace(">", "&gt;"))
    head = f"<h2>{_T}</h2><div>信息来源：河畔市人社局　　发布时间：2026-03-02 10:11</div>"
    (article,) = _page(f"{head}{text}<div id=zw></div><div>主办：河畔市人力资源和社会保障局</div>", _T).articles
    assert (article.paragraphs, article.origin) == ((_A, _B), "河畔市人社局")
    assert article.published == "2026-03-02T10:11+08:00"


def test_who_took_the_pictures_is_no_author_before_other_labels() -> None:
    line = "<span>记者 樊星 通讯员 路远征/文 万千里/图</span> <span>2026年6月18日</span> <span>来源：河畔文明网</span>"
    (article,) = _page(f"<h2>{_T}</h2><div>{line}</div>{_TEXT}").articles
    assert (article.authors, article.origin) == (("樊星", "路远征"), "河畔文明网")


def test_a_short_headline_before_the_name_of_its_series_is_the_title() -> None:
    head = "<h1>一双雨靴</h1><p class=post-s>选调生日记（七）</p><p>苗若水 | 2026-02-27 | 河畔先锋</p>"
    (article,) = _page(head + _TEXT, "一双雨靴 | 选调生日记（七）").articles
    assert (article.title, article.authors) == ("一双雨靴", ("苗若水",))
