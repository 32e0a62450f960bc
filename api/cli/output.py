"""What goes where: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from engine.base.errors import ReeveError

if TYPE_CHECKING:
    from rich.console import Console  # takes a tenth of the time in which `reeve classify` starts


def out() -> Console:
    """For results that people read."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())


def err() -> Console:
    """For progress and notes."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False)


def print_json(document: Any) -> None:
    """One JSON document, and nothing else, on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def complain(error: ReeveError) -> None:
    """An error in words: what happened, and what to do."""
    from rich.text import Text

    console = err()
    console.print(Text.assemble(("error: ", "bold red"), error.message))
    if error.hint:
        console.print(Text.assemble(("  try: ", "bold"), error.hint))
