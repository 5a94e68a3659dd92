"""Expected failures of the stores; see parsers/errors.py for the tree."""

from parsers.errors import CaixunError


class DataDirectoryError(CaixunError):
    """The data directory is missing, cannot be written, is of a newer version, or is in use."""


class OldSQLite(CaixunError):
    """The SQLite library of this Python is older than the indexes need."""


class Refused(CaixunError):
    """A request of a reader is refused, with the reason (a wrong address, too many requests, a dead link)."""


class DamagedSnapshot(CaixunError):
    """Stored bytes are not what they were when they were stored."""


class WrongCursor(CaixunError):
    """The mark that names the next page of a search cannot be read, or belongs to another order."""


class MissingExtra(CaixunError):
    """A format needs a library that is not installed; the line says which and how to get it."""


class WrongDownload(CaixunError):
    """A downloaded file is not what its manifest says, or has none."""


class DownloadFailed(CaixunError):
    """A download could not be written (no room on the disk, no right to write)."""


class WrongTemplate(CaixunError):
    """A template of a brief cannot be used; the line says which file, where, and what it needs."""


class BrokenBackup(CaixunError):
    """A backup could not be made, or is not whole, or cannot be restored here; the line says which and what to do."""


class WrongEdition(CaixunError):
    """A folder is no edition, is not what its checksums say, or may not be written because it is one."""


class CannotPublish(CaixunError):
    """An edition could not be made: no room, another one being made, a day that the archive does not know."""


class WrongStatement(CaixunError):
    """A statement of SQL cannot be carried out, or asks for what is not public."""
