"""Events about Reeve's own foundations.

They stand in ``base`` because its rooms record them; ``engine.ledger.events.system`` lists them with the rest.
"""

from __future__ import annotations

from typing import ClassVar

from engine.base.ids import ActorId
from engine.base.state.events import Event, RetentionClass, committed, event, reference


@event
class KeyringCreated(Event):
    """The root of all keys was made for this state.

    Serves CC6.1 (keys that guard information assets: when the root began, and where it is kept) and C1.2 (an epoch that is
    destroyed later must have begun).

    Attributes:
        kind: ``local`` for a file.
        epoch: the epoch in use.
    """

    type: ClassVar[str] = "keyring.created"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    kind: str
    epoch: int


@event
class ActorRegistered(Event):
    """A person, service or schedule may act from now on.

    Serves CC6.2 (registration is a population of its own, with the actor who did it) and CC1.5 (each later event names one
    of these). The name is personal data: committed, and sealed under the actor's own key.

    Attributes:
        actor: who was registered.
        kind: ``person``, ``service`` or ``schedule``; access reviews count them apart.
        name: for the auditor who may see it.
    """

    type: ClassVar[str] = "actor.registered"

    actor: ActorId = reference("actor")
    kind: str
    name: str = committed()


@event
class ConfigurationLoaded(Event):
    """Reeve ran with another configuration than before, or for the first time.

    Serves CC8.1 and CC7.1 (a change of what is scanned is itself on record), CC2.1 (which stores the information comes from)
    and the coverage of a period (SOC 2 scope changes: stores that came or went between two of these).

    Attributes:
        config_hash: SHA-256 of the configuration as written, without secrets.
        stores: how many it names.
        code_version: of Reeve.
        store_names: may tell the nature of a business: committed.
    """

    type: ClassVar[str] = "configuration.loaded"

    config_hash: str
    stores: int
    code_version: str
    store_names: tuple[str, ...] = committed()
