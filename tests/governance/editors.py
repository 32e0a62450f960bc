"""What an editor makes of a policy file: JSON Schema by a validator of others, over YAML as other readers of it read it."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from engine.governance.policy.grammar import schema
from engine.governance.policy.words import shipped_words

VALIDATOR = Draft202012Validator(schema(shipped_words()))


def accepted(document: Any) -> bool:
    """Whether an editor marks nothing in it."""
    return bool(VALIDATOR.is_valid(document))


def check_schema() -> None:
    """The schema itself is one, by the metaschema of the standard."""
    Draft202012Validator.check_schema(VALIDATOR.schema)
