"""The page of a certificate: hostile names stay text, nothing runs, and it says what is open."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings

from engine.base.actors.registry import Actor, ActorKind
from engine.base.ids import ActorId, CertificateId, EventId, PlanId, new_id
from engine.governance.calendar import Duration
from engine.governance.change.plan import Copy
from retention.certificate.document import Certificate, Class
from retention.certificate.page import banner, page_of
from retention.certificate.view import CertificateLine, CertificateView, Entry
from tests.properties import tries
from tests.retention.certificate.documents import certificates
from tests.retention.certificate.issued import Certified

HOSTILE = '<script>alert("x")</script>\u202e'


def view_of(made: Certificate) -> CertificateView:
    line = CertificateLine(
        CertificateId(made.certificate), PlanId(made.plan.plan), made.store.name, made.method.level.value,
        made.counts.rows_certified, "ab" * 32, made.issued_at, made.copies.end_at, None,
    )  # fmt: skip
    entry = Entry(EventId(new_id()), None, None, "cd" * 32)
    return CertificateView(line, made.to_bytes(), made, entry, None, MappingProxyType({}))


def hostile(view: CertificateView) -> CertificateView:
    """The same with a hostile name wherever there is one from outside."""
    made = view.document
    bad = Class(field=HOSTILE, entity="X", subtype="", category="user", sensitivity="restricted", decided_by="scan")
    made = made.model_copy(
        update={
            "store": made.store.model_copy(
                update={"name": HOSTILE, "server_version": HOSTILE, "jurisdiction": HOSTILE}
            ),
            "assets": tuple(one.model_copy(update={"asset": HOSTILE}) for one in made.assets),
            "before": tuple(one.model_copy(update={"asset": HOSTILE, "classes": (bad,)}) for one in made.before),
            "plan": made.plan.model_copy(update={"rules": (HOSTILE,), "schedule": HOSTILE}),
        }
    )
    return replace(view, document=made)


@settings(max_examples=tries(15), suppress_health_check=[HealthCheck.too_slow])
@given(certificates())
def test_hostile_names_stay_text(made: Certificate) -> None:
    page = page_of(hostile(view_of(made))).decode()
    assert page.count("<script>") == 1  # ours
    assert "alert(&#34;x&#34;)" in page
    assert "\u202e" not in page
    assert "⟨U+202E⟩" in page


def test_it_stands_alone_and_forbids_all_else(certified: Certified) -> None:
    page = page_of(certified.issued()).decode()
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r"""(src|href)=["'](?!#|data:)""", page)
    dead = set(re.findall(r'href="#([^"]+)"', page)) - set(re.findall(r'id="([^"]+)"', page))
    assert dead == set()
    for words in ("Not Clear, Purge or Destroy", "Verification", "Validation", "21 rows in 3 batches"):
        assert words in page


def test_it_says_whether_copies_may_remain(certified: Certified) -> None:
    view = certified.issued()
    assert banner(view).title == "Open"
    assert "Nothing is declared" in banner(view).text
    certified.world.people.change("INSERT INTO person (id) VALUES (50)")
    view = certified.issued([Copy("export", None)])
    assert "nobody knows when it ends" in banner(view).text
    certified.world.people.change("INSERT INTO person (id) VALUES (51)")
    view = certified.issued([Copy("backup", Duration(days=3))])
    assert "may remain elsewhere until 2026-03-0" in banner(view).text
    certified.clock.instant += timedelta(days=30)
    assert certified.close() == 1
    after = certified.show(view.line.id)
    assert (banner(after).tone, banner(after).title) == ("good", "Closed")
    assert "Closed" in page_of(after).decode()


@settings(max_examples=tries(15), suppress_health_check=[HealthCheck.too_slow])
@given(certificates())
def test_what_was_found_again_is_said_first(made: Certificate) -> None:
    told = banner(view_of(made))
    assert (told.tone == "bad") == bool(made.counts.rows_found_again)
    assert ("found again" in told.text) == bool(made.counts.rows_found_again)


@pytest.mark.parametrize("names", [False, True])
def test_names_of_persons_stand_there_only_when_asked_for(certified: Certified, names: bool) -> None:  # noqa: FBT001 - a case
    view = certified.issued()
    approver = view.document.validation.approver
    known = {approver: Actor(ActorId(approver), ActorKind.PERSON, "Ada Lovelace")}
    page = page_of(replace(view, people=MappingProxyType(known)), names=names).decode()
    assert ("Ada Lovelace" in page) == names
    assert str(approver) in page
    assert b"Ada" not in view.data
