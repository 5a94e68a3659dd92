"""One address a page: what only names a visitor or the way he came is no part of it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_SESSION_PATH = re.compile(r";(?:jsessionid|sessionid|sid|phpsessid)=[^/?#]*", re.I)
_VISITOR = re.compile(
    r"(?:jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id|sid|utm_\w+|spm|wxshare\w*|isappinstalled|nsukey)\Z",
    re.I,
)


def canonical(url: str) -> str:
    """`url` without session numbers and campaign marks, and without its fragment; otherwise as it was written."""
    parts = urlsplit(url)
    path, query = _SESSION_PATH.sub("", parts.path), parts.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        kept = [pair for pair in pairs if not _VISITOR.match(pair[0])]
        if len(kept) != len(pairs):
            query = urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))
