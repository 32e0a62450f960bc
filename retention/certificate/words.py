"""What the words of a certificate mean, in sentences for its page, and for whoever reads the JSON beside the reference. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Level(StrEnum):
    """How far what was done reaches. There is no word for a sanitised medium: a statement of a database is none."""

    LOGICAL_DELETION = "logical_deletion"
    LOGICAL_ANONYMISATION = "logical_anonymisation"


LEVELS: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.LOGICAL_DELETION: "Logical deletion: the database does not give these rows any more.",
        Level.LOGICAL_ANONYMISATION: "Logical anonymisation: the database gives other values in these columns.",
    }
)
NOT_SANITISED: Final = (
    "Not Clear, Purge or Destroy in the sense of NIST SP 800-88: those are said of media. Old bytes may stay in pages that were "
    "not used again yet, in the log of the server, and in replicas, snapshots, backups and exports, until these have ended."
)
NIST: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Clear": "overwrites or resets all that a user can address, so that simple ways to recover data do not work",
        "Purge": "makes recovery infeasible even in a laboratory; erasing the key of what was encrypted can count as that",
        "Destroy": "as Purge, and the medium cannot be used any more",
    }
)
"""The three methods that a certificate after NIST SP 800-88 names, in our words."""
TECHNIQUES: Final[Mapping[str, str]] = MappingProxyType({"delete": "DELETE", "detach": "UPDATE", "anonymise": "UPDATE"})
"""Statement of SQL by action of a step."""
ACTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"delete": "rows deleted", "detach": "references set to NULL", "anonymise": "values replaced"}
)
COPIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "replica": "replicas",
        "wal": "the server's log",
        "snapshot": "snapshots",
        "backup": "backups",
        "export": "exports",
        "other": "other copies",
    }
)
LIMITS: Final[tuple[str, ...]] = (
    "It certifies rows of one plan. What was due and is not in that plan, or was left out, is counted and not certified.",
    "The end of copies is what was declared of the store. Nobody looked at the copies, and a restored backup brings rows back.",
    "What triggers and programs of the store did with rows, such as copying them elsewhere, is not seen. Triggers are listed.",
    "The re-read shows what the database gave at that time under the read credential. It looks into no files, pages or logs.",
    "Categories are what the inventory held when the plan was made. A field that nobody scanned stands there as not judged.",
    "The document names persons by the ids of their actors. Whoever may read the register of actors can tell who that is.",
)
