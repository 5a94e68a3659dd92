"""The one catalogue of user-visible text (strings/zh, strings/en: a file per room) and the choice between the two."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
COOKIE = "caixun_lang"


def _load(language: str) -> dict[str, str]:
    strings: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / "strings" / language).glob("*.json")):
        room: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        if twice := strings.keys() & room.keys():
            raise ValueError(f"{path}: {sorted(twice)} already stand in another file")
        strings |= room
    return strings


STRINGS: Mapping[str, Mapping[str, str]] = {language: _load(language) for language in LANGUAGES}

# "{count} article[|s]", "{count} stor[y|ies]": English has another form for one, Chinese has not
_CHOICE = re.compile(r"\[([a-z]*)\|([a-z]*)\]")
_COUNTED = frozenset(key for key, text in STRINGS["en"].items() if _CHOICE.search(text))


@dataclass(frozen=True, slots=True)
class Words:
    """The strings of one language; call it with a key and the values of its placeholders."""

    language: str

    def __call__(self, key: str, **values: Any) -> str:
        """The text of `key`; KeyError for an unknown key is a bug and stays loud."""
        text = STRINGS[self.language][key]
        if key in _COUNTED and self.language == "en":
            text = _CHOICE.sub(r"\1" if _is_one(values) else r"\2", text)
        return text.format(**values) if values else text

    def aside(self, text: object) -> str:
        """`text` in the brackets of the language, to stand right after another text: “（3）”, “ (3)”."""
        return f"（{text}）" if self.language == "zh" else f" ({text})"

    def label(self, family: str, value: str) -> str:
        """The text of a coded value (`state.ok`), or the value itself where the catalogue has none."""
        return STRINGS[self.language].get(f"{family}.{value}", value)


def _is_one(values: Mapping[str, Any]) -> bool:
    return str(next((values[name] for name in ("count", "total") if name in values), "")) == "1"


def choose(request: Any, default: str = "zh") -> str:
    """The language of a request: `?lang=`, else the cookie, else Accept-Language, else `default`."""
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    if asked in LANGUAGES:
        return str(asked)
    return _accepted(request.headers.get("accept-language", "")) or default


def _accepted(header: str) -> str | None:
    ranked: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        language = tag.split("-")[0].lower()
        if language in LANGUAGES:
            ranked.append((-_number(weight), language))
    return min(ranked)[1] if ranked else None


def _number(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
