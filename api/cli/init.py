"""``reeve init``: a commented configuration, a keyring and an empty state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err
from engine.base.errors import BadInput

if TYPE_CHECKING:
    from engine.base.settings.template import StoreDraft

_DATABASES = (".db", ".sqlite", ".sqlite3")


def init(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; declare what lies in this folder.")] = False,
) -> None:
    """Write a commented reeve.yaml here, and make the keyring and the state it names.

    Looks for SQLite databases and a data folder beside it and proposes them as stores. Never overwrites anything.
    """
    from api.cli.home import open_home
    from engine.base.settings.template import write_template

    file: Path = context.obj or Path("reeve.yaml")
    if file.exists():
        raise BadInput(f"{file} exists already", hint="edit it, or name another one: reeve --config FILE init")
    stores = _proposed(file.absolute().parent)
    if not yes:
        stores = {
            name: draft
            for name, draft in stores.items()
            if typer.confirm(f"scan {draft.get('path', draft.get('url'))}?", err=True, default=True)
        }
        stores |= _asked()
    write_template(file, stores)
    home = open_home(file)
    console = err()
    console.print(f"{file}: {len(home.settings.stores)} stores")
    console.print(f"{home.settings.keyring}: the keyring; back it up apart from the state")
    console.print("next: [bold]reeve scan[/]" if stores else f"next: declare a store in {file}, then `reeve scan`")


def _proposed(folder: Path) -> dict[str, StoreDraft]:
    """SQLite databases and folders of data beside the configuration."""
    drafts: dict[str, StoreDraft] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        name = _name(path.stem, drafts)
        if path.is_file() and path.suffix in _DATABASES:
            drafts[name] = {"kind": "sql", "url": f"sqlite:///{path.name}"}
        elif path.is_dir() and path.name in {"data", "files", "uploads", "exports"}:
            drafts[name] = {"kind": "files", "path": path.name}
    return drafts


def _asked() -> dict[str, StoreDraft]:
    """Further stores that the user types in, until an empty answer."""
    drafts: dict[str, StoreDraft] = {}
    prompt = "a database URL or folder to scan (nothing: done)"
    while answer := typer.prompt(prompt, default="", show_default=False, err=True).strip():
        if "://" in answer:
            name = _name(answer.rsplit("/", 1)[-1].split("?")[0] or "database", drafts)
            drafts[name] = {"kind": "sql", "url": answer}
        else:
            drafts[_name(Path(answer).name or "files", drafts)] = {"kind": "files", "path": answer}
    return drafts


def _name(wish: str, taken: dict[str, StoreDraft]) -> str:
    """A store name close to ``wish`` that is not taken."""
    base = "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "-" for char in wish).strip("-_")
    base = base[:48] or "store"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name
