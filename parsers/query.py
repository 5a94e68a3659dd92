"""The query grammar: text → tree. One grammar for web, command line, feeds, alerts and downloads.

    query  = or ;  or = and { ("OR" | "或" | "|") and } ;  and = { not } ;
    not    = [ "-" | "NOT " ] item ;  item = "(" query ")" | field ":" value | "phrase" | word
Full-width punctuation is accepted (：（）“”「」－). A space means AND.
"""

from __future__ import annotations

import re

from parsers.errors import QueryError
from parsers.query_tree import And, Field, Figure, Near, Not, Or, Query, Word, normal, runs, words_of
from parsers.script import simplify

__all__ = [
    "FIELDS", "And", "Field", "Figure", "Near", "Not", "Or", "Query", "Word", "normal", "parse_query", "runs",
    "words_of",
]  # fmt: skip


FIELDS = {
    "title": "title", "标题": "title", "place": "place", "地区": "place", "地点": "place", "source": "source",
    "站点": "source", "origin": "origin", "来源": "origin", "author": "author", "作者": "author",
    "theme": "theme", "主题": "theme", "type": "type", "类型": "type", "policy": "policy", "政策": "policy",
    "after": "after", "before": "before", "has": "has", "is": "is",
}  # fmt: skip
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_TOKEN = re.compile(r'\s+|(?P<open>\()|(?P<close>\))|(?P<or>\|)|(?P<quote>")|(?P<minus>-)|(?P<word>[^\s()|"]+)')
_PLAIN = str.maketrans({"：": ":", "（": "(", "）": ")", "“": '"', "”": '"', "「": '"', "」": '"', "－": "-", "　": " ",
                        "｜": "|", "＂": '"'})  # fmt: skip


def parse_query(text: str) -> Query:
    """The tree of `text`; the empty query is And(()). Raises QueryError with the place of the fault."""
    return _Parser(text.translate(_PLAIN)).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def query(self) -> Query:
        tree = self._any()
        if self.position < len(self.text):
            raise QueryError(f"第 {self.position + 1} 个字符处多了一个右括号", self.position)
        return tree

    def _any(self) -> Query:
        branches = [self._all()]
        while self._take_or():
            branches.append(self._all())
        if len(branches) == 1:
            return branches[0]
        if any(branch == And() for branch in branches):
            raise QueryError("“或”的一侧是空的，请补上检索词", self.position)
        return Or(tuple(branches))

    def _take_or(self) -> bool:
        match = re.compile(r"\s*(\||OR(?=[\s(\"])|或(?=[\s(\"]))").match(self.text, self.position)
        if match is None:
            return False
        self.position = match.end()
        return True

    def _all(self) -> Query:
        items: list[Query] = []
        while (item := self._item()) is not None:
            items.append(item)
        return items[0] if len(items) == 1 else And(tuple(items))

    def _item(self) -> Query | None:
        self._space()
        start = self.position
        if start >= len(self.text) or self.text[start] == ")":
            return None
        if re.compile(r"\||(OR|或)(?=[\s(\"]|$)").match(self.text, start):
            if start == 0 or self.text[start:].strip() in ("OR", "或", "|"):
                raise QueryError("“或”的一侧是空的，请补上检索词", start)
            return None
        negated = re.compile(r"-(?=\S)|NOT\s+").match(self.text, start)
        if negated:
            self.position = negated.end()
            item = self._item()
            if item is None:
                raise QueryError("减号后面没有要排除的词", start)
            return Not(item)
        return self._group() if self.text[start] == "(" else self._term()

    def _group(self) -> Query:
        start = self.position
        self.position += 1
        tree = self._any()
        if self.position >= len(self.text):
            raise QueryError(f"第 {start + 1} 个字符处的左括号没有配对", start)
        self.position += 1
        return tree

    def _term(self) -> Query:
        named = re.compile(r"([A-Za-z]+|[\u4e00-\u9fff]{2}):").match(self.text, self.position)
        if named and named[1].lower() in FIELDS:
            start = self.position
            self.position = named.end()
            return _field(FIELDS[named[1].lower()], self._value(start, named[1]), start)
        text = self._word()
        return _word(text)

    def _value(self, start: int, name: str) -> str:
        value = self._word()
        if not value.strip():
            raise QueryError(f"{name}: 后面没有值", start)
        return value.strip()

    def _word(self) -> str:
        start = self.position
        if start < len(self.text) and self.text[start] == '"':
            end = self.text.find('"', start + 1)
            if end < 0:
                raise QueryError(f"第 {start + 1} 个字符处的引号没有配对", start)
            self.position = end + 1
            return self.text[start + 1 : end]
        match = re.compile(r'[^\s()|"]*').match(self.text, start)
        self.position = match.end() if match else start
        return self.text[start : self.position]

    def _space(self) -> None:
        match = re.compile(r"\s*").match(self.text, self.position)
        self.position = match.end() if match else self.position


def _word(text: str, column: str = "") -> Query:
    return Word(normal(text), column) if runs(normal(text)) else And()


def _field(name: str, value: str, position: int) -> Query:
    if name == "title":
        return _word(value, "title")
    if name in ("after", "before") and not _DATE.fullmatch(value):
        raise QueryError(f"日期写作 2024、2024-03 或 2024-03-18，读不懂“{value}”", position)
    return Field(name, simplify(value))
