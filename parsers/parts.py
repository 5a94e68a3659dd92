"""Articles printed over several pages: which address is a further page of the same article, and their joining."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from urllib.parse import parse_qsl, urlsplit

from parsers.values import Flag, Reading, Repair

# the end of a file name that may be a page number: content_123_2.htm, c182775-35132605-2.html
_NUMBERED = re.compile(r"^(?P<stem>.+?)[_-](?P<number>\d{1,2})$")
_LONG_ID = re.compile(r"\d{4,}|[0-9a-f]{16,}")
# names whose last number is the article itself: TRS t20250318_12, jcms art_73_9
_OWN_NUMBER = re.compile(r"^(?:[tTwW]\d{8}|art_\d+|(?:content|node|post|info|article|detail|col|c)_?)$")
_PAGE_NAMES = frozenset({"page", "p", "pageno", "pageindex", "pagenum", "pn", "paged"})
_LONGEST_LEAD = 6  # paragraphs that a further page may repeat before its own text
_CAPTION_PLACE = re.compile(r"captions\[(\d+)\]")


def is_part_of(first_url: str, next_url: str) -> bool:
    """Whether `next_url` is a later page of the article at `first_url` (any page of it): the same id, a page number.

    …/c1-2.html → …/c1-2-2.html, …/content_123_2.htm → …/content_123_3.htm, …?id=5 → …?id=5&page=2. The addresses
    of two articles (…/6730.htm → …/6731.htm) are no parts of one another.
    """
    first, following = urlsplit(first_url), urlsplit(next_url)
    if not _same_host(first.netloc, following.netloc):
        return False
    if first.path == following.path:
        return _is_later_query(first.query, following.query)
    if first.query != following.query:
        return False
    folder, _, name = first.path.rpartition("/")
    next_folder, _, next_name = following.path.rpartition("/")
    stem, ending = _split(name)
    next_stem, next_ending = _split(next_name)
    if folder == next_folder and ending == next_ending and stem:
        return _is_later_name(stem, next_stem)
    # …/detail/123.html → …/detail/123/2.html
    return bool(stem) and next_folder == f"{folder}/{stem}" and next_stem.isdecimal() and 2 <= int(next_stem) <= 99


def joined(first: Reading, following: Sequence[Reading]) -> Reading:
    """One reading of an article's pages in order: title, time and names of the first, the text of all.

    What a further page repeats of the text before it (its title, a lead-in, or all of it where a site answers with
    page 1 again) is there once. Spans of flags and repairs count in the joined body. An Article becomes a Reading,
    because what was judged of its first page does not hold for the whole.
    """
    whole = replace(_plain(first), original_paragraphs=())
    printed = list(first.original_paragraphs or first.paragraphs)
    traditional = bool(first.original_paragraphs)
    for reading in following:
        skipped = _repeated(whole, reading)
        printed += (reading.original_paragraphs or reading.paragraphs)[skipped:]
        traditional = traditional or bool(reading.original_paragraphs)
        whole = _with_page(whole, reading, skipped)
    return replace(
        whole,
        script="hant" if traditional else whole.script,
        original_paragraphs=tuple(printed) if traditional else (),
    )


def _same_host(one: str, other: str) -> bool:
    return one.lower().removeprefix("www.") == other.lower().removeprefix("www.")


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    return (stem, ending.lower()) if dot else (name, "")


def _is_later_name(stem: str, next_stem: str) -> bool:
    following = _NUMBERED.match(next_stem)
    if following is None or not following["number"].strip("0"):
        return False
    if following["stem"] == stem:
        return not (_OWN_NUMBER.match(stem) or stem.lower() in ("index", "list", "default"))
    now = _NUMBERED.match(stem)
    if now is None or now["stem"] != following["stem"] or _OWN_NUMBER.match(now["stem"]):
        return False
    return bool(_LONG_ID.search(now["stem"])) and int(following["number"]) == int(now["number"]) + 1


def _is_later_query(query: str, next_query: str) -> bool:
    now, following = dict(parse_qsl(query)), dict(parse_qsl(next_query))
    page, next_page = _taken_page(now), _taken_page(following)
    return bool(now) and now == following and next_page > page


def _taken_page(values: dict[str, str]) -> int:
    """The page number of a query, taken out of it; 1 where it has none."""
    for name in list(values):
        if name.lower() in _PAGE_NAMES and values[name].isdecimal():
            return int(values.pop(name))
    return 1


def _plain(reading: Reading) -> Reading:
    return Reading(**{field.name: getattr(reading, field.name) for field in fields(Reading)})


def _repeated(whole: Reading, page: Reading) -> int:
    """How many paragraphs at the head of `page` are already in `whole` (all of them where it is the same page)."""
    known = {_squeezed(text) for text in (*whole.paragraphs, whole.title or "", whole.subtitle or "")}
    paragraphs = [_squeezed(text) for text in page.paragraphs]
    count = next((number for number, text in enumerate(paragraphs) if text not in known), len(paragraphs))
    return count if count <= _LONGEST_LEAD or count == len(paragraphs) else 0


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _with_page(whole: Reading, page: Reading, skipped: int) -> Reading:
    dropped = sum(len(text) + 1 for text in page.paragraphs[:skipped])
    kept = page.paragraphs[skipped:]
    shift = len(whole.body) + bool(whole.paragraphs) - dropped
    captions = tuple(caption for caption in page.captions if caption not in whole.captions)
    moved = [_moved_flag(flag, dropped, shift) for flag in page.flags]
    return replace(
        whole,
        paragraphs=whole.paragraphs + kept,
        captions=whole.captions + captions,
        authors=whole.authors or page.authors,
        editor=whole.editor or page.editor,
        origin=whole.origin or page.origin,
        flags=whole.flags + tuple(flag for flag in moved if flag and flag not in whole.flags),
        repairs=whole.repairs + tuple(_moved_repairs(whole, page, captions, dropped, shift)),
    )


def _moved_flag(flag: Flag, dropped: int, shift: int) -> Flag | None:
    """The flag at its place in the joined body; None where its words were dropped."""
    if flag.start is None or flag.end is None:
        return flag
    if flag.start < dropped:
        return None
    return replace(flag, start=flag.start + shift, end=flag.end + shift)


def _moved_repairs(whole: Reading, page: Reading, captions: tuple[str, ...], dropped: int, shift: int) -> list[Repair]:
    moved = []
    for repair in page.repairs:
        caption = _CAPTION_PLACE.fullmatch(repair.place)
        if repair.place == "body" and repair.start >= dropped:
            moved.append(replace(repair, start=repair.start + shift, end=repair.end + shift))
        elif caption and page.captions[int(caption[1])] in captions:
            place = len(whole.captions) + captions.index(page.captions[int(caption[1])])
            moved.append(replace(repair, place=f"captions[{place}]"))
    return moved
