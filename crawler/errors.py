"""Expected failures of the crawler room; see parsers/errors.py for the tree."""

from parsers.errors import CaixunError


class SourceFileError(CaixunError):
    """A source or family file is wrong. The text names the file, the key and the reason."""


class UnreadableFile(CaixunError):
    """A local file cannot be taken in: missing, empty, too large, or of a kind that holds no page."""


class CrawlFailed(CaixunError):
    """The spider of a run broke down by a fault of its own; what it stored before is kept."""


class UnknownSource(CaixunError):
    """A source that is named or asked for does not exist."""


class NoSuchPage(CaixunError):
    """The page that a new source should be written from was not received, or shows neither list nor article."""


class RedisAway(CaixunError):
    """The Redis server of several machines cannot be reached, refuses us, or its library is not installed."""
