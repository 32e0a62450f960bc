"""What is right, in every form that it may take."""

from __future__ import annotations

import base64
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.ledger.verifier.making import (
    BASE,
    Signer,
    leaf,
    make_entry,
    make_export,
    tlog_proof,
)
from tests.ledger.verifier.mutations.cases import (
    NEW,
    OK,
    OLD,
    Case,
    case,
    fresh,
    pruned,
    rebundled,
    retiled,
    rotated,
    written,
)


@case
def right(folder: Path) -> Case:
    written(folder)
    return Case(OK)


@case
def right_key_given(folder: Path) -> Case:
    """The key of the older shard is trusted, the newer one's is announced by it."""
    export = written(folder)
    return Case(OK, vkeys=(export.log("2025").signers[0].vkey,))


@case
def right_newer_key_given(folder: Path) -> Case:
    """The newer shard pins the head of the older one."""
    return Case(OK, vkeys=(written(folder).log("2026").signers[0].vkey,))


@case
def right_previous(folder: Path) -> Case:
    return Case(OK, previous=written(folder).log("2026").checkpoint(517))


@case
def right_previous_of_closed_shard(folder: Path) -> Case:
    return Case(OK, previous=written(folder).log("2025").checkpoint(256))


@case
def right_proof(folder: Path) -> Case:
    log = written(folder).log("2026")
    return Case(OK, proof=(tlog_proof(300, log.hashes[:700], log.checkpoint(700)), log.entries[300]))


@case
def right_sizes_of_whole_tiles(folder: Path) -> Case:
    written(folder, make_export({"2024": 2, "2025": 256, "2026": 512}))
    return Case(OK)


@case
def right_with_one_entry(folder: Path) -> Case:
    written(folder, make_export({"2026": 1})).write(folder, [])
    return Case(OK)


@case
def right_single_log(folder: Path) -> Case:
    log = make_export().log("2026")
    log.write(folder)
    return Case(OK, vkeys=(log.signers[0].vkey,))


@case
def right_wider_tiles(folder: Path) -> Case:
    """The log went on after its checkpoint: full tiles where partial ones would do (C2SP tlog-tiles)."""
    export = written(folder)
    log = export.log("2026")
    longer = [*log.entries, *(make_entry(n) for n in range(1000, 1030))]
    retiled(folder, [leaf(one) for one in longer])
    rebundled(folder, longer)
    return Case(OK)


@case
def right_pruned(folder: Path) -> Case:
    pruned(folder)
    return Case(OK)


@case
def right_part(folder: Path) -> Case:
    written(folder)
    shutil.rmtree(folder / "2025")
    return Case(OK, partial=True)


@case
def right_rotated(folder: Path) -> Case:
    written(folder, rotated([NEW]))
    return Case(OK)


@case
def right_rotated_overlap(folder: Path) -> Case:
    written(folder, rotated([OLD, NEW], retire=False))
    return Case(OK, vkeys=(OLD.vkey,))


@case
def right_rotated_with_old_checkpoint(folder: Path) -> Case:
    """Who trusts the old key learns of the new one from entries that the old one signed."""
    export = written(folder, rotated([NEW]))
    log = replace(export.log("2026"), signers=[OLD])
    return Case(OK, vkeys=(OLD.vkey,), previous=log.checkpoint(600))


@case
def right_cosigned(folder: Path) -> Case:
    export = make_export()
    export.log("2026").signers.append(Signer("witness.example.org", algorithm=4))
    written(folder, export)
    return Case(OK)


@case
def right_witness_given(folder: Path) -> Case:
    export = make_export()
    witness = Signer("witness.example.org", algorithm=4)
    export.log("2026").signers.append(witness)
    written(folder, export)
    return Case(OK, vkeys=(export.log("2026").signers[0].vkey, witness.vkey))


@case
def witness_did_not_sign(folder: Path) -> Case:
    written(folder)
    return Case(("wrong_key", "2026", None), vkeys=(Signer("witness.example.org", algorithm=4).vkey,))


WITNESSES = [Signer(f"witness.example.org/{n}", algorithm=4) for n in range(3)]


def witnessed(folder: Path, signed: int, quorum: str) -> Case:
    """So many of three witnesses signed the newest checkpoint; the policy asks for two of them, or for another thing."""
    export = make_export()
    log = export.log("2026")
    policy = "# whom to believe\n\n" + "".join(f"witness w{n} {one.vkey}\n" for n, one in enumerate(WITNESSES))
    policy = f"log {log.signers[0].vkey} https://{log.origin}/\n{policy}group two 2 w0 w1 w2\ngroup one any two\n"
    log.signers += WITNESSES[:signed]
    written(folder, export)
    expected = OK if signed >= 2 or quorum == "none" else ("wrong_key", "2026", None)
    return Case(expected, policy=f"{policy}quorum {quorum}\n".encode())


@case
def right_quorum(folder: Path) -> Case:
    return witnessed(folder, 2, "one")


@case
def right_without_quorum(folder: Path) -> Case:
    return witnessed(folder, 0, "none")


@case
def quorum_missed(folder: Path) -> Case:
    return witnessed(folder, 1, "two")


@case
def log_of_the_policy_did_not_sign(folder: Path) -> Case:
    written(folder)
    return Case(
        ("wrong_key", "2025", None), policy=f"log {Signer('stranger.example.org').vkey}\nquorum none\n".encode()
    )


@case
def right_key_of_another_kind(folder: Path) -> Case:
    """A log may sign with ML-DSA beside Ed25519."""
    written(folder)
    path = folder / "vkeys"
    path.write_text(path.read_text() + f"{BASE}/2026+00000000+{base64.b64encode(bytes([6]) * 1313).decode()}\n")
    return Case(OK)


@case
def right_unknown_signature(folder: Path) -> Case:
    """Signatures of keys that are not known are passed over."""
    export = make_export()
    export.log("2026").signers.append(Signer("stranger.example.org"))
    written(folder, export)
    keys = [line for line in (folder / "vkeys").read_text().split("\n") if "stranger" not in line]
    (folder / "vkeys").write_text("\n".join(keys))
    return Case(OK)


@case
def right_odd_values(folder: Path) -> Case:
    """Letters beyond ASCII, real numbers, keys that sort by UTF-16: canonical, but not the quick way."""
    odd = '{"\\u0007":1.5,"z":[1e+21,1e-7,0.000001,333333333.3333333,-0.1,9007199254740992],"\u00e9":"\u20ac\\"",'
    odd += '"\U0001f600":0,"\ufb33":1}'
    entry = make_entry(5).decode().replace('{"masked":true,"note":null,"rows":5,"state":"full"}', odd)
    export = make_export()
    export.log("2026").entries[5] = entry.encode()
    written(folder, export)
    return Case(OK)


@case
def right_fresh(folder: Path) -> Case:
    fresh(folder, timedelta(minutes=5))
    return Case(OK, max_age=3600)
