"""``reeve witness``: an outsider's own witness of somebody's log. It needs no configuration and shares nothing with a state."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import err, out, print_json

if TYPE_CHECKING:
    from engine.ledger.note.keys import VerifierKey
    from engine.ledger.witness.folder import WitnessFolder
    from engine.ledger.witness.heads import Head
    from engine.ledger.witness.server import WitnessServer
    from engine.ledger.witness.witness import Witness

app = typer.Typer(
    no_args_is_help=True, help="Watch somebody's log: cosign each checkpoint that continues the last one."
)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The witness's folder.")]


@app.command()
def init(
    folder: Folder,
    name: Annotated[
        str,
        typer.Option(
            "--name", metavar="NAME", help="Of the witness: a URL without https://, such as witness.example.com/w1."
        ),
    ],
    mldsa: Annotated[
        bool, typer.Option("--mldsa", help="Cosign with ML-DSA-44 as well, which withstands quantum computers.")
    ] = False,
) -> None:
    """Make a witness with a new key, and print its public key: log and auditors need that.

    The key is for this folder's life. Do not copy the folder, and do not restore it from a backup: a witness that forgot what it
    cosigned would cosign a second history.
    """
    from engine.ledger.witness.folder import WitnessFolder

    made = WitnessFolder.create(folder, name, mldsa=mldsa)
    for key in made.keys:
        out().print(str(key.verifier), markup=False, soft_wrap=True)
    err().print(
        f"made; now: reeve witness trust {folder} VKEY, with the log's key from `reeve ledger vkey`", markup=False
    )


@app.command()
def trust(
    folder: Folder,
    keys: Annotated[
        list[str], typer.Argument(metavar="VKEY...", help="Keys of logs, as `reeve ledger vkey` prints them.")
    ],
) -> None:
    """Trust keys of logs from now on, also in a witness that runs.

    Compare a key over another way than the one it came by. A second key of one log is how its keys are changed.
    """
    from engine.ledger.witness.folder import WitnessFolder

    parsed = [_key(text) for text in keys]
    WitnessFolder.open(folder).trust(parsed)
    for key in parsed:
        err().print(f"trusted: {key.name}", markup=False)


@app.command()
def show(
    folder: Folder,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """Show the witness's public keys, the logs that it trusts, what it cosigned last of each, and forks.

    A fork is a log's own signature on two histories; the exit code is 4 where there is one.
    """
    from engine.ledger.witness.folder import WitnessFolder

    document = _document(WitnessFolder.open(folder))
    if as_json:
        print_json(document)
    else:
        _print(document)
    if document["forks"]:
        raise typer.Exit(4)


@app.command()
def run(
    folder: Folder,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="0 takes a free one.")] = 7380,
    log: Annotated[
        list[str] | None,
        typer.Option("--log", metavar="VKEY", help="Trust this key too, for this run. May be repeated."),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="FILE", help="Trust the logs of this policy file too, for this run."),
    ] = None,
) -> None:
    """Answer logs until Ctrl-C or SIGTERM.

    It speaks C2SP's tlog-witness over plain HTTP; for other machines put a proxy with TLS before it.
    """
    from engine.base.clock import SystemClock
    from engine.ledger.witness.folder import WitnessFolder
    from engine.ledger.witness.witness import Witness

    _log_to_stderr()
    opened = WitnessFolder.open(folder)
    given = [_key(text) for text in log or []] + (_logs(policy) if policy else [])
    witness = Witness(opened.keys, opened.heads, lambda: [*opened.trusted(), *given], SystemClock())
    opened.trusted()  # a file that was damaged by hand shows now, not with the first request
    with _listen(host, port, witness) as server:
        _stop_on_signals(server)
        place = f"[{host}]" if ":" in host else host
        err().print(
            f"witness {opened.name}: listens on http://{place}:{server.server_port}; Ctrl-C ends it", markup=False
        )
        server.serve_forever()
    err().print("witness: ended")


def _listen(host: str, port: int, witness: Witness) -> WitnessServer:
    from engine.base.errors import BadInput
    from engine.ledger.witness.server import WitnessServer

    try:
        return WitnessServer(host, port, witness)
    except OSError as exc:
        raise BadInput(
            f"cannot listen on {host}, port {port} ({exc.strerror})", hint="--port takes another one"
        ) from exc


def _key(text: str) -> VerifierKey:
    from engine.base.errors import BadInput
    from engine.ledger.note.keys import VerifierKey
    from engine.ledger.note.note import NoteRefused

    try:
        return VerifierKey.parse(text)
    except NoteRefused as exc:
        raise BadInput(f"this is no key of a log: {exc.message}", hint="`reeve ledger vkey` prints it") from None


def _logs(file: Path) -> list[VerifierKey]:
    from engine.base.errors import BadInput
    from engine.ledger.note.policy import Policy

    try:
        return [log.key for log in Policy.parse(file.read_bytes().decode()).logs]
    except (OSError, UnicodeDecodeError) as exc:
        raise BadInput(f"{file} cannot be read ({type(exc).__name__})") from exc


def _document(opened: WitnessFolder) -> dict[str, Any]:
    heads = {head.origin: head for head in opened.heads.all()}
    trusted = opened.trusted()
    origins = dict.fromkeys([*(key.name for key in trusted), *heads])
    return {
        "name": opened.name,
        "keys": [str(key.verifier) for key in opened.keys],
        "logs": [
            {"origin": one, "keys": [str(key) for key in trusted if key.name == one], **_head(heads.get(one))}
            for one in origins
        ],
        "forks": [
            {
                "origin": fork.origin,
                "size": fork.size,
                "seen_at": _stamp(fork.time),
                "refused": fork.note.decode(),
                "cosigned": fork.known.decode(),
            }
            for fork in opened.heads.forks()
        ],
    }


def _head(head: Head | None) -> dict[str, Any]:
    if head is None:
        return {"size": None, "root": None, "cosigned_at": None}
    return {"size": head.size, "root": head.root.hex(), "cosigned_at": _stamp(head.time)}


def _print(document: dict[str, Any]) -> None:
    console = out()
    console.print(f"witness {document['name']}", markup=False)
    for key in document["keys"]:
        console.print(f"  {key}", markup=False, soft_wrap=True)
    for log in document["logs"]:
        state = f"{log['size']} entries, {log['cosigned_at']}" if log["size"] is not None else "nothing cosigned yet"
        trusted = "" if log["keys"] else "  (not trusted now)"
        console.print(f"log {log['origin']}: {state}{trusted}", markup=False, soft_wrap=True)
    for fork in document["forks"]:
        console.print(
            f"FORK of {fork['origin']} at {fork['size']} entries, seen {fork['seen_at']}", markup=False, soft_wrap=True
        )
        console.print(f"{fork['cosigned']}\n{fork['refused']}", markup=False, soft_wrap=True)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("reeve.witness")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def _stop_on_signals(server: WitnessServer) -> None:
    def stop(_signal: int, _frame: object) -> None:
        threading.Thread(target=server.shutdown).start()  # it waits for the loop that this signal came into

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def _stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
