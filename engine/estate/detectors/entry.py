"""One entry of a list in a file of users: its keys, read with the line of whatever is wrong. Nothing it says is repeated."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from engine.base.errors import ConfigError
from engine.base.settings.yaml import Source, Tree, Where

_BOOLEANS = {"true": True, "false": False}


class Entry:
    """A set of keys.

    Args:
        source: the file.
        where: the entry in it.
        known: its keys; empty: any.
        what: it is, for errors.
    """

    def __init__(self, source: Source, where: Where, known: Sequence[str], what: str) -> None:
        self.source = source
        self.where = where
        self.what = what
        tree = _at(source.tree, where)
        if not isinstance(tree, dict):
            raise source.error(where, "a set of keys belongs here", hint=f"keys here: {', '.join(known)}")
        self.tree = tree
        if known:
            self.known(tree, where, known)

    def text(self, key: str, default: str | None = None) -> str:
        """The text at a key; without a default the key is required."""
        value = self.tree.get(key, default)
        if value is None and default is None:
            raise self.source.error(self.where, f"{self.what} needs `{key}`")
        if not isinstance(value, str):
            raise self.error(key, "text belongs here")
        return value

    def texts(self, key: str) -> list[str]:
        """A text or a list of them."""
        value = self.tree.get(key)
        if isinstance(value, str):
            return [value]
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.error(key, "a text or a list of texts belongs here")
        return [str(one) for one in value]

    def lines(self, key: str) -> list[str]:
        """The lines of the file that a key names, beside this one; `#` begins a comment."""
        name = self.text(key, "")
        if not name:
            return []
        try:
            text = (self.source.file.parent / name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as exc:
            raise self.error(key, f"that file cannot be read ({type(exc).__name__})") from None
        return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]

    def one_of(self, key: str, known: Sequence[str], default: str) -> str:
        """One of some words."""
        value = self.text(key, default)
        if value not in known:
            near = get_close_matches(value, known, 1)
            raise self.error(
                key, "there is no such value", hint=f"did you mean `{near[0]}`?" if near else f"{', '.join(known[:8])}"
            )
        return value

    def truth(self, key: str) -> bool:
        """`true` or `false`; false when absent."""
        value = self.text(key, "false")
        if value not in _BOOLEANS:
            raise self.error(key, "`true` or `false` belongs here")
        return _BOOLEANS[value]

    def number(self, key: str, default: float) -> float:
        """A probability."""
        return self.parsed((key,), self.tree.get(key), default)

    def parsed(self, where: Where, value: Tree, default: float) -> float:
        """A probability, from what is written at a place below this entry."""
        if value is None:
            return default
        try:
            number = float(value) if isinstance(value, str) else -1.0
        except ValueError:
            number = -1.0
        if not 0 < number <= 1:
            raise self.source.error((*self.where, *where), "a number above 0 and up to 1 belongs here")
        return number

    def known(self, tree: dict[str, Tree], where: Where, known: Sequence[str]) -> None:
        """Refuse keys that are none of ``known``."""
        for key in tree:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"keys here: {', '.join(known)}"
                raise self.source.error((*where, key), "there is no such key here", hint=hint)

    def error(self, key: str, message: str, hint: str = "") -> ConfigError:
        """An error at a key of this entry."""
        return self.source.error((*self.where, key), message, hint=hint)


def _at(tree: Tree, where: Where) -> Tree:
    for part in where:
        tree = tree[part] if isinstance(tree, (dict, list)) else None  # type: ignore[index]
    return tree
