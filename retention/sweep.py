"""Sweeps: plans for all rows of databases that are over their maximum, by the policies as they are now.

Planning reads under the read credential only, and takes an asset at a time: one that cannot be planned over does not hinder the
others, and says why. Before a plan is run it is held against the policies, waivers and verdicts of that moment once more.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.errors import BadInput, StoreError
from engine.base.ids import PlanId
from engine.base.settings import Settings
from engine.base.settings import SqlStore as SqlSettings
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import PlanRow
from engine.estate.stores.sql import SqlStore
from engine.governance.change.approving import cancel_plan
from engine.governance.change.asked import Asked, Known, Page
from engine.governance.change.copies import copies_of
from engine.governance.change.effect import Reason
from engine.governance.change.errors import PlanTaken
from engine.governance.change.kept import plan_of, require_root
from engine.governance.change.looks import Found, note_look
from engine.governance.change.making import PlanMaker
from engine.governance.change.plan import Limits, per_asset
from engine.governance.holds.counting import hold_matcher
from engine.governance.policy.configured import configured_policies
from engine.governance.policy.decide import Decider
from engine.governance.policy.facts import Estate
from engine.governance.policy.model import Policies
from engine.governance.policy.reading import read_estate
from engine.governance.policy.waivers import waivers_in_force
from retention.asking import Prepared, Ready, Refused, prepare
from retention.opening import open_database
from retention.results import NothingDue, NotPlanned, Planned, Result, Underway
from retention.select import DueRows

LABEL = "sweep/"
"""What the labels of plans of sweeps begin with; store, asset and rule follow."""
_OPEN = ("made", "approved", "running", "stopped", "verifying")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which plans are asked for.

    Attributes:
        stores: by name; empty for all databases.
        assets, rules: these alone; empty for all.
        limits: that each plan keeps.
        schedule: that they are made for, or empty. Then what is under way already is left alone, also what waits for approval.
    """

    stores: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    schedule: str = ""


class Sweeper:
    """Makes the plans of sweeps.

    Args:
        database: the state, bound to who has them made.
        settings: the configuration.
        guard, stop_point: see :class:`~engine.governance.change.making.PlanMaker`.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        guard: Callable[[Session], None] = lambda _session: None,
        stop_point: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._guard = guard
        self._stop_point = stop_point
        self._policies = configured_policies(settings)

    def plan(self, wanted: Wanted) -> Iterator[Result]:
        """Make them, one after the other.

        Raises:
            BadInput: there are no policies; a store is none of the configuration, or no database; no asset or rule of that name.
        """
        if not self._policies.rules:
            raise BadInput(
                "there are no policies, so nothing is due",
                hint="name files under `policies` in reeve.yaml; `reeve policy starter` prints one",
            )
        known = {rule.name for rule in self._policies.rules}
        if unknown := sorted(set(wanted.rules) - known):
            raise BadInput(f"there is no rule named {unknown[0]}", hint=f"rules: {', '.join(sorted(known))}")
        names = wanted.stores or tuple(
            sorted(name for name, store in self._settings.stores.items() if isinstance(store, SqlSettings))
        )
        stores = [open_database(self._settings, name) for name in names]
        seen: set[str] = set()
        for store in stores:
            yield from self._of_store(store, wanted, seen)
        if missing := sorted(set(wanted.assets) - seen):
            raise BadInput(f"there is no asset named {missing[0]} in these stores", hint="`reeve inventory list --all`")

    def still_asked(self, store: str, plan_id: PlanId) -> bool:
        """Whether policies, waivers and the inventory ask for exactly what a plan does, now.

        Raises:
            NotFound, ConfigError, StoreError: of the store.
        """
        with self._database.snapshot() as session:
            header = require_root(session, plan_of(session, plan_id))
        asset = header.task.steps[0].asset
        prepared = self._prepared(open_database(self._settings, store), (asset,))
        return any(isinstance(one, Ready) and one.task == header.task for one in prepared)

    @property
    def policies(self) -> Policies:
        """By which it plans."""
        return self._policies

    def _of_store(self, store: SqlStore, wanted: Wanted, seen: set[str]) -> Iterator[Result]:
        try:
            prepared = self._prepared(store, wanted.assets, seen)
        except StoreError as exc:
            yield NotPlanned(store.name, "", "", (f"the store could not be asked: {exc.message.rstrip('.')}",))
            return
        for one in prepared:
            if wanted.rules and one.rule not in wanted.rules:
                continue
            if isinstance(one, Refused):
                yield self._not_planned(store.name, one.asset, one.rule, one.reasons)
                continue
            self._stop_point()
            try:
                yield self._of_task(store, one, wanted)
            except (StoreError, BadInput) as exc:
                # The store does not answer, or is otherwise than the rule takes it to be.
                yield self._not_planned(store.name, one.asset, one.rule, (exc.message.rstrip("."),))

    def _not_planned(self, store: str, asset: str, rule: str, reasons: tuple[str, ...]) -> NotPlanned:
        self._note(Found(store, asset, rule, self._policies.hash, problem="; ".join(reasons)))
        return NotPlanned(store, asset, rule, reasons)

    def _note(self, found: Found) -> None:
        with self._database.transaction() as session:
            self._guard(session)
            note_look(session, found)

    def _prepared(self, store: SqlStore, assets: Sequence[str], seen: set[str] | None = None) -> list[Prepared]:
        with self._database.snapshot() as session:
            estate: Estate = read_estate(session, store=store.name)
            decider = Decider(self._policies.rules, waivers_in_force(session))
        shapes = store.shapes()
        found: list[Prepared] = []
        for asset in estate.assets:
            if assets and asset.name not in assets:
                continue
            if seen is not None:
                seen.add(asset.name)
            found += prepare(asset, estate, decider, shapes)
        return found

    def _of_task(self, store: SqlStore, ready: Ready, wanted: Wanted) -> Result:
        label = f"{LABEL}{store.name}/{ready.asset}/{ready.rule}"
        underway = self._underway(label, wanted)
        if underway is not None:
            return Underway(store.name, ready.asset, ready.rule, underway.id, underway.state)
        with self._database.snapshot() as session:
            now = context_of(session).clock.now()
        asked = Asked(
            ready.task,
            self._policies.hash,
            ready.rules,
            now,
            schedule=wanted.schedule,
            copies=copies_of(self._settings.store(store.name).copies),
            limits=wanted.limits,
            label=label,
        )
        source = self._rows(store, ready, now)
        rows = _Counting(source)

        def found(plan_id: PlanId | None, due: int) -> Found:
            kept = rows.excluded() | {Reason.UNKNOWN.value: source.unknown}  # some of these have no key to be listed by
            policies = self._policies.hash
            return Found(store.name, ready.asset, ready.rule, policies, plan_id, due, kept, source.not_started)

        if not rows.any():
            self._note(found(None, 0))
            return NothingDue(store.name, ready.asset, ready.rule, rows.excluded(), source.not_started)
        maker = PlanMaker(self._database, guard=self._guard, stop_point=self._stop_point)
        try:
            plan_id = maker.make(asked, rows)
        except PlanTaken:
            newest = self._newest(label)
            return Underway(store.name, ready.asset, ready.rule, newest.id, newest.state)
        with self._database.snapshot() as session:
            row = plan_of(session, plan_id)
            refused = row.reason if row.state == "refused" else ""
        due = rows.by_step().get(0, 0)
        self._note(found(plan_id, due))
        by_asset = rows.by_asset(ready)
        return Planned(
            store.name, ready.asset, ready.rule, plan_id, by_asset, rows.excluded(), source.not_started, refused
        )

    def _rows(self, store: SqlStore, ready: Ready, now: datetime) -> DueRows:
        assets = tuple(store.assets())
        with self._database.transaction() as session:
            holds = hold_matcher(session, store.name, assets)
        return DueRows(store, ready.task, holds, now, warnings=ready.warnings)

    def _newest(self, label: str) -> PlanRow:
        with self._database.snapshot() as session:
            return session.scalars(
                select(PlanRow).where(PlanRow.label == label).order_by(PlanRow.id.desc()).limit(1)
            ).one()

    def _underway(self, label: str, wanted: Wanted) -> PlanRow | None:
        """A plan of the same rows that has not ended. A person's new one takes the place of what nobody approved yet."""
        with self._database.transaction() as session:
            query = select(PlanRow).where(PlanRow.label == label, PlanRow.state.in_(_OPEN))
            for row in session.scalars(query.order_by(PlanRow.id)).all():
                if row.state == "made" and not wanted.schedule:
                    cancel_plan(session, row.id)
                elif row.state == "made" and row.expires_at <= context_of(session).clock.now():
                    continue  # a chore ends it
                else:
                    session.expunge(row)
                    return row
        return None


class _Counting:
    """The rows of a plan, counted as they pass; it can tell whether there is any before a plan is begun."""

    def __init__(self, source: DueRows) -> None:
        self._source = source
        self._pages = source.pages()
        self._first: list[Page] = []
        self._excluded: Counter[str] = Counter()
        self._rows: Counter[int] = Counter()

    def any(self) -> bool:
        for page in self._pages:
            self._first.append(page)
            if any(page.keys):
                return True
        for page in self._first:
            self._count(page)
        return False

    def pages(self) -> Iterator[Page]:
        for page in itertools.chain(self._first, self._pages):
            self._count(page)
            yield page

    def known(self) -> Known:
        return self._source.known()

    def excluded(self) -> dict[str, int]:
        return dict(sorted(self._excluded.items()))

    def by_step(self) -> dict[int, int]:
        return dict(self._rows)

    def by_asset(self, ready: Ready) -> dict[str, int]:
        return per_asset(ready.task, [self._rows[number] for number in range(len(ready.task.steps))])

    def _count(self, page: Page) -> None:
        self._excluded.update(one.reason.value for one in page.excluded if one.step == 0)
        for number, keys in enumerate(page.keys):
            self._rows[number] += len(keys)
