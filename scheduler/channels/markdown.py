"""Messages in the little Markdown that group robots understand: bold, links, lines. What pages printed stays text."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.messages import Entry, Message

# Robots know no escapes that all of them honour; the full-width twin of a sign looks the same and does nothing.
_SIGNS = str.maketrans("[]<>*`_~|\\#", "［］＜＞＊｀＿～｜＼＃")


@dataclass(frozen=True, slots=True)
class Style:
    """What differs between robots: `line` is how a line is ended."""

    line: str = "\n"


def blocks(message: Message, heading: str, style: Style) -> tuple[str, ...]:
    """Head, articles, further lines and foot; each is cut at its lines where it is too long."""
    head = f"**{safe(heading)}**{style.line}{safe(message.intro)}"
    entries = (_entry(number, one, style) for number, one in enumerate(message.entries, 1))
    return (head, *entries, *map(safe, message.lines), _foot(message, style))


def _entry(number: int, one: Entry, style: Style) -> str:
    lines = [
        f"{number}. {safe(one.title)}",
        f"【{safe(one.note)}】" if one.note else "",
        safe(one.facts),
        _marked(one),
        f"数字：{safe('；'.join(one.figures))}" if one.figures else "",
        " · ".join([link("阅读", one.read), *([link("原文", one.original)] if one.original else [])]),
    ]
    return style.line.join(line for line in lines if line)


def _marked(one: Entry) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in one.marks:
        if done <= start < end <= len(one.sentence):
            pieces += [safe(one.sentence[done:start]), f"**{safe(one.sentence[start:end])}**"]
            done = end
    return "".join([*pieces, safe(one.sentence[done:])])


def _foot(message: Message, style: Style) -> str:
    links = [link(name, url) for name, url in (("此消息的存档", message.link), ("管理或退订", message.manage)) if url]
    why = f"为什么收到：{safe(message.why)}" if message.why else ""
    return style.line.join(line for line in (why, " · ".join(links)) if line)


def link(label: str, url: str) -> str:
    """A link; `url` is one of ours or went through `web_link`, so it has no bracket or space of its own."""
    return f"[{label}]({url})"


def safe(text: str) -> str:
    """`text` with the signs that robots take for markup replaced by their full-width twins."""
    return text.translate(_SIGNS)
