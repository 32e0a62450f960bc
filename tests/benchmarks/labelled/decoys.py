"""Columns in which there is nothing to find, though they look like it: numbers, codes, hashes, times, words.

Half of the kinds are for fitting and half for scoring. Each is made under its own header and under one that says nothing.
"""

from __future__ import annotations

import base64
import random
import string
import uuid
from collections.abc import Callable, Iterable, Mapping

from tests.benchmarks.labelled import Draw, Kind, Table, tables

_WORDS = (
    "lamp chair order late blue parcel stock return refund batch update review width colour metal wooden table shelf the and "
    "with from under new old broken spare part box of for please check again soon today line north gate store"
).split()


def _digits(count: int) -> Draw:
    return lambda rng, _: "".join(rng.choices(string.digits, k=count))


def code(shape: str) -> Draw:
    """``9`` for a digit, ``A`` for a capital letter, ``a`` for a small one, ``X`` for either of digit and capital letter."""
    classes = {
        "9": string.digits,
        "A": string.ascii_uppercase,
        "a": string.ascii_lowercase,
        "X": string.digits + string.ascii_uppercase,
    }
    return lambda rng, _: "".join(rng.choice(classes[char]) if char in classes else char for char in shape)


def choice(words: str) -> Draw:
    """One of some words, between blanks, or of several words, between bars."""
    some = words.split("|" if "|" in words else None)
    return lambda rng, _: rng.choice(some)


def _prose(low: int, high: int) -> Draw:
    return lambda rng, _: " ".join(rng.choices(_WORDS, k=rng.randint(low, high))).capitalize() + "."


def _mod10(body: str, weights: tuple[int, int]) -> str:
    """With a check digit by weights from the right: (3, 1) for GS1."""
    total = sum(int(char) * weights[at % 2] for at, char in enumerate(reversed(body)))
    return body + str(-total % 10)


def _luhn(body: str) -> str:
    doubled = [int(char) * (1 if at % 2 else 2) for at, char in enumerate(reversed(body))]
    return body + str(-sum(one - 9 if one > 9 else one for one in doubled) % 10)


def _gs1(start: str, digits: int) -> Draw:
    return lambda rng, _: _mod10(start + "".join(rng.choices(string.digits, k=digits)), (3, 1))


def _hex(size: int) -> Draw:
    return lambda rng, _: f"{rng.getrandbits(size * 4):0{size}x}"


def _base64(size: int) -> Draw:
    return lambda rng, _: base64.b64encode(rng.randbytes(size)).decode()


def _time(style: str) -> Draw:
    def draw(rng: random.Random, _: int) -> str:
        year, month, day = rng.randint(2016, 2026), rng.randint(1, 12), rng.randint(1, 28)
        clock = (rng.randrange(24), rng.randrange(60), rng.randrange(60))
        return style.format(year, month, day, *clock)

    return draw


def layouts(count: int, *, seed: int) -> dict[str, Draw]:
    """Codes of layouts drawn by chance: groups of digits and letters, of fixed letters now and then, between separators."""
    rng = random.Random(seed)
    found = {}
    for at in range(count):
        between = rng.choice(["", "", "-", "-", ".", "/", " "])
        groups = []
        for _ in range(rng.randint(1, 4 if between else 3)):
            kind = rng.choice("9999AaX")
            groups.append(kind * rng.randint(1 if between else 2, 6))
        if rng.random() < 0.3:
            groups[0] = "".join(rng.choices("BCDEFGHJKLMNPQRSTUVWZ", k=rng.randint(1, 3)))
        found[f"code_{at}"] = code(between.join(groups))
    return found


def _running(start: int, check: Callable[[str], str]) -> Draw:
    return lambda _, row: check(str(start + row))


DEVELOPMENT: Mapping[str, Draw] = {
    "sha1": _hex(40),
    "session_uuid": lambda rng, _: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "order_number": lambda _, row: 1_000_000_000 + row,
    "order_ref": code("ORD-9999999"),
    "created_at": _time("{0}-{1:02d}-{2:02d} {3:02d}:{4:02d}:{5:02d}"),
    "booked_on": _time("{2:02d}.{1:02d}.{0}"),
    "price": lambda rng, _: f"{rng.randrange(1, 10**6) / 100:.2f}",
    "sku": code("AA9-99999-A"),
    "promo_code": code("XXXXXXXX"),
    "locker": code("AA9 9AA"),
    "plan_code": code("AA999999A"),
    "slot": code("999999-9999"),
    "ticket": code("999-999-9999"),
    "serial": _digits(9),
    "machine_no": _digits(10),
    "asset_tag": _digits(11),
    "lot": _digits(12),
    "meter": _digits(8),
    "version": lambda rng, _: f"{rng.randrange(12)}.{rng.randrange(40)}.{rng.randrange(90)}",
    "ean": _gs1("40", 10),
    "receipt": lambda _, row: _mod10(f"{50_000_000 + row}", (3, 1)),
    "etag": _hex(32),
    "thumbprint": _base64(20),
    "comment": _prose(5, 14),
    "status": choice("new paid sent lost returned"),
    "weight_g": lambda rng, _: rng.randrange(50, 40_000),
    "part_no": code("99-9999-999"),
    "bin_location": code("A99-99-9"),
    "vessel": code("AAAA9999999"),
    "epoch": lambda rng, _: 1_500_000_000 + rng.randrange(2 * 10**8),
    "percent": lambda rng, _: f"{rng.uniform(0, 100):.1f}%",
    "file": lambda rng, _: f"IMG_{rng.randrange(10**8):08d}.jpg",
    "title": lambda rng, _: f"{rng.choice(_WORDS)} {rng.choice(_WORDS)}".title(),
    "short_code": code("AAA999"),
    "token_hint": code("aaaa-9999"),
    "run_9": _running(31_415_926, _luhn),
    "run_10": _running(271_828_182, _luhn),
    "run_12": _running(16_180_339_887, _luhn),
    "gtin_12": _gs1("06", 9),
    "version_3": lambda rng, _: ".".join(str(int(rng.expovariate(1 / mean))) for mean in (2, 9, 30)),
    "version_4": lambda rng, _: ".".join(str(int(rng.expovariate(1 / mean))) for mean in (3, 8, 20, 90)),
    "time_of_day": lambda rng, _: f"{rng.randrange(24):02d}:{rng.randrange(60):02d}",
    "day": _time("{0}/{1:02d}/{2:02d}"),
    "stamp": _time("{0}{1:02d}{2:02d}{3:02d}{4:02d}{5:02d}"),
    "sum": lambda rng, _: f"{rng.randrange(10**3, 10**9) / 100:,.2f}".replace(",", " "),
    "hex_8": _hex(8),
    "hex_16": _hex(16),
    "base64_12": _base64(12),
    "colour_code": lambda rng, _: f"#{rng.getrandbits(24):06x}",
    "path": lambda rng, _: f"/{rng.choice(_WORDS)}/{rng.choice(_WORDS)}/{rng.randrange(999)}.log",
    **layouts(60, seed=1),
}
HELD_OUT: Mapping[str, Draw] = {
    "sha256": _hex(64),
    "md5": _hex(32),
    "trace_id": lambda rng, _: uuid.UUID(int=rng.getrandbits(128)).hex,
    "row_id": lambda _, row: 100_000_000 + row,
    "invoice_no": lambda rng, row: f"INV-{2000 + row % 25}-{rng.randrange(10**5):05d}",
    "order_id": code("999-9999999-9999999"),
    "tracking_number": code("1Z999X999999999999"),
    "parcel_no": _digits(14),
    "updated_at": _time("{0}-{1:02d}-{2:02d}T{3:02d}:{4:02d}:{5:02d}Z"),
    "due_date": _time("{1:02d}/{2:02d}/{0}"),
    "shipped": _time("{0}{1:02d}{2:02d}"),
    "epoch_ms": lambda rng, _: 1_500_000_000_000 + rng.randrange(2 * 10**11),
    "amount": lambda rng, _: f"{rng.randrange(1, 10**8) / 100:,.2f}",
    "quantity": lambda rng, _: rng.randrange(1, 500),
    "stock_code": code("XXXX-XXXX-XXXX"),
    "product_code": code("AA99 9AA"),
    "coupon": code("XXXXXXXXXX"),
    "batch_no": code("A9999999A"),
    "job_ref": code("999999A"),
    "grid_position": lambda rng, _: f"{rng.uniform(40, 60):.3f}, {rng.uniform(-5, 15):.3f}",
    "build": lambda rng, _: f"{rng.randrange(9)}.{rng.randrange(30)}.{rng.randrange(60)}.{rng.randrange(5000)}",
    "upc": _gs1("0", 10),
    "isbn": _gs1("978", 9),
    "sequence_checked": lambda _, row: _luhn(f"{7_000_000 + row}"),
    "sample_no": _digits(13),
    "shelf_mark": _digits(7),
    "plate_count": _digits(6),
    "container": code("99.999.999"),
    "drawing_no": code("999.999.999-99"),
    "revision_hash": _hex(12),
    "payload": _base64(33),
    "nonce": code("aaaaaaaaaaaa"),
    "message": _prose(8, 20),
    "heading": _prose(2, 4),
    "currency": choice("EUR USD GBP CHF SEK PLN"),
    "colour": choice("red green blue black white"),
    "unit": choice("kg g piece pallet box litre"),
    "temperature": lambda rng, _: f"{rng.uniform(-30, 45):.1f}",
    "flag": choice("true false"),
}


def tables_of(kinds: Mapping[str, Draw], seed: str, rounds: int) -> Iterable[Table]:
    """Every kind ``rounds`` times, each in a table under its name and in one under none."""
    for at in range(rounds):
        for name, draw in kinds.items():
            yield from tables("items", [Kind(f"decoy {name}", None, (name,), draw)], f"{seed} {name} {at}")
