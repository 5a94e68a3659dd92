"""A look at a few pages of a site, under the guard, robots.txt and delays of a real run; nothing is stored.

A look runs in a process of its own (`python -m crawler.look`, one order as JSON in, one answer as JSON out), because
Twisted's reactor starts once a process and because a hanging site must not hold up the others.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.draft import MOST_ARTICLES, Planner
from crawler.errors import CrawlFailed
from crawler.lists import seeds
from crawler.process import crawl
from crawler.settings import USER_AGENT
from crawler.sources import Source, read_source
from crawler.values import Task, Visit

BEIJING = timedelta(hours=8)
MOST_LISTS = 4  # list pages that are tried until one leads to an article
PATIENCE = 240.0  # seconds for one look, the delays between its requests included
_OFFLINE = ("dns：", "connection：", "timeout：")


@dataclass(slots=True)
class Look:
    """The visits of a look in their order, and the tasks found on each by its address."""

    visits: list[Visit] = field(default_factory=list)
    found: dict[str, list[Task]] = field(default_factory=dict)
    failure: str = ""

    @property
    def offline(self) -> bool:
        """Whether nothing at all could be reached, as without a network."""
        return bool(self.visits) and all(
            visit.status == 0 and any(word in (visit.error or "") for word in _OFFLINE) for visit in self.visits
        )

    def as_json(self) -> dict[str, Any]:
        """The look with its pages in base64."""
        visits = [{**asdict(visit), "body": _text(visit.body)} for visit in self.visits]
        found = {url: [asdict(task) for task in tasks] for url, tasks in self.found.items()}
        return {"visits": visits, "found": found, "failure": self.failure}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Look:
        """What `as_json` wrote."""
        visits = [Visit(**{**visit, "body": _bytes(visit["body"])}) for visit in values["visits"]]
        found = {url: [Task(**task) for task in tasks] for url, tasks in values["found"].items()}
        return cls(visits, found, values["failure"])


def _text(body: bytes | None) -> str | None:
    return None if body is None else base64.b64encode(body).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


Follow = Callable[[Visit, list[Task]], list[Task]]


class FewPages:
    """A frontier of a handful of pages: what each visit leads to is decided by `follow`; nothing is tried twice.

    Of several articles the first is asked for, the others only where it is not there.
    """

    def __init__(self, look: Look, tasks: list[Task], follow: Follow) -> None:
        self.look, self.follow = look, follow
        self.waiting = list(tasks[:1])
        self.others = list(tasks[1:])
        self.spares: list[Task] = []
        self.held = 0

    def claim(self, limit: int) -> list[Task]:
        """What waits."""
        tasks, self.waiting = self.waiting[:limit], self.waiting[limit:]
        self.held += len(tasks)
        return tasks

    def done(self, visits: list[tuple[Task, Visit, list[Task]]]) -> int:
        """Keep the visits and what they lead to; where that is nothing the next address is tried. Nothing is new."""
        for task, visit, found in visits:
            self.look.found[task.url] = found
            self._seen(task, visit, self.follow(visit, found))
        return 0

    def fail(self, task: Task, visit: Visit) -> None:
        """Keep the visit."""
        self._seen(task, visit, [])

    def _seen(self, task: Task, visit: Visit, following: list[Task]) -> None:
        self.look.visits.append(visit)
        self.held -= 1
        if not following and task.kind != "article" and self.others:
            following = [self.others.pop(0)]
        articles = [one for one in following if one.kind == "article"]
        self.waiting += [one for one in following if one not in articles[1:]]
        self.spares += articles[1:]
        if task.kind == "article" and visit.body is None and self.spares:
            self.waiting.append(self.spares.pop(0))

    def extend(self, tasks: list[Task]) -> None:
        """Leases do not run out here."""

    def outstanding(self) -> int:
        """What waits or is in flight."""
        return len(self.waiting) + self.held


def first_articles(visit: Visit, found: list[Task]) -> list[Task]:
    """The first articles on a list, for `FewPages`."""
    return [one for one in found if one.kind == "article"][:MOST_ARTICLES]


def look_at_source(source: Source, user_agent: str = USER_AGENT) -> Look:
    """Up to four list pages of `source`, until one leads to an article, and that article; of three the first that is
    there. Once per process.
    """
    today = (datetime.now(UTC) + BEIJING).date()
    look = Look()
    tasks = seeds(source, today)[:MOST_LISTS]
    crawl(source, FewPages(look, tasks, first_articles), limit=len(tasks) + MOST_ARTICLES, user_agent=user_agent)
    return look


def look_around(source: Source, url: str, follow: Follow, user_agent: str = USER_AGENT) -> Look:
    """The page at `url`, and the pages that `follow` wants to see after it. Once per process."""
    look = Look()
    frontier = FewPages(look, [Task(url, source.id, "look")], follow)
    crawl(source, frontier, limit=MOST_LISTS + 2, user_agent=user_agent)
    return look


def look_apart(file: Path, url: str | None = None, user_agent: str = USER_AGENT) -> Look:
    """A look at the source of `file`, or around the page at `url`, in a process of its own, ended when it hangs."""
    order = json.dumps({"file": str(file), "url": url, "user_agent": user_agent})
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.look"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    lifeline, process.stdin = process.stdin, None  # stays open while we live: its end tells the other that we are gone
    try:
        lifeline.write(order.encode() + b"\n")
        lifeline.flush()
        answer, said = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return Look(failure=f"timeout：{PATIENCE:.0f} 秒没有看完，已停止")
    except BrokenPipeError:
        return Look(failure="抓取进程没有启动起来")
    finally:
        process.kill()
        process.wait()
        lifeline.close()
    return _answer(process.returncode, answer, said)


def _answer(code: int, answer: bytes, said: bytes) -> Look:
    if code == 0:
        return Look.from_json(json.loads(answer))
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return Look(failure=lines[-1] if lines else f"抓取进程结束，退出码 {code}")


def _end_with_parent() -> None:
    while os.read(0, 1024):  # not through sys.stdin, whose lock would be held when the process ends in good order
        pass
    os._exit(1)


def main() -> None:
    """Work off one order from standard input."""
    order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    source, agent = read_source(Path(order["file"])), order["user_agent"]
    try:
        if order["url"]:
            look = look_around(source, order["url"], Planner(order["url"]).follow, agent)
        else:
            look = look_at_source(source, agent)
    except CrawlFailed as error:
        look = Look(failure=str(error))
    sys.stdout.write(json.dumps(look.as_json()))


if __name__ == "__main__":
    main()
