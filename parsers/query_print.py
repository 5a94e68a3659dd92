"""A query tree as text in its canonical form: reading that text gives the same tree."""

from __future__ import annotations

import re

from parsers.query_tree import And, Field, Figure, Near, Not, Or, Query, Word

_PLAIN = re.compile(r'(?!-)[^\s()|"<>=≥≤≧≦:&、,;]+')
_KEYWORDS = frozenset({"OR", "或", "或者", "AND", "且", "并且", "NOT", "非"})


def print_query(tree: Query) -> str:
    """The text of `tree`: ASCII punctuation, English field names, brackets only where they are needed."""
    match tree:
        case Word(text, column):
            return f"{column}:{_quoted(text)}" if column else _quoted(text)
        case Field(name, value):
            return f"{name}:{_quoted(value)}"
        case Near(words, distance):
            return f"near:{distance}({' '.join(map(_quoted, words))})"
        case Figure():
            return _figure(tree)
        case And(items):
            return " ".join(_inner(item) for item in items)
        case Or(items):
            return " OR ".join(_inner(item, Or) for item in items)
        case Not(item):
            return "-" + _inner(item)


def _inner(item: Query, within: type[And] | type[Or] = And) -> str:
    bracketed = isinstance(item, Or) or (isinstance(item, And) and within is And)
    return f"({print_query(item)})" if bracketed else print_query(item)


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text not in _KEYWORDS else f'"{text}"'


def _figure(tree: Figure) -> str:
    measure = _quoted(tree.measure) if tree.measure else ""
    low, high, beyond = tree.low, tree.high, "" if tree.beyond else "="
    if low is None and high is None:
        return f"figure:{measure}"
    if low is None or high is None:
        sign, value = (">", low) if high is None else ("<", high)
        assert value is not None
        return f"figure:{measure}{sign}{beyond}{_number(value)}{tree.unit}"
    if low == high:
        return f"figure:{measure}={_number(low)}{tree.unit}"
    return f"figure:{measure}={_number(low)}..{_number(high)}{tree.unit}"


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
