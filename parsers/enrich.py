"""Reading → Article: what the text is about, of which kind it is, and the facts in it."""

from __future__ import annotations

from dataclasses import fields

from parsers.doc_types import doc_type
from parsers.facts import ReadingContext, extract
from parsers.lexicon import Lexicon
from parsers.places import article_places
from parsers.relevance import score
from parsers.themes import themes
from parsers.values import Article, Reading
from parsers.years import doubtful_years


def judge(reading: Reading, url: str | None = None, lexicon: Lexicon | None = None) -> Article:
    """The article with its judgements. Every field of the reading is kept as it is; flags are added to it.

    `lexicon` decides what is relevant, the built-in one when None.

    A fact whose evidence is not its span of the body is a bug and raises AssertionError. `url` is where the page
    was found; nothing is judged by it yet (the same words give the same article wherever they stand).
    """
    title, body = reading.title or "", reading.body
    heading = f"{title} {reading.subtitle or ''}".strip()
    verdict = score(heading, body, lexicon)
    places = article_places(heading, body)
    facts = extract(ReadingContext(heading, body, reading.published, places)) if verdict.relevant else ()
    for fact in facts:
        assert body[fact.start : fact.end] == fact.evidence, (fact, body[fact.start : fact.end])
    kept = {field.name: getattr(reading, field.name) for field in fields(Reading)}
    kept["flags"] = (*reading.flags, *doubtful_years(body, reading.published))
    return Article(
        **kept,
        relevant=verdict.relevant,
        relevance=verdict.score,
        words=verdict.words,
        doc_type=doc_type(title, body, reading.subtitle or ""),
        themes=themes(title, body),
        places=places,
        facts=facts,
    )
