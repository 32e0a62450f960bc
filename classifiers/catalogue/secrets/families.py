"""All families of secrets, in the order of the pack."""

from __future__ import annotations

from classifiers.catalogue.secrets import (
    ai,
    cloud,
    collaboration,
    commerce,
    databases,
    generic,
    hosting,
    identity,
    mail,
    messages,
    observability,
    packages,
    source,
    web,
)

DETECTORS = (
    *(*generic.DETECTORS, *cloud.DETECTORS, *hosting.DETECTORS, *databases.DETECTORS),
    *(*source.DETECTORS, *packages.DETECTORS),
    *(
        *commerce.DETECTORS,
        *messages.DETECTORS,
        *mail.DETECTORS,
        *ai.DETECTORS,
        *observability.DETECTORS,
        *identity.DETECTORS,
    ),
    *(*collaboration.DETECTORS, *web.DETECTORS),
)
