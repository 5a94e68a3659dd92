"""The words of click itself (usage, options, errors) in Chinese, as the words of the commands are."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).parent / "locale"  # zh/LC_MESSAGES/messages.po is the source, .mo what is read
_DOMAIN = "messages"  # that of every program that names none: click's
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order in which gettext asks them


def wants_english(environment: Mapping[str, str]) -> bool:
    """Whether the first variable that names a language names English; a machine that names none speaks Chinese."""
    said = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return said.startswith("en")


@contextmanager
def spoken() -> Iterator[None]:
    """While this lasts click says its words in Chinese, or in English where the environment wants that.

    gettext has no other way to name the language than the environment; it is given back afterwards.
    """
    gettext.bindtextdomain(_DOMAIN, str(FOLDER))
    before = os.environ.get("LANGUAGE")
    os.environ["LANGUAGE"] = "en" if wants_english(os.environ) else "zh"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before
