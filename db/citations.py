"""A reference in the four forms that people paste: GB/T 7714—2015, BibTeX, RIS, CSL-JSON. Pure text, no lookup.

GB/T 7714—2015 §4.6 (electronic resources) and §4.4 (parts of serials): author. title: other title[type/carrier].
(date of publication)[date of access]. path. A newspaper stands with its name and day instead; more than three authors
become three and 等 (§8.1.2), et al where all are written in Latin letters; an unknown author is left out, as the
numeric system of references allows (§8.1.4). The kicker (引题) is no part of a title. Names stay as they are printed:
which word of a Latin name is the family's is not known.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

_MOST_AUTHORS = 3
_NEWSPAPER = re.compile(r"(?:[日晚早晨时周]|导|快|商|青年|都市|参考|[一-鿿]{2})报$")
_NO_NEWSPAPER = re.compile(r"(?:简|通|海|公|汇|墙|电)报$")
_PAGE_IN_URL = re.compile(r"/(?:\d{4}-\d{2}/\d{2}|\d{4}/\d{2}/\d{2}|\d{8})/0*([A-Z]?0?[1-9]\d?)/[^/]+$")
_PAGE_PRINTED = re.compile(r"(?:^|\D)第?\s*0*([A-Z]?0?[1-9]\d?)\s*版(?![本权面式块])")
_LATIN = re.compile(r"[\x20-\x7e\u00c0-\u024f’·]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BIBTEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is cited. `container` is the newspaper or site that published it, `published` ISO 8601 with the printed
    precision, `accessed` a day, `url` where it is read, `archived` its permanent address in this archive."""

    key: str
    title: str
    url: str
    accessed: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    container: str = ""
    published: str | None = None
    archived: str = ""
    note: str = ""
    dataset: bool = False
    page: str = ""  # of a newspaper: 3, A03
    version: str = ""  # of data

    @property
    def newspaper(self) -> bool:
        """Whether the container is a newspaper by its name."""
        return is_newspaper(self.container) and not self.dataset

    @property
    def day(self) -> str:
        """The day (or month, or year) of publication, "" when it is not known."""
        return (self.published or "")[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A published edition of the archive: its id, its day (ISO 8601), title, the SHA-256 of its file, its address."""

    id: str
    date: str
    title: str
    sha256: str
    url: str

    def work(self, accessed: str) -> Work:
        """The edition as a reference, looked up on the day `accessed`."""
        return Work(
            key=f"caixun-edition-{self.id}",
            title=self.title,
            container="才讯",
            published=self.date,
            accessed=accessed,
            url=self.url,
            note=f"SHA-256：{self.sha256}",
            dataset=True,
            version=self.id,
        )


def page_number(url: str, *printed: str | None) -> str:
    """The page of the newspaper on which an article stands, "" when neither its address nor what is `printed` says.

    Electronic newspapers put it after the day (…/2025-03/18/003/content_1.html), sites beside the name (晚报 第3版).
    """
    found = _PAGE_IN_URL.search(url.split("#")[0].split("?")[0])
    for text in printed:
        found = found or _PAGE_PRINTED.search(text or "")
    return found[1] if found else ""


def is_newspaper(name: str) -> bool:
    """Whether `name` is one of a newspaper (西宁晚报) and not of a site or a bulletin (青海新闻网, 工作简报)."""
    return bool(_NEWSPAPER.search(name)) and not _NO_NEWSPAPER.search(name)


def gb7714(work: Work) -> str:
    """The reference by GB/T 7714—2015, one line: [N/OL] for newspapers, [DS/OL] for data, else [EB/OL]."""
    responsible = work.authors or ((work.container,) if work.container and not work.newspaper else ())
    head = f"{_joined(responsible)}. " if responsible else ""
    title = _plain(work.title).rstrip("。. ")
    if work.subtitle:
        title += ": " + _plain(work.subtitle).lstrip("—-– ").rstrip("。. ")
    path = f". {work.url}." if work.url else "."
    if work.newspaper:
        day = f", {work.day}" + (f"({work.page})" if work.page else "") if work.day else ""
        return f"{head}{title}[N/OL]. {_plain(work.container)}{day}[{work.accessed}]{path}"
    day = f"({work.day})" if work.day else ""
    return f"{head}{title}[{'DS' if work.dataset else 'EB'}/OL]. {day}[{work.accessed}]{path}"


def _joined(authors: tuple[str, ...]) -> str:
    named = ", ".join(_plain(author) for author in authors[:_MOST_AUTHORS])
    if len(authors) <= _MOST_AUTHORS:
        return named
    return f"{named}, {'et al' if all(_LATIN.fullmatch(_plain(author)) for author in authors) else '等'}"


def bibtex(work: Work) -> str:
    """One BibTeX entry: @article with the newspaper as journal, else @misc; names and titles kept whole by braces."""
    fields = [
        ("author", " and ".join("{" + _tex(author) + "}" for author in _responsible(work))),
        ("title", "{" + _tex(_whole_title(work)) + "}"),
        ("journal" if work.newspaper else "howpublished", _tex(work.container)),
        *_bibtex_date(work.day),
        ("pages", _tex(work.page) if work.newspaper else ""),
        ("version", _tex(work.version)),
        ("url", _tex_url(work.url)),
        ("urldate", work.accessed),
        ("langid", "chinese"),
        ("note", _tex(_note(work))),
    ]
    lines = [f"  {name:<12} = {{{value}}}" for name, value in fields if value and value != "{}"]
    return f"@{'article' if work.newspaper else 'misc'}{{{work.key},\n" + ",\n".join(lines) + "\n}\n"


def _bibtex_date(day: str) -> list[tuple[str, str]]:
    if not day:
        return []
    month = [("month", _MONTHS[int(day[5:7]) - 1])] if len(day) >= 7 else []
    return [("date", day), ("year", day[:4]), *month]


def ris(work: Work) -> str:
    """One RIS record with CRLF line ends: NEWS, ELEC or DATA."""
    kind = "DATA" if work.dataset else "NEWS" if work.newspaper else "ELEC"
    day = work.day.replace("-", "/")
    pairs = [
        ("TY", kind),
        *(("AU", author) for author in _responsible(work)),
        ("TI", _whole_title(work)),
        ("T2", work.container),
        ("PY", day[:4]),
        ("DA", f"{day}/" if len(day) == 10 else day),
        ("SP", work.page if work.newspaper else ""),
        ("ET", work.version),
        ("UR", work.url),
        ("L2", work.archived if work.archived != work.url else ""),
        ("Y2", work.accessed.replace("-", "/") + "/"),
        ("LA", "zh-CN"),
        ("N1", work.note),
    ]
    lines = [f"{tag}  - {_plain(value)}" for tag, value in pairs if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl_json(work: Work) -> str:
    """A CSL-JSON list of one item, as Zotero and pandoc read it."""
    item: dict[str, object] = {
        "id": work.key,
        "type": "dataset" if work.dataset else "article-newspaper" if work.newspaper else "webpage",
        "title": _whole_title(work),
        "author": [{"literal": _plain(author)} for author in _responsible(work)],
        "container-title": _plain(work.container),
        "page": work.page if work.newspaper else "",
        "version": work.version,
        "issued": _date_parts(work.day),
        "accessed": _date_parts(work.accessed),
        "URL": work.url,
        "language": "zh-CN",
        "note": _note(work),
    }
    kept = {name: value for name, value in item.items() if value}
    return json.dumps([kept], ensure_ascii=False, indent=2) + "\n"


def _date_parts(day: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else {}


FORMS = {"txt": gb7714, "bib": bibtex, "ris": ris, "json": csl_json}


def _responsible(work: Work) -> tuple[str, ...]:
    return work.authors or ((work.container,) if work.dataset and work.container else ())


def _whole_title(work: Work) -> str:
    subtitle = _plain(work.subtitle).lstrip("—-– ")
    return f"{_plain(work.title)}：{subtitle}" if subtitle else _plain(work.title)


def _note(work: Work) -> str:
    kept = f"存档：{work.archived}" if work.archived and work.archived != work.url else ""
    return "；".join(part for part in (_plain(work.note), kept) if part)


def _plain(text: str) -> str:
    """One line without control characters: a title must not begin a field of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _tex(text: str) -> str:
    return "".join(_BIBTEX.get(character, character) for character in _plain(text))


def _tex_url(url: str) -> str:
    return quote(url, safe=":/?#[]@!$&'()*+,;=%-._~")
