"""Expected failures of the scheduler room; see parsers/errors.py for the tree."""

from parsers.errors import CaixunError


class SettingsError(CaixunError):
    """caixun.toml is wrong. The text names the file, the key, the reason and what is allowed."""


class DeliveryError(CaixunError):
    """A letter was not accepted; `permanent` means that trying again cannot help (the address is refused)."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent
