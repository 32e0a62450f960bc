"""The demo's estate: a small outdoor shop that does not exist, in one database, one folder and one bucket.

Everything is synthetic and made from a seed: the same seed gives the same bytes. Names come from Faker (extra ``demo``),
all else from ranges kept for fiction. What every field really holds is in ``truth.json``::

    {"made_by": "reeve demo", "seed": 7, "fields": [{"store", "asset", "field", "entity", "subtype", "also", "optional"}],
     "gaps": [{"store", "asset", "coverage", "reason"}]}

``entity`` is the main one or null, ``also`` lists further kinds (``ENTITY`` or ``ENTITY/SUBTYPE``; in free text their order
means nothing); what is ``optional`` counts neither way in a score.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from api.demo.folder import build_folder
from api.demo.folder import fields as folder_fields
from api.demo.lake import BUCKET, objects, objects_later
from api.demo.lake import fields as lake_fields
from api.demo.people import People, Person
from api.demo.server import ENDPOINT, KEY_ID, SECRET, BucketServer
from api.demo.shop import CUSTOMERS, build_shop
from api.demo.shop import fields as shop_fields
from api.demo.truth import truth
from engine.base.errors import BadInput

SEED = 7
DATABASE = "shop.db"
FOLDER = "files"
TRUTH = "truth.json"
LAKE = "lake"
"""The folder of the bucket's server: its data, address and keys."""
LATER = "hr/applicants.csv"
"""The file that comes a day later; ``GONE`` is then gone."""
GONE = "loyalty.avro"
APPLICANTS = {"name": "PERSON", "email": "EMAIL_ADDRESS", "born": "DATE_TIME/DATE_OF_BIRTH"}


def build_estate(folder: Path, seed: int = SEED) -> dict[str, dict[str, str | list[str]]]:
    """Write the estate into ``folder``: ``shop.db``, ``files/`` and ``truth.json``. ``fill_bucket`` adds the bucket.

    An estate that is there already is written anew; other files stay untouched.

    Args:
        folder: made when it is missing.
        seed: the same seed gives the same bytes.

    Returns:
        ``stores`` for a ``reeve.yaml`` that lies in ``folder``: paths are relative to it.

    Raises:
        BadInput: the extra ``demo`` is missing, or the folder cannot be written.
    """
    people = People(seed)
    customers = [people.person() for _ in range(CUSTOMERS)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / DATABASE).unlink(missing_ok=True)
        build_shop(folder / DATABASE, people, customers, random.Random(f"shop:{seed}"))
        build_folder(folder / FOLDER, customers, seed)
        (folder / TRUTH).write_text(_truth(seed), encoding="utf-8")
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise BadInput(f"the demo cannot be written to {folder}: {reason}", hint="choose another folder") from exc
    return {
        "shop": {
            "kind": "sql",
            "url": f"sqlite:///{DATABASE}",
            "owner": "Shop team",
            "jurisdiction": "DE",
            "purpose": ["sales", "support"],
        },
        "files": {
            "kind": "files",
            "path": FOLDER,
            "owner": "Data platform",
            "jurisdiction": "DE",
            "purpose": ["analytics", "marketing"],
        },
        "lake": {
            "kind": "s3",
            "bucket": BUCKET,
            "endpoint_url": f"${{file:{LAKE}/{ENDPOINT}}}",
            "access_key_id": f"${{file:{LAKE}/{KEY_ID}}}",
            "secret_access_key": f"${{file:{LAKE}/{SECRET}}}",
            "owner": "Data platform",
            "jurisdiction": "DE",
            "purpose": ["analytics"],
        },
    }


def fill_bucket(server: BucketServer, seed: int = SEED) -> None:
    """Put the objects of the first day into the bucket."""
    server.put(BUCKET, objects(_customers(seed), seed))


def next_day(folder: Path, server: BucketServer, seed: int = SEED) -> None:
    """What changes on the day after: new objects, one with a new field; a new file with personal data; a file that is gone."""
    people = _customers(seed)
    server.put(BUCKET, objects_later(people, seed))
    rng = random.Random(f"{LATER}:{seed}")
    path = folder / FOLDER / LATER
    path.parent.mkdir(exist_ok=True)
    rows = [f"{who.name},{who.email},{who.birth_date:%Y-%m-%d}" for who in rng.sample(people, 900)]
    path.write_text("\n".join(["name,email,born", *rows, ""]), encoding="utf-8")
    (folder / FOLDER / GONE).unlink(missing_ok=True)


def _customers(seed: int) -> list[Person]:
    people = People(seed)
    return [people.person() for _ in range(CUSTOMERS)]


def _truth(seed: int) -> str:
    fields = [item.as_json("shop", table) for table, item in shop_fields()]
    fields += [item.as_json("files", path) for path, item in folder_fields()]
    fields += [truth(path, kinds).as_json("files", LATER) for path, kinds in APPLICANTS.items()]
    fields += [item.as_json("lake", name) for name, item in lake_fields()]
    gaps = [
        {"store": "files", "asset": "backup/customers_2022.csv.gz", "coverage": "failed", "reason": "truncated"},
        {"store": "files", "asset": "logo.png", "coverage": "skipped", "reason": "binary_file"},
    ]
    lists = {
        key: ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in items)
        for key, items in (("fields", fields), ("gaps", gaps))
    }
    head = f'{{"made_by": "reeve demo", "seed": {seed}'
    return f'{head},\n "fields": [\n  {lists["fields"]}\n ],\n "gaps": [\n  {lists["gaps"]}\n ]}}\n'
