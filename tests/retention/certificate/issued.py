"""Plans that were run, and certificates that were issued for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.base.clock import FixedClock
from engine.base.ids import CertificateId, PlanId
from engine.governance.change.applying import Ran
from engine.governance.change.asked import Asked
from engine.governance.change.making import PlanMaker
from engine.governance.change.plan import Copy, Limits
from retention.certificate.gathering import Installation
from retention.certificate.issuing import close_due, issue_certificate
from retention.certificate.view import CertificateView, show_certificate
from tests.conftest import START
from tests.governance.change.world import POLICIES, TASK, Approver, PeopleRows, World


@dataclass
class Certified:
    """A world, who approves in it, and its clock."""

    world: World
    approver: Approver
    clock: FixedClock

    def plan(self, copies: Sequence[Copy] = (), rows: PeopleRows | None = None) -> PlanId:
        """An approved plan that takes all people."""
        limits = Limits(share=100, shrink=100)
        asked = Asked(TASK, POLICIES, ("closed-accounts",), START, copies=tuple(copies), limits=limits)
        made = PlanMaker(self.world.database).make(asked, rows or PeopleRows(self.world.people))
        self.approver.approve(made)
        return made

    def ran(
        self, copies: Sequence[Copy] = (), rows: PeopleRows | None = None, *, after: timedelta = timedelta()
    ) -> PlanId:
        """The same, run so long after it was made."""
        plan_id = self.plan(copies, rows)
        self.clock.instant += after
        ran = self.world.run(plan_id)
        assert ran in (Ran("done"), Ran("complete_with_exceptions"))
        return plan_id

    def issue(self, plan_id: PlanId, installation: Installation | None = None) -> CertificateId:
        with self.world.database.transaction() as session:
            return issue_certificate(session, plan_id, installation or Installation())

    def issued(self, copies: Sequence[Copy] = (), rows: PeopleRows | None = None) -> CertificateView:
        """The certificate of a plan that was made, approved and run."""
        return self.show(self.issue(self.ran(copies, rows)))

    def show(self, certificate_id: CertificateId) -> CertificateView:
        with self.world.database.snapshot() as session:
            return show_certificate(session, certificate_id)

    def close(self) -> int:
        with self.world.database.transaction() as session:
            return close_due(session)
