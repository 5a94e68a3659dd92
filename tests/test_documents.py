"""The documents name what there is: every command, every setting, every field of the query language."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

import click
import pytest

import caixun
from parsers.query import FIELDS
from scheduler.settings import DEFAULT_TOML

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def commands() -> list[str]:
    return [name for name, command in caixun.main.commands.items() if not command.hidden]


@pytest.mark.parametrize("name", commands())
def test_the_readme_names_every_command_and_its_parts(name: str) -> None:
    assert f"caixun {name}" in README
    command = caixun.main.commands[name]
    for part in command.commands if isinstance(command, click.Group) else ():
        assert part in README


@pytest.mark.parametrize("name", commands())
def test_every_command_explains_itself(name: str) -> None:
    command = caixun.main.commands[name]
    assert command.help
    assert all(
        option.help
        for option in command.params
        if isinstance(option, click.Option) and option.name not in ("limit", "form")
    )


def test_the_readme_names_every_setting() -> None:
    for key in re.findall(r"^# (\w+) = ", DEFAULT_TOML, re.MULTILINE):
        assert key in README, key


def test_the_readme_names_every_query_field() -> None:
    for field in FIELDS:
        assert field in README, field


def test_the_package_ships_only_the_rooms_and_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rooms = {name.removesuffix("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert rooms == {"parsers", "db", "crawler", "scheduler", "datasette_plugins"}
    own = {"parsers", "db", "crawler", "scheduler", "datasette_plugins", "caixun"}
    for distribution in importlib.metadata.distributions():
        if distribution.metadata["Name"] != "caixun":
            names = {str(file).split("/")[0].removesuffix(".py") for file in distribution.files or ()}
            assert not names & own, distribution.metadata["Name"]
