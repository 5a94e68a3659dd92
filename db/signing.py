"""Secrets made from the house's own key, so that nothing need be stored of them."""

from __future__ import annotations

import base64
import hashlib
import hmac

PREFIX = "whsec_"  # as Standard Webhooks writes a secret


def webhook_secret(key: str, subscription: str) -> str:
    """The secret that signs what a subscription's webhook gets ("whsec_…", 32 bytes); its receiver checks with it."""
    digest = hmac.new(key.encode(), f"webhook\x1f{subscription}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(digest).decode()
