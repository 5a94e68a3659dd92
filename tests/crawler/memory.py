"""A frontier in lists: the protocol as the crawler needs it, for one run at a time."""

from __future__ import annotations

import time
from dataclasses import replace

from crawler.exchange import body_hash
from crawler.values import Task, Visit


class MemoryFrontier:
    """Pending, leased, and what was stored; a failed task is due again after `back_off` seconds, three times."""

    def __init__(self, tasks: list[Task], back_off: float = 3600.0) -> None:
        self.back_off = back_off
        self.known: dict[str, Task] = {}
        self.due: dict[str, float] = {}
        self.leased: set[str] = set()
        self.visits: list[Visit] = []
        self.batches: list[int] = []
        self.extended = 0
        self.seed(tasks)

    def seed(self, tasks: list[Task]) -> None:
        for task in tasks:
            self.known.setdefault(task.url, task)
            self.due[task.url] = 0.0

    def claim(self, limit: int) -> list[Task]:
        now = time.monotonic()
        ready = [url for url, at in self.due.items() if at <= now][:limit]
        for url in ready:
            del self.due[url]
            self.leased.add(url)
        return [self.known[url] for url in ready]

    def done(self, visits: list[tuple[Task, Visit, list[Task]]]) -> int:
        self.batches.append(len(visits))
        return sum(self._one(*visit) for visit in visits)

    def _one(self, task: Task, visit: Visit, found: list[Task]) -> int:
        self.visits.append(visit)
        self.leased.discard(task.url)
        known = body_hash(visit.body) if visit.body is not None else task.body_hash
        self.known[task.url] = replace(task, etag=visit.etag, last_modified=visit.last_modified, body_hash=known)
        new = [one for one in found if one.url not in self.known]
        self.seed(new)
        return len(new)

    def fail(self, task: Task, visit: Visit) -> None:
        self.visits.append(visit)
        self.leased.discard(task.url)
        self.known[task.url] = replace(task, tries=task.tries + 1)
        if task.tries < 2:
            self.due[task.url] = time.monotonic() + max(self.back_off, visit.retry_after or 0.0)

    def extend(self, tasks: list[Task]) -> None:
        self.extended += len(tasks)

    def outstanding(self) -> int:
        now = time.monotonic()
        return len(self.leased) + sum(at <= now for at in self.due.values())
