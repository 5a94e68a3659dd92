"""The real web in two processes: limits, passwords, forms and downloads are counted and known by both alike."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from datasette_plugins.shared import Buckets
from scheduler import checkup, house, serving
from tests.scheduler.test_lifeline import alive, wait_until
from tests.web import archive_of

ROOT = Path(__file__).parents[2]
RATE, PASSWORD = 4, "雪豹 42"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Site:
    """`caixun serve` with two workers; readers come through a proxy on this machine."""

    def __init__(self, directory: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.directory = archive_of.make(directory, 3).path
        settings = f'[web]\nworkers = 2\nrate = {RATE}\ntrusted_proxy = "127.0.0.1"\nshow = "full"\n'
        (self.directory / "caixun.toml").write_text(settings, "utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "caixun", "serve", "--data", str(self.directory), "--port", str(self.port)],
            env={**os.environ, "CAIXUN_OPERATOR_PASSWORD": PASSWORD},
            cwd=ROOT,
        )
        assert wait_until(lambda: serving.remembered(self.directory).get("answering") == 2, 120)

    def workers(self) -> list[int]:
        """The children that live."""
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], stdout=subprocess.PIPE)
        return [int(line) for line in children.stdout.split()]

    def reader(self) -> http.client.HTTPConnection:
        """A connection that is kept; of two the second goes to the other worker."""
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        made.connect()
        return made

    def ask(self, address: str, path: str, form: dict[str, str] | None = None) -> int:
        """The status that a reader at `address` sees on a connection of his own."""
        reader = self.reader()
        headers = {"X-Forwarded-For": address} | (_FORM if form else {})
        reader.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
        try:
            return reader.getresponse().status
        finally:
            reader.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("workers"))
    yield running
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(10) == 0


def test_the_rate_of_an_address_is_that_of_one_web(site: Site) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(8) as readers:
        statuses = Counter(
            readers.map(lambda _: site.ask("203.0.113.5", "/search?q=%E5%BC%95%E6%89%8D"), range(4 * RATE))
        )
    refilled = (time.monotonic() - began) * RATE / 60
    assert RATE <= statuses[200] <= RATE + refilled + 1 and statuses[200] + statuses[429] == 4 * RATE
    assert site.ask("203.0.113.6", "/search?q=%E5%BC%95%E6%89%8D") == 200


def test_nobody_gets_more_tries_at_a_password_by_asking_all_at_once(site: Site) -> None:
    with ThreadPoolExecutor(10) as guessers:
        guesses = [{"password": f"{number}"} for number in range(20)]
        statuses = Counter(guessers.map(lambda form: site.ask("203.0.113.7", "/login", form), guesses))
    assert statuses == {403: 4, 429: 16}  # the fifth wrong one is told to wait too
    assert site.ask("203.0.113.7", "/login", {"password": PASSWORD}) == 429
    assert site.ask("203.0.113.8", "/login", {"password": PASSWORD}) == 302


def test_a_session_and_a_form_of_one_worker_are_good_at_the_other(site: Site) -> None:
    first, second = site.reader(), site.reader()
    first.request("POST", "/login", urlencode({"password": PASSWORD}), _FORM | {"X-Forwarded-For": "203.0.113.9"})
    answer = first.getresponse()
    answer.read()
    session = str(answer.headers["Set-Cookie"]).partition(";")[0]
    first.request("GET", "/takedown", headers={"Cookie": session, "X-Forwarded-For": "203.0.113.9"})
    answer = first.getresponse()
    token = re.search(r'name="csrftoken" value="([^"]+)"', answer.read().decode())
    cookie = next(one for one in answer.headers.get_all("Set-Cookie") or [] if one.startswith("ds_csrftoken"))
    assert token
    headers = _FORM | {"Cookie": f"{session}; {cookie.partition(';')[0]}", "X-Forwarded-For": "203.0.113.9"}
    statuses = []
    for reader, given in ((first, token[1]), (second, token[1]), (second, "forged")):
        reader.request("POST", "/logout", urlencode({"csrftoken": given}), headers)
        answered = reader.getresponse()
        answered.read()
        statuses.append(answered.status)
    first.close()
    second.close()
    assert statuses == [302, 302, 403]


def test_a_killed_worker_is_replaced_and_knows_the_secret_and_the_doctor_tells(site: Site) -> None:
    doomed = site.workers()[0]
    os.kill(doomed, signal.SIGKILL)
    statuses = [site.ask("203.0.113.10", "/about") for _ in range(10)]
    assert statuses == [200] * 10
    assert wait_until(lambda: serving.remembered(site.directory)["answering"] == 2, 60)
    assert not alive(doomed) and len(site.workers()) == 2
    found = checkup.web(site.directory, house.now())
    assert found.state == "warn" and "信号 9" in found.detail and "2 个进程" in found.detail


COUNTING = f"""
import os, signal, sys, time
sys.path.insert(0, {str(ROOT)!r})
from datasette_plugins import shared
shared.prepare()
count = shared.Count(shared.memory(object(), shared.FLOWS))
count.add(1)
child = os.fork()
if not child:
    count.add(3)
    count.add(-1)
    time.sleep(60)
while count.total() < 3:
    time.sleep(0.01)
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
sys.exit(count.total() - 1)
"""


def test_what_a_killed_worker_was_sending_no_longer_counts() -> None:
    assert subprocess.run([sys.executable, "-c", COUNTING], timeout=60, check=False).returncode == 0


def test_a_bucket_forgets_who_was_quiet_longest() -> None:
    now = [1.0]
    buckets = Buckets(1, lambda: now[0])
    assert buckets.take("first") == 0.0 < buckets.take("first")
    for number in range(100_000):  # a crowd passes, some twenty for every place in a set
        now[0] += 1e-5
        buckets.take(str(number))
    assert buckets.take("first") == 0.0
    assert buckets.take("99999") > 0 and buckets.take("99998") > 0
