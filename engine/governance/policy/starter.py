"""Policies to begin with: one a framework, shipped as files that are read like any other."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from engine.base.errors import NotFound
from engine.governance.policy.problems import meant

_PACKAGE = "engine.governance.policy.starters"


@dataclass(frozen=True, slots=True)
class Starter:
    """A policy to begin with.

    Attributes:
        name: by which it is asked for.
        title: of the framework.
    """

    name: str
    title: str


STARTERS = (
    Starter("gdpr", "General Data Protection Regulation (EU)"),
    Starter("ccpa", "California Consumer Privacy Act, with its regulations (US)"),
    Starter("hipaa", "HIPAA Privacy and Security Rules (US)"),
    Starter("pci-dss", "Payment Card Industry Data Security Standard"),
    Starter("soc2", "Trust Services Criteria for SOC 2"),
)


def starter_text(name: str) -> str:
    """The text of a starter policy, with its comments.

    Raises:
        NotFound: there is none of that name.
    """
    known = tuple(one.name for one in STARTERS)
    if name not in known:
        raise NotFound("there is no starter policy of that name", hint=meant(name, known))
    return (files(_PACKAGE) / f"{name}.yaml").read_text(encoding="utf-8")
