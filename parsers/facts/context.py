"""What every extractor sees, and the rules for subject and period that all share."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.periods import article_year, stated_period
from parsers.places import find_places
from parsers.sentences import Sentence


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """The body, its title, the ISO date of publication, and the places the article is about."""

    title: str
    body: str
    published: str | None = None
    places: tuple[str, ...] = ()

    def period(self, sentence: str) -> str:
        """The period that the sentence states, else the year of the article."""
        return stated_period(sentence) or article_year(self.title, self.body, self.published)

    def subject(self, sentence: Sentence, offset: int) -> str:
        """The place of the fact: the nearest before it in its sentence, then its paragraph, else the article's first.

        Only places the article is about count; partner places named in passing are never the subject.
        """
        if len(self.places) < 2:
            return self.places[0] if self.places else ""
        begin = self.body.rfind("\n", 0, sentence.start) + 1
        before = self.body[begin : sentence.start + offset]
        near = [m.name for m in find_places(before, near=self.places) if m.name in self.places]
        return near[-1] if near else self.places[0]
