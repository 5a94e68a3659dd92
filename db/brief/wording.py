"""The words of a brief: its values put into the template of its text (Jinja over Markdown), every value as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from db.brief import markdown
from db.brief.values import Asked, Brief, Cite
from db.errors import WrongTemplate
from parsers.dates import BEIJING

_HAN = "零一二三四五六七八九"
_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


class Raw(str):
    """Text that is part of the document's marks, not a value to be escaped."""

    __slots__ = ()


def write(brief: Brief, template: str, base: str) -> str:
    """The text of `brief` by the words of `template`; links to the archive begin with `base` (no final slash).

    Raises WrongTemplate with the line and the reason.
    """
    numbered = _Numbered()
    context = {
        "brief": brief,
        "home": base,
        "search": f"{base}/search?{urlencode(_search_of(brief.asked))}",
        "link": lambda label, where: Raw(markdown.link(label, _address(where, base))),
        "one": numbered.one,
        "two": numbered.two,
        "three": numbered.three,
    }
    made = rendered(_environment(), template, context, "brief.md")
    return re.sub(r"\n{3,}", "\n\n", made).strip() + "\n"


def rendered(environment: SandboxedEnvironment, template: str, context: dict[str, Any], name: str) -> str:
    """`template` filled in. Raises WrongTemplate that names the file, the line and the reason."""
    try:
        return environment.from_string(template).render(context)
    except TemplateSyntaxError as error:
        raise WrongTemplate(f"模板 {name} 第 {error.lineno} 行写法不对：{error.message}") from error
    except SecurityError as error:
        raise WrongTemplate(f"模板 {name} 用了不允许的写法：{error}") from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        line = _line_of(error)
        raise WrongTemplate(
            f"模板 {name}{line}不能填写：{error}；可用的名称见 caixun brief --write-template 写出的样本和说明"
        ) from error


def _line_of(error: BaseException) -> str:
    """Where in the template an error arose: the frames of a template bear its line numbers."""
    line, trace = 0, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" 第 {line} 行" if line else ""


def _environment() -> SandboxedEnvironment:
    made = SandboxedEnvironment(
        undefined=StrictUndefined, finalize=_as_text, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    filters: dict[str, Callable[..., str]] = {
        "day": day, "days": days, "moment": moment, "period": period, "percent": percent, "han": han,
    }  # fmt: skip
    made.filters.update(filters)
    return made


def _as_text(value: Any) -> Any:
    """What an expression of the template becomes: values are escaped, so that no title can be taken for a mark."""
    if value is None:
        return ""
    return value if isinstance(value, Raw) else markdown.escaped(str(value))


def _address(where: Cite | str, base: str) -> str:
    return where if isinstance(where, str) else base + where.path


def _search_of(asked: Asked) -> list[tuple[str, str]]:
    """The search of the brief as the search page takes it, its days in the query."""
    following = date.fromordinal(asked.last.toordinal() + 1)
    own = f"({asked.query}) " if asked.query else ""
    pairs = [("q", f"{own}after:{asked.first.isoformat()} before:{following.isoformat()}")]
    return pairs + [(name, value) for name in sorted(asked.filters) for value in asked.filters[name]]


class _Numbered:
    """Headings that count themselves: 一、 （一） 1."""

    def __init__(self) -> None:
        self._counts = [0, 0, 0]

    def _next(self, level: int) -> int:
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (3 - level)
        return self._counts[level - 1]

    def one(self, words: str) -> Raw:
        """A heading of the first level, with its mark."""
        return Raw(f"# {han(self._next(1))}、{markdown.escaped(words)}")

    def two(self, words: str) -> Raw:
        """A heading of the second level."""
        return Raw(f"## （{han(self._next(2))}）{markdown.escaped(words)}")

    def three(self, words: str) -> Raw:
        """A heading of the third level."""
        return Raw(f"### {self._next(3)}．{markdown.escaped(words)}")


def han(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals, larger ones in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (f"{_HAN[tens] if tens > 1 else ''}十" if tens else "") + (_HAN[ones] if ones else "")


def day(value: date) -> str:
    """2025年3月18日."""
    return f"{value.year}年{value.month}月{value.day}日"


def days(asked: Asked) -> str:
    """The days of a brief without what the second repeats: 2025年3月1日至18日."""
    first, last = asked.first, asked.last
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{day(first)}至{last.day}日"
    return f"{day(first)}至{last.month}月{last.day}日" if first.year == last.year else f"{day(first)}至{day(last)}"


def moment(printed: str | None) -> str:
    """A printed date with the precision that it has, in Beijing time, without the hour; "" for none."""
    if not printed:
        return ""
    return period(datetime.fromisoformat(printed).astimezone(BEIJING).date().isoformat() if "T" in printed else printed)


def period(text: str) -> str:
    """A period as people write it: 2024年, 2024年8月, 2022—2024年, 2024年1—5月; what is no period as it stands."""
    first, _, last = text.partition("/")
    if last and first[:4] == last[:4] and len(first) == len(last) == 7:
        return f"{first[:4]}年{int(first[5:])}—{int(last[5:])}月"
    if last:
        return f"{period(first)}至{period(last)}"
    if re.fullmatch(r"\d{4}-\d{4}", text):
        return f"{text[:4]}—{text[5:]}年"
    match = _MONTH.fullmatch(text)
    if match is None:
        return text
    month = f"{int(match[2])}月" if match[2] else ""
    return f"{match[1]}年{month}" + (f"{int(match[3])}日" if match[3] else "")


def percent(share: float) -> str:
    """A share (0 to 1) in per cent; never 100 % unless it is."""
    return f"{min(share * 100, 99.9) if share < 1 else 100:.1f}%"
