"""What every field of the demo really holds, written down where the field is made, so that a scan can be scored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truth:
    """One field.

    Attributes:
        path: its name, or path in a document.
        kinds: what it holds, ``ENTITY`` or ``ENTITY/SUBTYPE``, the main one first; empty for nothing.
        optional: honest people may differ on it (a country, a user agent): a score counts it neither way.
    """

    path: str
    kinds: tuple[str, ...] = ()
    optional: bool = False

    def as_json(self, store: str, asset: str) -> dict[str, object]:
        """The entry of ``truth.json``."""
        entity, _, subtype = (self.kinds[0] if self.kinds else "").partition("/")
        return {
            "store": store,
            "asset": asset,
            "field": self.path,
            "entity": entity or None,
            "subtype": subtype or None,
            "also": list(self.kinds[1:]),
            "optional": self.optional,
        }


def truth(path: str, kinds: str = "") -> Truth:
    """From a line such as ``EMAIL_ADDRESS PERSON`` or, for what is optional, ``? LOCATION/COUNTRY``."""
    words = kinds.split()
    optional = words[:1] == ["?"]
    return Truth(path, tuple(words[optional:]), optional)
