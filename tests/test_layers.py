"""The arrow of the data is the arrow of the imports (DESIGN: rooms and what each may import)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT: dict[str, set[str]] = {
    "parsers": set(),
    "db": {"parsers"},
    "crawler": {"parsers"},
    "scheduler": {"crawler", "parsers", "db"},
    "datasette_plugins": {"db", "parsers"},
}
ROOMS = {*MAY_IMPORT, "caixun", "tests"}


def forbidden_imports(root: Path) -> list[str]:
    """Every import in the rooms below `root` that the table does not allow: "file:line room imports other"."""
    found = []
    for room, allowed in MAY_IMPORT.items():
        for file in sorted((root / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                for name in _imported(node):
                    other = name.split(".")[0]
                    if other in ROOMS and other != room and other not in allowed:
                        found.append(f"{file.relative_to(root)}:{getattr(node, 'lineno', 0)} {room} imports {other}")
    return found


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def test_no_room_imports_what_it_may_not() -> None:
    assert forbidden_imports(ROOT) == []


@pytest.mark.parametrize("line", ["import scheduler.runs", "from db import search", "import caixun"])
def test_a_planted_forbidden_import_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "parsers").mkdir()
    (tmp_path / "parsers" / "bad.py").write_text(f"def f():\n    {line}\n", "utf-8")

    assert len(forbidden_imports(tmp_path)) == 1
