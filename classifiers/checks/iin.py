"""Issuer ranges of payment cards (ISO/IEC 7812): which first digits go with which lengths.

Ranges as the schemes publish them, collected in https://en.wikipedia.org/wiki/Payment_card_number (read 2026-11). Left out
because they say nothing: UATP (any 15 digits that begin with 1) and closed schemes (Laser, Switch, Solo, enRoute).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

SHORTEST, LONGEST = 12, 19  # digits of a card number: exactly eight lengths, one bit each

_16_TO_19 = (16, 17, 18, 19)

RANGES: tuple[tuple[str, tuple[tuple[str, str], ...], tuple[int, ...]], ...] = (
    ("American Express", (("34", "34"), ("37", "37")), (15,)),
    ("Diners Club", (("300", "305"), ("3095", "3095"), ("36", "36"), ("38", "39")), (14, 15, 16, 17, 18, 19)),
    ("Discover", (("6011", "6011"), ("644", "649"), ("65", "65")), _16_TO_19),
    ("UnionPay", (("62", "62"), ("81", "81")), _16_TO_19),
    ("InterPayment", (("636", "636"),), _16_TO_19),
    ("InstaPayment", (("637", "639"),), (16,)),
    ("JCB", (("3528", "3589"),), _16_TO_19),
    ("JCB, old", (("2131", "2131"), ("1800", "1800")), (15,)),
    (
        "Maestro",
        (
            ("5018", "5018"),
            ("5020", "5020"),
            ("5038", "5038"),
            ("5893", "5893"),
            ("6304", "6304"),
            ("6759", "6759"),
            ("6761", "6763"),
            ("676770", "676770"),
            ("676774", "676774"),
        ),
        (12, 13, 14, 15, 16, 17, 18, 19),
    ),
    ("Dankort", (("5019", "5019"), ("4571", "4571")), (16,)),
    ("Mir", (("2200", "2204"),), _16_TO_19),
    ("Borica", (("2205", "2205"),), (16,)),
    ("Mastercard", (("51", "55"), ("2221", "2720")), (16,)),
    ("Troy", (("9792", "9792"),), (16,)),
    ("RuPay", (("60", "60"), ("82", "82"), ("508", "508"), ("353", "353"), ("356", "356")), (16,)),
    ("Verve", (("506099", "506198"), ("507865", "507964"), ("650002", "650027")), (16, 18, 19)),
    ("Elo", (("509", "509"), ("627780", "627780"), ("636297", "636297"), ("636368", "636368")), (16,)),
    ("Hipercard", (("606282", "606282"), ("3841", "3841")), (13, 16, 19)),
    ("Meeza", (("507803", "507804"), ("507808", "507810")), (16,)),
    ("Humo", (("9860", "9860"),), (16,)),
    ("UzCard", (("8600", "8600"), ("5614", "5614")), (16,)),
    ("Napas", (("9704", "9704"),), (16, 19)),
    ("Visa", (("4", "4"),), (13, 16, 19)),
)
"""Scheme, ranges of first digits (both ends inclusive, of equal length, at most six digits), lengths."""


@cache
def table() -> npt.NDArray[np.uint8]:
    """For every first six digits a byte: bit ``n`` is set when a number of ``SHORTEST + n`` digits may begin so."""
    out = np.zeros(1_000_000, np.uint8)
    for _, ranges, lengths in RANGES:
        bits = np.uint8(sum(1 << (length - SHORTEST) for length in lengths))
        for low, high in ranges:
            rest = 10 ** (6 - len(low))
            out[int(low) * rest : (int(high) + 1) * rest] |= bits
    return out
