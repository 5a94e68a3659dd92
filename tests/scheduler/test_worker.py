"""Several machines over a real Redis: whatever is killed, every page is stored, and hardly one asked for twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.errors import RedisAway
from db.connection import open_writer
from db.paths import DataDirectory
from scheduler import limits, worker
from scheduler.errors import SettingsError
from scheduler.ingest import Ingest
from scheduler.remote import post_at
from scheduler.settings import load
from scheduler.worker import Worker
from tests.scheduler.several_machines import Bed, Server, kill_all, news_site, redis_server

PAGES = 60


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with redis_server(folder) as server:
        yield server


@pytest.fixture
def bed(tmp_path: Path, redis: Server) -> Iterator[Bed]:
    with news_site(2, PAGES, 0.03) as site:
        made = Bed(site, redis, DataDirectory(tmp_path / "data"))
        yield made
        made.close()


def test_a_killed_worker_is_followed_by_another_and_nothing_is_missing(bed: Bed) -> None:
    bed.ingest()
    first = bed.worker()
    bed.announce()
    bed.wait(lambda: bed.site.asked.total() >= PAGES)
    kill_all(first)
    bed.worker()
    bed.wait(bed.ended)
    assert bed.stored() == 2 * PAGES
    assert 0 < bed.site.repeated() <= 64
    assert bed.outcomes() == ["complete", "complete"]
    assert max(bed.site.most_at_once.values()) <= bed.concurrency


def test_a_killed_ingest_and_a_restarted_redis_lose_and_repeat_nothing(bed: Bed) -> None:
    first = bed.ingest()
    bed.worker()
    bed.announce()
    bed.wait(lambda: bed.stored() >= PAGES // 4)
    kill_all(first)
    bed.redis.kill()
    time.sleep(1)
    bed.redis.start()
    bed.ingest()
    bed.wait(bed.ended)
    assert bed.stored() == 2 * PAGES
    assert bed.site.repeated() == 0
    assert bed.visits() == 2 * PAGES + 6  # two list pages of thirty and the one after them, for each host


def test_a_stopped_worker_hands_over_what_it_has_not_asked(bed: Bed) -> None:
    bed.ingest()
    first = bed.worker()
    bed.announce()
    bed.wait(lambda: bed.site.asked.total() >= PAGES // 2)
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    bed.worker()
    bed.wait(bed.ended)
    assert (bed.stored(), bed.site.repeated()) == (2 * PAGES, 0)
    assert bed.outcomes() == ["complete", "complete"]


def test_a_run_that_hangs_on_a_worker_is_ended_and_taken_up_again(
    bed: Bed, redis: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SILENCE", 0.5)
    monkeypatch.setattr(limits, "GRACE", 0.5)
    monkeypatch.setattr(worker, "_REST", 0.0)
    said: list[str] = []
    bed.ingest()
    bed.announce()
    here = Worker(redis.url, 2, said.append)
    hung: set[int] = set()

    def step() -> bool:
        here.step()
        if not hung and bed.site.asked.total() >= PAGES:
            hung.update(one.watch.process.pid for one in here.running.values())
            for number in hung:
                os.killpg(number, signal.SIGSTOP)  # answers nothing any more, not even SIGTERM
        return bed.ended()

    def idle() -> bool:
        here.step()
        return not here.running

    bed.wait(step)
    bed.wait(idle)
    assert hung and any("没有动静，已终止" in line for line in said)
    assert (bed.stored(), bed.outcomes()) == (2 * PAGES, ["complete", "complete"])


def test_a_redis_that_lost_its_data_costs_a_new_run_and_no_page(bed: Bed) -> None:
    bed.announce()
    post_at(bed.redis.url).ask("FLUSHALL")
    bed.ingest()
    bed.worker()
    with closing(open_writer(bed.directory.crawl)) as connection:  # as when the lease of the lost runs has run out
        connection.execute("update source_state set lease_until = '2020-01-01T00:00:00+00:00'")
    bed.announce()
    bed.wait(bed.ended)
    assert bed.stored() == 2 * PAGES
    assert bed.outcomes() == ["interrupted", "interrupted", "complete", "complete"]


def test_a_second_ingest_is_refused_and_a_worker_waits_for_redis(bed: Bed) -> None:
    ingest = bed.ingest()
    bed.wait(lambda: (bed.directory.path / "locks" / ".ingest").exists())
    assert bed.ingest().wait(60) == 1
    bed.redis.kill()
    worker = bed.worker()
    time.sleep(4)
    assert (worker.poll(), ingest.poll()) == (None, None)
    bed.redis.start()
    bed.announce()
    bed.wait(bed.ended)
    assert bed.stored() == 2 * PAGES


def test_an_ingest_killed_before_tasks_reached_redis_hands_them_out_again(bed: Bed) -> None:
    bed.announce()
    first = Ingest(bed.directory, post_at(bed.redis.url))
    first.step(10)
    first.step(10)
    for port in bed.site.ports:
        assert first.post.queued(f"site{port}") == 1
        first.post.ask("XTRIM", f"caixun:tasks:site{port}", "MAXLEN", 0)  # leased in crawl.db, and never sent
    first.close()
    second = Ingest(bed.directory, post_at(bed.redis.url))
    second.step(10)
    assert [second.post.queued(f"site{port}") for port in bed.site.ports] == [1, 1]
    second.close()


def test_tasks_that_did_not_reach_a_redis_that_went_away_are_handed_out_again(bed: Bed) -> None:
    bed.announce()
    work = Ingest(bed.directory, post_at(bed.redis.url, patience=0))
    work.step(10)
    for port in bed.site.ports:
        work.post.ask("XTRIM", f"caixun:tasks:site{port}", "MAXLEN", 0)  # leased in crawl.db, and never arrived
    bed.redis.kill()
    with pytest.raises(RedisAway, match="请检查它是否在运行"):
        work.step(10)
    bed.redis.start()
    work.step(10)
    assert [work.post.queued(f"site{port}") for port in bed.site.ports] == [1, 1]
    work.close()


def test_a_password_does_not_belong_into_the_settings(tmp_path: Path) -> None:
    (tmp_path / "caixun.toml").write_text('[crawl]\nredis = "redis://:secret@10.0.0.1:6379/0"\n', "utf-8")
    with pytest.raises(SettingsError, match="不含密码"):
        load(tmp_path)
    (tmp_path / "caixun.toml").write_text('[crawl]\nredis = "redis://10.0.0.1:6379/0"\n', "utf-8")
    assert load(tmp_path).crawl.redis == "redis://10.0.0.1:6379/0"
