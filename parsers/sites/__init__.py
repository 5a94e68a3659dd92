"""Hand-written modules for single sites, for what rules in a source file cannot say.

A module names its HOSTS and has `refined(html, reading) -> Reading`: it gets what the general reader made of an
article page and answers a better one. It is loaded when a page of its hosts is read, and for readability's sake it
uses BeautifulSoup; the general reader stays as fast as it is. To add one: write the module, name it in `_MODULES`.
"""

from __future__ import annotations

import importlib
from functools import cache
from types import ModuleType
from urllib.parse import urlsplit

from parsers.values import Reading

_MODULES = {"epaper.tibet3.com": "tibet3"}


def refined(html: str, url: str | None, reading: Reading) -> Reading:
    """`reading` as the module of its site has it; unchanged where the site has none."""
    if not url or (host := (urlsplit(url).hostname or "").lower()) not in _MODULES:
        return reading
    answer: Reading = _module(_MODULES[host]).refined(html, reading)
    return answer


@cache
def _module(name: str) -> ModuleType:
    return importlib.import_module(f"parsers.sites.{name}")
