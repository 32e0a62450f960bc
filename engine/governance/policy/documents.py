"""Where policies lie: the files and folders that a configuration names, and the files in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.base.errors import ConfigError

SUFFIXES = (".yaml", ".yml")


def policy_files(places: Sequence[Path]) -> tuple[Path, ...]:
    """The files of policies, each once.

    Args:
        places: files, taken as they are; and folders: all files of theirs, and of folders in them, that end in ``.yaml`` or
            ``.yml``, by name. What begins with a dot is left out.

    Raises:
        ConfigError: a place does not exist; a folder holds no policy, or a link to a folder, which is not followed. What is
            not read could be the rule that keeps something, so nothing is left out in silence.
    """
    found: dict[Path, Path] = {}
    for place in places:
        if place.is_dir():
            inside = sorted(_inside(place))
            if not inside:
                raise ConfigError(
                    "no file in this folder ends in .yaml or .yml",
                    file=str(place),
                    hint="`reeve policy starter` prints a policy to begin with",
                )
        elif place.exists():
            inside = [place]
        else:
            raise ConfigError(
                "there is no such file or folder",
                file=str(place),
                hint="look at the path; those under `policies` are relative to reeve.yaml",
            )
        for file in inside:
            found.setdefault(file.resolve(), file)
    return tuple(found.values())


def _inside(folder: Path) -> Iterator[Path]:
    try:
        entries = list(folder.iterdir())
    except OSError as exc:
        raise ConfigError(f"the folder cannot be read ({type(exc).__name__})", file=str(folder)) from None
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if entry.is_symlink():
                raise ConfigError(
                    "this is a link to a folder, and not followed", file=str(entry), hint="name that folder itself"
                )
            yield from _inside(entry)
        elif entry.suffix.lower() in SUFFIXES:
            yield entry
