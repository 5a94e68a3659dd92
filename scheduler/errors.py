"""Expected failures of the scheduler room; see parsers/errors.py for the tree."""

from parsers.errors import CaixunError


class SettingsError(CaixunError):
    """caixun.toml is wrong. The text names the file, the key, the reason and what is allowed."""


class DeliveryError(CaixunError):
    """A letter was not accepted; `permanent` means that trying again cannot help.

    `address_dead` means that nobody is there: nothing else that goes to this address would be accepted.
    """

    def __init__(self, message: str, *, permanent: bool, address_dead: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.address_dead = address_dead


class NothingLeft(CaixunError):
    """All that a message would tell was taken down before it could be sent."""


class SiteUnreachable(CaixunError):
    """A site of ours cannot be read from: no answer, no site of ours, a login that is missing, too busy."""
