"""Everything else that apprise speaks (the optional extra `[apprise]`): Telegram, Bark, ServerChan, PushPlus and more.

apprise alone would follow redirects, cut by characters and reach private addresses: see `apprise_child`.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scheduler import messages
from scheduler.channels.addresses import RefusedAddress, Rules
from scheduler.channels.pacing import Pacer
from scheduler.channels.receipt import NotAccepted, Receipt
from scheduler.errors import DeliveryError
from scheduler.messages import Message

_PATIENCE = 90.0  # seconds without a word from the program
_ROOT = Path(__file__).resolve().parents[2]


def checked(address: str) -> str:
    """`address` when it looks like one of apprise's. Raises RefusedAddress, also when apprise is not installed."""
    if importlib.util.find_spec("apprise") is None:
        raise RefusedAddress("这种渠道需要 apprise：请安装 caixun[apprise]", permanent=True)
    if not re.fullmatch(r"[A-Za-z][\w+.-]*://\S+", address):
        raise RefusedAddress(f"{address[:40]!r} 不是 apprise 的地址，应像 tgram://… 或 barks://…", permanent=True)
    return address


async def send(
    address: str,
    message: Message,
    rules: Rules,
    pacer: Pacer,
    *,
    done: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Receipt:
    """Send the parts of `message` after the first `done`; `progress` is called with the number of parts accepted.

    Raises RefusedAddress, NotAccepted and DeliveryError.
    """
    entries = map(messages.plain_entry, message.entries)
    job = {
        "url": checked(address),
        "title": message.subject,
        "blocks": [message.intro, *entries, *message.lines, messages.plain_foot(message)],
        "done": done,
        "plain_http": rules.plain_http,
        "allowed": sorted(rules.allowed),
    }
    await pacer.turn(address)
    answer = await _run(job, progress)
    if "error" not in answer:
        return Receipt(answer["parts"], f"apprise · {answer['parts']}")
    if answer.get("refused"):
        raise RefusedAddress(answer["error"], permanent=False)
    raise NotAccepted(answer["error"], permanent=answer["permanent"], answer=answer["said"])


async def _run(job: dict[str, Any], progress: Callable[[int], None] | None) -> dict[str, Any]:
    # Its environment holds no secret of ours and no proxy; the address goes by standard input, which nobody can list.
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-B", "-m", "scheduler.channels.apprise_child",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        cwd=_ROOT, env=kept,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(job).encode())
        process.stdin.write_eof()
        return await _answer(process.stdout, progress)
    except (TimeoutError, ValueError, OSError) as error:
        raise DeliveryError("apprise 没有答复；稍后重试", permanent=False) from error
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _answer(lines: asyncio.StreamReader, progress: Callable[[int], None] | None) -> dict[str, Any]:
    """The last line that the program writes. Raises TimeoutError, and ValueError when it ended without one."""
    while True:
        async with asyncio.timeout(_PATIENCE):
            answer: dict[str, Any] = json.loads(await lines.readline())
        if "part" not in answer:
            return answer
        if progress:
            progress(answer["part"])
