"""Our own style sheet and script: read once, served with their hash in the address, cached for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from datasette import Response

from datasette_plugins.hooks import hook

PREFIX = "/-/caixun/"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FILES: dict[str, bytes] = {
    path.name: path.read_bytes()
    for path in sorted((Path(__file__).parent / "static").iterdir())
    if path.suffix in _TYPES
}


def address(name: str) -> str:
    """The address of a static file; it changes with the content."""
    return f"{PREFIX}{name}?{hashlib.sha256(_FILES[name]).hexdigest()[:10]}"


async def static_file(request: Any) -> Response:
    """The file, or 404 as plain text."""
    name = request.url_vars["name"]
    if name not in _FILES:
        return Response.text("404", status=404)
    content_type = _TYPES[Path(name).suffix]
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_FILES[name], headers=headers, content_type=content_type)


@hook
def register_routes() -> list[tuple[str, Any]]:
    """The one static route."""
    return [(rf"^{PREFIX}(?P<name>[a-z.]+)$", static_file)]
