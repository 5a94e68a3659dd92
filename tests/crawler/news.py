"""A small news site for the tests of checking and adding sources: two list pages, articles, robots.txt."""

from __future__ import annotations

from pathlib import Path

from tests.crawler.site import Site

HEADLINES = (
    "西宁市面向全国引进高层次人才一百名",
    "青海大学与企业共建人才实训基地",
    "全省人才工作会议在西宁召开",
    "海东市发放首批人才住房补贴",
    "青海省柔性引进专家服务基层",
    "西宁市举办重点产业人才对接会",
)
SENTENCE = "西宁市人力资源和社会保障局介绍，今年以来全市围绕重点产业引进各类人才，安排专项资金支持科研项目。"


def address(number: int) -> str:
    return f"/xwdt/xnyw/202603/t202603{number:02d}_{2000 + number}.html"


def list_page(numbers: range, following: str = "") -> str:
    rows = "".join(
        f'<li><a href="{address(n)}" title="{HEADLINES[n % 6]}">{HEADLINES[n % 6]}</a><span>2026-03-{n:02d}</span></li>'
        for n in numbers
    )
    pager = f'<a href="{following}">下一页</a>' if following else ""
    menu = '<a href="/">首页</a><a href="/xwdt/">新闻动态</a><a href="/about.html">关于我们</a>'
    return (
        f"<html><head><title>西宁要闻-西宁市人民政府网</title></head><body><div>{menu}</div>"
        f'<ul class="gl-list">{rows}</ul><div>{pager}</div><p>主办：西宁市人民政府办公室</p></body></html>'
    )


def article_page(number: int, origin: str = "西宁晚报") -> str:
    paragraphs = "".join(f"<p>　　第{n}，{SENTENCE}</p>" for n in range(1, 6))
    return (
        f"<html><head><title>{HEADLINES[number % 6]}-西宁市人民政府网</title>"
        '<meta name="SiteName" content="西宁市人民政府网"></head><body>'
        '<div class="nav"><a href="/">首页</a> &gt; <a href="/xwdt/">新闻动态</a> &gt; '
        '<a href="/xwdt/xnyw/">西宁要闻</a></div>'
        f"<h1>{HEADLINES[number % 6]}</h1><div>发布时间：2026-03-{number:02d} 08:30　来源：{origin}　作者：张晓青</div>"
        f'<div class="TRS_Editor">{paragraphs}</div><p>主办：西宁市人民政府办公室</p></body></html>'
    )


def fill(site: Site, robots: str = "User-agent: *\nDisallow: /private/\n") -> None:
    site.put("/robots.txt", robots, Content_Type="text/plain")
    site.put("/xwdt/xnyw/", list_page(range(1, 13), "index_1.html"))
    site.put("/xwdt/xnyw/index_1.html", list_page(range(13, 25)))
    for number in range(1, 25):
        site.put(address(number), article_page(number))


def source_file(folder: Path, site: Site, name: str = "xining", **crawl: str) -> Path:
    keys = {
        "lists": f'["{site.url}/xwdt/xnyw/"]',
        "delay": "0",
        "allow_private": f'["127.0.0.1:{site.port}"]',
        **crawl,
    }
    lines = [f'title = "测试网{name}"', 'province = "青海省"', 'family = "trs_wcm"', "[crawl]"]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_text("\n".join([*lines, *(f"{key} = {value}" for key, value in keys.items())]), "utf-8")
    return file
