"""The files that ``reeve.yaml`` names, read without the secrets of stores: for what needs no store, as policies checked in CI."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, ValidationError

from engine.base.settings.configuration import configuration_file, written_keys
from engine.base.settings.errors import explained
from engine.base.settings.filling import Filler
from engine.base.settings.schedules import Model, listed
from engine.base.settings.secrets import Secrets
from engine.base.settings.yaml import read_yaml

_KEYS = ("detectors", "policies")


class ConfiguredFiles(Model):
    """Files that a configuration names.

    Attributes:
        file: the configuration, absolute.
        detectors: as in ``Settings``.
        policies: as in ``Settings``.
    """

    file: Path
    detectors: Annotated[tuple[Path, ...], BeforeValidator(listed)] = ()
    policies: Annotated[tuple[Path, ...], BeforeValidator(listed)] = ()


def load_files(
    file: Path | None = None, *, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> ConfiguredFiles:
    """Read from the configuration which files it names. What it says of stores and the like is not looked at.

    Args:
        file: as for ``load_settings``.
        environ: as there.
        folder: as there.

    Raises:
        ConfigError: whatever is wrong with these parts, or a key that is none, with file and line.
    """
    environ = os.environ if environ is None else environ
    file = configuration_file(file, environ=environ, folder=folder)
    source = read_yaml(file)
    written = {key: value for key, value in written_keys(source).items() if key in _KEYS}
    values = Filler(source, Secrets(environ, file.parent)).mapping(written, ())
    try:
        return ConfiguredFiles.model_validate({**values, "file": file})
    except ValidationError as exc:
        raise explained(source, exc) from None
