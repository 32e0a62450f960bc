"""Looks: when rows over a maximum were last looked for in a store, and what was found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import LookId, PlanId
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers


class LookRow(TenantOwned, Base):
    """The last look for rows of one asset that are over the maximum of one rule: planning a sweep is one. Each takes its place.

    Attributes:
        store, asset, rule: by name.
        policies: hash of those that it followed from.
        tried_at: when it was last tried; problem: why nobody could look then, in a sentence, or empty. Then all below, and
            ``policies``, are of the look before.
        looked_at: when somebody could; None where nobody ever could.
        due: roots that were over and could go; plan_id: that plans them, None where there were none.
        blocked: roots that were over, and that something but a hold, a minimum or a waiver keeps.
        unknown: roots of which it could not be told whether they are over.
        excused: roots that were over, and that a hold, a minimum or a waiver keeps.
        since: when rows were first found to be over, none of the looks between having found that all had gone; None where none
            was found.
        not_started: roots whose beginning had not come; not_started_since: when such were first found, none of the looks between
            having found none; None where there are none.
    """

    __tablename__ = "look"
    __table_args__ = (UniqueConstraint("tenant_id", "store", "asset", "rule"), refers("plan_id", "plan"))

    id: Mapped[LookId] = id_column()
    store: Mapped[str]
    asset: Mapped[str]
    rule: Mapped[str]
    policies: Mapped[str]
    tried_at: Mapped[datetime]
    problem: Mapped[str]
    looked_at: Mapped[datetime | None]
    due: Mapped[int]
    plan_id: Mapped[PlanId | None]
    blocked: Mapped[int]
    unknown: Mapped[int]
    excused: Mapped[int]
    since: Mapped[datetime | None]
    not_started: Mapped[int]
    not_started_since: Mapped[datetime | None] = mapped_column()
