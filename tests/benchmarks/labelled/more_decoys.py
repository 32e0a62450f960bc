"""More columns in which there is nothing to find, as warehouses, factories, shops and machines have them.

Two sets that share no kind and no layout: the first to look at and mend, the second only to score. Half of each are codes of
layouts drawn by chance.
"""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Callable, Mapping

from tests.benchmarks.labelled import Draw
from tests.benchmarks.labelled.decoys import choice, code, layouts

_B32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PARTS = (
    "bolt nut washer screw bracket gasket valve hinge spring bearing shaft gear belt seal plate hose clamp pin".split()
)
_FINISH = "zinc black brass steel nylon M4 M6 M8 small large left right upper lower 10mm 25mm".split()
_STATES = "draft open held billed shipped closed void".split()


def _one(alphabet: str, count: int) -> Draw:
    return lambda rng, _: "".join(rng.choices(alphabet, k=count))


def _within(low: float, high: float, style: str) -> Draw:
    return lambda rng, _: style.format(rng.uniform(low, high))


def _whole(low: int, high: int, style: str = "{}") -> Draw:
    return lambda rng, _: style.format(rng.randint(low, high))


def _running(start: int, style: str, steps: int = 1) -> Draw:
    """Numbers that go up with the row, by 1 or by up to twice ``steps``."""
    return lambda rng, row: style.format(start + start // 3 + row * steps + rng.randrange(steps))


def _some(number: int, make: Callable[[random.Random], str]) -> Draw:
    """One of a few values."""
    few = random.Random(f"{number} values")
    values = [make(few) for _ in range(number)]
    return lambda rng, _: rng.choice(values)


def _words(pattern: str, **lists: list[str]) -> Draw:
    return lambda rng, _: pattern.format(**{name: rng.choice(some) for name, some in lists.items()})


def _when(style: str, years: tuple[int, int]) -> Draw:
    def draw(rng: random.Random, _: int) -> str:
        return style.format(
            y=rng.randint(*years), m=rng.randint(1, 12), d=rng.randint(1, 28), h=rng.randrange(24), n=rng.randrange(60)
        )

    return draw


FIRST: Mapping[str, Draw] = {
    "make": choice(
        "Toyota Ford Tesla Honda Nissan Mazda Subaru Volvo Saab Audi Porsche Opel Fiat Ferrari Renault Peugeot Dacia Kia"
    ),
    "spoken": choice(
        "English German French Spanish Italian Dutch Polish Czech Russian Arabic Hebrew Hindi Bengali Tamil Urdu Thai"
    ),
    "unit_of_work": choice(
        "Sales Marketing Finance Legal Engineering Support Logistics Purchasing Research Production Quality"
    ),
    "weekday": choice("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "mascot": choice(
        "Phoenix Titan Apollo Orion Atlas Zeus Hermes Athena Falcon Raven Kraken Cobra Viper Panther Lynx"
    ),
    "fruit": choice("Apple Banana Cherry Mango Papaya Lemon Lime Orange Grape Melon Peach Plum Apricot Fig Date Kiwi"),
    "article": choice(
        "Oak Table|Garden Chair|Desk Lamp|Coffee Mug|Wool Blanket|Steel Bottle|Paper Tray|Phone Case|Travel Bag|Tea Kettle"
    ),
    "purchase_order": _running(4_500_000_000, "{}", 7),
    "delivery_note": _running(80_000_000, "{}", 3),
    "work_order": _running(300_000, "WO{:08d}", 2),
    "ticket_key": _whole(1, 90_000, "OPS-{}"),
    "pull_request": _whole(1, 9_000, "#{}"),
    "container_image": lambda rng, _: (
        f"app-{rng.choice(_PARTS)}:{rng.randrange(9)}.{rng.randrange(30)}.{rng.randrange(9)}"
    ),
    "short_hash": lambda rng, _: f"{rng.getrandbits(28):07x}",
    "ulid": lambda rng, _: "01" + "".join(rng.choices(_CROCKFORD, k=24)),
    "nanoid": _one(string.ascii_letters + string.digits + "_-", 21),
    "ksuid": _one(string.ascii_letters + string.digits, 27),
    "object_id": lambda rng, _: f"{rng.getrandbits(96):024x}",
    "uuid_upper": lambda rng, _: str(uuid.UUID(int=rng.getrandbits(128), version=4)).upper(),
    "build_number": _running(20_000, "{}", 2),
    "semver": lambda rng, _: f"v{rng.randrange(4)}.{rng.randrange(40)}.{rng.randrange(12)}-rc.{rng.randrange(1, 9)}",
    "kernel": lambda rng, _: (
        f"{rng.randint(4, 6)}.{rng.randrange(20)}.{rng.randrange(200)}-{rng.randrange(99)}-generic"
    ),
    "flight": lambda rng, _: f"{rng.choice(['LH', 'BA', 'AF', 'KL', 'U2', 'FR'])}{rng.randint(10, 9999)}",
    "airport": _some(40, lambda rng: "".join(rng.choices(string.ascii_uppercase, k=3))),
    "seat": lambda rng, _: f"{rng.randint(1, 45)}{rng.choice('ABCDEF')}",
    "booking_reference": _one("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 6),
    "dimensions": lambda rng, _: f"{rng.randint(5, 300)}x{rng.randint(5, 300)}x{rng.randint(1, 200)}",
    "thread": _words("{what} {how}", what=_PARTS, how=_FINISH),
    "resistance": _within(0.1, 1000, "{:.1f} Ohm"),
    "voltage": _within(3, 48, "{:.2f}"),
    "humidity": _within(20, 95, "{:.1f}"),
    "reading": _within(0, 1, "{:.8f}"),
    "scientific": _within(1e-9, 1e-5, "{:.3e}"),
    "signed_amount": _within(-9_000, 9_000, "{:.2f}"),
    "amount_eu": lambda rng, _: f"{rng.randrange(100, 10**7) / 100:,.2f}".translate(str.maketrans(",.", ".,")),
    "price_usd": _within(1, 900, "${:.2f}"),
    "cents": _whole(99, 999_999),
    "epoch_us": lambda rng, _: 1_600_000_000_000_000 + rng.randrange(2 * 10**14),
    "modified_at": _when("{y}-{m:02d}-{d:02d} {h:02d}:{n:02d}:00+02", (2018, 2026)),
    "month": _when("{y}-{m:02d}", (2015, 2026)),
    "fiscal_quarter": lambda rng, _: f"FY{rng.randint(18, 26)}Q{rng.randint(1, 4)}",
    "week": lambda rng, _: f"{rng.randint(2018, 2026)}-W{rng.randint(1, 52):02d}",
    "julian_lot": lambda rng, _: (
        f"{rng.randint(18, 26)}{rng.randint(1, 365):03d}{rng.choice('ABC')}{rng.randrange(10)}"
    ),
    "duration": lambda rng, _: (
        f"{rng.randrange(5):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}.{rng.randrange(999):03d}"
    ),
    "iso_duration": lambda rng, _: f"PT{rng.randrange(24)}H{rng.randrange(60)}M",
    "state": _some(7, lambda rng: rng.choice(_STATES)),
    "cost_center": _some(30, lambda rng: str(rng.randint(100_000, 999_999))),
    "gl_account": _some(60, lambda rng: str(rng.randint(400_000, 899_999)) + "00"),
    "plant": _some(12, lambda rng: str(rng.randint(1000, 9999))),
    "warehouse_bin": lambda rng, _: (
        f"{rng.randint(1, 40):02d}-{rng.choice('ABCDEFGH')}-{rng.randint(1, 99):02d}-{rng.randint(1, 9)}"
    ),
    "hs_code": lambda rng, _: (
        f"{rng.randint(1, 97):02d}{rng.randint(1, 99):02d}.{rng.randint(10, 99)}.{rng.randrange(100):02d}"
    ),
    "cas_like": lambda rng, _: f"{rng.randint(50, 999_999)}-{rng.randint(10, 99)}-{rng.randrange(10)}",
    "patent": lambda rng, _: f"US{rng.randint(7_000_000, 11_999_999)}B{rng.randint(1, 2)}",
    "doi": lambda rng, _: (
        f"10.{rng.randint(1000, 9999)}/{rng.choice(_PARTS)}.{rng.randint(2000, 2026)}.{rng.randrange(9999):04d}"
    ),
    "sql_state": _some(20, lambda rng: f"{rng.randint(1, 58):02d}{rng.randrange(999):03d}"),
    "http_status": _some(12, lambda rng: str(rng.choice([200, 201, 204, 301, 302, 400, 401, 403, 404, 409, 500, 503]))),
    "port": _whole(1024, 65_535),
    "pid": _whole(300, 99_999),
    "bytes": lambda rng, _: int(rng.lognormvariate(12, 3)),
    "ratio": _within(0, 2, "{:.3f}"),
    "score_of_match": lambda rng, _: f"{rng.randrange(6)}:{rng.randrange(6)}",
    "clock_speed": _within(1, 5, "{:.1f} GHz"),
    "article_number": lambda rng, _: f"{rng.randint(100, 999)}.{rng.randint(100, 999)}.{rng.randint(10, 99)}",
    "voucher": lambda rng, _: "-".join("".join(rng.choices(_B32, k=4)) for _ in range(4)),
    "licence_key": lambda rng, _: "-".join("".join(rng.choices(_B32, k=5)) for _ in range(5)),
    "consignment": lambda rng, _: "JD" + "".join(rng.choices(string.digits, k=18)),
    "postal_item": lambda rng, _: f"R{rng.choice('ABCRX')}{rng.randrange(10**9):09d}DE",
    "pallet_sscc": lambda rng, _: "00" + "".join(rng.choices(string.digits, k=18)),
    "rma": _running(10_000, "RMA{:06d}"),
    "batch_of_day": lambda rng, _: (
        f"{rng.randint(2018, 2026)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}-{rng.randrange(99):02d}"
    ),
    "meter_reading": _running(100_000, "{:08d}", 40),
    "device_serial": lambda rng, _: f"SN{rng.randrange(10**10):010d}",
    "fw_revision": lambda rng, _: f"{rng.randrange(256):02X}.{rng.randrange(256):02X}.{rng.randrange(256):02X}",
    "can_frame": lambda rng, _: " ".join(f"{rng.randrange(256):02X}" for _ in range(8)),
    "bitmask": lambda rng, _: f"0x{rng.getrandbits(32):08X}",
    "binary_flags": lambda rng, _: f"{rng.getrandbits(8):08b}",
    "sensor_xy": lambda rng, _: f"{rng.uniform(0, 100):.2f},{rng.uniform(0, 100):.2f}",
    "utm": lambda rng, _: f"{rng.randint(200_000, 800_000)} {rng.randint(5_000_000, 6_000_000)}",
    "log_level": _some(5, lambda rng: rng.choice(["INFO", "WARN", "ERROR", "DEBUG", "TRACE"])),
    "exception": lambda rng, _: (
        f"{rng.choice(_PARTS).title()}{rng.choice(['Error', 'Exception', 'Fault'])} at line {rng.randrange(999)}"
    ),
    "topic": lambda rng, _: f"plant/{rng.randrange(9)}/line/{rng.randrange(40)}/{rng.choice(_PARTS)}",
    "sql_text": lambda rng, _: f"select * from {rng.choice(_PARTS)}s where id = {rng.randrange(10**6)}",
    "css_colour": lambda rng, _: f"rgb({rng.randrange(256)}, {rng.randrange(256)}, {rng.randrange(256)})",
    "mime": _some(9, lambda rng: rng.choice(["text/html", "image/png", "application/json", "video/mp4"])),
    "file_name": lambda rng, _: (
        f"{rng.choice(_PARTS)}_{rng.randint(2015, 2026)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}.csv"
    ),
    **layouts(140, seed=101),
}
SECOND: Mapping[str, Draw] = {
    "breed": choice(
        "Beagle Boxer Collie Dalmatian Greyhound Husky Labrador Mastiff Pointer Poodle Pug Rottweiler Spaniel Terrier"
    ),
    "gem": choice(
        "Agate Amber Amethyst Beryl Citrine Diamond Emerald Garnet Jade Onyx Opal Pearl Peridot Ruby Sapphire Topaz"
    ),
    "bird": choice(
        "Blackbird Buzzard Crane Crow Cuckoo Eagle Falcon Finch Heron Jay Kestrel Magpie Martin Owl Robin Sparrow Swift Wren"
    ),
    "instrument": choice(
        "Accordion Bassoon Cello Clarinet Drum Fiddle Flute Guitar Harp Lute Oboe Piano Trombone Trumpet Viola Violin"
    ),
    "cheese": choice(
        "Asiago Brie Camembert Cheddar Colby Edam Feta Gouda Gruyere Havarti Manchego Parmesan Provolone Stilton"
    ),
    "car_model": choice(
        "Astra Civic Clio Corolla Corsa Fiesta Focus Golf Jetta Megane Mondeo Octavia Passat Polo Prius Superb Vectra Yaris"
    ),
    "grape": choice(
        "Barbera Carmenere Chardonnay Gamay Grenache Malbec Muscat Nebbiolo Riesling Sangiovese Shiraz Syrah Zinfandel"
    ),
    "dance": choice("Bachata Bolero Cancan Flamenco Foxtrot Jive Mambo Polka Quickstep Rumba Salsa Samba Tango Waltz"),
    "course": choice(
        "Algebra Anatomy Biology Botany Calculus Chemistry Drama Ethics Geology Geometry History Logic Music Physics Zoology"
    ),
    "framework": choice(
        "Angular Django Ember Express Flask Gatsby Laravel Meteor Pyramid Rails React Spring Svelte Symfony Tornado Vue"
    ),
    "cloud_region": choice(
        "Frankfurt-1 Ireland-2 Ohio-1 Oregon-2 Virginia-1 Tokyo-3 Sydney-1 Mumbai-2 London-1 Paris-2"
    ),
    "job": choice(
        "Senior Engineer|Sales Manager|Account Executive|Data Analyst|Product Owner|Team Lead|Office Manager|Design Lead"
    ),
    "room": choice(
        "Blue Room|Large Hall|Board Room|Studio One|Lake View|Garden Wing|Tower Suite|Quiet Corner|Library|Atrium|Cellar|Loft"
    ),
    "ware": choice(
        "Auftrag Rechnung Lieferung Bestellung Lager Artikel Kunde Menge Preis Gewicht Farbe Breite Versand Zahlung Mahnung"
    ),
    "sales_order": _running(7_000_000, "{:010d}", 5),
    "confirmation": _running(600_000_000, "{}", 11),
    "journal_entry": _running(20_000, "JE-{:07d}"),
    "claim_no": lambda rng, _: f"{rng.randint(18, 26)}-{rng.randrange(10**6):06d}-{rng.randrange(100):02d}",
    "rfq": _whole(10_000, 99_999, "RFQ/{}"),
    "node_name": lambda rng, _: f"ip-10-{rng.randrange(256)}-{rng.randrange(256)}-{rng.randrange(256)}",
    "pod": lambda rng, _: (
        f"{rng.choice(_PARTS)}-{rng.getrandbits(36):09x}-{''.join(rng.choices(string.ascii_lowercase, k=5))}"
    ),
    "tree_hash": lambda rng, _: f"{rng.getrandbits(160):040x}"[:10],
    "sha512": lambda rng, _: f"{rng.getrandbits(512):0128x}",
    "crc32": lambda rng, _: f"{rng.getrandbits(32):08X}",
    "cuid": lambda rng, _: "c" + "".join(rng.choices(string.ascii_lowercase + string.digits, k=24)),
    "snowflake": lambda rng, _: 1_100_000_000_000_000_000 + rng.getrandbits(58),
    "uuid_braces": lambda rng, _: "{" + str(uuid.UUID(int=rng.getrandbits(128), version=4)) + "}",
    "calver": lambda rng, _: f"{rng.randint(20, 26)}.{rng.randint(1, 12)}.{rng.randrange(9)}",
    "driver_version": lambda rng, _: f"{rng.randint(20, 32)}.0.{rng.randint(100, 199)}.{rng.randint(1000, 9999)}",
    "train": lambda rng, _: f"{rng.choice(['ICE', 'IC', 'RE', 'TGV', 'EC'])} {rng.randint(1, 2999)}",
    "station": _some(60, lambda rng: "".join(rng.choices(string.ascii_uppercase, k=4))),
    "gate": lambda rng, _: f"{rng.choice('ABCDZ')}{rng.randint(1, 60)}",
    "pnr": _one(string.ascii_uppercase + string.digits, 6),
    "size": _some(12, lambda rng: rng.choice(["XS", "S", "M", "L", "XL", "38", "40", "42/32", "34/30"])),
    "tyre": lambda rng, _: f"{rng.randrange(155, 325, 10)}/{rng.randrange(30, 80, 5)} R{rng.randint(13, 22)}",
    "product": _words("{how} {what}, {also}", what=_PARTS, how=_FINISH, also=_FINISH),
    "capacitance": _within(1, 900, "{:.0f}uF"),
    "pressure": _within(950, 1050, "{:.1f}"),
    "ph": _within(5, 9, "{:.2f}"),
    "probability": _within(0, 1, "{:.5f}"),
    "embedding": lambda rng, _: "[" + ", ".join(f"{rng.gauss(0, 1):.4f}" for _ in range(4)) + "]",
    "delta": _within(-50, 50, "{:+.1f}"),
    "amount_ch": lambda rng, _: f"{rng.randrange(100, 10**8) / 100:,.2f}".replace(",", "'"),
    "price_eur": _within(1, 900, "{:.2f} EUR"),
    "points": _whole(0, 250_000),
    "epoch_ns": lambda rng, _: 1_600_000_000_000_000_000 + rng.randrange(2 * 10**17),
    "rfc822": _when("{d:02d} Mar {y} {h:02d}:{n:02d}:00 GMT", (2018, 2026)),
    "yyyymm": _when("{y}{m:02d}", (2015, 2026)),
    "us_time": lambda rng, _: f"{rng.randint(1, 12)}:{rng.randrange(60):02d} {rng.choice(['AM', 'PM'])}",
    "shift": lambda rng, _: (
        f"{rng.randint(1, 12):02d}/{rng.randint(1, 28):02d} {rng.choice(['early', 'late', 'night'])}"
    ),
    "valid_until": _when("{d:02d}.{m:02d}.{y}", (2024, 2032)),
    "lead_time": _whole(1, 90, "{} days"),
    "elapsed_ms": lambda rng, _: f"{rng.lognormvariate(5, 2):.3f}",
    "phase": _some(6, lambda rng: rng.choice(["init", "load", "run", "drain", "stop"])),
    "profit_center": _some(40, lambda rng: "P" + str(rng.randint(10_000, 99_999))),
    "account_key": _some(50, lambda rng: f"{rng.randint(1, 9)}-{rng.randrange(10**4):04d}-{rng.randrange(10**3):03d}"),
    "company_code": _some(9, lambda rng: rng.choice("BCDFG") + str(rng.randint(100, 999))),
    "rack": lambda rng, _: f"R{rng.randint(1, 60):02d}U{rng.randint(1, 48):02d}",
    "taric": lambda rng, _: f"{rng.randrange(10**10):010d}",
    "un_number": lambda rng, _: f"UN{rng.randint(1000, 3600)}",
    "standard": lambda rng, _: f"EN {rng.randint(100, 62_000)}-{rng.randint(1, 9)}:{rng.randint(1998, 2025)}",
    "arxiv": lambda rng, _: f"{rng.randint(10, 26):02d}{rng.randint(1, 12):02d}.{rng.randrange(10**5):05d}",
    "issn_like": lambda rng, _: f"{rng.randrange(10**4):04d}-{rng.randrange(10**4):04d}",
    "exit_code": _some(8, lambda rng: str(rng.randrange(256))),
    "vlan": _whole(1, 4094),
    "thread_id": _whole(10**14, 14 * 10**13 + 10**14),
    "rows_written": lambda rng, _: int(rng.lognormvariate(9, 2)),
    "growth": _within(-1, 3, "{:.4%}"),
    "odds": lambda rng, _: f"{rng.randint(1, 20)}/{rng.randint(1, 9)}",
    "resolution": _some(8, lambda rng: f"{rng.choice([640, 1280, 1920, 3840])}x{rng.choice([480, 720, 1080, 2160])}"),
    "spare_part": code("A 999 999 99 99"),
    "gift_card": lambda rng, _: "".join(rng.choices(string.digits, k=19)),
    "activation": lambda rng, _: "".join(rng.choices(_B32, k=16)),
    "courier": lambda rng, _: "H" + "".join(rng.choices(string.digits, k=15)) + rng.choice("0123456789"),
    "waybill": lambda rng, _: f"{rng.randint(100, 999)}-{rng.randrange(10**8):08d}",
    "location_gln": lambda rng, _: "".join(rng.choices(string.digits, k=13)),
    "service_case": _running(5_000_000, "CS{:07d}"),
    "heat_no": lambda rng, _: f"{rng.choice('ABCDEFGH')}{rng.randrange(10**6):06d}",
    "odometer": _running(10_000, "{}", 300),
    "module_serial": lambda rng, _: "".join(rng.choices(_CROCKFORD, k=12)),
    "register": lambda rng, _: f"{rng.getrandbits(16):04x}:{rng.getrandbits(16):04x}",
    "hexdump": lambda rng, _: " ".join(f"{rng.getrandbits(16):04x}" for _ in range(6)),
    "opcode": lambda rng, _: f"{rng.getrandbits(24):06X}h",
    "grid_ref": lambda rng, _: (
        f"{rng.choice('NST')}{rng.choice('AEHJKNOPTUY')} {rng.randrange(1000):03d} {rng.randrange(1000):03d}"
    ),
    "pixel": lambda rng, _: f"{rng.randrange(1920)},{rng.randrange(1080)}",
    "severity": _some(5, lambda rng: rng.choice(["low", "medium", "high", "critical", "none"])),
    "alert": lambda rng, _: f"{rng.choice(_PARTS)} over limit: {rng.uniform(1, 99):.1f} of {rng.randint(50, 100)}",
    "queue": lambda rng, _: f"{rng.choice(_STATES)}.{rng.choice(_PARTS)}.v{rng.randrange(4)}",
    "regex_text": lambda rng, _: f"^{rng.choice(_PARTS)}[0-9]{{{rng.randint(1, 9)}}}$",
    "json_blob": lambda rng, _: f'{{"w": {rng.randrange(900)}, "h": {rng.randrange(900)}, "ok": true}}',
    "codec": _some(8, lambda rng: rng.choice(["h264", "aac", "opus", "vp9", "av1"])),
    "archive": lambda rng, _: f"backup-{rng.randint(2015, 2026)}-{rng.randint(1, 52):02d}.tar.gz",
    **layouts(140, seed=202),
}
