"""Time, origin, authors and editor of whole pages, in the templates of Chinese news sites (tests/parsers/metadata)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from parsers.html_article import read_printed

_PAGES = tomllib.loads((Path(__file__).parent / "metadata" / "pages.toml").read_text(encoding="utf-8"))["page"]
_TITLE = "青河召开人才会议"
_A = "青河市人才工作会议昨日召开，会议部署了今年的引才计划，提出要面向全国引进教育、医疗人才二百名。"
_B = "会议强调，要坚持党管人才原则，健全一把手抓第一资源的工作机制，让各类人才引得进、留得住、用得好。"


def _html(page: dict[str, Any]) -> str:
    lead = f"<p>{page['lead']}</p>" if "lead" in page else ""
    last = f"<p>{page['last']}</p>" if "last" in page else ""
    above, under, first = (page.get(place, "") for place in ("above", "under", "first"))
    return (
        f"<html><head><title>{_TITLE}_河畔网</title>{page.get('head', '')}</head><body>{above}"
        f"<h1>{_TITLE}</h1>{under}<div id=content>{lead}<p>　　{first}{_A}</p><p>　　{_B}</p>"
        f"{last}</div>{page.get('tail', '')}</body></html>"
    )


@pytest.mark.parametrize("page", _PAGES, ids=[page["name"] for page in _PAGES])
def test_what_a_page_prints_of_its_making(page: dict[str, Any]) -> None:
    reading = read_printed(_html(page), page.get("url"))
    read = (reading.published, reading.origin, list(reading.authors), reading.editor)
    assert read == (page.get("published"), page.get("origin"), page.get("authors", []), page.get("editor"))
    assert reading.title == _TITLE
