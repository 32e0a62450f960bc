"""Notes of the demo's support desk: free text, in some of which an address, a number or a name stands."""

from __future__ import annotations

import random
from typing import Final

from api.demo.people import Person

_PLAIN: Final = (
    "Parcel arrived open, two items missing. Customer asks for a refund of the shipping costs.",
    "Sizes in the web shop are one too large. Told the product team, nothing to do for us.",
    "Asked when the winter jackets are back. Version 2.4.1 of the app does not show the stock.",
    "Order from 12 May was delivered twice; the second parcel 1Z999AA10123456784 goes back.",
)
_TELLING: Final = (
    "Customer called back from {phone}, please do not use the old number any more.",
    "Wants all invoices sent to {email} from now on.",
    "Spoke with {name}. The parcel goes to the neighbour, {street}.",
    "Please answer by mail ({email}) or by phone: {phone}. Mornings are best.",
    "{name} has moved to {street}, {postcode} {city} and asks us to correct it.",
)


def note(who: Person, rng: random.Random) -> str:
    """What the desk wrote: most notes say nothing about anybody."""
    parts = [rng.choice(_PLAIN)]
    if rng.random() < 0.45:
        parts.append(
            rng.choice(_TELLING).format(
                phone=who.phone, email=who.email, name=who.name, street=who.street, postcode=who.postcode, city=who.city
            )
        )
    rng.shuffle(parts)
    return "\n".join(parts)
