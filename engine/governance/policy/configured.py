"""The policies that a configuration names, ready to decide by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.base.errors import NotFound
from engine.base.settings import Settings
from engine.base.settings.yaml import yaml_text
from engine.estate.detectors.own import own_detectors
from engine.governance.policy.canonical import policies_of
from engine.governance.policy.documents import policy_files
from engine.governance.policy.facts import AssetFact, Estate
from engine.governance.policy.language import KIND, read_policies
from engine.governance.policy.model import Policies
from engine.governance.policy.words import words_with


def configured_policies(settings: Settings) -> Policies:
    """All rules of a configuration; none where it names no policies.

    Raises:
        ConfigError: a file is missing or wrong.
    """
    return policies_at(settings, settings.policies)


def policies_at(settings: Settings, places: Sequence[Path]) -> Policies:
    """The rules of files and folders, which may name the entities of the configuration's own detectors.

    Raises:
        ConfigError: a file is missing or wrong.
    """
    if not places:
        return policies_of(())
    return read_policies(policy_files(places), words_with(own_detectors(settings.detectors)))


def proposed_policies(settings: Settings, texts: Mapping[str, str], *, beside: bool) -> Policies:
    """What the rules would be with other files. Errors name files as ``texts`` and ``configured_texts`` do, without folders.

    Args:
        settings: whose detectors' entities they may name.
        texts: of the files, by name.
        beside: the configuration's own files count, too, but for those of the same names; else these are all.

    Raises:
        PoliciesRefused: whatever is wrong, all of it.
        ConfigError: a file of the configuration cannot be read.
    """
    kept = configured_texts(settings) if beside else {}
    return read_policies((), words_with(own_detectors(settings.detectors)), {**kept, **texts})


def configured_texts(settings: Settings) -> dict[str, str]:
    """What stands in the policy files of a configuration, by their names; of several of one name, the further ones numbered.

    Raises:
        ConfigError: one is missing, or cannot be read.
    """
    found: dict[str, str] = {}
    for file in policy_files(settings.policies) if settings.policies else ():
        name, number = file.name, 1
        while name in found:
            number += 1
            name = f"{file.name} ({number})"
        found[name] = yaml_text(file, KIND)
    return found


def find_place(estate: Estate, place: str) -> tuple[AssetFact, str]:
    """The asset of ``store/asset``, or the asset and the field of ``store/asset.field``. Names may hold dots and slashes.

    Raises:
        NotFound: there is nothing of that name.
    """
    for asset in estate.assets:
        if place == asset.place:
            return asset, ""
    for asset in estate.assets:
        field = place.removeprefix(f"{asset.place}.")
        if field != place and asset.has(field):
            return asset, field
    raise NotFound(f"there is nothing named {place!r} in the inventory", hint="`reeve inventory list --all`")
