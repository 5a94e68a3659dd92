"""The sentences of an article that a brief quotes: never a word that does not stand there, each with its place."""

from __future__ import annotations

from collections.abc import Sequence

from db.brief.values import Quote
from db.dictionary import EVIDENCE
from db.marks import spans
from parsers.sentences import sentences

_LONGEST = 150  # characters of one sentence
_SHORTEST = 12  # shorter ones are headings, bylines, single words
_SHORT = 45  # a sentence that stands alone says too little below this
_MOST = 2
_ENDS = ("。", "！", "？", "；", "”", "）")
_OPENING = ("记者", "本报讯", "本网讯", "编辑", "责编", "来源", "图为", "图片", "（记者", "作者", "原标题")


def quotes(body: str, facts: Sequence[tuple[int, int]], words: Sequence[str], *, excerpt: bool) -> tuple[Quote, ...]:
    """At most two sentences of `body` in their order: the one that opens it, and the one that says most.

    A sentence says most that holds most of `facts` (spans of the body), then most of `words`. With `excerpt` no more
    than an excerpt's characters are quoted in all.
    """
    known = [_trimmed(body, one.start, one.start + len(one.text)) for one in sentences(body)]
    whole = [(a, b) for a, b in known if b - a >= _SHORTEST and not body.startswith(_OPENING, a)]
    # a line without a full stop is a heading; where nothing else is there, it is all there is
    fit = (
        [(a, b) for a, b in whole if body[a:b].endswith(_ENDS)]
        or whole
        or [pair for pair in known if pair[1] > pair[0]]
    )
    if not fit:
        return ()
    found = spans(body, list(words)) if words else ()
    richest = max(fit, key=lambda span: (_inside(facts, span), _inside(found, span), -span[0]))
    chosen = sorted({fit[0], richest}) if _inside(facts, richest) or _inside(found, richest) else [fit[0]]
    if len(chosen) == 1 and chosen[0][1] - chosen[0][0] < _SHORT:
        chosen = fit[fit.index(chosen[0]) :][:_MOST]  # an opening that only says that something was held
    return _within(body, chosen[:_MOST], EVIDENCE if excerpt else _MOST * _LONGEST)


def _trimmed(body: str, start: int, end: int) -> tuple[int, int]:
    text = body[start:end]
    return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))


def _inside(inner: Sequence[tuple[int, int]], outer: tuple[int, int]) -> int:
    return sum(outer[0] <= start < outer[1] for start, _ in inner)


def _within(body: str, chosen: Sequence[tuple[int, int]], room: int) -> tuple[Quote, ...]:
    made: list[Quote] = []
    for start, end in chosen:
        length = min(end - start, _LONGEST, room)
        if length < _SHORTEST and made:
            break
        room -= length
        text = body[start : start + length].replace("\n", " ")
        made.append(Quote(text, start, start + length, body.count("\n", 0, start) + 1, length < end - start))
    return tuple(made)
