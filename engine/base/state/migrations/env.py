"""What Alembic runs: always on a connection that we hand it, inside our transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from engine.base.state.tables import Base


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Our column types as the plain SQLAlchemy types below them: a migration does not change when the code does."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    plain = item.impl_instance
    zone = "timezone=True" if type(plain).__name__ == "DateTime" else ""
    return f"sa.{type(plain).__name__}({zone})"


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=context.config.attributes.get("batch", True),  # SQLite rebuilds a table to alter it
    render_item=render_item,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
