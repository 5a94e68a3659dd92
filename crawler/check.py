"""What the spider would take from a live site, for the person who writes a source file; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crawler.lists import seeds
from crawler.process import crawl
from crawler.sources import Source
from crawler.values import Task, Visit
from parsers import Page, parse_page

BEIJING = timedelta(hours=8)


@dataclass(slots=True)
class SourceCheck:
    """One list page and one article as the spider saw them; `article` is None where none was reached."""

    source: Source
    visits: list[Visit] = field(default_factory=list)
    links: list[Task] = field(default_factory=list)
    page: Page | None = None

    @property
    def good(self) -> bool:
        """Whether a list page gave links and the first of them an article with title and paragraphs."""
        found = self.page.articles if self.page else ()
        return bool(self.links and found and found[0].title and found[0].paragraphs)

    def text(self) -> str:
        """The report in Chinese, a line per finding."""
        lines = [f"来源 {self.source.id}（{self.source.title}），只看不存"]
        lines += [f"{_kind(visit)} {visit.url}：{visit.error or f'HTTP {visit.status}'}" for visit in self.visits]
        lines.append(f"列表上的文章链接：{len(self.links)} 条" + ("" if self.links else "，请检查 lists 和 article"))
        lines += [f"  {task.date or '（无日期）'}  {task.title or '（无标题）'}  {task.url}" for task in self.links[:5]]
        lines += self._article_lines()
        lines.append("结论：可以启用" if self.good else "结论：还不能启用，见上面各行")
        return "\n".join(lines)

    def _article_lines(self) -> list[str]:
        if self.page is None:
            return ["文章：没有取到"]
        if not self.page.articles:
            return [f"文章：读不出来（{self.page.kind}：{self.page.reason}），请检查 [page]"]
        article = self.page.articles[0]
        return [
            f"文章标题：{article.title or '（没有）'}",
            f"发布时间：{article.published or '（没有）'}　来源：{article.origin or '（没有）'}",
            f"正文：{len(article.paragraphs)} 段，{len(article.body)} 字",
        ]


def _kind(visit: Visit) -> str:
    return {"list": "列表页", "epaper": "版面", "article": "文章"}.get(visit.kind, visit.kind)


class OneLook:
    """A frontier of one list page and one article of it; what it is given goes into the check."""

    def __init__(self, check: SourceCheck, task: Task) -> None:
        self.check = check
        self.waiting = [task]
        self.held = 0

    def claim(self, limit: int) -> list[Task]:
        """What waits."""
        tasks, self.waiting = self.waiting[:limit], self.waiting[limit:]
        self.held += len(tasks)
        return tasks

    def done(self, visits: list[tuple[Task, Visit, list[Task]]]) -> int:
        """Keep the visits; the first article found on the list is fetched next. Nothing counts as new."""
        for _, visit, found in visits:
            self.check.visits.append(visit)
            self.held -= 1
            articles = [task for task in found if task.kind == "article"]
            if visit.kind != "article":
                self.check.links += articles
                self.waiting += articles[:1]
            elif visit.body is not None:
                rules = self.check.source.page
                self.check.page = parse_page(visit.body, visit.final_url or visit.url, visit.content_type, rules)
        return 0

    def fail(self, task: Task, visit: Visit) -> None:
        """Keep the visit; nothing is tried twice."""
        self.check.visits.append(visit)
        self.held -= 1

    def extend(self, tasks: list[Task]) -> None:
        """Leases do not run out here."""

    def outstanding(self) -> int:
        """What waits or is in flight."""
        return len(self.waiting) + self.held


def check_source(source: Source) -> SourceCheck:
    """Fetch robots.txt, the first list page and its first article under the guard and delays of a real run.

    Once per process, as `crawl`. Network failures are lines of the report, not errors.
    """
    check = SourceCheck(source)
    today = (datetime.now(UTC) + BEIJING).date()
    crawl(source, OneLook(check, seeds(source, today)[0]), limit=2)
    return check
