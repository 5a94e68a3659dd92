"""The hostile texts in a real Chromium: no script of theirs runs, no dialog opens, nothing is asked of another host."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from db.paths import DataDirectory
from tests.web import hostile
from tests.web.serving import CHROMIUM, chromium, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and "CI" not in os.environ,
        reason="needs the Debian packages chromium and fonts-noto-cjk",
    ),
    pytest.mark.filterwarnings(
        "ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning"
    ),
]
_HANDLERS = """() => [...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a =>
  a.name.startsWith('on') || ['href', 'src', 'action', 'formaction'].includes(a.name)
  && /^[\\x00-\\x20]*(javascript|vbscript|data:text)/i.test(a.value)).map(a => a.name)"""


def _pages(directory: DataDirectory) -> list[str]:
    """Every page with stored texts that is HTML, and one asking page a payload, each kind of address in turn."""
    asked = []
    for number, payload in enumerate(hostile.payloads()):
        pages = hostile.asking_pages(payload.text)
        asked.append(pages[number % len(pages)])
    return [
        path
        for path in hostile.stored_pages(directory) + asked
        if not any(part in path for part in (".csv", ".atom", ".json"))
    ]


def _visit(page: Any, base: str, path: str) -> list[str]:
    answer = page.goto(base + path, wait_until="load", timeout=20_000)
    if answer is None or "html" not in answer.headers.get("content-type", ""):
        return []
    found = [f"{name}: {path}" for name in page.evaluate(_HANDLERS)]
    if page.evaluate("'pwned' in window || Object.prototype.pwned !== undefined"):
        found.append(f"script ran: {path}")
    return found


def test_nothing_hostile_acts(tmp_path: Path) -> None:
    directory = hostile.plant(tmp_path / "data", hostile.payloads())
    faults: list[str] = []
    visited = 0

    def refuse(dialog: Any) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    with served(directory.path) as base, chromium() as browser:

        def look_at(request: Any) -> None:
            if not request.url.startswith((base, "data:")):
                faults.append(f"asked {request.url}")

        page = browser.new_page()
        page.on("dialog", refuse)
        page.on("request", look_at)
        for path in _pages(directory):
            faults += _visit(page, base, path)
            visited += 1
    assert faults == [] and visited > 200
