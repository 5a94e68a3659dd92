"""Reading → Article: what the text is about, of which kind it is, and the facts in it."""

from __future__ import annotations

from dataclasses import fields

from parsers.doc_types import doc_type
from parsers.facts import ReadingContext, extract
from parsers.lexicon import Lexicon
from parsers.places import article_places
from parsers.relevance import score
from parsers.themes import themes
from parsers.values import Article, Flag, Reading
from parsers.years import doubtful_years

# no article is longer; what is, was made by a machine, and must not take minutes
_MOST_JUDGED = 100_000  # characters
_LONG = Flag("long-text", "正文超过十万字，只据前十万字判断和读取事实")


def judge(reading: Reading, url: str | None = None, lexicon: Lexicon | None = None) -> Article:
    """The article with its judgements. Every field of the reading is kept as it is; flags are added to it.

    `lexicon` decides what is relevant, the built-in one when None. Facts, places, themes and doubtful years are
    looked for in relevant articles only: nothing else is kept.

    A fact whose evidence is not its span of the body is a bug and raises AssertionError. `url` is where the page
    was found; nothing is judged by it yet (the same words give the same article wherever they stand).
    """
    title, body = reading.title or "", reading.body
    heading = f"{title} {reading.subtitle or ''}".strip()
    judged = body if len(body) <= _MOST_JUDGED else body[: body.rfind("\n", 0, _MOST_JUDGED) + 1 or _MOST_JUDGED]
    verdict = score(heading, judged, lexicon)
    places = article_places(heading, judged) if verdict.relevant else ()
    facts = extract(ReadingContext(heading, judged, reading.published, places)) if verdict.relevant else ()
    for fact in facts:
        assert body[fact.start : fact.end] == fact.evidence, (fact, body[fact.start : fact.end])
    kept = {field.name: getattr(reading, field.name) for field in fields(Reading)}
    long = (_LONG,) if len(judged) < len(body) else ()
    kept["flags"] = (*reading.flags, *long, *(doubtful_years(judged, reading.published) if verdict.relevant else ()))
    return Article(
        **kept,
        relevant=verdict.relevant,
        relevance=verdict.score,
        words=verdict.words,
        doc_type=doc_type(title, judged, reading.subtitle or ""),
        themes=themes(title, judged) if verdict.relevant else (),
        places=places,
        facts=facts,
    )
