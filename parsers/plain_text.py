"""Articles in plain text: title and text, a saved web page, a document-sharing copy, a newspaper page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers import mirror
from parsers.bylines import looks_like_name, names
from parsers.errors import NoBody
from parsers.labels import is_label_line, read_labels
from parsers.newspaper import is_newspaper, read_newspaper
from parsers.script import simplify
from parsers.tidy import tidy
from parsers.values import Reading

_STOPS = re.compile(r"[。！？!?…；：:][”’》）】)]*$")
_SUBTITLE = re.compile(r"^(?:——|—|--)\s*\S")
_AFTER = re.compile(
    r"^[【\[]?(?:推荐阅读|相关阅读|相关新闻|相关链接|延伸阅读|相关文章|24H热点|24小时热点|热点图片|热点新闻|热门推荐|猜你喜欢|"
    r"上一[篇条][:：]|下一[篇条][:：]|关于我们|分享到|扫一扫|打印本页|关闭窗口|长按识别|网友评论|我要评论|版权声明|"
    r"责任编辑|责编|编辑[:：]|作者\s|作者[:：]|来源[:：]|.{0,12}版权所有|.{0,10}ICP备)"
)
_CAPTION = re.compile(r"(?:供图|摄|图片来源.{0,12}|资料图片?|摄影报道)[）)]?\s*$")
_DATELINE = re.compile(r"^([\u4e00-\u9fff·]{2,24}?)(?:讯|电)(?:\s|　|[（(]|$)")
_DATED_PLACE = re.compile(r"\d|月|日")
_NARROW_MARK = re.compile(r"(?<=[\u4e00-\u9fff”》）])[,;!?](?=[\d”’》）A-Za-z])")
_OFFICE_NAME = re.compile(r"^\S{3,30}[长员授任书记家士师]\s+([\u4e00-\u9fff]{2,4})$")
_LONG = 45  # a line longer than this that ends inside a sentence is a broken paragraph, not a heading
_LONGEST_TITLE = 70
_HANT_SHARE = 0.03
_BOTH_SCRIPTS = "著乾藉馀"  # Simplified texts print these too


@dataclass(frozen=True, slots=True)
class _Head:
    title: str | None
    subtitle: str | None
    labels: dict[str, str]
    start: int  # number of the first line after title and labels


def read_text(text: str, url: str | None = None) -> tuple[Reading, ...]:
    """The articles of a plain text, one for every kind but a newspaper page with several.

    `url` is not needed for the reading and changes nothing in it. Raises NoBody where no paragraph is left.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    cleaned = mirror.clean_text(text)
    readings = read_newspaper(cleaned.text) if _is_columns(cleaned.text) else (_read(cleaned.text),)
    if not any(reading.paragraphs for reading in readings):
        raise NoBody("文本中没有正文段落：请确认文件是标题加正文的文章。")
    if cleaned.repairs:
        readings = tuple(replace(one, repairs=mirror.place_repairs(cleaned, one)) for one in readings)
    return readings


def _is_columns(text: str) -> bool:
    """A newspaper page has no lines of labels; a saved web page with short lines has."""
    return is_newspaper(text) and not any(is_label_line(line) and read_labels(line) for line in text.split("\n"))


def _read(text: str) -> Reading:
    hant = _is_traditional(text)
    lines = _without_lead([line.strip(" \t\u3000\xa0") for line in text.split("\n")])
    # only Traditional lines are converted: in Simplified ones the converter takes 显著成效 for 显着成效
    plain = [simplify(line) for line in lines] if hant else lines
    head = _head(plain)
    end = next((n for n in range(head.start, len(plain)) if _closes(plain[n])), len(plain))
    labels = {**_tail_labels(plain[end : end + 400]), **head.labels}
    start, author = _skip_repeats(plain, head, end)
    captions, numbers = _captions(plain, range(start, end))
    printed = _joined([lines[number] for number in numbers])
    body = tuple(_whole(simplify(paragraph) if hant else paragraph) for paragraph in printed)
    origin = labels.get("origin") or (_dateline_origin(body[0]) if body else None)
    return Reading(
        title=tidy(head.title, headline=True) if head.title else None,
        subtitle=tidy(head.subtitle, headline=True) if head.subtitle else None,
        published=labels.get("published"),
        origin=origin,
        authors=names(labels["authors"]) if "authors" in labels else author,
        editor=labels.get("editor"),
        paragraphs=body,
        captions=tuple(tidy(caption) for caption in captions),
        script="hant" if hant else "hans",
        original_paragraphs=tuple(printed) if hant else (),
    )


def _whole(paragraph: str) -> str:
    """The paragraph tidied; a half-width mark between a Chinese character and a number or ” is made full."""
    return _NARROW_MARK.sub(lambda match: chr(ord(match[0]) + 0xFEE0), tidy(paragraph))


def _is_traditional(text: str) -> bool:
    pairs = zip(text, simplify(text), strict=True)
    changed = sum(old != new for old, new in pairs if old not in _BOTH_SCRIPTS)
    return changed >= 3 and changed > _HANT_SHARE * len(text)


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _without_lead(lines: list[str]) -> list[str]:
    """The lines without a first one that only repeats, cut short with …, how the text after it begins."""
    first = _squeezed(lines[0])
    stem = first.rstrip(".…")
    rest = _squeezed("".join(lines[1:12]))
    return lines[1:] if len(stem) < len(first) and len(stem) > 20 and rest.startswith(stem) else lines


def _head(lines: Sequence[str]) -> _Head:
    """Title, subtitle and labels: above a line of labels, else the first line where it is no sentence."""
    first = next((n for n, line in enumerate(lines[:80]) if is_label_line(line) and read_labels(line)), None)
    if first is not None:
        title, subtitle = _above(lines, first)
        if title:
            labels, start = _label_block(lines, first)
            return _Head(title, subtitle, labels, start)
    filled = [number for number, line in enumerate(lines) if line]
    if len(filled) > 1 and _is_title(lines[filled[0]]):
        second = lines[filled[1]]
        has_subtitle = bool(_SUBTITLE.match(second)) and len(second) <= _LONGEST_TITLE
        start = filled[1] + 1 if has_subtitle else filled[1]
        return _Head(lines[filled[0]], second if has_subtitle else None, {}, start)
    return _Head(None, None, {}, filled[0] if filled else 0)


def _is_title(line: str) -> bool:
    if len(line) > _LONGEST_TITLE or _DATELINE.match(line):
        return False
    return not re.search(r"[。；：:，,][”’》）】)]*$", line)


def _above(lines: Sequence[str], number: int) -> tuple[str | None, str | None]:
    """Title and subtitle from the filled lines just above the labels."""
    filled = [line for line in lines[:number] if line]
    subtitle = filled.pop() if filled and _SUBTITLE.match(filled[-1]) else None
    title = filled[-1] if filled and len(filled[-1]) <= _LONGEST_TITLE else None
    return title, subtitle


def _label_block(lines: Sequence[str], start: int) -> tuple[dict[str, str], int]:
    """The labels from line `start` on, and the number of the first line that is none."""
    labels: dict[str, str] = {}
    number = start
    while number < len(lines) and (not lines[number] or is_label_line(lines[number])):
        for key, value in read_labels(lines[number]).items():
            labels.setdefault(key, value)
        number += 1
    return labels, number


def _closes(line: str) -> bool:
    return bool(line) and len(line) <= 80 and bool(_AFTER.match(line))


def _tail_labels(lines: Sequence[str]) -> dict[str, str]:
    """Author and editor from label lines below the article; other pages' dates and origins are not read."""
    found: dict[str, str] = {}
    for line in lines:
        if line and is_label_line(line):
            for key, value in read_labels(line).items():
                if key in {"authors", "editor"}:
                    found.setdefault(key, value)
    return found


def _skip_repeats(lines: Sequence[str], head: _Head, end: int) -> tuple[int, tuple[str, ...]]:
    """The first line of the body after the title repeated and the author's line, and the author."""
    number = head.start
    rest = _squeezed(head.title or "")
    while number < end and (not lines[number] or (rest and rest.startswith(_squeezed(lines[number])))):
        rest = rest[len(_squeezed(lines[number])) :]
        number += 1
    match = _OFFICE_NAME.match(lines[number]) if number < end else None
    if match and looks_like_name(match[1]):
        return number + 1, (match[1],)
    if number < end and re.match(r"^(?:本报|本网|本刊)?(?:记者|通讯员|作者)\s", lines[number]):
        found = names(lines[number]) if len(lines[number]) <= 40 else ()
        return number + bool(found), found
    return number, ()


def _captions(lines: Sequence[str], numbers: range) -> tuple[list[str], list[int]]:
    """Captions, and the numbers of all other lines."""
    captions = [n for n in numbers if lines[n] and len(lines[n]) <= 80 and _CAPTION.search(lines[n])]
    return [lines[n] for n in captions], [n for n in numbers if n not in set(captions)]


def _joined(lines: Sequence[str]) -> list[str]:
    """Paragraphs: a long line that breaks off inside a sentence goes on in the next line."""
    paragraphs: list[str] = []
    open_ended = False
    for line in lines:
        if not line:
            open_ended = False
        elif open_ended:
            paragraphs[-1] += line
        else:
            paragraphs.append(line)
        open_ended = bool(line) and "|" not in line and not _STOPS.search(line) and _goes_on(paragraphs, line)
    return paragraphs


def _goes_on(paragraphs: Sequence[str], line: str) -> bool:
    return len(line) > _LONG or (len(paragraphs[-1]) > len(line) and len(paragraphs[-1]) > _LONG)


def _dateline_origin(paragraph: str) -> str | None:
    """The medium of a dateline (青海新闻网·大美青海客户端讯); 本报讯 names none, nor does 新华社北京3月1日电."""
    match = _DATELINE.match(paragraph)
    if not match or match[1].startswith(("本报", "本网", "本刊", "本台", "本站")) or _DATED_PLACE.search(match[1]):
        return None
    return match[1] if re.search(r"网|报|社|客户端|台|新闻|融媒|日报", match[1]) else None
