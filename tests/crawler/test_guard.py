"""The guard judges the address that is dialled, in every spelling."""

from __future__ import annotations

import pytest

from crawler.guard import refused

PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0.0.0.0", "10.1.2.3", "192.168.0.1",
    "172.16.0.1", "169.254.169.254", "100.64.0.1", "[::1]", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "255.255.255.255",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refused(address, 80, frozenset())


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "www.qhnews.com"])
def test_public_addresses_and_names_pass(address: str) -> None:
    assert refused(address, 443, frozenset()) is None


def test_only_the_exact_allowed_address_and_port_passes() -> None:
    allowed = frozenset({"127.0.0.1:8080"})
    assert refused("127.0.0.1", 8080, allowed) is None
    assert refused("127.0.0.1", 8081, allowed)
    assert refused("127.0.0.2", 8080, allowed)
