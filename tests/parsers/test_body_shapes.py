"""The body of a page in every shape in which Chinese sites print one: once, whole, without what stands beside."""

from __future__ import annotations

import pytest

from parsers.html_article import read_html

_A = "青河市人才工作会议昨日召开，会议部署了今年的引才计划，提出要面向全国引进教育、医疗人才二百名。"
_B = "会议强调，要坚持党管人才原则，健全一把手抓第一资源的工作机制，让各类人才引得进、留得住、用得好。"
_C = "会议通报了去年的工作。全市新建博士后工作站三家，选派科技特派员四十六名，培训乡土人才一千二百人次。"
_TITLE = "青河召开人才会议"


def _page(body: str) -> str:
    return f"<html><head><title>{_TITLE}_河畔网</title></head><body><h1>{_TITLE}</h1>{body}</body></html>"


def _body(body: str) -> tuple[str, ...]:
    return read_html(_page(body), None).paragraphs


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>　　{text}</p>" for text in texts)


def test_a_poster_in_one_piece_and_a_hidden_phone_copy_are_no_second_article() -> None:
    copies = f'<div class="poster">{_A}{_B}{_C}</div><div style="display:none">{_paragraphs(_A, _B, _C)}</div>'
    assert _body(f"<div id=content>{_paragraphs(_A, _B, _C)}{copies}</div>") == (_A, _B, _C)


def test_a_copy_with_its_headings_goes_and_a_sentence_printed_twice_stays() -> None:
    first = _paragraphs(_A, "一、引才", _B, "二、留才", _C)
    assert _body(f"<div id=content>{first}{first}</div>") == (_A, "一、引才", _B, "二、留才", _C)
    assert _body(f"<div id=content>{_paragraphs(_A, _B, _C, _A)}</div>") == (_A, _B, _C, _A)


def test_a_preview_that_is_cut_short_is_left_out() -> None:
    preview = f"<div class=lead>{_A[:30]}……</div>"
    assert _body(f"<div id=content>{preview}{_paragraphs(_A, _B)}</div>") == (_A, _B)


def test_the_folded_rest_of_an_article_is_read() -> None:
    rest = f'<div class="rest" style="display: none">{_paragraphs(_B, _C)}</div>'
    assert _body(f"<div id=content>{_paragraphs(_A)}<a>展开全文</a>{rest}</div>") == (_A, _B, _C)


def test_one_text_without_paragraphs_is_parted_at_its_indents() -> None:
    assert _body(f"<table><tr><td>　　{_A}　　{_B}\n　　{_C}</td></tr></table>") == (_A, _B, _C)
    assert _body(f"<td>{'&nbsp;' * 4}{_A}<br>{'&nbsp;' * 4}{_B}<br><br>{_C}</td>") == (_A, _B, _C)


def test_a_line_of_the_file_that_is_wrapped_gets_no_space() -> None:
    text = _A + _B
    assert _body(f"<div id=content><p>{text[:20]}\n    {text[20:70]}\n    {text[70:]}</p><p>{_C}</p></div>") == (
        text,
        _C,
    )


def test_a_page_of_2003_in_tables_and_fonts_is_read_without_its_columns() -> None:
    links = "".join(f"<tr><td>·<a href={n}>外地要闻之第{n}条标题在此处</a></td></tr>" for n in range(12))
    text = f"<font size=3><font color=#000000>　　{_A}<br><br>　　{_B}</font></font>"
    columns = f"<td width=160><table>{links}</table></td><td><table><tr><td>{text}</td></tr></table></td>"
    assert _body(f"<table><tr>{columns}</tr></table>") == (_A, _B)


def test_a_short_item_in_a_huge_page_is_found() -> None:
    news = "".join(
        f"<li><a href=/{n}.html>外地要闻之第{n}条标题在此处说了很多</a><i>03-18</i></li>" for n in range(400)
    )
    about = "<div class=footer><p>本网站所刊登的各种新闻、信息和专题资料均为版权所有，未经授权禁止下载使用。</p></div>"
    assert _body(f"<ul>{news}</ul><div class=wen><p>{_A}{_B[:40]}</p></div><ul>{news}</ul>{about}") == (_A + _B[:40],)


def test_sections_and_spans_of_wechat_are_read() -> None:
    inner = "".join(
        f"<section><section><span style='color:red'>{text[:20]}</span><span leaf>{text[20:]}</span></section></section>"
        for text in (_A, _B)
    )
    note = "<section><span>长按识别二维码，关注我们</span></section>"
    page = f"<div id=js_content style='visibility:hidden'>{inner}<section><img></section>{note}</div>"
    assert _body(page) == (_A, _B)


def test_custom_elements_hold_paragraphs() -> None:
    assert _body(f"<founder-content><P>　　{_A}</P><P>　　<bzs>{_B[:9]}</bzs>{_B[9:]}</P></founder-content>") == (
        _A,
        _B,
    )


@pytest.mark.parametrize(
    "beside",
    [
        "<p>推荐阅读</p><p><a href=1>别处的一条新闻标题在这里</a></p><p><a href=2>别处的又一条新闻标题在这里</a></p>",
        "<p>24H热点</p><ol><li><a href=1>别处的一条新闻标题在这里</a></li></ol>",
        "<p>相关新闻：</p><p>·<a href=1>别处的一条新闻标题</a>（2005-04-03 17:19）</p>",
        "<p><strong>延伸阅读</strong></p><p>去年的会议怎么说</p>",
        "<p>扫码关注河畔网</p>",
        "<p>扫描二维码下载客户端</p>",
        "<p>（责编：王小某、李小某）</p>",
        "<p>【责任编辑:王小某】</p>",
        "<p>免责声明：本文仅代表作者个人观点，与本网无关。其原创性以及文中陈述文字和内容未经本站证实。</p>",
        "<p>版权声明：本网注明来源为河畔网的作品，未经授权不得转载、摘编，违者将依法追究责任。</p>",
        "<p>下载河畔新闻客户端，查看更多精彩内容</p>",
        "<p>上一篇：<a href=1>别处的一条新闻标题</a></p><p>下一篇：没有了</p>",
        "<p>【打印本页】【关闭窗口】</p>",
        "<div class=tools>字体：大 中 小</div>",
        "<div class='share-bar'>分享到：微信 微博</div>",
        "<div class=video-tip>您的浏览器不支持视频播放</div>",
        "<div><span>点赞</span> <span>收藏</span> <span>分享</span></div>",
    ],
)
def test_furniture_after_an_article_is_left_out(beside: str) -> None:
    assert _body(f"<div id=content>{_paragraphs(_A, _B, _C)}{beside}</div>") == (_A, _B, _C)


@pytest.mark.parametrize(
    "paragraph",
    [
        "推荐工作由各单位党组织负责，推荐人选须经公示，公示期不少于五个工作日，结果报市委人才办备案。",
        "相关部门要密切配合，形成合力，把各项任务落到实处，让人才在青河有用武之地、无后顾之忧。",
        "声明者应当如实填写材料，对弄虚作假的单位和个人，取消申报资格，三年内不再受理申报。",
        "关闭、停产企业的技术人员可以参加评审，其任职年限连续计算，评审费用由原主管部门承担。",
    ],
)
def test_a_paragraph_that_begins_like_furniture_stays(paragraph: str) -> None:
    assert _body(f"<div id=content>{_paragraphs(_A, _B, paragraph, _C)}</div>") == (_A, _B, paragraph, _C)
    assert _body(f"<div id=content>{_paragraphs(_A, _B, _C, paragraph)}</div>") == (_A, _B, _C, paragraph)


def test_real_text_behind_a_heading_that_names_reading_is_kept() -> None:
    more = _paragraphs("相关链接", _B + _B[:20], _C + _C[:30], _A[:20] + _C, _B[:30] + _C)
    assert len(_body(f"<div id=content>{_paragraphs(_A)}{more}</div>")) >= 5


def test_captions_of_a_gallery_stand_apart() -> None:
    images = "".join(
        f"<figure><img src={n}.jpg><figcaption>第{n}批专家在大棚里查看菜苗。</figcaption></figure>" for n in range(6)
    )
    reading = read_html(_page(f"<div id=content><p>{_A}</p>{images}<p>{_B}</p></div>"), None)
    assert reading.paragraphs == (_A, _B)
    assert reading.captions == tuple(f"第{n}批专家在大棚里查看菜苗。" for n in range(6))


def test_damaged_spaces_are_mended() -> None:
    text = f"\u200b{_A[:10]}\u200b{_A[10:20]}\ufeff{_A[20:]}"
    assert _body(f"<div id=content><p>&nbsp;&nbsp; {text}&nbsp;</p><p>　　{_B}\ue14d</p></div>") == (_A, f"{_B}\ue14d")
