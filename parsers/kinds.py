"""What a page is, before it is read: error, login, challenge, block, newspaper page, list; or maybe an article."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from parsers.tree import text_of
from parsers.values import Link, PageKind, Reading

_SHORT = 900  # a page of errors or walls has little text
_CHALLENGE_CODE = re.compile(
    r"__jsl_clearance|acw_sc__v2|\$_ts\b|cf-chl|challenge-platform|_cf_chl_opt|arg1=['\"][0-9A-F]{20}|geetest|TencentCaptcha"
)
_CHALLENGE = re.compile(
    r"安全验证|人机验证|滑动验证|拖动滑块|请完成验证|验证您是否是真人|浏览器安全检查|"
    r"访问验证|Just a moment|Checking your browser|"
    r"请开启JavaScript|"
    r"enable JavaScript and cookies",
    re.I,
)
_BLOCKED = re.compile(
    r"访问被(?:拒绝|阻断|拦截|禁止)|请求被拦截|已被(?:拦截|阻断)|拦截提示|"
    r"禁止访问|访问过于频繁|访问频率|您的IP|403 Forbidden|"
    r"Access Denied|"
    r"Request blocked|云防护|Web应用防火墙|网站防火墙|不合法参数",
    re.I,
)
_ERROR = re.compile(
    r"\b404\b|页面(?:不存在|没有找到|未找到|找不到|已删除|走丢)|"
    r"您(?:访问|查找|浏览)的(?:页面|网页|内容).{0,12}(?:不存在|删除|"
    r"找不到|失效|丢失)|"
    r"Not Found|\b50[0234]\b\s*(?:错误|Bad|Service|"
    r"Gateway|Internal)|Internal Server Error|"
    r"Bad Gateway|服务器(?:内部)?错误|系统(?:繁忙|错误|维护)|"
    r"文章(?:不存在|已删除|已下线)|内容已(?:删除|下线)|站点(?:维护|关闭)",
    re.I,
)
_LOGIN = re.compile(r"登录|登陆|登入|log ?in|sign ?in", re.I)
_EPAPER = re.compile(r"pagepicmap|PagePicMap|\bid=[\"']pageLink[\"']", re.I)
_EPAPER_ARTICLE = re.compile(r"(?:content|con|c)[_-]?\d+\.s?html?", re.I)
_LIST_URL = re.compile(r"(?:/|/(?:index|list|node|col|default|common_list|channel)[\w-]*(?:\.\w+)?)$", re.I)


def wall(html: str, tree: LexborHTMLParser) -> tuple[PageKind, str] | None:
    """The kind of a page that holds no news at all (empty, challenge, block, error, login), or None."""
    text = text_of(tree.body)
    title = text_of(tree.css_first("title"))
    said = f"{title} {text}"
    if len(text) < _SHORT and _CHALLENGE_CODE.search(html):
        return PageKind.CHALLENGE, "页面是反爬验证脚本，没有内容"
    if not text and not title:
        refresh = tree.css_first('meta[http-equiv="refresh" i]')
        return (PageKind.OTHER, "页面只是跳转") if refresh else (PageKind.EMPTY, "页面没有文字")
    if len(text) < _SHORT:
        for pattern, kind, reason in (
            (_CHALLENGE, PageKind.CHALLENGE, "页面要求人机验证"),
            (_BLOCKED, PageKind.BLOCKED, "访问被网站拒绝"),
            (_ERROR, PageKind.ERROR, "网站报告页面错误或不存在"),
        ):
            match = pattern.search(said)
            if match and (len(text) < 300 or pattern.search(title)):
                return kind, f"{reason}（“{match[0][:20]}”）"
    return _login(tree, title, text) or (None if text else (PageKind.EMPTY, "页面没有正文文字"))


def is_epaper(html: str, tree: LexborHTMLParser) -> bool:
    """Whether a page is a newspaper page that leads to its articles: an image map or a page list, and no body."""
    if not _EPAPER.search(html):
        return False
    areas = [node.attributes.get("href") or "" for node in tree.css("area[href]")]
    links = areas or [node.attributes.get("href") or "" for node in tree.css("a[href]")]
    articles = [href for href in links if _EPAPER_ARTICLE.search(href)]
    body = tree.css_first("#ozoom, founder-content")
    return len(articles) >= 2 and len(text_of(body)) < 60


def is_list(reading: Reading | None, links: tuple[Link, ...], url: str | None) -> bool:
    """Whether a page is a list of articles rather than one: many headlines, and no prose that outweighs them."""
    headlines = [link for link in links if link.title and len(link.title) >= 8]
    if len(headlines) < 4:
        return False
    if reading is None:
        return True
    prose = sum(len(text) for text in reading.paragraphs if re.search(r"[。！？]", text))
    if reading.published and prose >= 60 and not _LIST_URL.search(url or ""):
        return False
    titles = {link.title for link in headlines}
    rows = sum(any(title and title in text for title in titles) for text in reading.paragraphs)
    if rows >= max(3, len(reading.paragraphs) * 0.5):
        return True
    return prose < (600 if _LIST_URL.search(url or "") else 100)


def _login(tree: LexborHTMLParser, title: str, text: str) -> tuple[PageKind, str] | None:
    password = tree.css_first('input[type="password" i]')
    if password is not None and len(text) < _SHORT and (_LOGIN.search(title) or len(text) < 300):
        return PageKind.LOGIN, "页面要求登录"
    return None
