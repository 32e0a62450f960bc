"""Addresses in networks: IP, hardware, web."""

from __future__ import annotations

from classifiers.checks.sampled import Each, ip_address, mac_address
from classifiers.detector import Detector, Pattern, Sensitivity

_GROUPS = r"[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6}"

IP_ADDRESS = Detector(
    entity="IP_ADDRESS",
    title="An address of the Internet Protocol, version 4 or 6.",
    category="user.device.ip_address",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="RFC 791, RFC 4291 and RFC 5952; personal data under CJEU C-582/14 (Breyer)",
    patterns=(
        Pattern(
            regex=r"(?<![\w.-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w-]|\.[0-9])",
            form=r"[^\w.-][0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",
            score=0.6,
            width=15,
        ),
        Pattern(
            regex=r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![\w:])",
            form=r"[^\w:.](?:[0-9a-f]{1,4}:){7}[0-9a-f]",
            score=0.7,
            width=39,
            ignore_case=True,
        ),
        Pattern(
            regex=rf"(?<![\w:.])(?=[0-9A-Fa-f:]{{0,39}}[0-9])(?:(?:{_GROUPS})::|::(?=[0-9A-Fa-f]))(?:{_GROUPS}(?:\.[0-9]{{1,3}}){{0,3}})?(?![\w:])",
            form=r"[^\w:.](?:(?:[0-9a-f]{1,4}:){1,7}:|::[0-9a-f])",
            score=0.5,
            width=2 * 34 + 2 + 12,
            ignore_case=True,
        ),
    ),
    check=Each(ip_address),
    chance=0.5,
    context=("ip", "address", "host", "client", "remote", "ipv4", "ipv6", "visitor"),
    columns=(
        *(
            "ip",
            "ip address",
            "ip addr",
            "ipaddress",
            "client ip",
            "remote ip",
            "source ip",
            "src ip",
            "dst ip",
            "user ip",
        ),
        *(
            "destination ip",
            "ipv",
            "host ip",
            "last login ip",
            "signup ip",
            "remote addr",
            "remote address",
            "client address",
        ),
        *("ip adresse", "adresse ip", "direccion ip", "dirección ip", "indirizzo ip", "ip adres", "endereco ip"),
        *("x forwarded for", "forwarded for"),
    ),
    not_columns=(
        "version",
        "build",
        "release",
        "count",
        "type",
        "country",
        "firmware",
        "revision",
        "hash",
        "oid",
        "section",
    ),
)

MAC_ADDRESS = Detector(
    entity="MAC_ADDRESS",
    title="The hardware address of a device.",
    category="user.device.device_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="IEEE 802-2014, clause 8 (EUI-48)",
    patterns=(
        *(
            Pattern(
                regex=rf"(?<![\w:-])(?:[0-9a-f]{{2}}{gap}){{5}}[0-9a-f]{{2}}(?![\w:-])",
                form=rf"[^\w:-](?:[0-9a-f]{{2}}{gap}){{5}}[0-9a-f]{{2}}[^\w:-]",
                score=0.7,
                width=17,
                fixed=True,
                ignore_case=True,
            )
            for gap in ":-"
        ),
        Pattern(
            regex=r"(?<![\w.-])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.-])",
            form=r"[^\w.-][0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}[^\w.-]",
            score=0.4,
            width=14,
            fixed=True,
            ignore_case=True,
        ),
    ),
    check=Each(mac_address),
    chance=0.05,
    context=("mac", "hardware", "ethernet", "wifi", "wlan", "bluetooth", "nic", "device", "ether"),
    columns=(
        *(
            "mac",
            "mac address",
            "mac addr",
            "macaddress",
            "hardware address",
            "hw address",
            "hwaddr",
            "ethernet address",
        ),
        *("bssid", "wifi mac", "bluetooth address", "device mac", "mac adresse", "adresse mac", "direccion mac"),
    ),
    not_columns=("version", "os", "model", "count", "vendor", "type"),
)

_URL_CHAR = r"[^\s<>\"'`\x00|\\^{}]"
_URL_LAST = r"[^\s<>\"'`\x00|\\^{}.,;:!?)\]]"

URL = Detector(
    entity="URL",
    title="A web address.",
    category="user.contact.url",
    sensitivity=Sensitivity.INTERNAL,
    source="RFC 3986; with a scheme, or beginning with www",
    patterns=(
        Pattern(
            regex=rf"(?<!\w)(?:https?|ftps?)://[\w\[](?:{_URL_CHAR}{{0,1000}}{_URL_LAST})?",
            form=r"[^\w](?:https?|ftps?)://[\w\[]",
            score=0.6,
            width=8 + 1 + 1001,
            ignore_case=True,
        ),
        Pattern(
            regex=rf"(?<![\w./@-])www\.[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,6}}(?:[/?#:](?:{_URL_CHAR}{{0,1000}}{_URL_LAST})?)?",
            form=r"[^\w./@-]www\.[\w-]",
            score=0.5,
            width=4 + 63 + 6 * 64 + 1002,
            ignore_case=True,
        ),
    ),
    chance=0.001,
    context=("url", "website", "link", "homepage", "http", "site", "profile"),
    columns=(
        *(
            "url",
            "website",
            "web site",
            "homepage",
            "home page",
            "link",
            "profile url",
            "web address",
            "blog",
            "webseite",
        ),
        *(
            "internetseite",
            "site web",
            "sitio web",
            "pagina web",
            "sito web",
            "sito",
            "referrer",
            "referer",
            "page url",
        ),
        *("avatar", "avatar url", "image url", "linkedin"),
    ),
    not_columns=("count", "id", "status", "hash", "type", "text"),
)

DETECTORS = (IP_ADDRESS, MAC_ADDRESS, URL)
