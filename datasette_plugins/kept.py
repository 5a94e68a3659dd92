"""What a page may use again for half a minute, as long as the archive has not changed: month totals, certificates."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar
from weakref import WeakKeyDictionary

from db.site import Site

T = TypeVar("T")
_SECONDS = 30  # and as long again in a kept page
_MOST = 256
_kept: WeakKeyDictionary[Site, OrderedDict[Hashable, tuple[float, object]]] = WeakKeyDictionary()


def kept(site: Site, key: Hashable, make: Callable[[], T]) -> T:
    """`make()`, or what it gave for the same key less than half a minute and no change of the archive ago."""
    entries = _kept.setdefault(site, OrderedDict())
    whole = (key, site.version())
    found = entries.get(whole)
    if found is not None and time.monotonic() - found[0] < _SECONDS:
        return found[1]  # type: ignore[return-value] # the key names what made it
    value = make()
    entries[whole] = (time.monotonic(), value)
    while len(entries) > _MOST:
        try:
            entries.popitem(last=False)
        except KeyError:  # another thread has just emptied it
            break
    return value
