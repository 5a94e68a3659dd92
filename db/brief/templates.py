"""The templates of briefs: ours, or an office's own, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from db.brief import donor, markdown, page, word, wording
from db.brief.blocks import Document
from db.brief.values import Brief
from db.errors import WrongTemplate

WORDS, PAGE, LOOK, NOTES = "brief.md", "brief.html", "brief.docx", "说明.md"
FOLDER = "brief"  # in a data directory: the office's own templates, used wherever nothing else is said
_LARGEST = 20_000_000  # bytes of a Word template


@dataclass(frozen=True, slots=True)
class Templates:
    """The words (Jinja over Markdown), the page around them (Jinja over HTML), and the look in Word."""

    words: str
    page: str
    look: bytes

    def text(self, brief: Brief, base: str) -> str:
        """The brief as the text that people edit; links to the archive begin with `base`. Raises WrongTemplate."""
        return wording.write(brief, self.words, base)

    def html(self, document: Document) -> str:
        """The document as a page of its own. Raises WrongTemplate."""
        return page.whole(document, self.page)

    def docx(self, document: Document) -> bytes:
        """The document as a Word file. Raises WrongTemplate."""
        return word.write(document, self.look, LOOK)

    def file(self, text: str, form: str) -> bytes:
        """The text as a file: `form` is md, html or docx. Raises WrongTemplate."""
        if form == "md":
            return text.encode()
        document = markdown.read(text)
        return self.docx(document) if form == "docx" else self.html(document).encode()


def load(folder: Path | None = None) -> Templates:
    """The templates in `folder`, ours for each file that it does not have; without a folder ours.

    Raises WrongTemplate when it is no folder, holds none of the files, or one cannot be read.
    """
    if folder is None:
        return Templates(_own(WORDS), _own(PAGE), donor.make())
    if not folder.is_dir():
        raise WrongTemplate(f"没有模板目录 {folder}；caixun brief --write-template 目录 可写出一套样本")
    files = {name: folder / name for name in (WORDS, PAGE, LOOK) if (folder / name).is_file()}
    if not files:
        raise WrongTemplate(f"{folder} 里没有模板：应有 {WORDS}、{PAGE}、{LOOK} 中的一个或几个")
    return Templates(
        _text(files[WORDS]) if WORDS in files else _own(WORDS),
        _text(files[PAGE]) if PAGE in files else _own(PAGE),
        _bytes(files[LOOK]) if LOOK in files else donor.make(),
    )


def of_directory(directory: Path) -> Templates:
    """The templates of a data directory: its folder `brief`, else ours. Raises WrongTemplate."""
    folder = directory / FOLDER
    return load(folder if folder.is_dir() and any((folder / name).is_file() for name in (WORDS, PAGE, LOOK)) else None)


def _own(name: str) -> str:
    return resources.files("db.brief").joinpath("templates", name).read_text("utf-8")


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise WrongTemplate(f"模板 {path} 超过 {_LARGEST // 1_000_000} MB：请压缩其中的图片")
        return path.read_bytes()
    except OSError as error:
        raise WrongTemplate(f"模板 {path} 无法读取：{error.strerror}") from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongTemplate(f"模板 {path} 不是 UTF-8 编码：请另存为 UTF-8") from error


def write_samples(folder: Path) -> tuple[Path, ...]:
    """Write our templates, with a note on each, into `folder`; nothing that is there is overwritten.

    Raises WrongTemplate when one of the files is there already, or the folder cannot be written.
    """
    contents = {WORDS: _own(WORDS).encode(), PAGE: _own(PAGE).encode(), LOOK: donor.make(), NOTES: _own(NOTES).encode()}
    there = [name for name in contents if (folder / name).exists()]
    if there:
        raise WrongTemplate(f"{folder} 里已有 {'、'.join(there)}，没有改动；请换一个目录")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise WrongTemplate(f"不能写入 {folder}：{error.strerror}") from error
    return tuple(folder / name for name in contents)


def file_name(title: str, number: str, day: date, form: str) -> str:
    """A name for the file: 人才工作简报-第12期-2026-11-21.docx, without what file systems refuse."""
    parts = [part for part in (title, number, day.isoformat()) if part]
    clean = "".join(c if c.isalnum() or c in "-_（）〔〕·" else "_" for c in "-".join(parts))
    return f"{clean[:80]}.{form}"
