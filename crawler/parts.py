"""The further pages of an article that is printed over several, as tasks."""

from __future__ import annotations

from crawler.values import Task
from parsers.decode import decode
from parsers.links import next_page
from parsers.parts import is_part_of

MOST_PARTS = 30  # of one article: more is a trap
_PAGER = ("下一页", "下页", "下一頁", "createPage", "next", "Next", "尾页", "末页")


def next_part(task: Task, base: str, body: bytes, content_type: str | None) -> Task | None:
    """The next page of the article at `base`, None where it has none; a link to the next article is none."""
    if task.depth >= MOST_PARTS:
        return None
    html = decode(body, content_type).text
    if not any(word in html for word in _PAGER):
        return None
    url = next_page(html, base)
    if url is None or url == task.url or not is_part_of(base, url):
        return None
    depth = task.depth + 1 if task.kind == "part" else 1
    return Task(url, task.source, "part", depth, title=task.title, date=task.date)
