"""Column types that mean the same on SQLite and PostgreSQL. Identifiers use SQLAlchemy's own ``Uuid``.

Migrations name the plain type below each of these, never these classes: a migration must not change when the code does.
"""

# ruff: noqa: ARG002 - the dialect is part of SQLAlchemy's signature

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.base.keys.sealed import Sealed
from engine.base.state.canonical import JsonValue, canonical, parse_canonical


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant with microseconds, always given back in UTC. A naive one is refused, never guessed at."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """TIMESTAMP WITH TIME ZONE on PostgreSQL; text of fixed width, thus in order, on SQLite."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC, without its zone where the database keeps none."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("an instant without a time zone: times are aware UTC here")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class CanonicalJson(TypeDecorator[JsonValue]):
    """A JSON value, stored as RFC 8785 text: equal values are equal bytes on every database, and can be hashed.

    Reading refuses (IntegrityViolated) what is not canonical, so an edit by another program shows.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: JsonValue, dialect: Dialect) -> str | None:
        """Canonical text; None is NULL, as JSON's ``null`` has no use in a column of its own."""
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> JsonValue:
        """The value."""
        return None if value is None else parse_canonical(value.encode())


class SealedValue(TypeDecorator[Sealed]):
    """A :class:`~engine.base.keys.sealed.Sealed`: ciphertext under a subject's key. The key never comes near this type."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        """Its stored form."""
        return None if value is None else value.to_bytes()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        """The value object, still sealed."""
        return None if value is None else Sealed.from_bytes(value)
