"""What went wrong on the way, as one line of a visit. The first word is for programs, the rest for people."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.web._newclient import ParseError, ResponseFailed

from crawler.encoding import BrokenEncodingError
from crawler.guard import REFUSALS, RefusedAddress

# Everything that a site can do to a request; whatever else is raised is a fault of ours and stays loud.
NETWORK_ERRORS: tuple[type[BaseException], ...] = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    BrokenEncodingError,
    ConnectError,
    ConnectionClosed,
    DNSLookupError,
    ParseError,
    ResponseFailed,
    OSError,
)

_CONNECTION = (  # what the libraries say of a failed connection, and what that means
    ("ParseError", "答复不是 HTTP"),
    ("ConnectionDone", "对方没有答完就断开了"),
    ("ConnectionLost", "对方没有答完就断开了"),
    ("Refused", "对方拒绝连接"),
    ("SSL", "加密连接失败（证书或协议有问题）"),
    ("ertificate", "加密连接失败（证书或协议有问题）"),
)


def explained(error: BaseException, url: str) -> str:
    """One line for `error` on the way to `url`: a word for programs, a colon, Chinese for people."""
    if isinstance(error, RefusedAddress):
        return f"refused address：{error}"
    if isinstance(error, (CannotResolveHostError, DNSLookupError)):
        return _unresolved(urlsplit(url).hostname or url, str(error))
    if isinstance(error, DownloadTimeoutError):
        return "timeout：对方没有在时限内答完"
    if isinstance(error, DownloadCancelledError):
        return "too large：答复超过 10 MiB，已停止接收"
    if isinstance(error, ResponseDataLossError):
        return "cut short：收到的比对方声明的少，页面不完整"
    if isinstance(error, IgnoreRequest):
        return _ignored(error)
    if isinstance(error, BrokenEncodingError):
        return str(error) if "：" in str(error) else f"encoding：{error}"
    return f"connection：{_connection(error)}"


def _unresolved(host: str, detail: str) -> str:
    for name, reason in REFUSALS.items():  # after a redirect the name is not the task's own
        if name == host or name in detail:
            return f"refused address：{reason}"
    return f"dns：{host} 查不到地址"


def _ignored(error: IgnoreRequest) -> str:
    text = str(error)
    if text.startswith("robots："):
        return text
    return "redirect：跳转太多次" if "redirection" in text else f"refused：{text}"


def _connection(error: BaseException) -> str:
    """What became of the connection: in words where the cause is known, else as the library says it."""
    detail = f"{type(error).__name__} {error}"
    return next((words for sign, words in _CONNECTION if sign in detail), f"连接失败（{_short(error)}）")


def _short(error: BaseException) -> str:
    lines = str(error).splitlines()
    return (lines[0] if lines else type(error).__name__)[:160]
