"""The chores of a worker: certificates name the configuration where it can be read, and are issued where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from engine.base.settings import load_settings
from engine.base.state.tables import CertificateRow
from retention.certificate.chores import Certifier
from tests.retention.certificate.issued import Certified


@pytest.mark.parametrize("broken", [False, True])
def test_what_ended_is_certified_under_the_configuration_as_it_is(
    certified: Certified,
    tmp_path: Path,
    broken: bool,  # noqa: FBT001 - a case
) -> None:
    file = tmp_path / "reeve.yaml"
    file.write_text('stores:\n  shop: {kind: sql, url: "postgresql+psycopg://reader@db.example.com/shop"}\n')
    known = load_settings(file).config_hash
    if broken:
        file.write_text("stores: [")
    certifier, plan_id = Certifier(file), certified.ran()
    for _ in range(2):
        with certified.world.database.transaction() as session:
            certifier.issue(session)
    with certified.world.database.snapshot() as session:
        (row,) = session.scalars(select(CertificateRow)).all()
    made = certified.show(row.id).document
    assert made.plan.plan == plan_id
    assert (made.tool.config_hash, made.store.server) == ((None, None) if broken else (known, "postgresql"))
    assert b"db.example.com" not in made.to_bytes()
