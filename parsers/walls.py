"""Pages that hold no news: challenges, blocks, logins, errors. They are told by what they say, and by saying little."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from parsers.values import PageKind

# scripts of the walls in use: 加速乐 (jsl), 阿里云 (acw), 瑞数 ($_ts), 知道创宇, Cloudflare, 极验, 腾讯
_CHALLENGE_CODE = re.compile(
    r"__jsl_clearance|\bacw_sc__v|\$_ts\b|\bcf-chl|challenge-platform|_cf_chl_opt|arg1=['\"][0-9A-F]{20}|geetest|"
    r"TencentCaptcha|yunsuo_session|security_session_verify|knownsec|ks-waf|aliyunwaf|aliyun_waf|renderData.{0,200}_waf_|"
    r"document\.cookie\s*=\s*\(?['\"]_['\"]\)?\s*\+|/WZWSREL|wzws-waf|_guard/|btwaf|__tst_status|srcaptcha"
)
_COOKIE_GATE = re.compile(r"document\.cookie\s*=|\|cookie\|", re.I)
_PACKED = "eval(function(p,a,c,k,e,"
_RELOAD = re.compile(r"location(?:\.(?:href|reload|replace|assign))?\s*[=(]|\.submit\(\)", re.I)

# What only walls say, wherever it stands on a page, and what they say too (a login box asks for a code as well).
_CHALLENGE = re.compile(
    r"环境异常|(?:完成|通过|进行)(?:安全|人机|滑动|滑块|身份|访问)?(?:验证|校验)(?:后|以|，|才)|拖动(?:下方)?滑块|"
    r"(?:安全|人机|滑动|滑块|访问)(?:验证|校验)$|验证您是(?:否是|不是)?(?:真人|机器人)|正在(?:检查|验证)您的浏览器|"
    r"Just a moment\.\.\.|Checking (?:your browser|if the site)|enable JavaScript and cookies|"
    r"Verify (?:you are|that you)",
    re.I,
)
_CHALLENGE_TOO = re.compile(
    r"(?:安全|人机|滑动|滑块|行为)(?:验证|校验)|请(?:先|输入|完成|点击|进行).{0,8}(?:验证|校验)|浏览器安全检查|去验证|"
    r"请(?:开启|启用|打开)(?:浏览器的?)?\s*JavaScript|are you (?:a )?(?:human|robot)",
    re.I,
)
_BLOCKED = re.compile(
    r"(?:访问|请求|操作)(?:已)?(?:被|遭到?)(?:网站)?(?:管理员)?(?:拒绝|阻断|拦截|禁止|限制|屏蔽|终止)|"
    r"已被(?:网站)?(?:管理员)?(?:设置)?(?:为)?(?:拦截|阻断|创宇盾|云锁|安全狗)|"
    r"^(?:您|你)?的?(?:访问|操作|请求|刷新|查询|点击)(?:过于|太过?|次数过多|速度过快|频率)(?:频繁|过快|过高|快)?|"
    r"(?:您|你)的\s?IP\s?(?:地址)?.{0,40}(?:拉黑|封|禁|限制|黑名单|异常)|疑似(?:黑客)?攻击|安全威胁.{0,8}(?:阻断|拦截)|"
    r"403 Forbidden|403\s*[-–:]\s*(?:禁止|Forbidden)|412 Precondition|429 Too Many|境外.{0,6}(?:无法|限制)访问",
    re.I,
)
_BLOCKED_TOO = re.compile(
    r"拦截(?:提示|信息|页面|时间)|(?:禁止|拒绝|限制|非法)(?:您)?(?:的)?(?:本次)?(?:访问|请求)|"
    r"无权(?:限)?访问|没有(?:权限|访问权)|未经授权的访问|(?:访问|操作|请求|刷新|查询|点击)(?:过于|太)(?:频繁|快)|"
    r"(?:不合法|非法|恶意|危险)的?(?:参数|字符|请求|行为|访问)|(?:网站|应用|云)(?:安全)?(?:防火墙|防护)|"
    r"IP.{0,12}(?:不在|没有|未被).{0,6}(?:允许|许可|授权)|"
    r"安全狗|云锁|创宇盾|网站卫士|\b(?:403|405|418|429)\b.{0,12}(?:Forbidden|禁止|拒绝|Too Many|Not Allowed|错误)|"
    r"HTTP (?:Status|错误|ERROR) ?(?:403|405|412|429)|Forbidden|Access(?: to .{0,40})? (?:is )?Denied|"
    r"(?:Request|You|IP)\b.{0,20} (?:been )?blocked|Too Many Requests|请在微信(?:客户端|中)打开",
    re.I,
)
_GONE = (
    r"(?:已|已经|已被)?(?:被)?(?:发布者|作者|管理员|用户)?(?:删除|移除|下线|下架|撤稿|撤销|清理|移走|转移)|"
    r"(?:不存在|没有找到|未找到|找不到|无法找到|无法显示|走丢|丢失|失效|过期|飞走|出错|打不开|不见)"
)
_THING = r"(?:页面|网页|内容|文章|信息|文件|资源|链接|地址|网址|栏目|稿件|新闻|记录|帖子)"
_ERROR = re.compile(
    rf"^\W*404\W*$|\b404\b\W*(?:Not Found|错误|页面|error|未找到|找不到)|(?:错误|error|HTTP)\D{{0,6}}404\b|"
    rf"{_THING}(?:了|可能|暂时)?(?:{_GONE})|^.{{0,6}}(?:栏目|页面|频道)(?:已|已经)(?:关闭|停用)|"
    rf"(?:您|你)(?:所|要|想|正在)*(?:访问|查找|浏览|请求|查看|找)的{_THING}?.{{0,16}}(?:{_GONE})|"
    r"(?:该|此|本)(?:内容|页面|文章|帐号|账号|公众号).{0,16}(?:无法查看|已被?(?:删除|停用|封|屏蔽|迁移|注销)|不可见)|"
    r"内容因违规|(?:系统|服务器)(?:暂时)?(?:繁忙|内部错误|开小差)|(?:网站|本站|站点)(?:正在)?(?:维护|升级|改版)(?:改造|更新)?中|"
    r"^(?:出错了|错误(?:提示|页面|信息))[!！。]?$|500 Internal Server|502 Bad Gateway|503 Service|504 Gateway",
    re.I,
)
_ERROR_TOO = re.compile(
    r"^404\b|\b404$|Not Found|No such (?:page|file)|(?:Page|File) (?:not|does not|can't)|"
    r"\b5(?:0[0-5]|2\d)\b\s*[-:]?\s*(?:错误|Bad|Service|Gateway|Internal|Server|Web server|Connection|HTTP|服务)|"
    r"Internal Server Error|Bad Gateway|Gateway Time-?out|Service (?:Temporarily )?Unavailable|Bad Request|"
    r"服务器(?:内部)?(?:错误|开小差|繁忙|异常|无响应)|"
    r"(?:系统|网站|服务|网络|程序|页面|数据库)(?:暂时)?(?:繁忙|异常|错误|出错|故障|发生错误)|"
    r"(?:网站|站点|本站)(?:正在)?(?:升级|维护|改版|建设|调整)(?:改造|更新)?(?:中|期间|，|,|。|$)|暂停(?:访问|服务)|"
    r"(?:系统|平台)(?:正在(?:升级|维护|改版|建设|调整)|(?:升级|维护)(?:改造|更新)?(?:中|期间))|"
    r"(?:站点|网站)(?:已|已经|被|暂时)*(?:关闭|停用|停止|暂停|过期|到期)|该?域名(?:未|已|没有)|没有找到站点|参数错误|"
    r"网站(?:暂时)?无法(?:进行)?访问|未(?:根据|按照|依).{0,16}备案|"
    r"Under (?:Construction|Maintenance)|Error (?:Page|Report|occurred)|Whitelabel Error",
    re.I,
)
_LOGIN = re.compile(
    r"(?:登录|登陆)(?:后|之后|即可|才能|方可).{0,6}(?:查看|阅读|浏览|访问|观看|下载)|(?:需要|必须|请先)(?:登录|登陆)(?:后|才|，|。|$)|"
    r"(?:会话|登录)(?:已)?(?:超时|过期|失效)|统一身份认证",
    re.I,
)
_LOGIN_TOO = re.compile(
    r"请(?:您)?(?:先|重新)?(?:登录|登陆|登入)|(?:登录|登陆)(?:后|之后|即可|才能|方可)|(?:尚|还)未登录|没有登录|需要登录|"
    r"^(?:用户|会员|系统|后台)?(?:登录|登陆|认证)(?:页面|界面|中心)?$|扫码登录|"
    r"(?:please |you (?:must|need to) )(?:log|sign) ?in",
    re.I,
)
_LOGIN_TITLE = re.compile(r"登录|登陆|登入|身份认证|\blog ?in\b|\bsign ?in\b", re.I)
FOOTER = re.compile(
    r"版权|主办|承办|备案|ICP|公网安备|地址[:：]|电话|邮编|copyright|浏览器|分辨率|标识码|许可证|转载|客服|技术支持",
    re.I,
)
_SENTENCE = re.compile(r"[。！？；，]")
_REASONS = {
    PageKind.CHALLENGE: "页面要求人机验证",
    PageKind.BLOCKED: "访问被网站拒绝",
    PageKind.LOGIN: "页面要求登录",
    PageKind.ERROR: "网站报告页面错误或不存在",
}
_KINDS = (
    (PageKind.CHALLENGE, _CHALLENGE, _CHALLENGE_TOO),
    (PageKind.BLOCKED, _BLOCKED, _BLOCKED_TOO),
    (PageKind.LOGIN, _LOGIN, _LOGIN_TOO),
    (PageKind.ERROR, _ERROR, _ERROR_TOO),
)
_BARE = 4  # headlines: a page with fewer has no frame of a site around what it says
TRUSTED = 150  # characters of prose that outweigh a short sentence about an error
_LOADING = 20  # characters: 正在加载……
_LITTLE_PROSE = 60
_FORM = 300  # characters of a page that is a login form
_MOST_TEXTS = 400
_SLACK = 4  # characters beside the message in a title: 对不起，
_TITLE_PARTS = re.compile(r"[-_|—–:：]")
_LITTLE = 200  # characters: a page that runs a script and says no more than this is a gate
_NOTICE = 90  # a sentence of a wall is no longer
_PROSE = 25


@dataclass(frozen=True, slots=True)
class Said:
    """What a page shows outside its links: its title, its texts one a text node, how many characters of prose.

    `anything` says whether it shows a text at all, if only in links.
    """

    title: str
    texts: tuple[str, ...]
    length: int
    prose: int
    anything: bool


def said(tree: LexborHTMLParser) -> Said:
    """What the page shows. Scripts and links are cut out of `tree`, which must not be used afterwards."""
    node = tree.css_first("title")
    title = " ".join(node.text().split()) if node else ""
    tree.strip_tags(["script", "noscript"])
    body = tree.body
    anything = body is not None and bool(body.text(deep=True).strip())
    tree.strip_tags(["a"])
    raw = body.text(deep=True, separator="\x1f").split("\x1f") if body else []
    texts = tuple(text for one in raw if (text := " ".join(one.split())))
    prose = sum(
        len(text) for text in texts if len(text) >= _PROSE and _SENTENCE.search(text) and not FOOTER.search(text)
    )
    return Said(title, texts, sum(map(len, texts)), prose, anything)


def script_wall(html: str, page: Said) -> str | None:
    """The reason where a page is a script that lets in only browsers, else None."""
    if page.length > _LITTLE:
        return None
    if _CHALLENGE_CODE.search(html[:_SCANNED]):
        return "页面是反爬验证脚本，没有内容"
    gate = _PACKED in html or _RELOAD.search(html)
    if page.length < _LOADING and gate and _COOKIE_GATE.search(html):
        return "页面是写入 Cookie 后重新载入的验证脚本，没有内容"
    return None


_SCANNED = 400_000


def titled_wall(title: str, headlines: int) -> tuple[PageKind, str] | None:
    """The kind and reason of a page whose title is the message of a wall, or None; for `headlines` see below."""
    for kind, surely, too in _KINDS:
        match = _whole(surely, title) or (_whole(too, title) if headlines < _BARE else None)
        if match:
            return kind, _reason(kind, match)
    return None


def spoken_wall(page: Said, password: bool, trusted: int, headlines: int) -> tuple[PageKind, str] | None:
    """The kind and reason of a page that says that it has nothing to show, or None.

    `trusted` is how many characters of prose speak for an article instead: a short sentence about an error counts
    below TRUSTED. `password` says that the page has a field for one. With
    `headlines` enough for the frame of a site, only what no header or footer of a site says counts.
    """
    bare = headlines < _BARE
    titled = titled_wall(page.title, headlines)
    if titled:
        return titled
    if password and trusted < TRUSTED and (_LOGIN_TITLE.search(page.title) or (bare and page.length < _FORM)):
        return PageKind.LOGIN, _REASONS[PageKind.LOGIN]
    if trusted >= TRUSTED:
        return None
    short = [text for text in page.texts[:_MOST_TEXTS] if len(text) <= _NOTICE]
    for kind, surely, too in _KINDS:
        if kind is PageKind.LOGIN and trusted >= _LITTLE_PROSE:
            continue
        for text in short:
            match = surely.search(text) or (too.search(text) if bare and not FOOTER.search(text) else None)
            if match:
                return kind, _reason(kind, match)
    return None


def _whole(pattern: re.Pattern[str], title: str) -> re.Match[str] | None:
    """The match in a page title of which a part is the message itself, not a headline about one."""
    match = pattern.search(title)
    if match is None:
        return None
    part = next((part for part in _TITLE_PARTS.split(title) if match[0].strip() in part), match[0])
    return match if len(part.strip()) - len(match[0].strip()) <= _SLACK else None


def _reason(kind: PageKind, match: re.Match[str]) -> str:
    return _REASONS[kind] if kind is PageKind.LOGIN else f"{_REASONS[kind]}（“{match[0].strip()[:20]}”）"
