"""One Chromium for all tests of a module that look at pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.serving import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one
