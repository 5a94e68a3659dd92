"""`caixun run`'s supervisor as a process: restarts, one per data directory, and an end that leaves nobody."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler import supervisor
from tests.scheduler.test_lifeline import alive, number_in, wait_until

ROOT = Path(__file__).parents[2]
PREFIX = (
    f"import os, pathlib, signal, sys, time\nsys.path.insert(0, {str(ROOT)!r})\n"
    "from scheduler import lifeline\nlifeline.watch()\n"
    "folder = pathlib.Path(sys.argv[1])\n"
    "def tell(name):\n"
    "    new = folder / f'{name}.new'; new.write_text(str(os.getpid())); new.rename(folder / name)\n"
)
STEADY = "tell(sys.argv[2])\ntime.sleep(60)\n"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + STEADY
FLEETING = (
    "starts = folder / 'starts'\nstarts.open('a').write(f'{time.monotonic()}\\n')\nsys.exit('出错了：缺少文件')\n"
)
MISCONFIGURED = "sys.exit(print('端口 8000 已被占用，请换一个', file=sys.stderr) or 3)\n"
POLITE = "def end(*_): (folder / 'said goodbye').touch(); sys.exit(0)\nsignal.signal(signal.SIGTERM, end)\n" + STEADY
WITH_HELPER = "import subprocess\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
SUPERVISOR = f"""
import json, sys, pathlib
sys.path.insert(0, {str(ROOT)!r})
from scheduler import supervisor
from scheduler.supervisor import supervise
supervisor.HEALTHY_LIFE = float(sys.argv[3])
folder = pathlib.Path(sys.argv[1])
children = {{name: [sys.executable, "-c", code, str(folder), name] for name, code in json.loads(sys.argv[2])}}
asked = []
def ready():
    asked.append(1)
    if len(asked) == 3:
        print("READY", flush=True)
    return len(asked) == 3
sys.exit(supervise(children, directory=folder, echo=lambda line: print(line, flush=True), ready=ready))
"""


class Product:
    """A running supervisor with the given children."""

    def __init__(self, directory: Path, healthy_life: float = 60.0, **children: str) -> None:
        codes = json.dumps([(name, PREFIX + code) for name, code in children.items()])
        self.directory = directory
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(directory), codes, str(healthy_life)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUTF8": "1"},
        )

    def end(self, number: signal.Signals, limit: float = 10) -> tuple[int, float]:
        """The exit code and the seconds it took to end after the signal."""
        start = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(limit)
        return code, time.monotonic() - start

    def said(self) -> str:
        """All it printed (after its end)."""
        assert self.process.stdout is not None
        return self.process.stdout.read().decode()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture
def products() -> Iterator[list[Product]]:
    started: list[Product] = []
    yield started
    for product in started:
        product.close()


def start(products: list[Product], directory: Path, healthy_life: float = 60.0, **children: str) -> Product:
    products.append(Product(directory, healthy_life, **children))
    return products[-1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_ends_all_children_cleanly_with_exit_0(
    tmp_path: Path, products: list[Product], number: signal.Signals
) -> None:
    product = start(products, tmp_path, web=STEADY, schedule=POLITE)
    pids = number_in(tmp_path / "web"), number_in(tmp_path / "schedule")
    code, seconds = product.end(number)
    assert code == 0
    assert seconds < 3
    assert (tmp_path / "said goodbye").exists()
    assert not any(map(alive, pids))


def test_a_child_that_ignores_the_stop_is_killed_within_10_s(tmp_path: Path, products: list[Product]) -> None:
    product = start(products, tmp_path, deaf=DEAF)
    pid = number_in(tmp_path / "deaf")
    code, seconds = product.end(signal.SIGINT, 12)
    assert (code, alive(pid)) == (0, False)
    assert 7 < seconds < 10


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path, products: list[Product]) -> None:
    product = start(products, tmp_path, deaf=DEAF)
    pid = number_in(tmp_path / "deaf")
    product.process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    code, seconds = product.end(signal.SIGINT)
    assert (code, alive(pid)) == (0, False)
    assert seconds < 2


def test_kill_9_of_the_supervisor_leaves_no_child_after_2_s(tmp_path: Path, products: list[Product]) -> None:
    product = start(products, tmp_path, web=STEADY, schedule=STEADY)
    pids = number_in(tmp_path / "web"), number_in(tmp_path / "schedule")
    product.end(signal.SIGKILL)
    assert wait_until(lambda: not any(map(alive, pids)), 2)


def test_a_new_one_after_kill_9_waits_for_the_old_children_and_then_runs(
    tmp_path: Path, products: list[Product]
) -> None:
    slow_end = "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1.5), os._exit(0)))\n" + STEADY
    first = start(products, tmp_path, web=slow_end)
    old = number_in(tmp_path / "web")
    first.end(signal.SIGKILL)
    (tmp_path / "web").unlink()
    second = start(products, tmp_path, web=STEADY)
    new = number_in(tmp_path / "web")
    assert not alive(old)
    assert alive(new)
    assert second.end(signal.SIGTERM)[0] == 0
    assert "正在等待" in second.said()


def test_a_second_one_on_the_same_directory_says_which_process_has_it(tmp_path: Path, products: list[Product]) -> None:
    first = start(products, tmp_path, web=STEADY)
    number_in(tmp_path / "web")
    second = start(products, tmp_path, other=STEADY)
    assert second.process.wait(5) == 1
    said = second.said()
    assert len(said.splitlines()) == 1
    assert str(first.process.pid) in said
    assert str(tmp_path) in said
    assert not (tmp_path / "other").exists()
    assert first.process.poll() is None


def test_a_child_that_dies_is_started_again(tmp_path: Path, products: list[Product]) -> None:
    start(products, tmp_path, web=STEADY, schedule=STEADY)
    first, bystander = number_in(tmp_path / "web"), number_in(tmp_path / "schedule")
    (tmp_path / "web").unlink()
    os.kill(first, signal.SIGKILL)
    assert number_in(tmp_path / "web") != first
    assert number_in(tmp_path / "schedule") == bystander
    assert alive(bystander)


def test_one_that_keeps_dying_waits_longer_each_time_and_its_last_words_are_shown(
    tmp_path: Path, products: list[Product]
) -> None:
    product = start(products, tmp_path, broken=FLEETING)
    starts = tmp_path / "starts"
    assert wait_until(lambda: starts.exists() and len(starts.read_text().splitlines()) >= 4, 12)
    assert product.end(signal.SIGTERM)[0] == 0
    times = [float(line) for line in starts.read_text().splitlines()]
    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert pauses[0] >= 0.5
    assert pauses[1] >= 1.0
    assert pauses[2] >= 2.0
    said = product.said()
    assert re.search(r"broken 意外退出（退出码 1），0.5 秒后重新启动", said)
    assert "1 秒后" in said
    assert "出错了：缺少文件" in said


def test_one_that_lived_long_enough_before_it_died_is_started_without_a_longer_wait(
    tmp_path: Path, products: list[Product]
) -> None:
    lived = FLEETING.replace("sys.exit", "time.sleep(0.3)\nsys.exit")
    product = start(products, tmp_path, healthy_life=0.2, broken=lived)
    starts = tmp_path / "starts"
    assert wait_until(lambda: starts.exists() and len(starts.read_text().splitlines()) >= 3, 8)
    product.end(signal.SIGTERM)
    assert product.said().count("0.5 秒后重新启动") >= 2


def test_what_a_dead_child_started_in_its_group_goes_with_it(tmp_path: Path, products: list[Product]) -> None:
    code = WITH_HELPER.replace("subprocess.Popen", "helper = subprocess.Popen")
    code += "(folder / 'helper').write_text(str(helper.pid))\n" + STEADY
    start(products, tmp_path, web=code)
    helper, web = number_in(tmp_path / "helper"), number_in(tmp_path / "web")
    os.kill(web, signal.SIGKILL)
    assert wait_until(lambda: not alive(helper), 2)


def test_a_configuration_error_ends_everything_with_its_message(tmp_path: Path, products: list[Product]) -> None:
    product = start(products, tmp_path, web=STEADY, schedule=MISCONFIGURED)
    assert product.process.wait(10) == 1
    assert "端口 8000 已被占用，请换一个" in product.said()
    web = tmp_path / "web"
    assert not web.exists() or not alive(int(web.read_text()))


def test_ready_is_asked_until_it_is_so_and_then_no_more(tmp_path: Path, products: list[Product]) -> None:
    product = start(products, tmp_path, web=STEADY)
    number_in(tmp_path / "web")
    time.sleep(1)
    assert product.end(signal.SIGTERM)[0] == 0
    assert product.said().count("READY") == 1


def test_each_child_has_its_log_and_a_large_one_is_put_aside(tmp_path: Path, products: list[Product]) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "web.log").write_bytes(b"old\n" * (supervisor.LOG_LIMIT // 4 + 1))
    start(products, tmp_path, web="print('监听中', flush=True)\n" + STEADY)
    number_in(tmp_path / "web")
    assert (tmp_path / "logs" / "web.log").read_text("utf-8") == "监听中\n"
    assert (tmp_path / "logs" / "web.log.1").stat().st_size > supervisor.LOG_LIMIT
