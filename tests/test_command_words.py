"""click's own words on the command line: Chinese unless the environment names English, with nothing left behind."""

from __future__ import annotations

import ast
import gettext
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from caixun import main
from scheduler.commands import words

CATALOGUE = words.FOLDER / "zh" / "LC_MESSAGES" / "messages.po"
NOWHERE = dict.fromkeys(("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))


def said(*arguments: str, **language: str) -> str:
    return CliRunner(env=NOWHERE | language).invoke(main, arguments).output


def entries() -> dict[str, str]:
    """What the source of the catalogue says: the English words, the Chinese ones."""
    text = CATALOGUE.read_text("utf-8")
    found = re.findall(r'^msgid "(.+)"\n(?:msgid_plural ".+"\n)?msgstr(?:\[0\])? "(.+)"$', text, re.M)
    assert len(found) == text.count("\nmsgid ") - 1  # the first is the head
    return {_unescaped(english): _unescaped(chinese) for english, chinese in found}


def _unescaped(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", "\t")


def of_click() -> set[str]:
    """Every text that the installed click asks gettext for."""
    calls = (
        node
        for file in Path(click.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}
    )
    return {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (("srch",), "没有 'srch' 这个命令。 （是否想写：'search'？）", "No such command"),
        (("search",), "缺少参数 'QUERY'", "Missing argument"),
        (("search", "--josn", "x"), "没有 '--josn' 这个选项", "No such option"),
        (("serve", "--port", "70000"), "'--port' 的值不对：70000 不在范围", "is not in the range"),
        (("crawl", "--limit", "x"), "应是数字", "is not a valid integer"),
        (("export", "articles", "--format", "pdf"), "'pdf' 不在可写的之中", "is not one of"),
        (("crawl", "--help"), "用法：", "Usage:"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_and_in_english_where_wanted(
    arguments: tuple[str, ...], chinese: str, english: str
) -> None:
    for language in ({}, {"LANG": "C.UTF-8"}, {"LANG": "zh_CN.UTF-8"}, {"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN"}):
        assert chinese in said(*arguments, **language)
    assert english in said(*arguments, LANG="en_US.UTF-8")


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


def forget_help(group: click.Group) -> None:
    """click makes a command's --help once a process: another test may have asked in English."""
    for command in group.commands.values():
        command._help_option = None
        if isinstance(command, click.Group):
            forget_help(command)


def test_the_help_of_every_command_is_in_chinese() -> None:
    every = [(), *commands(main)]
    assert len(every) > 30
    forget_help(main)
    for name in every:
        text = said(*name, "--help")
        assert text.startswith("用法："), name
        assert not re.search("Options:|Commands:|Show this|Show the|default:|required]", text), name


def test_the_catalogue_is_compiled_and_speaks_of_this_click() -> None:
    compiled = gettext.translation("messages", words.FOLDER, ["zh"])
    assert {english: compiled.gettext(english) for english in entries()} == entries()
    assert set(entries()) - of_click() == {"required"}  # that one stands in a variable


def test_the_environment_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for before in ("fr", None):
        monkeypatch.delenv("LANGUAGE", raising=False)
        if before:
            monkeypatch.setenv("LANGUAGE", before)
        said("--help")
        with words.spoken():
            assert os.environ["LANGUAGE"] == "zh"
        assert os.environ.get("LANGUAGE") == before
