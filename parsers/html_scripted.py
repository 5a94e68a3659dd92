"""An article that its page holds only as data of a script (window.__DATA__ = {"title": …, "content": "<p>…"})."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from parsers.errors import ParseError
from parsers.html_article import read_html
from parsers.html_trim import squeezed
from parsers.tree import parse, text_of
from parsers.values import Reading

_LARGEST_SCRIPT = 2_000_000  # characters
_LARGEST_PAGE = 5_000_000
_MOST_VALUES = 20  # pieces of JSON tried in one script
_MOST_NODES = 20_000  # objects walked through
_FIELDS_AROUND = 20  # fields before and behind a text in a script that is no JSON
_LEAST = 40  # Chinese characters of a text
_OUTWEIGHS = 3  # a text is the page's among several when it is so many times longer than the next
_TIMES = (
    "publishtime pubtime publishdate pubdate publishedat publishat publishedtime datepublished releasetime releasedate "
    "docreltime docpubtime displaytime showtime inputtime addtime createtime createdate createdat time date"
)
_NAMES = {
    "body": "content body articlebody contenthtml htmlcontent articlecontent newscontent infocontent doccontent "
    "contenttext maintext maincontent contents detail details html text txt zw",
    "title": "title headline newstitle articletitle doctitle infotitle maintitle subject",
    "published": _TIMES,
    "origin": "source sourcename origin copyfrom docsource medianame articlesource newssource contentsource laiyuan",
    "authors": "author authors authorname docauthor writer reporter",
    "editor": "editor editorname dutyeditor",
}
_FIELD_OF = {name: (field, rank) for field, names in _NAMES.items() for rank, name in enumerate(names.split())}
_MAY_HOLD = re.compile(
    rf"\b(?:{'|'.join(_NAMES['body'].split())}|[a-z]+_content|content_html)\b[\\\"']{{0,4}}\s*[:=]", re.I
)
_FIELD_OF_FORM = re.compile(
    r"<textarea\b[^>]{0,300}>(?P<text>[^<]*+)</textarea>|<input\b[^>]{0,300}?\bvalue=\"(?P<value>[^\"]*+)\"[^>]{0,300}>",
    re.I,
)
_OPENED, _CLOSED = re.compile(r"<script\b", re.I), re.compile(r"</script\b", re.I)
_JSON = re.compile(r"(?:^\s*|[=(,;]\s*)(?=[{\[]\s*[\"{\[])")
_QUOTED = r'"(?:[^"\\]++|\\.)*+"' + r"|'(?:[^'\\]++|\\.)*+'" + r"|`(?:[^`\\]++|\\.)*+`"
_PARSED = re.compile(rf"JSON\.parse\(\s*({_QUOTED})", re.S)
_FIELD = re.compile(rf"(?<![\w$])[\"']?([A-Za-z_]\w{{1,30}})[\"']?\s*[:=]\s*({_QUOTED})", re.S)
_ESCAPE = re.compile(r"\\(?:u\{?([0-9a-fA-F]{4,6})\}?|x([0-9a-fA-F]{2})|(.))", re.S)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "", "f": "", "v": "", "0": ""}
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NO_VALUE = frozenset(("", "null", "undefined", "none"))

Record = dict[str, str]


def read_scripted(html: str, url: str | None, printed: Reading | None) -> Reading | None:
    """The article in the data of the page's scripts, or None where there is none or it cannot be told which it is.

    `printed` is what the page itself shows: beside it only a text of the same title is the page's. `published_from`
    is "script" where the day stands among the data.
    """
    if len(html) > _LARGEST_PAGE:
        return None
    if printed is None and (unfolded := _unfolded(html)):
        return _read(unfolded, url)
    records = [record for script in _scripts(html) if _MAY_HOLD.search(script) for record in _records(script)]
    if not records:
        return None
    tree = parse(html)
    named = [squeezed(text_of(node)) for node in (tree.css_first("title"), tree.css_first("h1")) if node]
    if printed is not None:
        named.append(squeezed(printed.title or ""))
    record = _chosen(records, named, sure=printed is not None)
    if record is None:
        return None
    reading = _read(_as_page(record, text_of(tree.css_first("title"))), url)
    if reading is None or reading.published_from != "meta pubdate":
        return reading
    return replace(reading, published_from="script")


def _read(page: str, url: str | None) -> Reading | None:
    try:
        return read_html(page, url)
    except ParseError:
        return None


def _unfolded(html: str) -> str | None:
    """The page with the text that a script takes out of a field (<textarea>&lt;p&gt;…) in that field's place."""
    for field in islice(_FIELD_OF_FORM.finditer(html), _MOST_VALUES):
        text = entities.unescape(field["text"] or field["value"] or "")
        if "<p" in text.lower() and _is_text(text):
            return f'{html[: field.start()]}<div id="articleContent">{text}</div>{html[field.end() :]}'
    return None


def _scripts(html: str) -> Iterator[str]:
    """The texts of the page's scripts, without the cost of a tree: most pages that come here are lists."""
    at = 0
    while opened := _OPENED.search(html, at):
        begin = html.find(">", opened.end()) + 1
        closed = _CLOSED.search(html, begin) if begin else None
        if closed is None:
            return
        if closed.start() - begin >= _LEAST:
            yield html[begin : closed.start()]
        at = closed.end()


def _records(script: str) -> Iterator[Record]:
    """The articles among the data of one script: of its JSON, or where it has none, of its quoted fields."""
    if len(script) > _LARGEST_SCRIPT:
        return
    found = [record for value in _values(script) for record in _of_json(value)]
    yield from found or _of_fields(script)


def _values(script: str) -> Iterator[Any]:
    """The pieces of JSON in a script: as such, or quoted for JSON.parse."""
    decoder = json.JSONDecoder(strict=False)
    at = 0
    for _ in range(_MOST_VALUES):
        match = _JSON.search(script, at)
        if match is None:
            break
        at = match.end() + 1
        try:
            value, at = decoder.raw_decode(script, match.end())
        except (ValueError, RecursionError):  # an object of JavaScript, no JSON: its fields are looked at instead
            continue
        yield value
    for quoted in _PARSED.findall(script)[:_MOST_VALUES]:
        try:
            yield decoder.decode(_unquoted(quoted))
        except (ValueError, RecursionError):
            continue


def _of_json(value: Any) -> Iterator[Record]:
    waiting, seen = [value], 0
    while waiting and seen < _MOST_NODES:
        item = waiting.pop(0) if seen < 100 else waiting.pop()
        seen += 1
        if isinstance(item, list):
            waiting += [part for part in item if isinstance(part, dict | list)]
        elif isinstance(item, dict):
            waiting += [part for part in item.values() if isinstance(part, dict | list)]
            record = _record((name, _text(part)) for name, part in item.items())
            if _is_text(record.get("body", "")):
                yield record


def _text(value: Any) -> str:
    """A field as text: a number, the name of an object, the paragraphs of a list."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value).strip()
    if isinstance(value, Mapping):
        return next((_text(value[name]) for name in ("name", "text", "value", "content", "html") if name in value), "")
    if isinstance(value, list):
        return "\n".join(filter(None, map(_text, value[:500])))
    return ""


def _of_fields(script: str) -> Iterator[Record]:
    """The same of a script that is no JSON: around each quoted text, the nearest field of each kind."""
    fields = [(name, _unquoted(quoted).strip()) for name, quoted in _FIELD.findall(script)]
    for at, (name, text) in enumerate(fields):
        if _FIELD_OF.get(_plain(name), ("", 0))[0] == "body" and _is_text(text):
            near = [fields[index] for index in _outward(at, len(fields))]
            record: Record = {}
            for other, value in near:
                field = _FIELD_OF.get(_plain(other), ("", 0))[0]
                if field and value.lower() not in _NO_VALUE:
                    record.setdefault(field, value)
            yield record


def _outward(at: int, length: int) -> Iterator[int]:
    """The places around `at`, the nearest first, those before it first."""
    for step in range(_FIELDS_AROUND):
        yield from (index for index in dict.fromkeys((at - step, at + step)) if 0 <= index < length)


def _record(pairs: Iterable[tuple[str, str]]) -> Record:
    """The known fields by their kind; where several names mean one kind, the most telling name's."""
    ranked: dict[str, tuple[int, str]] = {}
    for name, value in pairs:
        field, rank = _FIELD_OF.get(_plain(name), ("", 0))
        if not field or value.lower() in _NO_VALUE or (field == "body" and not _is_text(value)):
            continue
        if field not in ranked or rank < ranked[field][0]:
            ranked[field] = (rank, value)
    return {field: value for field, (_, value) in ranked.items()}


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _is_text(value: str) -> bool:
    """Whether a field holds prose, in HTML or plain."""
    text = _TAG.sub("", entities.unescape(value) if "&lt;" in value else value)
    return ("。" in text or "<p" in value.lower()) and len(_HAN.findall(text)) >= _LEAST


def _chosen(records: list[Record], named: list[str], sure: bool) -> Record | None:
    """The record of the page among several: of its title, else the only dated one, else by far the longest of them."""
    titled = [record for record in records if _is_named(squeezed(record.get("title", "")), named)]
    dated = [] if sure else [record for record in records if "published" in record]  # what is not tells of the site
    ranked = sorted(titled or dated, key=lambda record: -len(record["body"]))
    if len(ranked) < 2 or titled or len(ranked[0]["body"]) >= _OUTWEIGHS * len(ranked[1]["body"]):
        return next(iter(ranked), None)
    return None


def _is_named(title: str, named: list[str]) -> bool:
    return len(title) >= 4 and any(title in name or (len(name) >= 8 and name in title) for name in named)


def _unquoted(literal: str) -> str:
    """A string of JavaScript without its quotes and escapes."""
    return _ESCAPE.sub(_character, literal[1:-1]).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else ""
    return _PLAIN.get(match[3], match[3])


def _as_page(record: Record, page_title: str) -> str:
    """The record as a page that the reader of pages understands."""
    body = record["body"]
    if "&lt;" in body and not _TAG.search(body):
        body = entities.unescape(body)
    if not _TAG.search(body):
        body = "".join(f"<p>{entities.escape(line)}</p>" for line in body.splitlines())
    told = {field: entities.escape(_TAG.sub("", value)) for field, value in record.items() if field != "body"}
    title = told.get("title") or entities.escape(page_title)
    labels = {"origin": "来源", "authors": "作者", "editor": "责任编辑"}
    lines = "".join(f"<p>{label}：{told[field]}</p>" for field, label in labels.items() if field in told)
    return (
        f'<html><head><title>{title}</title><meta name="PubDate" content="{told.get("published", "")}"></head>'
        f'<body><h1>{title}</h1>{lines}<div id="articleContent">{body}</div></body></html>'
    )
