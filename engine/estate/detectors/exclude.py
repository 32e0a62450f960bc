"""What users exclude, as they write it under ``exclude:``; in reeve.yaml, or beside detectors of their own.

exclude:
- values: [sales@shop.example, "+44 20 7946 0000"]
  reason: Printed on every page.
- entities: [CREDIT_CARD]
  context: [example, test, dummy]
  reason: Numbers that the documentation shows.
- fields: [shop/products.*, "*.ean"]
  reason: Article numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches

from classifiers.exclusions import Exclusion
from classifiers.matching.readable import readable
from classifiers.rules.patterns import RuleError, pattern_of
from engine.base.settings.yaml import Source, Where
from engine.estate.detectors.entry import Entry

KEYS = (
    *("reason", "entities", "fields", "values", "values_file", "ignore_case", "matching", "hashes", "hashes_file"),
    "context",
)
LONGEST_REASON = 200  # characters
_SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_KEYED = re.compile(r"keyed:([1-9][0-9]{0,8}):([0-9a-f]{16})")


def written_exclusions(source: Source, entities: Collection[str]) -> list[Exclusion]:
    """The exclusions of a file, in their order.

    Args:
        source: the file; only its key ``exclude`` is read.
        entities: that there are, as ``ENTITY`` and ``ENTITY/SUBTYPE``.

    Raises:
        ConfigError: anything that is wrong, with its line.
    """
    entries = source.tree.get("exclude")
    if entries is None:
        return []
    if not isinstance(entries, list):
        raise source.error(("exclude",), "a list of exclusions belongs here", hint="begin each with `- reason: ...`")
    return [_Written(source, ("exclude", index)).exclusion(entities) for index in range(len(entries))]


class _Written(Entry):
    """One exclusion as it is written."""

    def __init__(self, source: Source, where: Where) -> None:
        super().__init__(source, where, KEYS, "an exclusion")

    def exclusion(self, entities: Collection[str]) -> Exclusion:
        reason = self.text("reason").strip()
        if not reason or len(reason) > LONGEST_REASON:
            raise self.error("reason", f"a reason has 1 to {LONGEST_REASON} characters")
        hashes, keyed = self._hashes()
        found = Exclusion(
            reason=reason,
            entities=self._entities(entities),
            fields=self._fields(),
            values=tuple(readable(one.strip()).text for one in [*self.texts("values"), *self.lines("values_file")]),
            ignore_case=self.truth("ignore_case"),
            matching=self._matching(),
            hashes=hashes,
            keyed=keyed,
            context=tuple(one.lower() for one in self.texts("context")),
        )
        if not (found.asks_match or found.entities or found.fields):
            raise self.source.error(
                self.where,
                "this would exclude everything",
                hint="say what: values, matching, hashes, fields, context or entities",
            )
        return found

    def _entities(self, known: Collection[str]) -> tuple[str, ...]:
        wanted = [one.upper() for one in self.texts("entities")]
        for index, one in enumerate(wanted):
            if one not in known:
                near = get_close_matches(one, known, 1)
                where = (*self.where, "entities", index)
                raise self.source.error(
                    where if where in self.source.lines else (*self.where, "entities"),
                    "there is no such entity",
                    hint=f"did you mean `{near[0]}`?" if near else "the catalogue names them all",
                )
        return tuple(wanted)

    def _fields(self) -> tuple[str, ...]:
        globs = self.texts("fields")
        for index, one in enumerate(globs):
            if "/" not in one and not one.startswith("*"):
                where = (*self.where, "fields", index)
                raise self.source.error(
                    where if where in self.source.lines else (*self.where, "fields"),
                    "a field is named `store/asset.field`, and this names none",
                    hint="`*` stands for any characters: `shop/*`, `*.email`",
                )
        return tuple(globs)

    def _matching(self) -> tuple[str, ...]:
        found = []
        for index, regex in enumerate(self.texts("matching")):
            try:
                found.append(pattern_of(regex).regex)
            except RuleError as exc:
                where = (*self.where, "matching", index)
                raise self.source.error(
                    where if where in self.source.lines else (*self.where, "matching"),
                    f"this expression is not used: {exc}",
                ) from None
        return tuple(found)

    def _hashes(self) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
        """Plain ones, and keyed ones with the generation of their key."""
        plain: list[str] = []
        keyed: list[tuple[int, int]] = []
        for key in ("hashes", "hashes_file"):
            for one in self.texts(key) if key == "hashes" else self.lines(key):
                if told := _SHA256.fullmatch(one):
                    plain.append(told[1])
                elif told := _KEYED.fullmatch(one):
                    keyed.append((int(told[1]), int(told[2], 16)))
                else:
                    raise self.error(
                        key,
                        "this is no hash of a value",
                        hint="`sha256:` and 64 small hexadecimal digits, or what `reeve detectors hash` printed",
                    )
        return tuple(plain), tuple(keyed)
