"""What can be wrong with a query, said at the place in Chinese and English, with what was done instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parsers.errors import QueryError

LANGUAGES = ("zh", "en")

# key: (Chinese fault, what is searched instead; English fault, what is searched instead)
_SAYINGS: Mapping[str, tuple[str, str, str, str]] = {
    "too_long": (
        "检索式超过 {limit} 个字符，请缩短",
        "只用了前 {limit} 个字符",
        "the query is longer than {limit} characters: shorten it",
        "only the first {limit} characters were used",
    ),
    "too_deep": (
        "第 {at} 个字符处的括号或减号套得太深（最多 {limit} 层）",
        "这一层没有算",
        "the bracket or minus at character {at} lies too deep (at most {limit} levels)",
        "this level was left out",
    ),
    "too_many": (
        "第 {at} 个字符起检索词太多（最多 {limit} 个）",
        "后面的词没有用",
        "too many terms from character {at} on (at most {limit})",
        "the rest was left out",
    ),
    "quote": (
        "第 {at} 个字符处的引号没有配对",
        "当作没有这个引号",
        "the quotation mark at character {at} is not closed",
        "searched as if it were not there",
    ),
    "open": (
        "第 {at} 个字符处的左括号没有配对",
        "在末尾补上了右括号",
        "the opening bracket at character {at} is not closed",
        "it was closed at the end",
    ),
    "close": (
        "第 {at} 个字符处多了一个右括号",
        "当作没有这个括号",
        "the closing bracket at character {at} has no opening one",
        "searched as if it were not there",
    ),
    "empty_group": (
        "第 {at} 个字符处的括号里没有检索词",
        "当作没有这对括号",
        "the brackets at character {at} hold nothing to search for",
        "searched as if they were not there",
    ),
    "or": (
        "第 {at} 个字符处的“或”有一侧是空的，请补上检索词",
        "只检索另一侧",
        "one side of the OR at character {at} is empty",
        "only the other side was searched",
    ),
    "not": (
        "第 {at} 个字符处的减号（或 NOT、非）后面没有要排除的词",
        "什么也没有排除",
        "nothing follows the minus (or NOT) at character {at}",
        "nothing was excluded",
    ),
    "no_value": (
        "{name}: 后面没有值",
        "没有按这个字段检索",
        "nothing follows {name}:",
        "this field was left out",
    ),
    "field": (
        "没有 {name}: 这个字段，是不是 {meant}:？要找这几个字请加引号",
        "当作普通文字检索",
        "there is no field {name}: — did you mean {meant}:? Put quotation marks around it to search for the text",
        "searched as plain text",
    ),
    "date": (
        "日期写作 2024、2024-03 或 2024-03-18，读不懂“{value}”",
        "没有按日期检索",
        "a date is 2024, 2024-03 or 2024-03-18: “{value}” is none",
        "the date was left out",
    ),
    "no_such_day": (
        "没有“{value}”这一天",
        "没有按日期检索",
        "there is no such day as “{value}”",
        "the date was left out",
    ),
    "place": (
        "没有“{value}”这个地区，请写省、市州或区县的名称；要找这几个字请不写 {name}:",
        "当作普通文字检索",
        "“{value}” is no province, city or county; leave out {name}: to search for the text",
        "searched as plain text",
    ),
    "choice": (
        "{name}: 后面不能写“{value}”，可写 {choices}",
        "没有按这个字段检索",
        "{name}: cannot be “{value}”; it takes {choices}",
        "this field was left out",
    ),
    "figure": (
        "指标写作 {name}:签约人才项目>100、>=、<、<=、=100 或 =100..200，可带单位（万元、名），读不懂“{value}”",
        "只看有没有这个指标",
        "a figure is {name}:签约人才项目>100, >=, <, <=, =100 or =100..200, a unit may follow: “{value}” is none",
        "any value of the measure was searched",
    ),
    "near": (
        "邻近写作 {name}:30(校园 引才)：括号里 2 到 {most} 个词或短语，前面的数是最多相隔的字数（0 到 {limit}）",
        "只要求这些词都出现",
        "near is {name}:30(校园 引才): 2 to {most} words or phrases in brackets, at most so many characters apart"
        " (0 to {limit})",
        "the words were searched without their distance",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in a query: what (`key`), where (`position`, `length` in characters), and the words of its message."""

    key: str
    position: int
    length: int = 1
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str = "zh") -> str:
        """What is wrong, in one line of `language` (zh or en)."""
        return _SAYINGS[self.key][LANGUAGES.index(language) * 2].format(at=self.position + 1, **self.values)

    def instead(self, language: str = "zh") -> str:
        """What a lenient reading did about it, in one line of `language`."""
        return _SAYINGS[self.key][LANGUAGES.index(language) * 2 + 1].format(at=self.position + 1, **self.values)


class WrongQuery(QueryError):
    """The QueryError of a strict reading; `problem` is the first fault."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text(), problem.position)
        self.problem = problem
