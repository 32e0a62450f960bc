"""Inventories for tests: a believable one, a hostile one, and one of any size."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from classifiers.detector import Sensitivity
from engine.estate.inventory.drift import model
from engine.estate.inventory.drift.model import Collector, Drift, ScanDrift, Unlisted
from engine.estate.inventory.view import (
    AssetView,
    CoverageState,
    EntityView,
    FieldView,
    InventoryView,
    LinkView,
    ObjectView,
    StoreView,
)

S = Sensitivity
MADE: Final = datetime(2026, 3, 14, 6, 12, 40, tzinfo=UTC)
KINDS: Final[dict[str, tuple[str, str, str, Sensitivity]]] = {
    "email": ("EMAIL_ADDRESS", "", "user.contact.email", S.CONFIDENTIAL),
    "phone": ("PHONE_NUMBER", "", "user.contact.phone_number", S.CONFIDENTIAL),
    "name": ("PERSON", "", "user.name", S.CONFIDENTIAL),
    "street": ("LOCATION", "STREET_ADDRESS", "user.contact.address.street", S.CONFIDENTIAL),
    "city": ("LOCATION", "CITY", "user.contact.address.city", S.CONFIDENTIAL),
    "born": ("DATE_TIME", "DATE_OF_BIRTH", "user.demographic.date_of_birth", S.CONFIDENTIAL),
    "card": ("CREDIT_CARD", "", "user.payment", S.RESTRICTED),
    "iban": ("IBAN_CODE", "", "user.financial.bank_account", S.RESTRICTED),
    "ssn": ("US_SSN", "", "user.government_id", S.RESTRICTED),
    "ip": ("IP_ADDRESS", "", "user.device.ip_address", S.CONFIDENTIAL),
    "key": ("SECRET", "AWS_ACCESS_KEY", "system.authentication", S.RESTRICTED),
    "diagnosis": ("MEDICAL_CODE", "ICD_10", "user.health_and_medical", S.RESTRICTED),
    "city_public": ("LOCATION", "COUNTRY", "user.location.imprecise", S.PUBLIC),
}
MASKS: Final = {
    "email": ("aaaa.aaaaaa@aaaaaaa.aaa", "aaaaa@aaaaaaa.aaa"),
    "phone": ("+99 99 9999 9999", "+9 999-999-9999"),
    "name": ("Aaaa Aaaaaa", "Aaaaa Aaaa-Aaaaa"),
    "street": ("999 Aaaaaaa Aaaaa",),
    "iban": ("AA99 9999 9999 9999 9999 99",),
    "card": ("9999999999999999",),
    "ssn": ("999-99-9999",),
    "ip": ("999.99.9.999", "9999:aaa::9a"),
}
PLAIN: Final = (
    "id",
    "created_at",
    "updated_at",
    "status",
    "total_cents",
    "currency",
    "quantity",
    "sku",
    "tracking_number",
    "version",
    "weight_g",
    "channel",
    "referrer",
    "page",
    "duration_ms",
    "campaign",
)


def entity(kind: str, rows: int, share: float = 0.987, *, person: bool = False) -> EntityView:
    """What a scan says of a field of this kind."""
    name, subtype, category, sensitivity = KINDS[kind]
    reason = (
        "A person looked at it and decided."
        if person
        else "The name speaks for it and all checks passed on 500 values."
    )
    confidence = 1.0 if person else 0.9876
    return EntityView(
        name,
        subtype,
        category,
        sensitivity,
        confidence,
        share,
        int(rows * share),
        min(rows, 500),
        "person" if person else "scan",
        reason,
    )


def column(path: str, kinds: str = "", rows: int = 5000, **more: object) -> FieldView:
    """A field that holds these kinds, separated by spaces."""
    names = kinds.split()
    found = tuple(entity(kind, rows, 0.987 if not i else 0.031) for i, kind in enumerate(names))
    given: dict[str, object] = {
        "path": path,
        "entities": found,
        "rows": rows,
        "nulls": rows // 50,
        "distinct": rows * 9 // 10,
        "examples": MASKS.get(names[0], ()) if names else ("9999",),
    }
    return FieldView(**{**given, **more})  # type: ignore[arg-type]


LINKS = (
    LinkView("files/newsletter.csv.mail", declared=False, share=0.41, back=0.983, least=0.971, same_entity=True),
    LinkView("shop/orders.contact_email", declared=True, share=1.0, back=None, least=None, same_entity=False),
)


def table(
    name: str,
    fields: tuple[FieldView, ...],
    rows: int = 5000,
    state: CoverageState = "full",
    why: str = "",
    **more: str,
) -> AssetView:
    """An asset of one object."""
    found = ObjectView(name, state, why, more.pop("detail", ""), rows, rows * 120, 0.0 if state == "full" else None)
    if state != "full":
        fields = tuple(replace(one, bound=None) for one in fields)
    kind, form, change = more.pop("kind", "table"), more.pop("format", "sql"), more.pop("change", "")
    return AssetView(name, kind, form, (found,), fields, change)


def plain(count: int, rows: int) -> tuple[FieldView, ...]:
    """Columns that hold nothing personal."""
    return tuple(column(PLAIN[i % len(PLAIN)] + ("" if i < len(PLAIN) else f"_{i}"), "", rows) for i in range(count))


def sample_view() -> InventoryView:
    """Three stores, 25 assets, some 250 fields, gaps, drift and a disagreement."""
    customers = table(
        "customers",
        (
            column("first_name", "name"),
            column("last_name", "name"),
            column("email", "email", links=LINKS),
            column("phone", "phone"),
            column("street", "street"),
            column("city", "city"),
            column("birth_date", "born", examples=()),
            column("note", "email phone name", disagreement="EMAIL_ADDRESS in 4 % of rows, PHONE_NUMBER in 2 %"),
            *plain(5, 5000),
        ),
    )
    tier = column("loyalty_number", "", disagreement="US_SSN, confidence 0.71", entities=())
    shop = (
        customers,
        table(
            "orders",
            (
                column("contact_email", "email", 20000, change="new"),
                column("ship_to", "name street", 20000),
                *plain(11, 20000),
            ),
            20000,
        ),
        table("order_items", plain(8, 61234), 61234),
        table("products", plain(14, 380), 380),
        table(
            "payments", (column("card_number", "card", 20000), column("iban", "iban", 20000), *plain(9, 20000)), 20000
        ),
        table("support_tickets", (column("note", "email phone name", 3100), *plain(7, 3100)), 3100),
        table("sessions", (column("ip", "ip", 88000), column("user_agent", "", 88000), *plain(6, 88000)), 88000),
        table("loyalty", (tier, *plain(6, 4100)), 4100),
        table("audit_2019", (), 0, "failed", "permission_denied", detail="SELECT is not granted on it"),
    )
    people = (
        table(
            "employees",
            (
                column("full_name", "name", 180),
                column("work_email", "email", 180),
                column("ssn", "ssn", 180),
                column("salary", "", 180),
                column("iban", "iban", 180),
                column("fax", "phone", 180, change="gone"),
                *plain(9, 180),
            ),
            180,
        ),
        table(
            "sick_leave",
            (
                column("diagnosis", "diagnosis", 412, examples=()),
                column("employee", "name", 412, entities=(entity("name", 412, person=True),)),
                *plain(5, 412),
            ),
            412,
        ),
        *(
            table(f"{name}", plain(count, 900), 900)
            for name, count in (("departments", 4), ("rooms", 6), ("payroll_runs", 13), ("holidays", 5), ("roles", 7))
        ),
        table(
            "applicants",
            (
                column("name", "name", 640),
                column("mail", "email", 640),
                column("cv_text", "name email phone street", 640),
                *plain(8, 640),
            ),
            640,
        ),
    )
    files = (
        table(
            "newsletter.csv",
            (column("name", "name", 2100), column("mail", "email", 2100), *plain(3, 2100)),
            2100,
            kind="file",
            format="csv",
        ),
        table(
            "events.jsonl",
            (
                column("user.ip", "ip", 9000),
                column("user.emails[].address", "email", 9000),
                column("geo.country", "city_public", 9000),
                *plain(12, 9000),
            ),
            9000,
            kind="file",
            format="jsonl",
        ),
        table(
            "web/analytics.parquet",
            (column("client_ip", "ip", 30000), *plain(15, 30000)),
            30000,
            kind="file",
            format="parquet",
        ),
        table("app.log", (column("line", "ip email key", 12000),), 12000, kind="file", format="text"),
        AssetView(
            "exports",
            "file",
            "csv",
            tuple(
                ObjectView(
                    f"exports/2025-{m:02}.csv.gz",
                    "full" if m != 7 else "failed",
                    "" if m != 7 else "truncated",
                    "" if m != 7 else "the stream ends after 8,112 rows",
                    9000,
                    210000,
                )
                for m in range(1, 13)
            ),
            (column("customer_email", "email", 100000), column("amount", "", 100000), *plain(9, 100000)),
            change="changed",
        ),
        table("logo.png", (), 0, "skipped", "binary_file", kind="file", format="binary"),
        table(
            "minutes.docx",
            (),
            0,
            "skipped",
            "unsupported_format",
            detail="word processor document",
            kind="file",
            format="docx",
        ),
    )
    stores = (
        StoreView("shop", "sql", "Mira Okafor", "DE", ("sales", "support"), shop),
        StoreView("people", "sql", "HR operations", "DE", ("employment",), people),
        StoreView("files", "files", "Data platform", "EU", ("analytics", "marketing"), files),
    )
    return InventoryView(
        "Nordlicht Outdoor GmbH", MADE, MADE.replace(hour=2, minute=31), False, "c41f09ab", stores, sample_drift()
    )


def sample_drift() -> ScanDrift:
    """Changes of every kind, many of them alike."""
    collector = Collector()
    collector.take(
        [
            Drift("field_added", "shop", "orders", "contact_email", now=("text",), entities=("EMAIL_ADDRESS",)),
            Drift("verdict_changed", "files", "exports", "customer_email", now=("EMAIL_ADDRESS",)),
            Drift("verdict_changed", "shop", "orders", "note", was=("PERSON", "LOCATION"), rejudged=True),
            Drift("type_changed", "shop", "customers", "phone", ("character varying(20)",), ("character varying(40)",)),
            *(
                Drift("type_changed", "files", "exports", f"amount_{i}", ("int32",), ("double", "int32"))
                for i in range(14)
            ),
            Drift("primary_key_changed", "shop", "order_lines", "", ("id",), ("order_id", "line")),
            Drift("primary_key_changed", "shop", "notes", "", ("id",)),
            Drift("foreign_key_changed", "shop", "orders", "", ("customer_id -> customers.id",)),
            Drift("asset_added", "shop", "leads", now=("table",), entities=("EMAIL_ADDRESS", "PERSON")),
            *(Drift("field_added", "shop", "events", f"attribute_{i:03}", now=("jsonb",)) for i in range(620)),
            Drift("asset_removed", "people", "applicants_2019", was=("table",), entities=("PERSON", "PHONE_NUMBER")),
            Drift("field_removed", "people", "employees", "fax", was=("text",), entities=("PHONE_NUMBER",)),
            Drift("store_removed", "archive", was=("sql",), entities=("IBAN_CODE",)),
        ]
    )
    return collector.drift()


HOSTILE: Final = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "'; alert(1); //",
    "</style><script>document.title='owned'</script>",
    "{{ 7*7 }}{% raw %}",
    "a\u202egnp.exe",
    "line\nbreak\ttab\x00nul",
    "\u200b\u2066zero\u2069",
    "javascript:document.title='owned'",
    "x" * 5000,
    "<!--",
    "]]>",
    "&lt;b&gt;",
    "=1+1",
    "שם מלא",
    "\udcff\udcfe",
    "",
    "👩‍👩‍👧 name",
    "a" + "\u0301" * 60,
)


def hostile_view(columns: int = 0) -> InventoryView:
    """Every text that comes from outside is hostile; ``columns`` more fields make the first asset wide."""
    stores: list[StoreView] = []
    for bad in HOSTILE:
        evil = EntityView(bad, bad, bad, S.RESTRICTED, 0.5, 0.5, 1, 1, "scan", bad)
        link = LinkView(bad, declared=True, share=1.0, back=None, least=None, same_entity=True)
        fields = (
            FieldView(bad, (evil, evil), 10, 0, 10, (bad, bad), bad, (link,), "new"),
            *(column(f"c{i}") for i in range(columns if not stores else 0)),
        )
        objects = (ObjectView(bad, "failed", bad, bad, 1, None), ObjectView(bad, "full", "", "", 1, None))
        asset = AssetView(bad, bad, bad, objects, fields, "new")
        stores.append(StoreView(bad, bad, bad, bad, (bad, bad), (asset,), bad))
    drift = ScanDrift(
        tuple(Drift(kind, bad, bad, bad, (bad,), (bad,), (bad,)) for bad in HOSTILE for kind in model.KINDS),
        tuple(Unlisted("type_changed", True, bad, bad, 3) for bad in HOSTILE),
    )
    return InventoryView(HOSTILE[0], MADE, MADE, False, HOSTILE[1], tuple(stores), drift)


def large_view(fields: int) -> InventoryView:
    """So many fields, 50 an asset, a third of them with something in it."""
    kinds = ("email", "", "", "card", "", "phone name", "", "", "ssn")
    assets = tuple(
        table(f"table_{i:04}", tuple(column(f"column_{j:02}", kinds[(i + j) % 9]) for j in range(50)))
        for i in range(fields // 50)
    )
    return InventoryView("Large", MADE, MADE, True, "c41f09ab", (StoreView("warehouse", "sql", "", "", (), assets),))
