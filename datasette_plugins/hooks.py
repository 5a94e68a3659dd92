"""Datasette's hook marker with types, so that a hook keeps its signature under strict checking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from datasette import hookimpl

Hook = TypeVar("Hook", bound=Callable[..., Any])


def hook(function: Hook) -> Hook:
    """Mark `function` as an implementation of the Datasette hook of its name."""
    return cast(Hook, hookimpl(function))


def hook_first(function: Hook) -> Hook:
    """The same, called before other plugins."""
    return cast(Hook, hookimpl(tryfirst=True)(function))


def hook_last(function: Hook) -> Hook:
    """The same, called after other plugins: of ASGI wrappers the last called is the outermost."""
    return cast(Hook, hookimpl(trylast=True)(function))
