"""Whatever lies in the rooms beside the code is installed with it: templates, strings, words, source files."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
ROOMS = sorted(SETUPTOOLS["package-data"])


def shipped(room: str) -> set[Path]:
    """The files that the patterns of pyproject.toml name."""
    return {file for pattern in SETUPTOOLS["package-data"][room] for file in (ROOT / room).glob(pattern)}


def kept(room: str) -> set[Path]:
    """The files of a room in the repository that are no Python."""
    said = subprocess.run(["git", "ls-files", "-z", "--", room], cwd=ROOT, capture_output=True, check=False)
    if said.returncode:
        pytest.skip("this is no git checkout: what belongs to the rooms is not known")
    return {ROOT / name for name in said.stdout.decode().split("\0") if name and not name.endswith(".py")}


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_of_a_room_is_installed(room: str) -> None:
    files = kept(room)
    assert files
    assert not {file for file in files if file.exists()} - shipped(room)


def test_every_folder_with_code_is_a_package() -> None:
    for room in ROOMS:
        folders = {file.parent for file in (ROOT / room).rglob("*.py")}
        assert all((folder / "__init__.py").exists() for folder in folders), room
