"""Names of machines as words for people."""

from __future__ import annotations

from typing import Final

_CAPITALS: Final = frozenset(
    "api aws bsn cpf cvv dna dni ein fin gcp iban id imei ip itin jwt mac nhs nie nif nin nino nir npi pan pesel pin ssh ssn "
    "swift tfn tls uk uri url us uuid vat vin".split()
)


def entity_words(entity: str, subtype: str = "") -> str:
    """``EMAIL_ADDRESS`` as ``Email address``; the finer kind wins: ``DATE_TIME/DATE_OF_BIRTH`` is ``Date of birth``."""
    tokens = (subtype or entity).lower().split("_")
    words = [
        token.upper() if token in _CAPITALS or (not i and len(token) == 2) else token for i, token in enumerate(tokens)
    ]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def category_root(category: str) -> str:
    """The top level of a Fides category: ``user.contact`` of ``user.contact.email``."""
    return ".".join(category.split(".")[:2])


def category_words(category: str) -> str:
    """``user.government_id`` as ``Government ID``; what is not about people says so: ``Authentication (system)``."""
    root, _, last = category.rpartition(".")
    words = entity_words(last)
    return words if not root or root.split(".", 1)[0] == "user" else f"{words} ({root.split('.')[0]})"


def is_personal(category: str) -> bool:
    """Whether a category is about people: it lies under ``user``."""
    return category.split(".", 1)[0] == "user"
