"""Subscribe, confirm, receive, open, manage, unsubscribe: in a real Chromium, with real mail."""

from __future__ import annotations

import os
import re
import threading
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from db.paths import DataDirectory
from scheduler.delivering import once
from scheduler.in_force import settings_of
from tests.scheduler.alert_house import Post, article, post_office, prepared, put
from tests.web.serving import CHROMIUM, chromium, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and "CI" not in os.environ,
        reason="needs the Debian packages chromium and fonts-noto-cjk",
    ),
]
READER = "reader@example.cn"


def _delivered(directory: DataDirectory, post: Post) -> list[str]:
    """The texts that arrive when everything due is matched and sent now."""
    before = len(post.accepted)
    # Playwright's own event loop runs in this thread
    thread = threading.Thread(target=lambda: once(directory, settings_of(directory)))
    thread.start()
    thread.join(60)
    return [text for _, _, text in post.accepted[before:]]


def _link(text: str, base: str, path: str) -> str:
    found = re.search(re.escape(base) + path + r"[\w.\-]+", text)
    assert found is not None, text
    return found[0]


def _publish(directory: DataDirectory, title: str) -> None:
    now = datetime.now(UTC)
    put(directory, article(title, published=now.date().isoformat()), at=now)


def test_from_subscribing_to_leaving(tmp_path: Path) -> None:
    with post_office() as (post, port), chromium() as browser:
        directory = prepared(tmp_path / "data", port)
        with served(directory.path) as base:
            settings = directory.path / "caixun.toml"
            settings.write_text(f'{settings.read_text("utf-8")}[web]\nbase_url = "{base}"\n', "utf-8")
            page = browser.new_page(viewport={"width": 390, "height": 800}, locale="zh-CN")
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))

            page.goto(f"{base}/subscribe?q=绿色算力")
            assert "目前没有一篇相符" in page.inner_text("main")
            page.check("#schedule-instant")
            page.fill("#email", READER)
            page.click("text=发送确认信")
            assert page.inner_text("h1") == "请查收确认邮件"
            [letter] = _delivered(directory, post)

            page.goto(_link(letter, base, "/subscribe/confirm/"))
            page.click("text=确认订阅 >> nth=-1")
            assert page.inner_text("h1") == "订阅已生效"

            _publish(directory, "绿色算力人才专场")
            _publish(directory, "与此无关的新闻")
            [alert] = _delivered(directory, post)
            assert "绿色算力人才专场" in alert and "与此无关" not in alert
            page.goto(_link(alert, base, "/(?:m|article)/"))
            assert "绿色算力人才专场" in page.inner_text("main")

            page.goto(f"{base}/subscribe/manage")
            page.fill("#email", READER)
            page.click("text=寄给我链接")
            [mailed] = _delivered(directory, post)
            page.goto(_link(mailed, base, "/subscribe/manage/"))
            assert "已通知 1 条" in page.inner_text("main")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            page.click("button:has-text('暂停')")
            assert "已暂停" in page.inner_text("p[role=status]")
            _publish(directory, "绿色算力暂停期间")
            assert _delivered(directory, post) == []
            page.click("text=为什么没收到？")
            page.fill("[name=url]", "https://qh.example.cn/绿色算力暂停期间")
            page.click("text=查一查")
            assert "订阅暂停中" in page.inner_text(".answer")
            page.go_back()
            page.go_back()
            page.click("button:has-text('恢复')")
            [held] = _delivered(directory, post)
            assert "绿色算力暂停期间" in held

            stop = _link(held, base, "/subscribe/stop/")
            page.goto(stop)
            assert "退订" in page.inner_text("h1")
            answer = httpx.post(stop, content=b"List-Unsubscribe=One-Click")  # the mail program: no cookie, no login
            assert answer.status_code == 200 and "已退订" in answer.text
            _publish(directory, "绿色算力退订以后")
            assert _delivered(directory, post) == []
            assert faults == []
