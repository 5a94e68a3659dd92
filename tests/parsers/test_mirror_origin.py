"""The address of the original behind a mirror page, where its path and the page tell it; none where they do not."""

from __future__ import annotations

import pytest

from parsers.mirror_origin import original_urls, printed_hosts

KNOWN = ("www.qhnews.com", "www.xining.gov.cn", "news.example.cn")
PATH = "/system/2025/03/18/030367537.shtml"
PAGE = "青海省互聯網新聞中心主辦 E-mail:webmaster@qhnews.com 青海新聞網 www.qhnews.com"


def test_the_printed_host_and_the_path_give_the_original() -> None:
    assert original_urls("http://qhnews.mirror.example" + PATH, KNOWN, PAGE) == (f"https://www.qhnews.com{PATH}",)


def test_a_mail_address_names_the_host_too() -> None:
    assert printed_hosts("E-mail:webmaster@qhnews.com") == ("qhnews.com",)


@pytest.mark.parametrize(
    ("url", "known", "text"),
    [
        ("http://mirror.example" + PATH, KNOWN, "沒有主辦單位"),  # several sources, none printed
        ("http://mirror.example" + PATH, (), PAGE),  # nothing known
        ("http://mirror.example/?p=12", KNOWN, PAGE),  # no path kept
        ("http://mirror.example/index.html", KNOWN, PAGE),  # no article
        ("http://www.qhnews.com" + PATH, KNOWN, PAGE),  # the original itself
        ("file:///tmp/a.html", KNOWN, PAGE),
    ],
)
def test_nothing_is_guessed(url: str, known: tuple[str, ...], text: str) -> None:
    assert original_urls(url, known, text) == ()


def test_the_only_known_host_needs_no_print() -> None:
    assert original_urls("http://mirror.example" + PATH, ("www.qhnews.com",)) == (f"https://www.qhnews.com{PATH}",)
