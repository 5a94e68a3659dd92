"""What a page is: every case is a small page of our own, made like those that sites and their walls answer with."""

from __future__ import annotations

import io
import zipfile

import pytest

from parsers import PageKind, parse_page

_URL = "http://www.qinghe.example/rc/202503/t20250318_217861.html"
_MENU = "".join(
    f'<li><a href="/{name}/">{title}</a></li>'
    for name, title in (
        ("", "首页"),
        ("xwzx", "新闻中心"),
        ("zwgk", "政务公开"),
        ("ztzl", "专题专栏"),
        ("hdjl", "互动"),
    )
)
_LINKS = "".join(
    f'<li><a href="http://www.qinghe.example/tt/2025/{n}.html">青河市人才工作领导小组第{n}次会议今天召开</a></li>'
    for n in range(11, 23)
)
_FOOT = (
    '<div class="footer"><p>主办：青河市人民政府办公室　承办：青河市大数据局　网站标识码：6300000001</p>'
    "<p>青ICP备00000001号　版权所有，未经授权不得转载或建立镜像。</p></div>"
)
_PROSE = (
    "本报讯（记者 方敏）3月17日，青河市召开人才工作会议，总结去年工作，安排今年任务。会议指出，全市人才总量达到12万人，"
    "比上年增加8%。会议强调，要把人才工作摆在更加突出的位置，完善"
    "引进、培养、使用、服务各环节的政策，让来的人留得住、干得好。"
)
_MORE = (
    "会上，三个县区作了交流发言。与会人员认为，高原地区引才难在待遇，更难在平台，要靠产业把人留下来。"
    "会议还通报了博士服务团工作情况，并为新聘任的特聘专家颁发了证书。"
)


def _framed(content: str, title: str = "青河市人民政府网") -> str:
    """A page in the frame of a government site: menu, content, a list of news, footer."""
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><ul class="nav">{_MENU}</ul>'
        f'<div class="main">{content}</div><div class="side">'
        f"<h3>热点推荐</h3><ul>{_LINKS}</ul></div>{_FOOT}</body></html>"
    )


def _bare(content: str, title: str = "") -> str:
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{content}</body></html>'


def _article(title: str, *paragraphs: str, info: str = "2025年03月18日 08:55　来源：青河日报") -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return _framed(
        f'<h1>{title}</h1><div class="info">{info}</div><div id="zoom">{body}</div>', f"{title}_青河市人民政府网"
    )


def _rows(
    count: int, row: str = "<li><a href='./202503/t202503{n}_2{n}.html'>青河市{n}日召开人才工作座谈会</a>{d}</li>"
) -> str:
    return "".join(row.format(n=n, d=f"<span>2025-03-{n}</span>") for n in range(10, 10 + count))


_ERRORS = {
    "soft 404, bare": _bare("<h2>404</h2><p>您访问的页面不存在</p>", "404"),
    "soft 404 in the site's frame": _framed("<p>对不起，您要访问的页面不存在或已被删除！</p><p>5秒后自动返回首页</p>"),
    "soft 404 with today's date in the frame": _framed(
        "<div>今天是2025年3月18日 星期二</div><p>抱歉，您访问的页面找不到了</p>"
    ),
    "nginx 404": _bare("<center><h1>404 Not Found</h1></center><hr><center>nginx/1.18.0</center>", "404 Not Found"),
    "tomcat 404": _bare(
        "<h1>HTTP Status 404 – Not Found</h1><p>The requested resource is not available.</p>", "HTTP状态 404"
    ),
    "article taken down": _framed("<div class='tip'>该文章已被删除</div>", "提示信息_青河新闻网"),
    "information does not exist": _framed("<div class='tip'>您查看的信息不存在或者还没有审核</div>"),
    "wechat deleted": _bare("<div class='weui-msg'><h2>该内容已被发布者删除</h2></div>", ""),
    "wechat violation": _bare(
        "<h2>此内容因违规无法查看</h2><p>由用户投诉并经平台审核，涉嫌违反相关法律法规和政策</p>", ""
    ),
    "wechat account": _bare("<h2>该公众号已迁移</h2><p>该公众号已迁移至新的帐号，原帐号已回收</p>", "微信公众平台"),
    "500": _bare("<h1>500 Internal Server Error</h1>", "500 Internal Server Error"),
    "502": _bare("<center><h1>502 Bad Gateway</h1></center><hr><center>openresty</center>", "502 Bad Gateway"),
    "503": _bare("<h1>Service Temporarily Unavailable</h1>", "503 Service Temporarily Unavailable"),
    "521 of a CDN": _bare("<h1>521: Web server is down</h1><p>源站不可达</p>", "521: Web server is down"),
    "server busy": _bare("<p>系统繁忙，请稍后再试！</p>", "提示"),
    "maintenance": _bare("<div><h2>网站维护中</h2><p>给您带来不便，敬请谅解</p></div>", "青河市人社局"),
    "upgrade": _bare("<p>本网站正在升级改造，请您稍后访问。</p>", "青河人才网"),
    "site closed": _bare("<p>该站点已关闭</p>", ""),
    "no such site": _bare("<h3>没有找到站点</h3><p>您的请求在Web服务器中没有找到对应的站点！</p>", "没有找到站点"),
    "mistake page": _framed("<h2>出错了</h2><p>您所请求的网址无效，或该栏目已关闭</p>", "出错了"),
}
_BLOCKS = {
    "nginx 403": _bare("<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>", "403 Forbidden"),
    "412": _bare("<h1>412 Precondition Failed</h1>", "412 Precondition Failed"),
    "iis 403": _bare(
        "<h2>403 - 禁止访问: 访问被拒绝。</h2><h3>您无权使用所提供的凭据查看此目录或页面。</h3>", "403 - 禁止访问"
    ),
    "safedog": _bare(
        "<h2>网站防火墙</h2><p>您的请求带有不合法参数，已被网站管理员设置拦截！"
        "</p><p>可能原因：您提交的内容包含危险的攻击请求</p>"
    ),
    "yunsuo": _bare("<p>当前访问疑似黑客攻击，已被网站管理员设置为拦截</p><p>云锁</p>", "拦截提示"),
    "chuangyudun": _bare(
        "<p>当前访问疑似黑客攻击，已被创宇盾拦截。</p><p>如果您是网站管理员，请登录知道创宇云安全查看详情</p>"
    ),
    "360": _bare("<h3>网站卫士</h3><p>您的访问存在安全风险，请求包含恶意行为，已被拦截</p>"),
    "aliyun 405": _bare("<p>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</p>", "405"),
    "web application firewall": _bare("<p>Web应用防火墙：您的请求被拦截，事件编号 20250318085511</p>"),
    "too often": _bare("<p>您的访问过于频繁，请稍后再试</p>", "访问过于频繁"),
    "too often in the frame": _framed("<p>操作过于频繁，请休息一会儿再来</p>"),
    "address banned": _bare("<p>您的IP 192.0.2.7 因异常访问已被列入黑名单</p>"),
    "429": _bare("<h1>429 Too Many Requests</h1>", "429 Too Many Requests"),
    "akamai": _bare(
        "<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p>", "Access Denied"
    ),
    "foreign address": _bare("<p>根据有关规定，境外地址暂时无法访问本网站</p>"),
}
_CHALLENGES = {
    "ruishu": "<html><head><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;"
    "</script></head><body></body></html>",
    "jsl": "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'=1';location.href=location.pathname</script>",
    "acw": "<html><script>var arg1='0123456789ABCDEF0123456789ABCDEF01234567';</script><body></body></html>",
    "cookie and reload": "<html><script>document.cookie='ok=1;path=/';window.location.reload();</script></html>",
    "cloudflare": _bare(
        "<script>window._cf_chl_opt={}</script><p>Checking your browser before accessing</p>", "Just a moment..."
    ),
    "knownsec": _bare("<script src='/cdn-cgi/knownsec/x.js'></script>", ""),
    "slider": _bare("<div>请拖动滑块完成验证</div>", "访问验证"),
    "letters": _bare("<form>请输入验证码后继续访问 <input name=code><img src=/code.jpg></form>", "安全验证"),
    "wechat environment": _bare("<h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a>去验证</a>", ""),
    "script needed": _bare("<p>请开启JavaScript并刷新该页.</p>", ""),
    "loading": "<script>onload=function(){document.cookie='x=1';location.reload()}</script><body>正在加载……</body>",
    "robot": _bare("<p>为了您的账号安全，请进行人机验证</p>", ""),
}
_LOGINS = {
    "office system": _bare(
        "<form>用户名 <input name=u> 密码 <input type=password> <button>登录</button></form>", "用户登录"
    ),
    "portal login": _framed("<form>账号<input><input type='password'>验证码<input></form>", "统一身份认证平台"),
    "read after login": _framed("<p>请登录后查看全文</p>", "内部资料_青河党建网"),
    "session over": _bare("<p>登录已过期，请重新登录</p>", ""),
}
_LISTS = {
    "rows with dates": _framed(f"<ul>{_rows(9)}</ul>", "人才工作_青河市人民政府网"),
    "a column without a list address": _framed(f"<h2>人才要闻</h2><ul>{_rows(9)}</ul>", "人才要闻"),
    "rows with summaries": _framed(
        "".join(
            f"<div class='item'><h3><a href='/a/{n}.html'>青河市第{n}批博士服务团启程赴县区"
            f"</a></h3><p>{_MORE[:60]}</p></div>"
            for n in range(1, 9)
        )
    ),
    "front page": _framed(
        f"<h2>要闻</h2><ul>{_rows(8)}</ul><h2>视频</h2><ul>{_LINKS}</ul><h2>公告</h2><ul>{_rows(6)}</ul>"
    ),
    "search results": _framed(
        "<form>站内检索<input name=q></form><p>为您找到相关结果约 120 个</p>"
        + "".join(
            f"<dl><dt><a href='/s/{n}.html'>关于公布第{n}批<em>人才</em>项目的通知</a></dt><dd>2025-01-{n}</dd></dl>"
            for n in range(10, 19)
        ),
        "搜索结果",
    ),
    "table rows": _bare(
        "<table>"
        + "".join(
            f"<tr><td>·<a href='show.asp?id={n}'>青河市召开第{n}次人才座谈会</a></td><td>2003-5-{n}</td></tr>"
            for n in range(1, 9)
        )
        + "</table>",
        "新闻列表",
    ),
}
_LISTS |= {
    "a list under a header that asks to log in": _framed(f"<span>您好，请登录</span><ul>{_rows(9)}</ul>"),
    "a list under a login box": _framed(
        f"<form>用户<input>密码<input type=password>请输入验证码<input><span>忘记密码</span></form><ul>{_rows(9)}</ul>"
    ),
    "a list of 404 items": _framed(f"<ul>{_rows(9)}</ul><div>共404条 每页10条</div>", "人才工作"),
    "a list beside a protected site's mark": _framed(f"<ul>{_rows(9)}</ul><div>本站由网站卫士提供云防护</div>"),
    "a new column with three rows": _bare(f"<h2>人才要闻</h2><ul>{_rows(3)}</ul>", "人才要闻"),
    "a column with a headline and its summary on top": _framed(
        f"<h2><a href='/a/99.html'>青河市人才总量突破十二万人</a></h2><p>{_PROSE}</p><ul>{_rows(12)}</ul>", "人才工作"
    ),
    "front page of a department with a motto": _framed(
        f"<p>青河市人力资源和社会保障局主管全市人才工作，坚持党管人才原则。</p><h2>通知公告</h2><ul>{_rows(7)}</ul>"
    ),
    "a topic with its introduction": _framed(
        f"<h1>人才强市专题</h1><p>{_PROSE}</p><ul>{_rows(15)}</ul>", "人才强市专题"
    ),
    "documents": _bare(
        "<ul>"
        + "".join(f"<li><a href='P0{n}.pdf'>青河市人才发展统计公报第{n}号</a>2024-03-0{n}</li>" for n in range(1, 8))
    ),
    "pictures with titles": _bare(
        "".join(
            f"<div class=pic><a href='/tp/{n}.html'><img src='{n}.jpg'></a><p><a href='/tp/{n}.html'>"
            f"高原牧场转场季节第{n}组图片</a></p></div>"
            for n in range(1, 9)
        ),
        "图片新闻",
    ),
}
_ARTICLES = {
    "a short one that speaks of platforms": "<h1>青河市推进人才发展</h1><div>来源：青河日报</div>"
    "<p>会议要求，抓好科研平台建设。</p><p>要把人才服务系统升级，扩大引才平台调整，做好企业用人服务。</p>",
    "short, without a date, beside many headlines": _framed(
        "<h1>青河市夜校开班</h1><div id=zoom><p>3月17日晚，青河市首期技能夜校开班，120名学员走进课堂。</p>"
        "<p>夜校由市总工会主办，设焊接、电商、护理三个班，为期两个月，学费全免。</p></div>",
        "青河市夜校开班-青河新闻网",
    ),
    "comments ask to log in": _article(
        "青河市夜校开班", "3月17日晚，青河市首期技能夜校开班，120名学员走进课堂。"
    ).replace("<ul class", "<div>请登录后发表评论</div><div>请输入验证码</div><ul class"),
    "published by an office, no origin": _article(
        "关于2025年人才项目申报的通知", "各县区：现将有关事项通知如下，请于4月30日前报送。", info="发布时间：2025-03-18"
    ),
    "a list of names is an article": _article(
        "2025年度拟入选“高原英才”人员名单公示",
        "根据规定，现将拟入选人员名单予以公示。",
        *(f"张{n}某　青河市第{n}中学" for n in "一二三四五六七八"),
    ),
    "questions and answers": _article(
        "人才政策问答", "问：如何申领安居补贴？", "答：登录政务服务网，点击人才专区即可。" + _MORE
    ),
    "ordinary": _article("青河市召开人才工作会议", _PROSE, _MORE),
    "about a 404 page": _article(
        "多个政务网站出现“404 Not Found”页面",
        _PROSE.replace("人才工作", "网站管理"),
        "有市民反映，页面不存在。" + _MORE,
    ),
    "about captchas": _article("市民反映网上办事验证码太难认", "市民打开页面，先看到请输入验证码。" + _PROSE, _MORE),
    "short notice": _article("关于网站系统维护的公告", "因系统维护，本网站将于3月20日22时至24时暂停服务，敬请谅解。"),
    "short notice of a meeting": _article(
        "会议通知", "定于3月20日上午9时在市委二楼会议室召开人才工作例会，请准时参加。"
    ),
    "gallery": _article(
        "高原牧场迎来转场季节（组图）",
        "近日，高原牧场迎来转场季节，牧民赶着羊群走向冬窝子。",
        *(f"图为牧民赶着羊群经过{place}。<img src=/{place}.jpg>" for place in ("河谷", "山口", "草场", "冬窝子")),
    ),
    "video with a sentence": _article(
        "青河市人才工作会议召开", "<video src=1.mp4></video>青河市人才工作会议17日召开，总结去年工作。"
    ),
    "many related links": _article("青河市召开人才工作会议", _PROSE).replace("</body>", f"<ul>{_rows(20)}</ul></body>"),
    "about a firewall": _article(
        "青河市建成网站防火墙，拦截恶意请求百万次", _PROSE, "系统建成以来，恶意访问被拦截。" + _MORE
    ),
    "about logging in": _article("医保小程序登录方式有变", "市民登录后可以查询。" + _PROSE, _MORE),
    "gate with a login box in the frame": _article("青河市召开人才工作会议", _PROSE, _MORE).replace(
        "<body>", "<body><form>用户<input>密码<input type=password></form>"
    ),
    "refreshing page": _article("青河市召开人才工作会议", _PROSE, _MORE).replace(
        "<head>", "<head><meta http-equiv=refresh content='600;url=/'>"
    ),
    "mobile redirect script": _article("青河市召开人才工作会议", _PROSE, _MORE).replace(
        "<head>",
        "<head><script>if(/phone/.test(navigator.userAgent)){location.href='http://m.qinghe.example/';}</script>",
    ),
}
_BLOCKS |= {
    "address not allowed": _bare("<h3>抱歉，您所在的IP不在允许访问的范围内</h3>"),
    "d-shield": _bare("<p>当前请求存在非法内容，已被系统拦截！</p>", "D盾_拦截提示"),
}
_CHALLENGES |= {"browser check": _bare("<h1>云加速</h1><p>请稍等，正在检查您的浏览器……</p>", "云加速")}
_ERRORS |= {
    "no permission of the ministry": _bare(
        "<p>该网站暂时无法进行访问</p><p>该网站未根据工信部相关法律规定进行备案</p>"
    ),
    "wechat account shut": _bare("<h2>该公众号已被屏蔽所有内容，无法查看</h2><p>帐号已被停止使用</p>"),
    "weblogic": _bare("<h2>Error 404--Not Found</h2><p>From RFC 2068</p>", "Error 404--Not Found"),
    "taken down, with a title of the site": _framed(
        "<h1>提示</h1><p>您访问的内容不存在或已下线</p>", "提示信息 - 青河市人民政府网"
    ),
    "closed column": _framed("<p>该栏目已关闭</p>"),
    "wrong number": _framed("<p>参数错误，页面不存在！</p><p>点击返回首页</p>"),
    "iis 404": _bare(
        "<h2>404 - 找不到文件或目录。</h2><h3>您要查找的资源可能已被删除，已更改名称或者暂时不可用。</h3>",
        "404 - 找不到文件或目录。",
    ),
    "spring": _bare("<h1>Whitelabel Error Page</h1><p>There was an unexpected error (type=Not Found, status=404).</p>"),
}
_OTHERS = {
    "meta refresh": "<html><head><meta http-equiv='refresh' content='0; url=/rc/index.html'>"
    "</head><body></body></html>",
    "script redirect": "<html><script>window.location.href='http://www.qinghe.example/rc/';</script></html>",
    "frameset": "<html><frameset cols='20%,*'><frame src='menu.htm'><frame src='main.htm'></frameset></html>",
    "one iframe": "<html><body><iframe src='/rc/inner.html' width='100%'></iframe></body></html>",
    "empty rss": "<?xml version='1.0'?><rss><channel><title>青河</title></channel></rss>",
    "stub that says so": "<html><head><title>跳转中</title>"
    "<meta http-equiv=refresh content='3;url=/rc/index.html'></head>"
    "<body><p>页面正在跳转，请稍候……<a href='/rc/index.html'>点击这里</a></p></body></html>",
    "robots": "User-agent: *\nDisallow: /admin/\n",
    "a script": "var columns = 3;\nfunction show(box) { return box.id; }\nwindow.show = show;\n",
    "a style sheet": ".main { margin: 0; }\n@media print { .side { display: none } }\n",
    "configuration": "<?xml version='1.0'?><config><a>1</a></config>",
    "a video page without a word": _article("青河市人才工作会议今日召开", "<video src=1.mp4></video>"),
    "json answer": '{"code":0,"msg":"ok","data":{"visits":12}}',
}


def _table(kind: PageKind, cases: dict[str, str]) -> list[object]:
    return [pytest.param(html, kind, id=f"{kind}: {name}") for name, html in cases.items()]


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        *_table(PageKind.ERROR, _ERRORS),
        *_table(PageKind.BLOCKED, _BLOCKS),
        *_table(PageKind.CHALLENGE, _CHALLENGES),
        *_table(PageKind.LOGIN, _LOGINS),
        *_table(PageKind.LIST, _LISTS),
        *_table(PageKind.ARTICLE, _ARTICLES),
        *_table(PageKind.OTHER, _OTHERS),
    ],
)
def test_a_page_is_told_for_what_it_is(html: str, kind: PageKind) -> None:
    page = parse_page(html.encode(), "http://www.qinghe.example/xx/show.jsp?no=12")
    assert page.kind == kind, page.reason
    assert page.reason
    assert bool(page.articles) == (kind is PageKind.ARTICLE)


@pytest.mark.parametrize("html", [*_ARTICLES.values()], ids=[*_ARTICLES])
def test_an_article_is_one_at_an_article_address_too(html: str) -> None:
    assert parse_page(html.encode(), _URL).kind == PageKind.ARTICLE


@pytest.mark.parametrize(
    "url", ["http://www.qinghe.example/rc/2025/03/talent-meeting/", "http://a.example/rc/x1/index.html"]
)
def test_an_article_at_the_address_of_a_folder_is_one(url: str) -> None:
    assert parse_page(_ARTICLES["ordinary"].encode(), url).kind == PageKind.ARTICLE


@pytest.mark.parametrize("url", ["http://rst.qinghe.example/rst/c112746/list_9.shtml", "http://www.qinghe.example/rc/"])
def test_the_last_page_of_a_list_with_two_rows_is_a_list(url: str) -> None:
    html = _bare(f"<h2>人才要闻</h2><ul>{_rows(2)}</ul><div>共9页 第9页</div>{_FOOT}", "人才要闻")
    page = parse_page(html.encode(), url)
    assert (page.kind, len(page.links), page.next_page) == (PageKind.LIST, 2, None)


@pytest.mark.parametrize("name", ["soft 404 in the site's frame", "article taken down", "information does not exist"])
def test_an_error_at_an_article_address_is_no_article(name: str) -> None:
    assert parse_page(_ERRORS[name].encode(), _URL).kind == PageKind.ERROR


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("meta refresh", ["http://www.qinghe.example/rc/index.html"]),
        ("script redirect", ["http://www.qinghe.example/rc/"]),
        ("frameset", ["http://www.qinghe.example/xx/menu.htm", "http://www.qinghe.example/xx/main.htm"]),
        ("one iframe", ["http://www.qinghe.example/rc/inner.html"]),
    ],
)
def test_a_page_that_leads_on_has_its_targets_as_links(name: str, targets: list[str]) -> None:
    page = parse_page(_OTHERS[name].encode(), "http://www.qinghe.example/xx/")
    assert [link.url for link in page.links] == targets


def test_office_files_and_archives_are_other() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w:p>人才工作要点</w:p>")
    for body in (packed.getvalue(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)):
        page = parse_page(body, "http://www.qinghe.example/P020250318.docx")
        assert page.kind == PageKind.OTHER
        assert "办公文件" in page.reason


def test_an_empty_shell_of_a_script_page_is_empty() -> None:
    page = parse_page(_bare("<div id=app></div><script src=/app.js></script>", "青河人才网").encode())
    assert (page.kind, page.reason) == (PageKind.EMPTY, "页面没有正文文字，内容由脚本生成")
