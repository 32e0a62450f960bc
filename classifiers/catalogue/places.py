"""Where somebody is, to a few metres: coordinates in decimals or degrees, grids and codes for places."""

from __future__ import annotations

from collections.abc import Callable

from classifiers.checks.sampled import Each
from classifiers.checks.words import degrees_and_minutes, on_earth, plus_code
from classifiers.detector import Detector, Pattern, Sensitivity

_WORDS = (
    "coordinates",
    "coordinate",
    "location",
    "gps",
    "position",
    "latitude",
    "longitude",
    "lat",
    "lng",
    "koordinaten",
)


def _place(  # noqa: PLR0913 - the attributes of a detector
    subtype: str,
    title: str,
    source: str,
    patterns: tuple[Pattern, ...],
    columns: tuple[str, ...],
    *,
    check: Callable[[str], bool] | None = None,
    chance: float = 0.001,
    context: tuple[str, ...] = _WORDS,
    shapes: str | None = None,
    needs_column: bool = False,
) -> Detector:
    return Detector(
        entity="LOCATION",
        subtype=subtype,
        title=title,
        category="user.location.precise",
        sensitivity=Sensitivity.CONFIDENTIAL,
        source=source,
        patterns=patterns,
        check=None if check is None else Each(check),
        chance=chance,
        context=context,
        columns=columns,
        not_columns=("count", "id", "store", "shop", "branch", "airport", "city", "country", "station", "warehouse"),
        shapes=shapes,
        needs_column=needs_column,
    )


_DECIMAL = r"-?[0-9]{1,3}\.[0-9]{4,15}"

COORDINATES = _place(
    "COORDINATES",
    "Latitude and longitude in decimals, with a word or under a name that says so.",
    "ISO 6709; WGS 84: at least four decimals each, ten metres",
    (
        Pattern(
            regex=rf"(?<![\w.,-])\(?{_DECIMAL}[,;] ?{_DECIMAL}\)?(?![\w.]\w)(?!\w)",
            form=r"[0-9]\.[0-9]{4,15}[,;] ?-?[0-9]{1,3}\.[0-9]{4}",
            score=0.2,
            width=44,
        ),
    ),
    (
        *(
            "coordinates",
            "gps coordinates",
            "gps",
            "lat long",
            "lat lng",
            "lat lon",
            "latlng",
            "geo point",
            "geolocation",
        ),
        *(
            "geo location",
            "position gps",
            "gps position",
            "koordinaten",
            "coordonnees gps",
            "coordenadas",
            "coordinate gps",
        ),
        *("coordinaten",),
    ),
    check=on_earth,
    chance=0.6,
)

LATITUDE = _place(
    "LATITUDE",
    "A latitude in a field named so.",
    "ISO 6709; WGS 84: -90 to 90 with at least three decimals",
    (),
    (
        *("latitude", "lat", "gps lat", "gps latitude", "geo lat", "breitengrad", "geographische breite", "latitud"),
        *("latitudine", "breedtegraad", "user lat", "location lat"),
    ),
    chance=0.05,
    shapes=r"[+-]?9{1,2}[.,]9{3,16}",
)

LONGITUDE = _place(
    "LONGITUDE",
    "A longitude in a field named so.",
    "ISO 6709; WGS 84: -180 to 180 with at least three decimals",
    (),
    (
        *("longitude", "lng", "lon", "gps lng", "gps lon", "gps longitude", "geo lng", "geo lon", "laengengrad"),
        *("längengrad", "longitud", "longitudine", "lengtegraad", "user lng", "location lng"),
    ),
    chance=0.05,
    shapes=r"[+-]?9{1,3}[.,]9{3,16}",
)

_SECOND = r"(?:[0-5]?[0-9](?:\.[0-9]{1,6})? ?(?:[\"\u2033\u201d]|''|\u2032\u2032) ?)?"
_DEGREES = r"[0-9]{1,3} ?[\u00b0\u00ba] ?[0-5]?[0-9](?:\.[0-9]{1,6})? ?['\u2032\u2019] ?" + _SECOND

WRITTEN_COORDINATES = _place(
    "DEGREES",
    "Latitude and longitude in degrees, minutes and seconds, or as geo: URI, WKT or GeoJSON.",
    "ISO 6709 annex D; RFC 5870 (geo:); OGC 06-103r4 (WKT); RFC 7946 (GeoJSON)",
    (
        Pattern(
            regex=rf"(?<!\w){_DEGREES}[NS](?:[,;/]? ?{_DEGREES}[EWO])?(?!\w)",
            form=r"[0-9] ?[\x01_] ?[0-9]{1,2}(?:\.[0-9]{1,6})? ?['\x01]",
            score=0.9,
            width=70,
        ),
        Pattern(
            regex=r"(?<!\w)[0-9]{1,2}\.[0-9]{2,12} ?\u00b0? ?[NS],? ?[0-9]{1,3}\.[0-9]{2,12} ?\u00b0? ?[EWO](?!\w)",
            form=r"[0-9]\.[0-9]{2,12} ?\x01? ?[NS],? ?[0-9]{1,3}\.[0-9]{2}",
            score=0.9,
            width=44,
        ),
        Pattern(
            regex=r"(?<!\w)geo:-?[0-9]{1,2}(?:\.[0-9]{1,15})?,-?[0-9]{1,3}(?:\.[0-9]{1,15})?(?!\w)",
            form=r"[^\w]geo:-?[0-9]",
            score=0.95,
            width=44,
        ),
        Pattern(
            regex=r"(?<!\w)POINT ?(?:Z ?)?\(-?[0-9]{1,3}(?:\.[0-9]{1,15})? -?[0-9]{1,3}(?:\.[0-9]{1,15})?[0-9 .-]{0,20}\)",
            form=r"[^\w]POINT ?(?:Z ?)?\(-?[0-9]",
            score=0.9,
            width=72,
            ignore_case=True,
        ),
        Pattern(
            regex=r"\"coordinates\": ?\[ ?-?[0-9]{1,3}\.[0-9]{1,15}, ?-?[0-9]{1,3}\.[0-9]{1,15}(?:, ?-?[0-9.]{1,12})?(?: ?\])?",
            form=r"\"coordinates\": ?\[ ?-?[0-9]",
            score=0.8,
            width=80,
        ),
    ),
    ("gps dms", "dms coordinates", "position dms", "wkt point", "geo uri", "geo json point"),
    check=degrees_and_minutes,
    chance=0.3,
)

PLUS_CODE = _place(
    "PLUS_CODE",
    "A plus code (Open Location Code) of a place.",
    "Open Location Code specification: eight digits in base 20, plus sign, two or three more",
    (
        Pattern(
            regex=r"(?<![\w+])[2-9CFGHJMPQRVWX]{8}\+[2-9CFGHJMPQRVWX]{2,3}(?![\w+])",
            form=r"[^\w+][2-9CFGHJMPQRVWX]{8}\+[2-9CFGHJMPQRVWX]{2}",
            score=0.8,
            width=12,
        ),
    ),
    ("plus code", "pluscode", "open location code", "olc", "location plus code"),
    check=plus_code,
    chance=0.05,
)

MGRS = _place(
    "MGRS",
    "A place in the Military Grid Reference System.",
    "NGA.STND.0037: zone, band, square, easting and northing",
    (
        Pattern(
            regex=(
                r"(?<![\w-])(?:[1-9]|[1-5][0-9]|60)[C-HJ-NP-X] ?[A-HJ-NP-Z][A-HJ-NP-V] ?(?:[0-9]{4} ?[0-9]{4}|[0-9]{5} ?[0-9]{5})"
                r"(?![\w-])"
            ),
            form=(
                r"[^\w-][0-9]{1,2}[C-HJ-NP-X] ?[A-HJ-NP-Z][A-HJ-NP-V] ?(?:[0-9]{4} ?[0-9]{4}|[0-9]{5} ?[0-9]{5})[^\w-]"
            ),
            score=0.5,
            width=18,
        ),
    ),
    ("mgrs", "mgrs grid", "usng", "grid reference", "mgrs coordinate"),
    chance=0.5,
    context=("mgrs", "grid", "usng"),
)

WHAT3WORDS = _place(
    "WHAT3WORDS",
    "A place in three words (what3words).",
    "what3words: three slashes, then three words with points between",
    (
        Pattern(
            regex=r"(?<![\w:/.])///[^\W\d_]{2,24}\.[^\W\d_]{2,24}\.[^\W\d_]{2,24}(?![\w./])",
            form=r"[^\w:/.]///[a-zA-Z_]{2,24}\.[a-zA-Z_]{2,24}\.[a-zA-Z_]{2}",
            score=0.9,
            width=77,
        ),
    ),
    ("what words", "w w", "what three words", "three word address", "whatthreewords"),
    context=("what3words", "w3w"),
)

DETECTORS = (COORDINATES, LATITUDE, LONGITUDE, WRITTEN_COORDINATES, PLUS_CODE, MGRS, WHAT3WORDS)
