"""The Datasette instance that `caixun serve` runs: our plugins, settings and Chinese descriptions."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm

from datasette_plugins import shared
from db.dictionary import TABLES
from db.editions import values as editions

PLUGINS = (
    "assets",
    "look",
    "guard",
    "home",
    "search",
    "downloads",
    "download_files",
    "download_page",
    "bundle",
    "feeds",
    "edition",
    "article",
    "story",
    "compare",
    "people",
    "policies",
    "cite",
    "brief",
    "brief_drafts",
    "fact_page",
    "sources",
    "metrics",
    "add_source",
    "coverage",
    "places",
    "saved",
    "subscriptions",
    "manage",
    "why",
    "delivered",
    "inbox",
    "review",
    "about",
    "api",
    "tables",
    "takedown",
    "login",
    "limits",
    "safe_csv",
    "warm",
)
_SETTINGS = {
    "suggest_facets": False,  # each suggestion is a full scan
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 500,
    "allow_download": False,  # the file holds tables that the authorizer refuses
    "max_csv_mb": 0,  # never cut a download short under a status of 200
    "default_cache_ttl": 0,
    "trace_debug": False,
    "template_debug": False,
}


def register_plugins() -> None:
    """Register our plugins with Datasette unless its entry points already have."""
    for name in PLUGINS:
        module = importlib.import_module(f"datasette_plugins.{name}")
        if not pm.is_registered(module):
            pm.register(module, f"caixun_{name}")


def build(
    directory: Path, base_url: str, *, show_full_text: bool = True, access: Mapping[str, Any] | None = None
) -> Datasette:
    """Datasette over archive.db of the data directory, wearing our pages; links in feeds start with `base_url`.

    Without `show_full_text` texts, revisions and the index are refused on every way out. `access` holds what
    caixun.toml says of readers, trusted_proxy, rate and index (all optional).
    """
    register_plugins()
    return Datasette(
        **_opened(directory),
        settings=_SETTINGS,
        secret=shared.secret(),
        metadata=_metadata(directory, base_url, show_full_text, access or {}),
    )


def _opened(directory: Path) -> dict[str, Any]:
    """The file as Datasette is to open it: that of an edition immutable, with what is known of it (no counting)."""
    file, edition = str(directory / "archive.db"), editions.found(directory)
    if edition is None:
        return {"files": [file]}
    tables = {name: {"count": count} for name, count in edition.rows.items()}
    known = {"file": file, "size": edition.bytes, "hash": edition.sha256, "tables": tables}
    return {"immutables": [file], "inspect_data": {"archive": known}}


def _metadata(directory: Path, base_url: str, show_full_text: bool, access: Mapping[str, Any]) -> dict[str, Any]:
    plugin = {
        **access,
        "directory": str(directory),
        "base_url": base_url,
        "language": "zh",
        "show_full_text": show_full_text,
    }
    return {
        "title": "才讯数据表",
        "description": "各表与 SQL 查询；检索、订阅和下载请用上方导航。",
        "plugins": {"caixun": plugin},
        "databases": {"archive": {"title": "才讯档案", "tables": _tables()}},
    }


def _tables() -> dict[str, dict[str, Any]]:
    """What the data dictionary says, in the shape of Datasette's metadata (JSON pages show it)."""
    return {
        name: {
            "title": table.title["zh"],
            "description": table.about["zh"],
            "columns": {column.name: column.line("zh") for column in table.columns.values()},
        }
        for name, table in TABLES.items()
    }
