"""The pages of the four demo sites, each in the manner of its family. Pure: texts in, HTML out."""

from __future__ import annotations

import html
import posixpath
from collections.abc import Callable, Sequence

from scheduler.demo.damage import damage
from scheduler.demo.texts import Text

PORTAL, EPAPER, GOV, MIRROR = "河湟新闻网", "湟水日报", "湟河市人才工作网", "河湟資訊鏡像"
FOOTER = "才讯演示站点·内容为虚构"
PORTAL_COLUMNS = {"rencai": "人才", "zonghe": "综合"}
GOV_COLUMNS = {"xwdt/rcgz": "人才工作动态", "zcwj": "政策文件", "tzgg": "通知公告"}
PAGE_SIZE = 8
_PAGE_NAMES = {"01": "要闻", "02": "人才", "03": "社会", "04": "副刊"}

escape = html.escape


def portal_article(text: Text, others: Sequence[Text]) -> str:
    """A portal article with two share posters and a mobile copy, as the family has; `others` fill the side."""
    minute = f"{text.date} {text.time}"
    poster = (
        f'<div class="poster"><p class="poster-title">{escape(text.title)}</p>'
        f"<p>{escape(text.origin)} {minute[:16]}</p></div>"
    )
    mobile = "".join(f"<p>{escape(line)}</p>" for line in text.paragraphs)
    body = (
        f'<div class="crumb">当前位置：<a href="/index.shtml">首页</a> &gt; <a href="/col/{text.section}/index.shtml">'
        f'{PORTAL_COLUMNS[text.section]}</a></div>{poster}<div class="article">'
        f'{_optional("p", "kicker", text.kicker)}<h1 id="ArticleTitle">{escape(text.title)}</h1>'
        f"{_optional('h2', 'subtitle', text.subtitle)}{_labels(text, minute)}"
        f'<div id="ArticleContent">{_captions(text)}{_paragraphs(text)}{_table(text)}</div>'
        f'<p class="sign">作者：{escape(" ".join(text.authors))}　编辑：{escape(text.editor)}</p></div>'
        f"{_block('推荐阅读', others[:4])}{_block('24H热点', others[4:9])}{poster}"
        f'<div class="mobile-copy" style="display:none"><h3>{escape(text.title)}</h3>{mobile}</div>'
    )
    return _document(text.title, PORTAL, "gb2312", body)


def _labels(text: Text, minute: str) -> str:
    authors = f"作者：{escape(' '.join(text.authors))}" if text.authors else ""
    return (
        f'<div class="info"><span id="source_baidu">来源：{escape(text.origin)}</span>　'
        f'<span id="author_baidu">{authors}</span>　<span id="pubtime_baidu">发布时间：{minute}</span>　'
        f'<span id="editor_baidu">编辑：{escape(text.editor)}</span></div>'
    )


def portal_list(column: str, texts: Sequence[Text], page: int) -> str:
    """A column's list page (from 1), with links to the pages before and after."""
    shown = texts[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    last = max(1, -(-len(texts) // PAGE_SIZE))
    name = PORTAL_COLUMNS[column]
    body = f'<h2 class="column">{name}</h2>{_list(shown, "[%s]")}{_pager(page, last, "index", ".shtml", 1)}'
    return _document(f"{name}频道", PORTAL, "gb2312", body)


def portal_front(texts: Sequence[Text]) -> str:
    """The portal's front page: its columns and the newest texts."""
    menu = "".join(f'<a href="/col/{key}/index.shtml">{name}</a> ' for key, name in PORTAL_COLUMNS.items())
    return _document("首页", PORTAL, "gb2312", f"<div class='menu'>{menu}</div>{_list(texts[:10], '[%s]')}")


def epaper_article(text: Text) -> str:
    """A newspaper article in Founder's layout, with its own elements beside the plain ones."""
    page = f"第{text.section}版：{_PAGE_NAMES[text.section]}"
    body = (
        f'<div class="article"><founder-date style="display:none">{text.date}</founder-date>'
        f"{_optional('h3', 'introtitle', text.kicker)}<h1><founder-title>{escape(text.title)}</founder-title></h1>"
        f"{_optional('h2', 'subtitle', text.subtitle)}"
        f'<p class="sec"><span class="date">{EPAPER} {_chinese_date(text.date)} {page}</span></p>'
        f'<div id="ozoom"><founder-content>{_captions(text)}{_paragraphs(text)}{_table(text)}</founder-content></div>'
        f'<p class="back"><a href="{_node(text)}">返回本版</a></p></div>'
    )
    return _document(text.title, EPAPER, "utf-8", body)


def epaper_index(texts: Sequence[Text]) -> str:
    """Every issue with its pages and articles, newest first."""
    issues = []
    for date in sorted({text.date for text in texts}, reverse=True):
        issue = [text for text in texts if text.date == date]
        nodes = "".join(
            f'<li><a href="{node}">第{node[-7:-5]}版</a></li>' for node in sorted({_node(text) for text in issue})
        )
        issues.append(f'<h2>{_chinese_date(date)}</h2><ul class="pages">{nodes}</ul>{_list(issue, "")}')
    return _document("往期", EPAPER, "utf-8", "".join(issues))


def epaper_node(date: str, section: str, texts: Sequence[Text]) -> str:
    """One page of an issue: its image with a map of the articles, and the list of them."""
    areas = "".join(
        f'<area shape="rect" coords="0,{top},600,{top + 180}" href="{text.path}" alt="{escape(text.title)}">'
        for top, text in zip(range(0, 10000, 190), texts, strict=False)
    )
    body = (
        f"<p class='date'>{_chinese_date(date)} 第{section}版：{_PAGE_NAMES[section]}</p>"
        f'<img src="/pc/pic/page.gif" usemap="#pagepicmap" alt="版面图"><map name="pagepicmap">{areas}</map>'
        f'<div class="news-list">{_list(texts, "")}</div>'
    )
    return _document(f"第{section}版", EPAPER, "utf-8", body)


def _node(text: Text) -> str:
    return f"/pc/layout/{text.date[:4]}{text.date[5:7]}/{text.date[8:]}/node_{text.section}.html"


def gov_article(text: Text) -> str:
    """A government page with the standard metas; documents print their number above the text."""
    metas = {
        "SiteName": GOV,
        "ArticleTitle": text.title,
        "PubDate": f"{text.date} {text.time[:5]}",
        "ContentSource": text.origin,
        "ColumnName": GOV_COLUMNS[text.section],
        "Author": " ".join(text.authors),
    }
    head = "".join(f'<meta name="{key}" content="{escape(value)}">\n' for key, value in metas.items())
    body = (
        f'<div class="crumb">首页 &gt; {GOV_COLUMNS[text.section]}</div><div class="article">'
        f"<h1>{escape(text.title)}</h1>{_optional('h2', 'subtitle', text.subtitle)}"
        f'<div class="info"><span>发布时间：{text.date} {text.time[:5]}</span>　'
        f"<span>来源：{escape(text.origin)}</span></div>"
        f'{_optional("p", "document-number", text.document)}<div class="trs_editor_view TRS_UEDITOR">'
        f"<style>.Custom_UnionStyle P{{margin:0}}</style>{_captions(text)}{_paragraphs(text)}{_table(text)}</div>"
        f"<p>责任编辑：{escape(text.editor)}</p></div>"
    )
    return _document(text.title, GOV, "utf-8", body, head)


def gov_list(column: str, texts: Sequence[Text], page: int) -> str:
    """A column's list page (from 1; page 2 is index_1.html), links relative as the family writes them."""
    shown = texts[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    last = max(1, -(-len(texts) // PAGE_SIZE))
    items = "".join(
        f'<li><a href="./{posixpath.relpath(text.path, "/" + column)}" title="{escape(text.title)}">'
        f"{escape(text.title)}</a>"
        f"<span>{text.date}</span></li>"
        for text in shown
    )
    columns = "".join(f'<a href="/{key}/index.html">{name}</a> ' for key, name in GOV_COLUMNS.items())
    body = (
        f'<div class="menu">{columns}</div><h2>{GOV_COLUMNS[column]}</h2><ul class="news">{items}</ul>'
        f"{_pager(page, last, 'index', '.html', 0)}"
    )
    return _document(GOV_COLUMNS[column], GOV, "utf-8", body)


def mirror_article(text: Text) -> str:
    """The mirror's copy of a portal article, every text through `damage`."""
    body = (
        f'<div class="main"><h1>{_spoilt(text.title)}</h1>'
        f'<div class="info">{_spoilt(f"來源：{text.origin}")}　'
        f"{_spoilt(f'發布時間：{text.date} {text.time[:5]}')}</div>"
        f'<div class="content">{_paragraphs(text, damage)}{_table(text, damage)}'
        f"<p>{_spoilt(f'編輯：{text.editor}')}</p></div></div>"
    )
    return _document(damage(text.title), MIRROR, "utf-8", body)


def mirror_list(texts: Sequence[Text]) -> str:
    """The mirror's only list: the copies it has made so far."""
    items = "".join(f'<li><a href="{text.path}">{_spoilt(text.title)}</a></li>' for text in texts)
    return _document("最新", MIRROR, "utf-8", f'<ul class="news">{items}</ul>')


def not_found(site: str) -> str:
    """The body of a 404."""
    return _document("页面不存在", site, "utf-8", "<p>您访问的页面不存在或已被删除。</p>")


def _document(title: str, site: str, charset: str, body: str, head: str = "") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="{charset}">\n'
        f"<title>{escape(title)}_{site}</title>\n{head}</head><body>\n"
        f'<div class="header"><a href="/">{site}</a></div>\n{body}\n'
        f'<div class="footer"><p>{site} 版权所有</p><p>{FOOTER}</p></div>\n</body></html>\n'
    )


def _paragraphs(text: Text, change: Callable[[str], str] = str) -> str:
    return "\n".join(f"<p>　　{escape(change(line))}</p>" for line in text.paragraphs)


def _captions(text: Text) -> str:
    return "".join(
        f'<p class="pic" style="text-align:center"><img src="/pic/{text.number}_{place}.gif" alt=""></p>'
        f'<p class="caption" style="text-align:center">{escape(caption)}</p>'
        for place, caption in enumerate(text.captions, 1)
    )


def _table(text: Text, change: Callable[[str], str] = str) -> str:
    if not text.rows:
        return ""
    lines = []
    for place, row in enumerate(text.rows):
        tag = "td" if place else "th"
        lines.append("<tr>" + "".join(f"<{tag}>{escape(change(cell))}</{tag}>" for cell in row) + "</tr>")
    return f'<table border="1">{"".join(lines)}</table>'


def _list(texts: Sequence[Text], date_form: str) -> str:
    items = []
    for text in texts:
        date = f"<span>{date_form % text.date}</span>" if date_form else ""
        items.append(f'<li><a href="{text.path}">{escape(text.title)}</a>{date}</li>')
    return f'<ul class="list">{"".join(items)}</ul>'


def _block(name: str, texts: Sequence[Text]) -> str:
    return f'<div class="side"><h4>{name}</h4>{_list(texts, "")}</div>'


def _pager(page: int, last: int, stem: str, suffix: str, offset: int) -> str:
    def name(number: int) -> str:
        return f"{stem}{suffix}" if number == 1 else f"{stem}_{number - 1 + offset}{suffix}"

    before = f'<a href="{name(page - 1)}">上一页</a>' if page > 1 else ""
    after = f'<a href="{name(page + 1)}">下一页</a>' if page < last else ""
    return f'<div class="pager">{before} 第{page}页/共{last}页 {after}</div>'


def _optional(tag: str, name: str, value: str) -> str:
    return f'<{tag} class="{name}">{escape(value)}</{tag}>' if value else ""


def _spoilt(value: str) -> str:
    return escape(damage(value))


def _chinese_date(date: str) -> str:
    return f"{date[:4]}年{date[5:7]}月{date[8:]}日"
