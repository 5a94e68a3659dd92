"""The operator's lexicon.toml decides what enters the archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.paths import DataDirectory
from parsers.lexicon import LexiconError
from scheduler import house, own_words

PAGE = "河湟青蓝卡今日首发\n4月2日，河湟青蓝卡在海东首发，首批百人领到。2025年已有3家企业参加，发放103张。\n".encode()
WORDS = '[[words]]\ngroup = "core"\nweight = 5\nwhy = "本市人才卡的名字"\nwords = "河湟青蓝卡"\n'


def _relevant(directory: Path) -> bool:
    read = house.reader({}, own_words.lexicon_of(DataDirectory(directory)))
    [article] = read(PAGE, "https://a.cn/1.txt", "text/plain", "local").articles
    return article.relevant


def test_a_word_of_the_operator_brings_an_article_in(tmp_path: Path) -> None:
    assert not _relevant(tmp_path)
    (tmp_path / "lexicon.toml").write_text(WORDS, "utf-8")
    assert _relevant(tmp_path)


def test_an_article_judged_again_is_the_same_but_for_its_relevance(tmp_path: Path) -> None:
    plain = house.reader({})(PAGE, "https://a.cn/1.txt", "text/plain", "local").articles[0]
    (tmp_path / "lexicon.toml").write_text(WORDS, "utf-8")
    lexicon = own_words.lexicon_of(DataDirectory(tmp_path))
    again = house.reader({}, lexicon)(PAGE, "https://a.cn/1.txt", "text/plain", "local").articles[0]
    assert (again.title, again.paragraphs, again.flags) == (plain.title, plain.paragraphs, plain.flags)
    assert again.words[0] == "河湟青蓝卡" and again.relevance > plain.relevance


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.toml"
    file.write_text('[[words]]\ngroup = "core"\nweight = 5\nwords = "甲"\n', "utf-8")
    with pytest.raises(LexiconError, match=r"lexicon\.toml 第 1 组词：why"):
        own_words.lexicon_of(DataDirectory(tmp_path))
    file.write_bytes("词".encode("gbk"))
    with pytest.raises(LexiconError, match="UTF-8"):
        own_words.lexicon_of(DataDirectory(tmp_path))
