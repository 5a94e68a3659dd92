"""References of a page → absolute addresses, as `urllib.parse.urljoin` gives them but without its cost a link."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

_NO_ADDRESS = ("javascript:", "mailto:", "tel:", "data:", "about:")
_LONGEST = 4000  # characters; what is longer is data, not an address
_UNUSUAL = re.compile(r"[\[;]|[?.]$")  # forms that urljoin rewrites
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_INDEX = re.compile(r"(?<=/)(?:index|default)\.\w+$", re.I)
_BASE_TAG = re.compile(r"<base\s", re.I)
_HEAD = 20_000  # characters in which a base tag stands


class Addresses:
    """The address of a page (or "" where it is not known), taken apart once to join its references to it."""

    __slots__ = ("_folders", "_root", "_scheme", "base")

    def __init__(self, base: str) -> None:
        self.base = base
        self._scheme, self._root, self._folders = _parts(base)

    def join(self, reference: str | None) -> str | None:
        """The absolute address without its fragment; None for scripts, mails and what is no address."""
        reference = (reference or "").strip()
        if "#" in reference:
            reference = reference.partition("#")[0]
        if not reference or len(reference) > _LONGEST:
            return None
        if ":" in reference[:11] and reference[:11].lower().startswith(_NO_ADDRESS):
            return None
        if not reference.isprintable() or _UNUSUAL.search(reference):
            return self._slowly(reference)
        if reference.startswith(("http://", "https://")):
            return reference if reference.partition("//")[2][:1].isalnum() else self._slowly(reference)
        if not self._root:
            plain = not self.base and not _SCHEME.match(reference)
            return reference if plain else self._slowly(reference)
        if reference.startswith("//") and reference[2:3].isalnum():
            return f"{self._scheme}:{reference}"
        if reference.startswith("/"):
            return self._slowly(reference) if reference[1:2] == "/" or "/." in reference else self._root + reference
        return self._relative(reference)

    def _relative(self, reference: str) -> str | None:
        folders, up, rest = self._folders, 0, reference
        while rest.startswith("."):
            if rest.startswith("./"):
                rest = rest[2:]
            elif rest.startswith("../"):
                rest, up = rest[3:], up + 1
            else:
                break
        plain = rest[:1].isalnum() and "/." not in rest and "//" not in rest and not _SCHEME.match(rest)
        if not plain or up >= len(folders):
            return self._slowly(reference)
        return folders[-1 - up] + rest

    def _slowly(self, reference: str) -> str | None:
        try:
            address = urldefrag(urljoin(self.base, reference)).url
            scheme = urlsplit(address).scheme
        except ValueError:  # an address such as http://[broken
            return None
        return address if scheme in ("http", "https", "") else None


def base_of(tree: LexborHTMLParser, html: str | None, url: str | None) -> Addresses:
    """What the references of a page are joined to: its address, or that of its `<base>`."""
    here = Addresses(url or "")
    if html is not None and not _BASE_TAG.search(html[:_HEAD]):
        return here
    node = tree.css_first("base[href]")
    address = here.join(node.attributes.get("href")) if node else None
    return Addresses(address) if address else here


def same_page(one: str, other: str | None) -> bool:
    """Whether two addresses name the same page: /rc/ and /rc/index.html, http and https, a slash more or less."""
    return other is not None and _canonical(one) == _canonical(other)


def _canonical(address: str) -> str:
    return _INDEX.sub("", address.partition("://")[2] or address).rstrip("/").lower()


def _parts(base: str) -> tuple[str, str, tuple[str, ...]]:
    """(scheme, scheme://host, the folder addresses from the root down); empty where the base is no plain address."""
    try:
        split = urlsplit(base)
    except ValueError:
        return "", "", ()
    if split.scheme not in ("http", "https") or not split.netloc or "//" in split.path or "/." in split.path:
        return "", "", ()
    root = f"{split.scheme}://{split.netloc}"
    folders = [root + "/"]
    for name in split.path.split("/")[1:-1]:
        folders.append(f"{folders[-1]}{name}/")
    return split.scheme, root, tuple(folders)
