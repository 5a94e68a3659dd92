"""No page is forgotten: every route of every plugin has an address that the browser looks at, or is no page."""

from __future__ import annotations

import re
from pathlib import Path

from tests.web import archive_of
from tests.web.addresses import NO_PAGES, PAGES, routes


def test_every_route_has_an_address_that_is_looked_at(tmp_path: Path) -> None:
    archive_of.make(tmp_path, 0)
    known = [re.sub(r"\{\w+\}", "x", address.partition("?")[0]) for address in (*PAGES, *NO_PAGES)]
    unseen = [
        route
        for route in routes(tmp_path)
        if ".json" not in route.replace("\\", "") and not any(re.match(route, address) for address in known)
    ]
    assert unseen == [], "add an address of these to tests/web/addresses.py"
