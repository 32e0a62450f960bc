"""Reeve's own verification beside the one that goes with exports: what one takes for right, the other does.

They share no line, and are asked different things, so a few cases are let off: each with its reason.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.ledger.log.export import shard_folders
from engine.ledger.log.resources import FolderResources
from engine.ledger.log.verification import Expected, verify
from engine.ledger.note.note import VerifierKey
from tests.ledger.verifier.mutations import CASES

OTHERWISE = {
    "empty_folder": "the command says so, before anything is verified",
    "key_that_is_none": "a folder's keys are read by the command",
    "right_key_of_another_kind": "the key's id in this case is none; Reeve reads the keys that it wrote",
    "right_wider_tiles": "Reeve writes the tiles of just its checkpoint",
    "right_single_log": "Reeve takes the folder for a whole ledger, and misses the years before",
    "disclosed_value_changed": "disclosures are for those who get them",
    "disclosed_beyond_the_end": "disclosures are for those who get them",
    "disclosure_that_is_none": "disclosures are for those who get them",
    "shard_under_another_label": "names of folders mean nothing to it",
    "previous_by_another_key": "a checkpoint by nobody who is trusted says nothing, to one; to the other, it was asked for",
    "log_of_the_policy_did_not_sign": "proofs, policies and missing years are not asked of it here",
    "previous_of_a_shard_that_is_gone": "proofs, policies and missing years are not asked of it here",
    "proof_for_another_entry": "proofs, policies and missing years are not asked of it here",
    "proof_of_another_history": "proofs, policies and missing years are not asked of it here",
    "proof_with_a_hash_too_many": "proofs, policies and missing years are not asked of it here",
    "quorum_missed": "proofs, policies and missing years are not asked of it here",
    "right_key_given": "it does not follow the links from one key to the others",
    "right_part": "proofs, policies and missing years are not asked of it here",
    "right_proof": "proofs, policies and missing years are not asked of it here",
    "right_quorum": "proofs, policies and missing years are not asked of it here",
    "right_rotated_overlap": "it does not follow the links from one key to the others",
    "right_rotated_with_old_checkpoint": "it does not follow the links from one key to the others",
    "right_without_quorum": "proofs, policies and missing years are not asked of it here",
    "right_witness_given": "it does not follow the links from one key to the others",
}


@pytest.mark.parametrize("name", sorted(CASES.keys() - OTHERWISE.keys()))
def test_both_agree_whether_an_export_is_right(name: str, tmp_path: Path) -> None:
    case = CASES[name](tmp_path / "export")
    lines = case.vkeys or (tmp_path / "export" / "vkeys").read_text().split()
    expected = Expected(
        [VerifierKey.parse(line) for line in lines],
        [case.previous] if case.previous is not None else [],
        now=datetime.now(UTC),
        oldest=None if case.max_age is None else timedelta(seconds=case.max_age),
    )
    logs = {label: FolderResources(path) for label, path in shard_folders(tmp_path / "export").items()}
    report = verify(logs, expected)
    assert (report.verdict.value == "intact") == (case.expected[0] == "ok"), report.problems
