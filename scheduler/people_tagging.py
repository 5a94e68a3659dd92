"""The optional tagger of people, switched on by `[facts] ner = true` in caixun.toml or CAIXUN_NER=1."""

from __future__ import annotations

import os
from dataclasses import replace

from db.parts import Read
from parsers import Page, ner

VARIABLE = "CAIXUN_NER"


def wanted(setting: bool) -> bool:
    """Whether people are tagged: CAIXUN_NER (1 or 0) where it is set, else the setting."""
    said = os.environ.get(VARIABLE, "")
    return said not in ("0", "false", "no") if said else setting


def tagged(read: Read, setting: bool) -> Read:
    """`read`, its relevant articles with the people that the tagger finds; `read` itself where it is switched off.

    Raises parsers.ner.NerMissing where it is switched on and the extra `[ner]` is not installed.
    """
    if not wanted(setting):
        return read
    tag = ner.tagger()

    def reading(body: bytes, url: str, content_type: str | None, source: str) -> Page:
        return with_people(read(body, url, content_type, source), tag)

    return reading


def with_people(page: Page, tag: ner.Tagger) -> Page:
    """The page with the people of its relevant articles."""
    return replace(page, articles=tuple(ner.with_people(article, tag) for article in page.articles))
