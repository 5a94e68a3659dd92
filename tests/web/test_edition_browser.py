"""The pages of an edition in a real Chromium: for everybody, at every width and colour, in both languages."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.editions.publishing import Order, publish
from tests.db.test_editions import add
from tests.web import archive_of
from tests.web.serving import CHROMIUM, chromium, served
from tests.web.test_access import violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and "CI" not in os.environ,
        reason="needs the Debian packages chromium and fonts-noto-cjk",
    ),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("edition")
    directory, now = archive_of.make(path / "data", 6), datetime.now(UTC)
    order = Order(live="https://caixun.example.cn")
    publish(directory.archive, path / "out", order, now - timedelta(days=1), lambda *_: None)
    add(directory, "https://news.example.cn/0.html", "改过的标题" * 9, seed=13, paragraph="新的一段")
    add(directory, "https://news.example.cn/new.html", "后来的文章", seed=14)
    edition, _ = publish(directory.archive, path / "out", order, now, lambda *_: None)
    return path / "out" / edition.id


def test_the_pages_are_for_everybody(place: Path) -> None:
    faults = []
    with served(place) as base, chromium() as browser:
        for path in (f"/edition/{place.name}", "/subscribe"):
            for language, width, scheme in (("zh", 320, "dark"), ("en", 1280, "light")):
                page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
                page.goto(f"{base}{path}?lang={language}")
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    faults.append(f"{path} {language} {width}: wider than the window")
                faults += [f"{path} {language} {width}: {fault}" for fault in violations(page)]
                page.close()
    assert not faults, "\n".join(faults)


def test_it_reads_without_script(place: Path) -> None:
    with served(place) as base, chromium() as browser:
        context: Any = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{base}/edition/{place.name}?lang=zh")
        assert page.get_by_text("新增（1）").is_visible() and page.get_by_text("curl -f -C -").is_visible()
        page.get_by_role("link", name="全部版本").click()
        assert page.get_by_role("row").count() == 3
        context.close()
