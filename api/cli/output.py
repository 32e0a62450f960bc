"""What goes where: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from engine.base.errors import ReeveError


def out() -> Console:
    """For results that people read."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())


def err() -> Console:
    """For progress and notes."""
    return Console(file=sys.stderr, highlight=False)


def print_json(document: Any) -> None:
    """One JSON document, and nothing else, on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def complain(error: ReeveError) -> None:
    """An error in words: what happened, and what to do."""
    console = err()
    console.print(Text.assemble(("error: ", "bold red"), error.message))
    if error.hint:
        console.print(Text.assemble(("  try: ", "bold"), error.hint))
