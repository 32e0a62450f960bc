"""Secrets that are told once: into a file of their reader's, or, on request only, on standard output."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.base.errors import BadInput

Show = Annotated[bool, typer.Option("--show", help="Print the secret on standard output; it is told this once.")]
To = Annotated[
    Path | None, typer.Option(help="Write the secret to a new file that only you can read (mode 0600).", metavar="FILE")
]


def require_place(show: bool, to: Path | None) -> None:
    """See that a secret has somewhere to go before it is made.

    Raises:
        BadInput: nowhere, or into a file that is there already.
    """
    if not show and to is None:
        raise BadInput("say where the secret goes: it is told this once", hint="--to FILE, or --show")
    if to is not None and to.exists():
        raise BadInput(f"{to} exists already and is not overwritten")


def put(to: Path | None, text: str) -> None:
    """Write a secret to its file, if there is one. Within the transaction that makes it, so that neither is without the other."""
    from engine.base.keys.private_file import create_private

    if to is not None:
        create_private(to, text.encode())


def asked_for(what: str, *, stdin: bool) -> str:
    """A secret from the keyboard, twice and unseen; or the first line of standard input.

    Raises:
        BadInput: nothing came, or not the same twice.
    """
    import sys

    if stdin:
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            raise BadInput(f"no {what} came on standard input")
        return line
    if not sys.stdin.isatty():
        raise BadInput(f"the {what} is asked for at a terminal", hint="--stdin reads it from standard input")
    from getpass import getpass

    first, again = getpass(f"{what}: "), getpass("again: ")
    if first != again:
        raise BadInput(f"the two are not the same {what}")
    return first
