"""才讯 on the command line: `caixun --help` lists the commands; they lie by topic in scheduler/commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parsers.errors import CaixunError
from scheduler.commands import (
    alerts,
    bench,
    brief,
    bundle,
    crawling,
    doctor,
    downloading,
    keeping,
    publish,
    reading,
    running,
    searching,
    sources,
    takedown,
    warc,
)
from scheduler.commands.options import DATA

if TYPE_CHECKING:
    from db.notebook import Archive

_TOPICS = (
    running,
    publish,
    crawling,
    reading,
    searching,
    downloading,
    brief,
    sources,
    takedown,
    alerts,
    bench,
    warc,
    bundle,
    keeping,
    doctor,
)


class Commands(click.Group):
    """Expected failures become one line on standard error and exit code 1; bugs stay loud."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except CaixunError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:  # the reader of our output has left (| head)
            sys.stderr.close()
            raise SystemExit(1) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="caixun", prog_name="caixun")
def main() -> None:
    """才讯：关注各省人才工作新闻，抓取、解析、检索、提醒、下载。"""


def connect(where: str | Path, *, frames: str = "pandas") -> Archive:
    """An archive to be read in a notebook: a data directory, a file of an edition, or the address of a running site.

    Tables come as data frames of `frames`, "pandas" or "polars" (pip install "caixun[notebook]"); see docs/notebook.md.
    Raises db.errors.DataDirectoryError, scheduler.errors.SiteUnreachable.
    """
    from scheduler import notebook

    return notebook.connect(where, frames)


@main.command()
@DATA
@click.option("--host", default=None, help="监听地址（默认见 caixun.toml）")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="端口（默认 8000）")
@click.option(
    "--edition", type=click.Path(path_type=Path), help="打开已发布的版本（caixun publish 的目录，或其中一个），只读"
)
def serve(data: Path, host: str | None, port: int | None, edition: Path | None) -> None:
    """只启动网页。"""
    from scheduler import child, programs

    child.begin()
    import uvicorn

    from datasette_plugins.app import build
    from db.paths import DataDirectory
    from scheduler.in_force import settings_of
    from scheduler.publishing import access_of, opened

    directory = DataDirectory(data.resolve()) if edition else DataDirectory(data.resolve()).existing()
    settings = settings_of(directory)
    host, port = host or settings.web.host, port or settings.web.port
    if programs.port_in_use(host, port):
        click.echo(f"端口 {host}:{port} 已被占用：请关掉占用它的程序，或用 --port 换一个端口", err=True)
        sys.exit(3)
    url = settings.web.base_url.rstrip("/") or f"http://{host}:{port}"
    shown, access = programs.full_text(settings, host), access_of(directory, settings)
    if edition:
        directory, shown = opened(edition.resolve())
    application = build(directory.path, url, show_full_text=shown, access=access).app()
    # who stands behind a proxy is decided by [web] trusted_proxy, not by whatever a client writes into a header
    uvicorn.run(
        application, host=host, port=port, log_level="warning", timeout_graceful_shutdown=3, proxy_headers=False
    )


for _topic in _TOPICS:
    for _command in _topic.COMMANDS:
        main.add_command(_command)


if __name__ == "__main__":
    main()
