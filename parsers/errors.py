"""The errors of 才讯. Expected failures are values or one of these; anything else is a bug and stays loud.

    CaixunError                 base of all; str(error) is a line for the user: what, where, what to do
    ├── ParseError              the page is readable, the article is not there as expected
    │   ├── NoTitle
    │   └── NoBody
    ├── QueryError              the search query is wrong at a place (has .position)
    ├── SourceFileError         crawler: a TOML source or family file is wrong (file, key, reason)
    ├── UnreadableFile          crawler: a local file cannot be taken in (missing, empty, too large, wrong kind)
    ├── DataDirectoryError      db: the data directory is missing, unwritable, of a newer version, or in use
    ├── OldSQLite               db: the SQLite library is older than 3.40
    ├── SettingsError           scheduler: caixun.toml is wrong (key, reason)
    └── DeliveryError           scheduler: a message was not accepted (has .permanent)
Each room defines its own below CaixunError in its own errors.py; this module holds the base and those of parsers.
"""


class CaixunError(Exception):
    """Base of every expected failure. The text is one line for the person at the terminal or the page."""


class ParseError(CaixunError):
    """The page could be decoded, but an article could not be read from it."""


class NoTitle(ParseError):
    """No title was found where one is expected."""


class NoBody(ParseError):
    """No paragraph of an article was found."""


class QueryError(CaixunError):
    """A search query cannot be understood; `position` is the offset (in characters) of the fault."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position
