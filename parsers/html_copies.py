"""The article once: copies for a poster, a phone or a preview inside the body's element are left out.

What the author prints twice (a sentence of the lead again in the text, a paragraph pasted twice) stays: a copy repeats
the order of several paragraphs, or most of the text.
"""

from __future__ import annotations

from parsers.html_lines import Line

_COUNTS = 12  # characters; shorter lines (小标题) repeat by chance
_RUN = 60  # characters of the least run of paragraphs that is a copy
_STEM = 20
_MOST_COMPARED = 20_000_000  # characters times lines; longer pages are no posters


def once(paragraphs: list[Line]) -> list[Line]:
    """The paragraphs without those that are copies, in page order."""
    texts = ["".join(line.text.split()) for line in paragraphs]
    dropped = _blobs(texts) | _previews(texts)
    first: dict[str, int] = {}
    repeats: dict[int, int] = {}  # number of a line → number of the line it repeats
    for number, text in enumerate(texts):
        if len(text) >= _COUNTS and number not in dropped:
            earlier = first.setdefault(text, number)
            if earlier != number:
                repeats[number] = earlier
    if repeats:
        dropped |= _copies(texts, repeats)
    return [line for number, line in enumerate(paragraphs) if number not in dropped]


def _copies(texts: list[str], repeats: dict[int, int]) -> set[int]:
    repeated = sum(len(texts[number]) for number in repeats)
    if repeated >= 0.4 * (sum(map(len, texts)) - repeated):
        # a second copy begins where the first line comes again; its headings go with it
        begin = min(repeats)
        copied = set(texts[:begin])
        return set(repeats) | {number for number in range(begin, len(texts)) if texts[number] in copied}
    dropped: set[int] = set()
    run: list[int] = []
    for number in sorted(repeats):
        follows = bool(run) and number == run[-1] + 1 and repeats[number] == repeats[run[-1]] + 1
        if not follows:
            dropped |= _long_enough(run, texts)
            run = []
        run.append(number)
    return dropped | _long_enough(run, texts)


def _long_enough(run: list[int], texts: list[str]) -> set[int]:
    return set(run) if len(run) > 1 and sum(len(texts[number]) for number in run) >= _RUN else set()


def _blobs(texts: list[str]) -> set[int]:
    """The number of a line that holds most of the other paragraphs in one piece, as posters do."""
    if len(texts) < 3:
        return set()
    longest = max(range(len(texts)), key=lambda number: len(texts[number]))
    blob = texts[longest]
    if len(blob) < 0.3 * sum(map(len, texts)) or len(blob) * len(texts) > _MOST_COMPARED:
        return set()
    parts = {text for text in texts if len(text) >= _COUNTS and text is not blob and text in blob}
    inside = sum(map(len, parts))
    return {longest} if len(parts) > 1 and inside >= 0.8 * len(blob) else set()


def _previews(texts: list[str]) -> set[int]:
    """The lines that only repeat, cut short with …, how a later or earlier paragraph begins."""
    cut = {number: text.rstrip(".…") for number, text in enumerate(texts) if text.endswith(("…", "..."))}
    if len(cut) * len(texts) > _MOST_COMPARED:
        return set()
    return {
        number
        for number, stem in cut.items()
        if len(stem) > _STEM and any(other.startswith(stem) and len(other) > len(texts[number]) for other in texts)
    }
