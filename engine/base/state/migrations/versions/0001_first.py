"""Migration 0001: first."""

# ruff: noqa: E501 - the text of a constraint stays in one piece

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("name", name=op.f("uq_tenant_name")),
    )
    op.create_table(
        "hold_gate",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_hold_gate_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "store", name=op.f("pk_hold_gate")),
    )
    op.create_table(
        "lease",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_lease_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "name", name=op.f("pk_lease")),
    )
    op.create_table(
        "ledger_shard",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("grown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pruned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_shard_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "label", name=op.f("pk_ledger_shard")),
    )
    op.create_table(
        "observing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_observing_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "hash", name=op.f("pk_observing")),
    )
    op.create_table(
        "open_batch",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("assets", sa.Text(), nullable=True),
        sa.Column("gate", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome = '')", name=op.f("ck_open_batch_closed_with_outcome")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_open_batch_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_open_batch")),
    )
    op.create_index(
        op.f("ix_open_batch_tenant_id_plan_number"), "open_batch", ["tenant_id", "plan", "number"], unique=False
    )
    op.create_index(
        op.f("ix_open_batch_tenant_id_store_closed_at"), "open_batch", ["tenant_id", "store", "closed_at"], unique=False
    )
    op.create_table(
        "outbox",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("retention_class", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("payload_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("drained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shard", sa.Text(), nullable=True),
        sa.Column("ledger_index", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(drained_at IS NULL) = (ledger_index IS NULL) AND (drained_at IS NULL) = (shard IS NULL)",
            name=op.f("ck_outbox_drained_with_place"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_outbox_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_placed",
        "outbox",
        ["tenant_id", "shard", "ledger_index"],
        unique=True,
        sqlite_where=sa.text("ledger_index IS NOT NULL"),
        postgresql_where=sa.text("ledger_index IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_outbox_tenant_id_type_occurred_at"), "outbox", ["tenant_id", "type", "occurred_at"], unique=False
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["tenant_id", "occurred_at", "id"],
        unique=False,
        sqlite_where=sa.text("drained_at IS NULL"),
        postgresql_where=sa.text("drained_at IS NULL"),
    )
    op.create_table(
        "purpose_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_purpose_key_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "purpose", "generation", name=op.f("pk_purpose_key")),
    )
    op.create_index(op.f("ix_purpose_key_epoch"), "purpose_key", ["epoch"], unique=False)
    op.create_table(
        "sign_in_attempt",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("turned_away", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_sign_in_attempt_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        op.f("ix_sign_in_attempt_tenant_id_last_at"), "sign_in_attempt", ["tenant_id", "last_at"], unique=False
    )
    op.create_table(
        "store",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_store_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_store")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_store_tenant_id_name")),
    )
    op.create_table(
        "subject_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(destroyed_at IS NULL AND wrapped IS NOT NULL AND epoch IS NOT NULL) OR (destroyed_at IS NOT NULL AND wrapped IS NULL AND epoch IS NULL AND label IS NULL)",
            name=op.f("ck_subject_key_whole_or_destroyed"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_subject_key_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_subject_key")),
        sa.UniqueConstraint("tenant_id", "label", name=op.f("uq_subject_key_tenant_id_label")),
    )
    op.create_index(op.f("ix_subject_key_epoch"), "subject_key", ["epoch"], unique=False)
    op.create_table(
        "worker",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("process", sa.BigInteger(), nullable=False),
        sa.Column("process_start", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("runs_jobs", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(stopped_at IS NULL) = (ending = '')", name=op.f("ck_worker_ending_with_time")),
        sa.CheckConstraint("ending IN ('', 'stopped', 'dead')", name=op.f("ck_worker_ending_known")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_worker_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_worker")),
    )
    op.create_index(op.f("ix_worker_tenant_id_stopped_at"), "worker", ["tenant_id", "stopped_at"], unique=False)
    op.create_table(
        "actor",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("subject_key_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('person', 'service', 'schedule')", name=op.f("ck_actor_kind_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_key_id"],
            ["subject_key.tenant_id", "subject_key.id"],
            name=op.f("fk_actor_tenant_id_subject_key_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_actor_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_actor")),
        sa.UniqueConstraint("tenant_id", "kind", "name_hash", name=op.f("uq_actor_tenant_id_kind_name_hash")),
    )
    op.create_table(
        "ledger_checkpoint",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("shard", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shard"],
            ["ledger_shard.tenant_id", "ledger_shard.label"],
            name=op.f("fk_ledger_checkpoint_tenant_id_shard"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_checkpoint_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "shard", "size", name=op.f("pk_ledger_checkpoint")),
    )
    op.create_table(
        "ledger_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("shard", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shard"],
            ["ledger_shard.tenant_id", "ledger_shard.label"],
            name=op.f("fk_ledger_key_tenant_id_shard"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_key_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "shard", "key_id", name=op.f("pk_ledger_key")),
    )
    op.create_table(
        "ledger_tile",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("shard", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tile", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shard"],
            ["ledger_shard.tenant_id", "ledger_shard.label"],
            name=op.f("fk_ledger_tile_tenant_id_shard"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_tile_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "shard", "level", "tile", name=op.f("pk_ledger_tile")),
    )
    op.create_table(
        "outbox_disclosure",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("subject_key_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["outbox.tenant_id", "outbox.id"],
            name=op.f("fk_outbox_disclosure_tenant_id_event_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_outbox_disclosure_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "event_id", "field", name=op.f("pk_outbox_disclosure")),
    )
    op.create_index(
        op.f("ix_outbox_disclosure_tenant_id_expires_at"),
        "outbox_disclosure",
        ["tenant_id", "expires_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_outbox_disclosure_tenant_id_subject_key_id"),
        "outbox_disclosure",
        ["tenant_id", "subject_key_id"],
        unique=False,
    )
    op.create_table(
        "actor_role",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_actor_role_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_actor_role_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "actor_id", "role", name=op.f("pk_actor_role")),
    )
    op.create_index(op.f("ix_actor_role_tenant_id_role"), "actor_role", ["tenant_id", "role"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_api_key_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_api_key_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_api_key")),
    )
    op.create_index(op.f("ix_api_key_tenant_id_actor_id"), "api_key", ["tenant_id", "actor_id"], unique=False)
    op.create_table(
        "approver_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compromised", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT compromised OR retired_at IS NOT NULL", name=op.f("ck_approver_key_compromised_is_retired")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_approver_key_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_approver_key_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_approver_key")),
        sa.UniqueConstraint("tenant_id", "fingerprint", name=op.f("uq_approver_key_tenant_id_fingerprint")),
    )
    op.create_index(op.f("ix_approver_key_tenant_id_actor_id"), "approver_key", ["tenant_id", "actor_id"], unique=False)
    op.create_table(
        "hold",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.LargeBinary(), nullable=False),
        sa.Column("matter_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("subject_key_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("review_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("release_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL) AND (state = 'released') = (released_by IS NOT NULL) AND (state = 'released') = (release_reason IS NOT NULL)",
            name=op.f("ck_hold_released_with_reason"),
        ),
        sa.CheckConstraint(
            "state <> 'effective' OR effective_at IS NOT NULL", name=op.f("ck_hold_effective_with_time")
        ),
        sa.CheckConstraint("state IN ('placed', 'effective', 'released')", name=op.f("ck_hold_state_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_hold_tenant_id_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "placed_by"], ["actor.tenant_id", "actor.id"], name=op.f("fk_hold_tenant_id_placed_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "released_by"], ["actor.tenant_id", "actor.id"], name=op.f("fk_hold_tenant_id_released_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subject_key_id"],
            ["subject_key.tenant_id", "subject_key.id"],
            name=op.f("fk_hold_tenant_id_subject_key_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_hold_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_tenant_id_matter_hash"), "hold", ["tenant_id", "matter_hash"], unique=False)
    op.create_index(op.f("ix_hold_tenant_id_state"), "hold", ["tenant_id", "state"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("attempt", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_idempotency_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_idempotency_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "actor_id", "key_hash", name=op.f("pk_idempotency")),
    )
    op.create_index(
        op.f("ix_idempotency_tenant_id_expires_at"), "idempotency", ["tenant_id", "expires_at"], unique=False
    )
    op.create_table(
        "invitation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_invitation_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_invitation_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "actor_id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("tenant_id", "token_sha256", name=op.f("uq_invitation_tenant_id_token_sha256")),
    )
    op.create_table(
        "job",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested", sa.Text(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("deaths", sa.BigInteger(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=True),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("requested IN ('','pause','quiet','cancel')", name=op.f("ck_job_request_known")),
        sa.CheckConstraint(
            "state IN ('queued','running','paused','cancelled','done','failed')", name=op.f("ck_job_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_job_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "worker_id"], ["worker.tenant_id", "worker.id"], name=op.f("fk_job_tenant_id_worker_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_job_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_job")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_job_tenant_id_key")),
    )
    op.create_index(op.f("ix_job_tenant_id_state"), "job", ["tenant_id", "state"], unique=False)
    op.create_table(
        "password",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("hashed", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_password_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_password_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "actor_id", name=op.f("pk_password")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_recovery_code_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_recovery_code_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "actor_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "schedule",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=True),
        sa.Column("cron", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("quiet", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_outcome", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_schedule_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_schedule_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_schedule_tenant_id_name")),
    )
    op.create_index(op.f("ix_schedule_tenant_id_next_at"), "schedule", ["tenant_id", "next_at"], unique=False)
    op.create_table(
        "session",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("factor IN ('none', 'totp', 'recovery')", name=op.f("ck_session_factor_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_session_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_session_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_session")),
        sa.UniqueConstraint("tenant_id", "token_sha256", name=op.f("uq_session_tenant_id_token_sha256")),
    )
    op.create_index(op.f("ix_session_tenant_id_actor_id"), "session", ["tenant_id", "actor_id"], unique=False)
    op.create_table(
        "totp",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("pending", sa.LargeBinary(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(secret IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_totp_confirmed_with_secret")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_totp_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_totp_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "actor_id", name=op.f("pk_totp")),
    )
    op.create_table(
        "waiver",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("expiry_noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(field = '' OR asset <> '') AND (asset = '' OR store <> '')", name=op.f("ck_waiver_scope_whole")
        ),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_waiver_approval_whole")),
        sa.CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name=op.f("ck_waiver_end_whole")),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name=op.f("ck_waiver_two_actors")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "approved_by"], ["actor.tenant_id", "actor.id"], name=op.f("fk_waiver_tenant_id_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asked_by"], ["actor.tenant_id", "actor.id"], name=op.f("fk_waiver_tenant_id_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ended_by"], ["actor.tenant_id", "actor.id"], name=op.f("fk_waiver_tenant_id_ended_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_waiver_tenant_id_owner_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_waiver_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_waiver")),
    )
    op.create_index(op.f("ix_waiver_tenant_id_expires_at"), "waiver", ["tenant_id", "expires_at"], unique=False)
    op.create_table(
        "approval",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("approver_key_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("over", sa.Text(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.Column("signed_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('plan', 'standing')", name=op.f("ck_approval_kind_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "approver_key_id"],
            ["approver_key.tenant_id", "approver_key.id"],
            name=op.f("fk_approval_tenant_id_approver_key_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_approval_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_approval")),
        sa.UniqueConstraint("tenant_id", "signed_sha256", name=op.f("uq_approval_tenant_id_signed_sha256")),
    )
    op.create_index(op.f("ix_approval_tenant_id_over"), "approval", ["tenant_id", "over"], unique=False)
    op.create_table(
        "evidence_run",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("config_hash", sa.Text(), nullable=False),
        sa.Column("library_hash", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=True),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_evidence_run_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "job_id"], ["job.tenant_id", "job.id"], name=op.f("fk_evidence_run_tenant_id_job_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_evidence_run_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_evidence_run")),
    )
    op.create_index(
        op.f("ix_evidence_run_tenant_id_period_to"), "evidence_run", ["tenant_id", "period_to"], unique=False
    )
    op.create_table(
        "hold_scope",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=True),
        sa.Column("identifiers", sa.BigInteger(), nullable=False),
        sa.Column("gate", sa.BigInteger(), nullable=False),
        sa.Column("key_generation", sa.BigInteger(), nullable=False),
        sa.Column("form_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(kind = 'store') = (asset = '')", name=op.f("ck_hold_scope_asset_where_it_has_one")),
        sa.CheckConstraint("kind IN ('store', 'asset', 'rows', 'subject')", name=op.f("ck_hold_scope_kind_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hold_id"], ["hold.tenant_id", "hold.id"], name=op.f("fk_hold_scope_tenant_id_hold_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_hold_scope_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_hold_scope")),
    )
    op.create_index(op.f("ix_hold_scope_tenant_id_hold_id"), "hold_scope", ["tenant_id", "hold_id"], unique=False)
    op.create_index(op.f("ix_hold_scope_tenant_id_store"), "hold_scope", ["tenant_id", "store"], unique=False)
    op.create_table(
        "scan",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stores", sa.Text(), nullable=True),
        sa.Column("pack_hash", sa.Text(), nullable=False),
        sa.Column("config_hash", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=True),
        sa.Column("hash_generation", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("listed", sa.BigInteger(), nullable=False),
        sa.Column("unlisted", sa.Text(), nullable=True),
        sa.Column("drift", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('running','complete','complete_with_exceptions','abandoned')", name=op.f("ck_scan_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_scan_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "job_id"], ["job.tenant_id", "job.id"], name=op.f("fk_scan_tenant_id_job_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "worker_id"], ["worker.tenant_id", "worker.id"], name=op.f("fk_scan_tenant_id_worker_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_scan_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_scan")),
    )
    op.create_index(op.f("ix_scan_tenant_id_status"), "scan", ["tenant_id", "status"], unique=False)
    op.create_table(
        "asset",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("foreign_keys", sa.Text(), nullable=True),
        sa.Column("primary_key", sa.Text(), nullable=True),
        sa.Column("declared", sa.Text(), nullable=True),
        sa.Column("unjudged_by", sa.Uuid(), nullable=True),
        sa.Column("judged_with", sa.Text(), nullable=False),
        sa.Column("rejudged_by", sa.Uuid(), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appeared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "rejudged_by"], ["scan.tenant_id", "scan.id"], name=op.f("fk_asset_tenant_id_rejudged_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "store_id"], ["store.tenant_id", "store.id"], name=op.f("fk_asset_tenant_id_store_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unjudged_by"], ["scan.tenant_id", "scan.id"], name=op.f("fk_asset_tenant_id_unjudged_by")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_asset_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_asset")),
        sa.UniqueConstraint("tenant_id", "store_id", "name", name=op.f("uq_asset_tenant_id_store_id_name")),
    )
    op.create_table(
        "evidence_item",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("deviations", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "conclusion IN ('effective','deviations','not_tested','no_occurrence')",
            name=op.f("ck_evidence_item_conclusion_known"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["evidence_run.tenant_id", "evidence_run.id"],
            name=op.f("fk_evidence_item_tenant_id_run_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_evidence_item_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_evidence_item")),
        sa.UniqueConstraint("tenant_id", "run_id", "control", name=op.f("uq_evidence_item_tenant_id_run_id_control")),
    )
    op.create_index(
        op.f("ix_evidence_item_tenant_id_control_effective_to"),
        "evidence_item",
        ["tenant_id", "control", "effective_to"],
        unique=False,
    )
    op.create_table(
        "hold_identifier",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scope_id"],
            ["hold_scope.tenant_id", "hold_scope.id"],
            name=op.f("fk_hold_identifier_tenant_id_scope_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_hold_identifier_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "scope_id", "digest", name=op.f("pk_hold_identifier")),
    )
    op.create_table(
        "plan",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("policies", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Text(), nullable=True),
        sa.Column("batches", sa.BigInteger(), nullable=False),
        sa.Column("left", sa.BigInteger(), nullable=False),
        sa.Column("halted", sa.Text(), nullable=False),
        sa.Column("halted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state = 'making' OR state = 'cancelled' OR root IS NOT NULL", name=op.f("ck_plan_root_when_made")
        ),
        sa.CheckConstraint(
            "state IN ('making','made','approved','running','stopped','verifying','done','complete_with_exceptions','refused','cancelled','expired')",
            name=op.f("ck_plan_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "approval_id"],
            ["approval.tenant_id", "approval.id"],
            name=op.f("fk_plan_tenant_id_approval_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "key_id"], ["subject_key.tenant_id", "subject_key.id"], name=op.f("fk_plan_tenant_id_key_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "made_by"], ["actor.tenant_id", "actor.id"], name=op.f("fk_plan_tenant_id_made_by")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_plan_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_plan")),
    )
    op.create_index(op.f("ix_plan_tenant_id_label"), "plan", ["tenant_id", "label"], unique=False)
    op.create_index(op.f("ix_plan_tenant_id_root"), "plan", ["tenant_id", "root"], unique=False)
    op.create_index(op.f("ix_plan_tenant_id_state"), "plan", ["tenant_id", "state"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("copies_end_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("closed_event_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_event_id IS NULL)", name=op.f("ck_certificate_closed_with_event")
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR (copies_end_at IS NOT NULL AND copies_end_at <= closed_at)",
            name=op.f("ck_certificate_closed_when_over"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"], ["plan.tenant_id", "plan.id"], name=op.f("fk_certificate_tenant_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_certificate_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("tenant_id", "plan_id", name=op.f("uq_certificate_tenant_id_plan_id")),
    )
    op.create_index(
        op.f("ix_certificate_tenant_id_closed_at_copies_end_at"),
        "certificate",
        ["tenant_id", "closed_at", "copies_end_at"],
        unique=False,
    )
    op.create_table(
        "field",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("nulls", sa.BigInteger(), nullable=False),
        sa.Column("distinct", sa.BigInteger(), nullable=False),
        sa.Column("drawn", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.Double(), nullable=False),
        sa.Column("examples", sa.Text(), nullable=True),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("excluded", sa.Text(), nullable=True),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appeared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"], ["asset.tenant_id", "asset.id"], name=op.f("fk_field_tenant_id_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scan_id"], ["scan.tenant_id", "scan.id"], name=op.f("fk_field_tenant_id_scan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_field_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_field")),
        sa.UniqueConstraint("tenant_id", "asset_id", "path", name=op.f("uq_field_tenant_id_asset_id_path")),
    )
    op.create_table(
        "look",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("policies", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("blocked", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("excused", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_started", sa.BigInteger(), nullable=False),
        sa.Column("not_started_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"], ["plan.tenant_id", "plan.id"], name=op.f("fk_look_tenant_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_look_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_look")),
        sa.UniqueConstraint("tenant_id", "store", "asset", "rule", name=op.f("uq_look_tenant_id_store_asset_rule")),
    )
    op.create_table(
        "lot",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("objects", sa.BigInteger(), nullable=False),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.Column("accounted_by", sa.Uuid(), nullable=True),
        sa.Column("asked", sa.BigInteger(), nullable=True),
        sa.Column("drawn", sa.BigInteger(), nullable=True),
        sa.Column("drawn_from", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.Double(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("observing_hash", sa.Text(), nullable=False),
        sa.Column("hash_generation", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "accounted_by"], ["scan.tenant_id", "scan.id"], name=op.f("fk_lot_tenant_id_accounted_by")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"], ["asset.tenant_id", "asset.id"], name=op.f("fk_lot_tenant_id_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "read_by"], ["scan.tenant_id", "scan.id"], name=op.f("fk_lot_tenant_id_read_by")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_lot_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_lot")),
    )
    op.create_index(op.f("ix_lot_tenant_id_asset_id"), "lot", ["tenant_id", "asset_id"], unique=False)
    op.create_table(
        "plan_batch",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.Text(), nullable=True),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("open_id", sa.Uuid(), nullable=True),
        sa.Column("server_session", sa.Text(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dealt", sa.LargeBinary(), nullable=True),
        sa.Column("absent", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("left_out", sa.LargeBinary(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('pending','running','done','left')", name=op.f("ck_plan_batch_state_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"], ["plan.tenant_id", "plan.id"], name=op.f("fk_plan_batch_tenant_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_plan_batch_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "plan_id", "number", name=op.f("pk_plan_batch")),
    )
    op.create_index(
        op.f("ix_plan_batch_tenant_id_plan_id_state"), "plan_batch", ["tenant_id", "plan_id", "state"], unique=False
    )
    op.create_table(
        "plan_excluded",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"], ["plan.tenant_id", "plan.id"], name=op.f("fk_plan_excluded_tenant_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_plan_excluded_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "plan_id", "number", name=op.f("pk_plan_excluded")),
    )
    op.create_table(
        "plan_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"], ["plan.tenant_id", "plan.id"], name=op.f("fk_plan_keys_tenant_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_plan_keys_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "plan_id", "number", name=op.f("pk_plan_keys")),
    )
    op.create_table(
        "chunk",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"], ["lot.tenant_id", "lot.id"], name=op.f("fk_chunk_tenant_id_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scan_id"], ["scan.tenant_id", "scan.id"], name=op.f("fk_chunk_tenant_id_scan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_chunk_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "scan_id", "lot_id", "number", name=op.f("pk_chunk")),
    )
    op.create_table(
        "high_water",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=True),
        sa.Column("rows_before", sa.BigInteger(), nullable=True),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"], ["lot.tenant_id", "lot.id"], name=op.f("fk_high_water_tenant_id_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scan_id"], ["scan.tenant_id", "scan.id"], name=op.f("fk_high_water_tenant_id_scan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_high_water_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "scan_id", "lot_id", name=op.f("pk_high_water")),
    )
    op.create_table(
        "link",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("overlap", sa.Double(), nullable=False),
        sa.Column("least", sa.Double(), nullable=True),
        sa.Column("back", sa.Double(), nullable=True),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('foreign_key', 'values')", name=op.f("ck_link_kind_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "field_id"], ["field.tenant_id", "field.id"], name=op.f("fk_link_tenant_id_field_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "other_id"], ["field.tenant_id", "field.id"], name=op.f("fk_link_tenant_id_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scan_id"], ["scan.tenant_id", "scan.id"], name=op.f("fk_link_tenant_id_scan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_link_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_link")),
        sa.UniqueConstraint(
            "tenant_id", "field_id", "other_id", "kind", name=op.f("uq_link_tenant_id_field_id_other_id_kind")
        ),
    )
    op.create_table(
        "membership",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("objects", sa.Text(), nullable=True),
        sa.Column("key_generation", sa.BigInteger(), nullable=False),
        sa.Column("form_version", sa.BigInteger(), nullable=False),
        sa.Column("values", sa.BigInteger(), nullable=False),
        sa.Column("outside", sa.BigInteger(), nullable=False),
        sa.Column("filter", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"], ["lot.tenant_id", "lot.id"], name=op.f("fk_membership_tenant_id_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scan_id"], ["scan.tenant_id", "scan.id"], name=op.f("fk_membership_tenant_id_scan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_membership_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "scan_id", "lot_id", "number", name=op.f("pk_membership")),
    )
    op.create_table(
        "object",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("read_version", sa.Text(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"], ["asset.tenant_id", "asset.id"], name=op.f("fk_object_tenant_id_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"], ["lot.tenant_id", "lot.id"], name=op.f("fk_object_tenant_id_lot_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_object_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_object")),
        sa.UniqueConstraint("tenant_id", "asset_id", "name", name=op.f("uq_object_tenant_id_asset_id_name")),
    )
    op.create_index(op.f("ix_object_tenant_id_lot_id"), "object", ["tenant_id", "lot_id"], unique=False)
    op.create_table(
        "reading",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("chunks", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('pending','done')", name=op.f("ck_reading_state_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"], ["asset.tenant_id", "asset.id"], name=op.f("fk_reading_tenant_id_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"], ["lot.tenant_id", "lot.id"], name=op.f("fk_reading_tenant_id_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scan_id"], ["scan.tenant_id", "scan.id"], name=op.f("fk_reading_tenant_id_scan_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "worker_id"], ["worker.tenant_id", "worker.id"], name=op.f("fk_reading_tenant_id_worker_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_reading_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "scan_id", "lot_id", name=op.f("pk_reading")),
    )
    op.create_index(
        op.f("ix_reading_tenant_id_scan_id_state"), "reading", ["tenant_id", "scan_id", "state"], unique=False
    )
    op.create_table(
        "sketch",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("showing", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"], ["lot.tenant_id", "lot.id"], name=op.f("fk_sketch_tenant_id_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scan_id"], ["scan.tenant_id", "scan.id"], name=op.f("fk_sketch_tenant_id_scan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_sketch_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "scan_id", "lot_id", "path", name=op.f("pk_sketch")),
    )
    op.create_table(
        "verdict",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("entities", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("pack_hash", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("decided_by IN ('scan', 'person')", name=op.f("ck_verdict_decider_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["actor.tenant_id", "actor.id"], name=op.f("fk_verdict_tenant_id_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "field_id"], ["field.tenant_id", "field.id"], name=op.f("fk_verdict_tenant_id_field_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scan_id"], ["scan.tenant_id", "scan.id"], name=op.f("fk_verdict_tenant_id_scan_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_verdict_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_verdict")),
    )
    op.create_index(
        op.f("ix_verdict_tenant_id_field_id_decided_at"),
        "verdict",
        ["tenant_id", "field_id", "decided_at"],
        unique=False,
    )
    op.create_table(
        "coverage",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("expected_rows", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.Double(), nullable=True),
        sa.Column("troubles", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending','full','sampled','skipped','failed')", name=op.f("ck_coverage_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"], ["asset.tenant_id", "asset.id"], name=op.f("fk_coverage_tenant_id_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"], ["lot.tenant_id", "lot.id"], name=op.f("fk_coverage_tenant_id_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "object_id"], ["object.tenant_id", "object.id"], name=op.f("fk_coverage_tenant_id_object_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scan_id"], ["scan.tenant_id", "scan.id"], name=op.f("fk_coverage_tenant_id_scan_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "store_id"], ["store.tenant_id", "store.id"], name=op.f("fk_coverage_tenant_id_store_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_coverage_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "scan_id", "object_id", name=op.f("pk_coverage")),
    )
    op.create_index(
        op.f("ix_coverage_tenant_id_scan_id_asset_id"), "coverage", ["tenant_id", "scan_id", "asset_id"], unique=False
    )
    op.create_index(
        op.f("ix_coverage_tenant_id_scan_id_lot_id"), "coverage", ["tenant_id", "scan_id", "lot_id"], unique=False
    )
    op.create_index(
        op.f("ix_coverage_tenant_id_scan_id_state"), "coverage", ["tenant_id", "scan_id", "state"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_coverage_tenant_id_scan_id_state"), table_name="coverage")
    op.drop_index(op.f("ix_coverage_tenant_id_scan_id_lot_id"), table_name="coverage")
    op.drop_index(op.f("ix_coverage_tenant_id_scan_id_asset_id"), table_name="coverage")
    op.drop_table("coverage")
    op.drop_index(op.f("ix_verdict_tenant_id_field_id_decided_at"), table_name="verdict")
    op.drop_table("verdict")
    op.drop_table("sketch")
    op.drop_index(op.f("ix_reading_tenant_id_scan_id_state"), table_name="reading")
    op.drop_table("reading")
    op.drop_index(op.f("ix_object_tenant_id_lot_id"), table_name="object")
    op.drop_table("object")
    op.drop_table("membership")
    op.drop_table("link")
    op.drop_table("high_water")
    op.drop_table("chunk")
    op.drop_table("plan_keys")
    op.drop_table("plan_excluded")
    op.drop_index(op.f("ix_plan_batch_tenant_id_plan_id_state"), table_name="plan_batch")
    op.drop_table("plan_batch")
    op.drop_index(op.f("ix_lot_tenant_id_asset_id"), table_name="lot")
    op.drop_table("lot")
    op.drop_table("look")
    op.drop_table("field")
    op.drop_index(op.f("ix_certificate_tenant_id_closed_at_copies_end_at"), table_name="certificate")
    op.drop_table("certificate")
    op.drop_index(op.f("ix_plan_tenant_id_state"), table_name="plan")
    op.drop_index(op.f("ix_plan_tenant_id_root"), table_name="plan")
    op.drop_index(op.f("ix_plan_tenant_id_label"), table_name="plan")
    op.drop_table("plan")
    op.drop_table("hold_identifier")
    op.drop_index(op.f("ix_evidence_item_tenant_id_control_effective_to"), table_name="evidence_item")
    op.drop_table("evidence_item")
    op.drop_table("asset")
    op.drop_index(op.f("ix_scan_tenant_id_status"), table_name="scan")
    op.drop_table("scan")
    op.drop_index(op.f("ix_hold_scope_tenant_id_store"), table_name="hold_scope")
    op.drop_index(op.f("ix_hold_scope_tenant_id_hold_id"), table_name="hold_scope")
    op.drop_table("hold_scope")
    op.drop_index(op.f("ix_evidence_run_tenant_id_period_to"), table_name="evidence_run")
    op.drop_table("evidence_run")
    op.drop_index(op.f("ix_approval_tenant_id_over"), table_name="approval")
    op.drop_table("approval")
    op.drop_index(op.f("ix_waiver_tenant_id_expires_at"), table_name="waiver")
    op.drop_table("waiver")
    op.drop_table("totp")
    op.drop_index(op.f("ix_session_tenant_id_actor_id"), table_name="session")
    op.drop_table("session")
    op.drop_index(op.f("ix_schedule_tenant_id_next_at"), table_name="schedule")
    op.drop_table("schedule")
    op.drop_table("recovery_code")
    op.drop_table("password")
    op.drop_index(op.f("ix_job_tenant_id_state"), table_name="job")
    op.drop_table("job")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_idempotency_tenant_id_expires_at"), table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_index(op.f("ix_hold_tenant_id_state"), table_name="hold")
    op.drop_index(op.f("ix_hold_tenant_id_matter_hash"), table_name="hold")
    op.drop_table("hold")
    op.drop_index(op.f("ix_approver_key_tenant_id_actor_id"), table_name="approver_key")
    op.drop_table("approver_key")
    op.drop_index(op.f("ix_api_key_tenant_id_actor_id"), table_name="api_key")
    op.drop_table("api_key")
    op.drop_index(op.f("ix_actor_role_tenant_id_role"), table_name="actor_role")
    op.drop_table("actor_role")
    op.drop_index(op.f("ix_outbox_disclosure_tenant_id_subject_key_id"), table_name="outbox_disclosure")
    op.drop_index(op.f("ix_outbox_disclosure_tenant_id_expires_at"), table_name="outbox_disclosure")
    op.drop_table("outbox_disclosure")
    op.drop_table("ledger_tile")
    op.drop_table("ledger_key")
    op.drop_table("ledger_checkpoint")
    op.drop_table("actor")
    op.drop_index(op.f("ix_worker_tenant_id_stopped_at"), table_name="worker")
    op.drop_table("worker")
    op.drop_index(op.f("ix_subject_key_epoch"), table_name="subject_key")
    op.drop_table("subject_key")
    op.drop_table("store")
    op.drop_index(op.f("ix_sign_in_attempt_tenant_id_last_at"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_index(op.f("ix_purpose_key_epoch"), table_name="purpose_key")
    op.drop_table("purpose_key")
    op.drop_index(
        "ix_outbox_waiting",
        table_name="outbox",
        sqlite_where=sa.text("drained_at IS NULL"),
        postgresql_where=sa.text("drained_at IS NULL"),
    )
    op.drop_index(op.f("ix_outbox_tenant_id_type_occurred_at"), table_name="outbox")
    op.drop_index(
        "ix_outbox_placed",
        table_name="outbox",
        sqlite_where=sa.text("ledger_index IS NOT NULL"),
        postgresql_where=sa.text("ledger_index IS NOT NULL"),
    )
    op.drop_table("outbox")
    op.drop_index(op.f("ix_open_batch_tenant_id_store_closed_at"), table_name="open_batch")
    op.drop_index(op.f("ix_open_batch_tenant_id_plan_number"), table_name="open_batch")
    op.drop_table("open_batch")
    op.drop_table("observing")
    op.drop_table("ledger_shard")
    op.drop_table("lease")
    op.drop_table("hold_gate")
    op.drop_table("tenant")
