"""Write the first migration anew from the tables: ``python -m engine.base.state.migrations``. Until the first release."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from engine.base.state.migrations import config

VERSIONS = Path(__file__).parent / "versions"


def main() -> None:
    """Replace ``versions/0001_first.py`` and put it in the formatter's order."""
    later = [path.name for path in VERSIONS.glob("*.py") if not path.name.startswith("0001")]
    if later:
        sys.exit(f"there are later migrations ({', '.join(later)}): write a new one instead")
    target = VERSIONS / "0001_first.py"
    target.unlink(missing_ok=True)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        made = config(connection)
        made.attributes["batch"] = False
        command.revision(made, "first", autogenerate=True, rev_id="0001")
    engine.dispose()
    lines = target.read_text().splitlines(keepends=True)
    target.write_text("".join(line for line in lines if not line.strip().startswith("# ###")))
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(target)], check=True)  # noqa: S603 - our own file
    sys.stderr.write(f"{target}\n")


if __name__ == "__main__":
    main()
