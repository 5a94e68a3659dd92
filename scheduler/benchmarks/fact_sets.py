"""Articles with their facts annotated by hand, in a form that a person writes and reads.

A file is: `题：` title, `日：` date of publication, `地：` and `期：` (subject and period of facts that say `.`),
a line `---`, the paragraphs, a line `---`, then a fact a line, its columns parted by `|`, with ` ?` at the end when
a careful reader may leave it out:
    figure | subject | period | measure | value unit | action | evidence
    policy | subject | period | title | action | issuer | evidence
    incentive | subject | period | beneficiary | benefit | amount in 元 or - | condition | evidence
    event | subject | period | name | ordinal | place | date | evidence
    programme | subject | period | name | evidence
    platform | subject | period | name | action | evidence
    cooperation | subject | period | party、party | form | evidence
    person | subject | name | role | organisation | evidence
    trap | text | why | kinds
A value is 12 (exact), 12+ (over), <12 (nearly), ~12 (about), ≤12 (at most) or 12–15. Evidence stands in the body.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parsers.errors import CaixunError

_COLUMNS = {
    "figure": ("subject", "period", "measure", "value", "action", "evidence"),
    "policy": ("subject", "period", "title", "action", "issuer", "evidence"),
    "incentive": ("subject", "period", "beneficiary", "benefit", "amount", "condition", "evidence"),
    "event": ("subject", "period", "name", "ordinal", "place", "date", "evidence"),
    "programme": ("subject", "period", "name", "evidence"),
    "platform": ("subject", "period", "name", "action", "evidence"),
    "cooperation": ("subject", "period", "parties", "form", "evidence"),
    "person": ("subject", "name", "role", "organisation", "evidence"),
    "trap": ("text", "why", "kinds"),
}
_VALUE = re.compile(r"(?P<sign>[<~≤]?)(?P<low>[\d.]+)(?:–(?P<high>[\d.]+))?(?P<over>\+?) (?P<unit>\S+)")
_BAR = re.compile(r"\s*\|\s*")
_QUALIFIERS = {"<": "nearly", "~": "about", "≤": "under", "": "exact"}


class FactSetError(CaixunError):
    """A set of annotated articles cannot be read; the line says which file, which line and why."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article with its gold facts and traps (dictionaries with the fields of their kind)."""

    name: str
    title: str
    published: str
    paragraphs: tuple[str, ...]
    facts: tuple[dict[str, Any], ...]
    traps: tuple[dict[str, Any], ...]

    @property
    def body(self) -> str:
        """The paragraphs joined by newlines."""
        return "\n".join(self.paragraphs)


def fact_set(folder: Path) -> list[Annotated]:
    """The annotated articles of a folder (its .txt files, or articles.jsonl with facts.jsonl and traps.jsonl).

    Raises FactSetError for a folder without any, an unreadable line, or evidence that is not in its body.
    """
    if (folder / "articles.jsonl").is_file():
        return _from_json_lines(folder)
    found = [read_annotated(path) for path in sorted(folder.rglob("*.txt"))]
    if not found:
        raise FactSetError(f"{folder} 里没有标注文章：请给出含 .txt 标注文件或 articles.jsonl 的文件夹")
    return found


def read_annotated(path: Path) -> Annotated:
    """One annotated file. Raises FactSetError."""
    parts = path.read_text("utf-8").split("\n---\n")
    if len(parts) != 3:
        raise FactSetError(f"{path.name}：应当有两行 ---，把抬头、正文和标注分开")
    head = dict(line.split("：", 1) for line in parts[0].splitlines() if "：" in line)
    lines = [line for line in parts[2].splitlines() if line.strip()]
    rows = [_row(path.name, line, head) for line in lines]
    article = Annotated(
        name=path.stem,
        title=head.get("题", ""),
        published=head.get("日", ""),
        paragraphs=tuple(parts[1].splitlines()),
        facts=tuple(row for row in rows if row["kind"] != "trap"),
        traps=tuple(row for row in rows if row["kind"] == "trap"),
    )
    _check(article)
    return article


def _check(article: Annotated) -> None:
    for row in (*article.facts, *article.traps):
        words = row["evidence"] if row["kind"] != "trap" else row["text"]
        if words not in article.body:
            raise FactSetError(f"{article.name}：正文里没有“{words}”，请照正文原样抄写")


def _row(name: str, line: str, head: dict[str, str]) -> dict[str, Any]:
    optional = line.endswith(" ?")
    kind = line.split(" ", 1)[0]
    columns = _COLUMNS.get(kind)
    if columns is None:
        raise FactSetError(f"{name}：不认识的类别“{kind}”，可用 {'、'.join(_COLUMNS)}")
    cells = _BAR.split(line.removesuffix(" ?"), maxsplit=len(columns))[1:]
    if len(cells) != len(columns):
        raise FactSetError(f"{name}：这一行应当有 {len(columns) + 1} 栏：{line}")
    row: dict[str, Any] = {"kind": kind, **dict(zip(columns, cells, strict=True))}
    if kind == "trap":
        return row | {"kinds": row["kinds"].split()}
    row["optional"] = optional
    for column, mark in (("subject", "地"), ("period", "期")):
        if row.get(column) == ".":
            row[column] = head.get(mark, "")
    return row | _typed(name, row)


def _typed(name: str, row: dict[str, Any]) -> dict[str, Any]:
    if row["kind"] == "figure":
        return _value(name, row["value"])
    if row["kind"] == "incentive":
        low, _, high = row["amount"].partition("–")
        return {"amount": None if low == "-" else float(low), "amount_high": float(high) if high else None}
    return {"parties": row["parties"].split("、")} if row["kind"] == "cooperation" else {}


def _value(name: str, text: str) -> dict[str, Any]:
    match = _VALUE.fullmatch(text)
    if match is None:
        raise FactSetError(f"{name}：数值“{text}”应当写作 12 名、12+ 名、<12 名、~12 名、≤12 名或 12–15 名")
    low = float(match["low"])
    high = float(match["high"]) if match["high"] else low
    over, under = bool(match["over"]), match["sign"] == "≤"
    return {
        "value_low": None if under else low,
        "value_high": None if over else high,
        "unit": match["unit"],
        "qualifier": "over" if over else _QUALIFIERS[match["sign"]],
    }


def _from_json_lines(folder: Path) -> list[Annotated]:
    facts, traps = (_lines(folder / name) for name in ("facts.jsonl", "traps.jsonl"))
    return [
        Annotated(
            name=row["doc"],
            title=row["title"],
            published=row["published"],
            paragraphs=tuple(row["paragraphs"]),
            facts=tuple(fact for fact in facts if fact["doc"] == row["doc"]),
            traps=tuple(trap for trap in traps if trap["doc"] == row["doc"]),
        )
        for row in _lines(folder / "articles.jsonl")
    ]


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise FactSetError(f"没有 {path}：articles.jsonl 旁边应当有 facts.jsonl 和 traps.jsonl")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
