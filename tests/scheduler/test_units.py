"""The systemd units start what there is, and the document names each of them."""

from __future__ import annotations

import configparser
import importlib.util
import re
import shlex
from pathlib import Path

import click
import pytest

import caixun

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "docs" / "systemd").glob("caixun-*.service"))
DOCUMENT = (ROOT / "docs" / "several-machines.md").read_text("utf-8")


def started(unit: Path) -> list[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(unit.read_text("utf-8"))
    return shlex.split(parser["Service"]["ExecStart"])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_starts_a_command_that_exists_with_options_that_it_has(unit: Path) -> None:
    program, *words = started(unit)
    if program.endswith("/python"):
        assert words[0] == "-m"
        assert importlib.util.find_spec(words[1]) is not None
        return
    assert program.endswith("/caixun")
    command = caixun.main.commands[words[0]]
    context = command.make_context(words[0], words[1:], resilient_parsing=False)
    assert isinstance(context, click.Context)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_the_document_says_where_a_unit_runs(unit: Path) -> None:
    assert f"| {unit.stem} |" in DOCUMENT


def test_the_document_names_no_unit_that_is_not_there() -> None:
    assert set(re.findall(r"^\| (caixun-\w+) \|", DOCUMENT, re.MULTILINE)) == {unit.stem for unit in UNITS}
    assert len(UNITS) == 6
