"""Site modules: what they know better than the general reader, and that no other site gets it."""

from __future__ import annotations

import importlib

import pytest

from parsers import parse_page
from parsers.sites import _MODULES

PAGE = """<html><head><title>河湟日报数字报</title></head><body>
<table><tr><td width="145">第01版：要闻</td><td><span class="default">2014年12月21日 星期日</span></td></tr></table>
<table><tr><td class="font02" align="center">省委人才工作会议召开之后</td></tr>
<tr><td class="font01" align="center">雪域高原引凤来</td></tr>
<tr><td class="font02" align="center">——果洛州柔性引才见闻</td></tr>
<tr><td><div id="ozoom"><founder-content><p>本报记者 才让卓玛</p><p>{text}</p>
<p>{text}</p></founder-content></div></td></tr>
</table></body></html>"""
TEXT = "入冬以来，果洛州先后从省内外柔性引进医疗、教育等急需人才四十余名，他们在牧区办起了讲堂和门诊，群众交口称赞。"


@pytest.mark.parametrize("host", _MODULES)
def test_a_module_knows_its_hosts(host: str) -> None:
    assert host in importlib.import_module(f"parsers.sites.{_MODULES[host]}").HOSTS


def test_the_rows_of_an_old_title_are_told_apart() -> None:
    page = parse_page(
        PAGE.format(text=TEXT).encode(), "http://epaper.tibet3.com/qhrb/html/2014-12/21/content_200221.htm"
    )
    (article,) = page.articles
    assert (article.kicker, article.title, article.subtitle) == (
        "省委人才工作会议召开之后",
        "雪域高原引凤来",
        "果洛州柔性引才见闻",
    )
    assert article.published == "2014-12-21"


def test_a_page_of_the_site_without_those_rows_is_left_alone() -> None:
    html = f"<html><body><h1>雪域高原引凤来</h1><div id='ozoom'><p>{TEXT}</p><p>{TEXT[5:]}</p></div></body></html>"
    (article,) = parse_page(html.encode(), "http://epaper.tibet3.com/qhrb/html/2014-12/21/content_1.htm").articles
    assert (article.title, article.kicker, article.subtitle) == ("雪域高原引凤来", None, None)
