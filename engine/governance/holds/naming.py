"""What people name in a text: ``store/asset``, ``store/asset.field``, and the columns of a table's key."""

from __future__ import annotations

from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.errors import BadInput, NotFound
from engine.base.state.tables import AssetRow, StoreRow
from engine.estate.inventory.decide import field_at


def asset_named(session: Session, place: str) -> tuple[str, str]:
    """Store and asset of ``store/asset``. Names may hold slashes themselves, so the inventory is asked.

    Raises:
        NotFound: there is none.
        BadInput: there are two.
    """
    query = (
        select(StoreRow.name, AssetRow.name)
        .join(AssetRow, (AssetRow.tenant_id == StoreRow.tenant_id) & (AssetRow.store_id == StoreRow.id))
        .where(AssetRow.gone_at.is_(None), AssetRow.name.in_(_tails(place)))
    )
    found = [(store, asset) for store, asset in session.execute(query) if f"{store}/{asset}" == place]
    if not found:
        raise NotFound("the inventory knows no asset of that name", hint="name it store/asset, and scan it first")
    if len(found) > 1:
        raise BadInput("two assets of different stores are named so")
    return found[0]


def field_named(session: Session, place: str) -> tuple[str, str, str]:
    """Store, asset and field of ``store/asset.field``.

    Raises:
        NotFound: there is none.
        BadInput: there are two.
    """
    field = field_at(session, place)
    query = (
        select(StoreRow.name, AssetRow.name)
        .join(AssetRow, (AssetRow.tenant_id == StoreRow.tenant_id) & (AssetRow.store_id == StoreRow.id))
        .where(AssetRow.id == field.asset_id)
    )
    store, asset = session.execute(query).one()
    return store, asset, field.path


def key_columns(session: Session, store: str, asset: str) -> tuple[str, ...]:
    """The columns of the primary key of a table, in order, as the last scan found them.

    Raises:
        NotFound: the inventory knows no such asset.
        BadInput: it has no primary key, or the store never told.
    """
    query = (
        select(AssetRow.primary_key)
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .where(StoreRow.name == store, AssetRow.name == asset, AssetRow.gone_at.is_(None))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound(
            "the inventory knows no asset of that name in the store", hint="scan it first, or hold the store"
        )
    if not found.primary_key:
        raise BadInput("this asset has no primary key by which its rows could be named", hint="hold the asset")
    return tuple(cast("list[str]", found.primary_key))


def _tails(place: str) -> list[str]:
    return [place[index + 1 :] for index, char in enumerate(place) if char == "/"]
