"""The query language: text → tree. One grammar for web, command line, feeds, alerts, API and downloads.

    query = or ;  or = and { ("OR" | "或" | "|") and } ;  and = { [ "AND" | "且" | "&" ] not } ;
    not   = [ "-" | "NOT " | "非 " ] item ;
    item  = "(" query ")" | name ":" ( value | phrase | "(" query ")" ) | figure | near | phrase | word ;
    figure = "figure:" measure [ (">" | ">=" | "<" | "<=" | "=") number [scale] [unit] [ ".." number … ] ] ;
    near  = "near:" [ number ] "(" word word … ")"
A space means AND, which binds closer than OR. Full-width and Chinese punctuation is accepted, and so are the Chinese
names of the fields (`query_fields.NAMES`). A field before brackets holds for everything in them; 、 or a comma in a
list field is OR. `after:` includes its day, `before:` does not; a year or month is its first day. A word without a
letter, digit or character is nothing. Faults are told by `parsers.query_problems`.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from parsers.query_fields import NAMES, Fault, meant, read, read_figure
from parsers.query_print import print_query
from parsers.query_problems import Problem, WrongQuery
from parsers.query_tree import And, Field, Figure, Near, Not, Or, Query, Word, normal, runs, words_of

__all__ = [
    "FIELDS", "And", "Field", "Figure", "Near", "Not", "Or", "Problem", "Query", "Word", "normal", "parse_leniently",
    "parse_query", "print_query", "runs", "words_of",
]  # fmt: skip

FIELDS = tuple(name for name in dict.fromkeys(NAMES.values()) if name not in ("person", "org", "near"))
MOST_CHARACTERS = 1000
MOST_TERMS = 64
MOST_LEVELS = 20
MOST_NEAR = 8
FARTHEST = 500
_NEAR_UNSAID = 20
_MOST_PROBLEMS = 20

_SPACE = re.compile(r"\s*")
_BARE = re.compile(r'[^\s()|"]+')
_END = r"(?=[\s()\"]|$)"
_OR = re.compile(rf"\|+|(?:OR|或者?){_END}")
_AND = re.compile(rf"(?:AND|且|并且|&&?){_END}")
_NOT = re.compile(rf"-(?=\S)|(?:NOT|非){_END}")
_NAME = re.compile(r"([A-Za-z]+|[\u4e00-\u9fff]{1,4}):")
_MEASURE = re.compile(r'[^\s()|"<>=≥≤≧≦]*')
_OPERATOR = re.compile(r"\s*(>=|<=|=>|=<|==|≥|≤|≧|≦|>|<|=)\s*")
_OPERATORS = {"=>": ">=", "≥": ">=", "≧": ">=", "=<": "<=", "≤": "<=", "≦": "<=", "==": "="}
_MARKS = dict.fromkeys("“”„‟「」『』〝〞", '"') | dict.fromkeys("－−–‐‑", "-") | dict.fromkeys("〔﹝", "(")
_MARKS |= dict.fromkeys("〕﹞", ")")


def parse_query(text: str) -> Query:
    """The tree of `text`; the empty query is And(()). Raises QueryError (a WrongQuery) for the first fault."""
    tree, problems = parse_leniently(text)
    if problems:
        raise WrongQuery(problems[0])
    return tree


@functools.lru_cache(maxsize=512)
def parse_leniently(text: str) -> tuple[Query, tuple[Problem, ...]]:
    """The tree of as much of `text` as can be understood, and its faults in order of their place. Never raises."""
    parser = _Parser("".join(map(_mark, text[:MOST_CHARACTERS])))
    if len(text) > MOST_CHARACTERS:
        parser.fault("too_long", MOST_CHARACTERS, limit=MOST_CHARACTERS)
    tree = parser.query()
    return tree, tuple(sorted(parser.problems[:_MOST_PROBLEMS], key=lambda problem: problem.position))


@functools.lru_cache(maxsize=4096)
def _mark(character: str) -> str:
    """The ASCII punctuation that a Chinese or full-width mark stands for; letters and characters stay.

    Control characters and halves of surrogate pairs are spaces: no text holds them.
    """
    if unicodedata.category(character) in ("Cc", "Cs"):
        return " "
    if character.isascii() or character.isalnum():
        return character
    plain = unicodedata.normalize("NFKC", character)
    return _MARKS.get(character) or (plain if len(plain) == 1 and plain.isascii() else character)


class _Parser:
    """Recursive descent that notes faults and goes on; `None` of an item is one that asks for nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.level = 0
        self.terms = 0
        self.problems: list[Problem] = []

    def fault(self, key: str, position: int, length: int = 1, **values: object) -> None:
        self.problems.append(Problem(key, position, length, {name: str(value) for name, value in values.items()}))

    def query(self) -> Query:
        parts = [self._any("")]
        while self.position < len(self.text):
            self.fault("close", self.position)
            self.position += 1
            parts.append(self._any(""))
        return _all_of([part for part in parts if part is not None]) or And()

    def _any(self, field: str) -> Query | None:
        """Branches up to a closing bracket or the end."""
        branches: list[list[Query | None]] = [[]]
        at = self.position
        while not self._at_end():
            at, found = self.position, self._take(_OR)
            if not found:
                branches[-1].append(self._item(field))
            elif branches[-1]:
                branches.append([])
            else:
                self.fault("or", at, len(found))
        if len(branches) > 1 and not branches[-1]:
            self.fault("or", at)
        kept = (_all_of([item for item in items if item is not None]) for items in branches)
        return _any_of([branch for branch in kept if branch is not None])

    def _item(self, field: str) -> Query | None:
        self._take(_AND)
        start, found = self.position, self._take(_NOT)
        if found:
            return self._negated(field, start, len(found))
        if self._at_end() or _OR.match(self.text, self.position):
            return None  # an AND before nothing
        return self._group(field) if self.text[self.position] == "(" else self._term(field)

    def _negated(self, field: str, start: int, length: int) -> Query | None:
        if self._at_end() or _OR.match(self.text, self.position):
            self.fault("not", start, length)
            return None
        if self.level >= MOST_LEVELS:
            self.fault("too_deep", start, limit=MOST_LEVELS)
            return None
        self.level += 1
        item = self._item(field)
        self.level -= 1
        return None if item is None else Not(item)

    def _group(self, field: str) -> Query | None:
        start = self.position
        self.position += 1
        if self.level >= MOST_LEVELS:
            self.fault("too_deep", start, limit=MOST_LEVELS)
            self._skip_group()
            return None
        self.level += 1
        empty = self._at_end()
        tree = self._any(field)
        self.level -= 1
        if self.position >= len(self.text):
            self.fault("open", start)
        elif empty:
            self.fault("empty_group", start)
        self.position += 1
        return tree

    def _skip_group(self) -> None:
        """To behind the bracket that closes the one just read."""
        depth = 1
        while depth and self.position < len(self.text):
            depth += {"(": 1, ")": -1}.get(self.text[self.position], 0)
            self.position += 1

    def _term(self, field: str) -> Query | None:
        start = self.position
        self.terms += 1
        if self.terms > MOST_TERMS:
            if self.terms == MOST_TERMS + 1:
                self.fault("too_many", start, limit=MOST_TERMS)
            self._text()
            return None
        named = _NAME.match(self.text, start)
        if named and named[1].lower() in NAMES:
            self.position = named.end()
            return self._behind(NAMES[named[1].lower()], start, named[1])
        if named and (other := meant(named[1])):
            self.fault("field", start, len(named[1]), name=named[1], meant=other)
        if field:
            return self._leaf(field, start, field)
        text, _ = self._text()
        return Word(normal(text)) if runs(normal(text)) else None

    def _behind(self, name: str, start: int, printed: str) -> Query | None:
        """What stands behind `name:`."""
        if name == "near":
            return self._near(start, printed)
        self._space()
        if self.position >= len(self.text) or self.text[self.position] in ")|" or _OR.match(self.text, self.position):
            self.fault("no_value", start, len(printed) + 1, name=printed)
            return None
        if self.text[self.position] == "(":
            return self._group(name)
        return self._leaf(name, start, printed)

    def _leaf(self, name: str, start: int, printed: str) -> Query | None:
        if name == "figure":
            found: Query | Fault = self._figure()
        else:
            text, phrase = self._text()
            found = read(name, text, phrase=phrase)
        if isinstance(found, Fault):
            self.fault(found.key, start, self.position - start, name=printed, **found.values)
            return found.instead
        return found

    def _figure(self) -> Query | Fault:
        quoted = self.text[self.position] == '"'
        measure = self._text()[0] if quoted else self._matched(_MEASURE)
        operator = _OPERATOR.match(self.text, self.position)
        if operator is None:
            plain = Figure(normal(measure))
            return plain if runs(measure) else Fault("figure", {"value": measure + self._text()[0]})
        self.position = operator.end()
        return read_figure(normal(measure), _OPERATORS.get(operator[1], operator[1]), self._matched(_BARE))

    def _near(self, start: int, printed: str) -> Query | None:
        digits = self._matched(re.compile(r"\s*\d{0,6}\s*")).strip()
        values = {"name": printed, "most": MOST_NEAR, "limit": FARTHEST}
        if not self.text.startswith("(", self.position):
            self.fault("near", start, self.position - start, **values)
            return None
        tree = self._group("")
        words = [item.text for item in tree.items if isinstance(item, Word)] if isinstance(tree, And) else []
        whole = isinstance(tree, And) and len(words) == len(tree.items) and all(not w.column for w in words_of(tree))
        distance = int(digits or _NEAR_UNSAID)
        if whole and 2 <= len(words) <= MOST_NEAR and distance <= FARTHEST:
            return Near(tuple(words), distance)
        self.fault("near", start, self.position - start, **values)
        return tree

    def _text(self) -> tuple[str, bool]:
        """A phrase or a bare word, and whether it was a phrase; an unpaired quotation mark is passed over."""
        start = self.position
        if not self.text.startswith('"', start):
            return self._matched(_BARE), False
        end = self.text.find('"', start + 1)
        if end < 0:
            self.fault("quote", start)
            self.position = start + 1
            return self._matched(_BARE), False
        self.position = end + 1
        return self.text[start + 1 : end].strip(), True

    def _at_end(self) -> bool:
        self._space()
        return self.position >= len(self.text) or self.text[self.position] == ")"

    def _take(self, pattern: re.Pattern[str]) -> str:
        """What `pattern` matches here, with the spaces behind it; "" when it does not match."""
        self._space()
        found = self._matched(pattern)
        self._space()
        return found

    def _matched(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return match[0] if match else ""

    def _space(self) -> None:
        self._matched(_SPACE)


def _all_of(items: list[Query]) -> Query | None:
    """One And of `items`, those of an And among them taken out of it; None of nothing."""
    flat = [part for item in items for part in (item.items if isinstance(item, And) else (item,))]
    return None if not flat else flat[0] if len(flat) == 1 else And(tuple(flat))


def _any_of(branches: list[Query]) -> Query | None:
    flat = [part for branch in branches for part in (branch.items if isinstance(branch, Or) else (branch,))]
    return None if not flat else flat[0] if len(flat) == 1 else Or(tuple(flat))
