"""What browsers and apps are told apart by: advertising identifiers, cookies, sessions, user agents."""

from __future__ import annotations

from classifiers.checks.sampled import Each
from classifiers.checks.secrets import not_masked
from classifiers.checks.words import not_all_zero
from classifiers.detector import Detector, Pattern, Sensitivity

_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"

ADVERTISING_ID = Detector(
    entity="ADVERTISING_ID",
    title="An identifier that a telephone or television gives to advertisers (IDFA, GAID, and the like), told by its name.",
    category="user.device.device_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="IAB Tech Lab, guidelines for identifier for advertising; RFC 9562. All zeros means that tracking is off",
    patterns=(
        Pattern(
            regex=rf"(?<!\w){_UUID}(?!\w)",
            form=r"[^\w][0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}[^\w]",
            score=0.05,
            width=36,
            fixed=True,
        ),
    ),
    check=Each(not_all_zero),
    chance=0.99,
    context=(
        *(
            "idfa",
            "gaid",
            "aaid",
            "adid",
            "idfv",
            "rdid",
            "maid",
            "tifa",
            "rida",
            "advertising id",
            "advertising identifier",
        ),
        *("ad id", "google_aid", "gps_adid"),
    ),
    columns=(
        *(
            "idfa",
            "gaid",
            "aaid",
            "adid",
            "idfv",
            "rdid",
            "maid",
            "advertising id",
            "advertiser id",
            "ad id",
            "mobile ad id",
        ),
        *("google advertising id", "gps adid", "device ad id", "werbe id", "identifiant publicitaire"),
    ),
    not_columns=("campaign", "group", "set", "count", "type"),
    needs_column=True,
)

TRACKING_COOKIE = Detector(
    entity="COOKIE_ID",
    title="An identifier of a browser in a cookie of Google, Meta, Microsoft, Adobe, HubSpot and others.",
    category="user.device.cookie_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="documentation of providers: _ga, _gid, _gcl, _fbp, _fbc, MUID, _uetvid, hubspotutk, s_vi, _hjid, ajs_anonymous_id",
    patterns=(
        Pattern(
            regex=r"(?<![\w.])GA1\.[0-9](?:-[0-9])?\.[0-9]{4,10}\.[0-9]{10}(?!\w)",
            form=r"[^\w.]GA1\.[0-9]",
            score=0.95,
            width=29,
        ),
        Pattern(
            regex=r"(?<![\w.])fb\.[0-3]\.[0-9]{13}\.[\w-]{6,200}(?!\w)",
            form=r"[^\w.]fb\.[0-3]\.[0-9]{13}\.",
            score=0.95,
            width=220,
        ),
        Pattern(
            regex=(
                r"(?<!\w)(?:_gcl_(?:au|aw|dc)|MUID|_uetvid|_uetsid|hubspotutk|_hjid|_hjSessionUser_[0-9]{5,8}|ajs_anonymous_id|"
                r"__utma|__qca|_pin_unauth|_scid|_ttp|IDE|NID|s_vi|AMCV_[\w%]{8,60}|optimizelyEndUserId|_pk_id\.[0-9]{1,4}\.[0-9a-f]{4}|"
                r"mp_[0-9a-f]{32}_mixpanel)=[^\s;,\"'\x00]{12,400}"
            ),
            form=(
                r"(?:_gcl_(?:au|aw|dc)|[^\w](?:MUID|IDE|NID|s_vi)|_uetvid|_uetsid|hubspotutk|_hjid|"
                r"_hjSessionUser_[0-9]{5,8}|ajs_anonymous_id|__utma|__qca|_pin_unauth|_scid|_ttp|AMCV_[\w%]{8,60}|"
                r"optimizelyEndUserId|_pk_id\.[0-9]{1,4}\.[0-9a-f]{4}|mp_[0-9a-f]{32}_mixpanel)="
            ),
            score=0.9,
            width=480,
        ),
    ),
    check=Each(not_all_zero),
    chance=0.001,
    context=("cookie", "client id", "ga"),
    columns=(
        "cookie",
        "cookie id",
        "cookie value",
        "ga client id",
        "fbp",
        "fbc",
        "gclid cookie",
        "muid",
        "tracking cookie",
    ),
    not_columns=("consent", "count", "policy", "name", "domain", "banner"),
)

SESSION_ID = Detector(
    entity="SESSION_ID",
    title="An identifier of a session at a web server, which lets whoever has it act as the user.",
    category="user.authorization.credentials",
    sensitivity=Sensitivity.RESTRICTED,
    source="RFC 6265; names that servlet containers, PHP, ASP.NET, Express, Django, Rails, Laravel and WordPress give it",
    patterns=(
        Pattern(
            regex=(
                r"(?<![^\W_])(?:JSESSIONID|PHPSESSID|ASP\.NET_SessionId|ASPSESSIONID[A-Z]{8}|connect\.sid|\.ASPXAUTH|"
                r"\.AspNetCore\.(?:Session|Cookies|Identity\.Application)|sessionid|session_id|laravel_session|ci_session|"
                r"CFTOKEN|S?SESS[0-9a-f]{32}|wordpress_logged_in_[0-9a-f]{32}|next-auth\.session-token)"
                r"[\"']?[=:] ?[\"']?[^\s;,\"'\x00<>{}$]{16,1000}"
            ),
            form=(
                r"(?:JSESSIONID|PHPSESSID|ASP\.NET_SessionId|ASPSESSIONID[A-Z]{8}|connect\.sid|\.ASPXAUTH|"
                r"\.AspNetCore\.(?:Session|Cookies|Identity\.Application)|sessionid|session_id|laravel_session|ci_session|"
                r"CFTOKEN|SESS[0-9a-f]{32}|wordpress_logged_in_[0-9a-f]{32}|next-auth\.session-token)[\"']?[=:]"
            ),
            score=0.8,
            width=1070,
            ignore_case=True,
        ),
        Pattern(
            regex=r"(?<![\w-])Set-Cookie: ?[\w.-]{1,80}=[^\s;,\"'\x00]{16,1000}",
            form=r"[^\w-]Set-Cookie: ?[\w.-]",
            score=0.7,
            width=1096,
            ignore_case=True,
        ),
    ),
    check=Each(not_masked),
    chance=0.2,
    context=("cookie", "session", "set"),
    columns=("session cookie", "session id", "sessionid", "session key", "jsessionid", "phpsessid", "auth cookie"),
    not_columns=("count", "type", "duration", "start", "end", "length", "name"),
    shapes=r"(?=.{0,40}9)(?=.{0,60}[aA])[aA9][aA9._%:/+-]{9,62}",
)

USER_AGENT = Detector(
    entity="USER_AGENT",
    title="What a browser says of itself and its device.",
    category="user.device",
    sensitivity=Sensitivity.INTERNAL,
    source="RFC 9110, section 10.1.5",
    patterns=(
        Pattern(
            regex=r"(?<![\w/])Mozilla/[45]\.0 \([^()\n\x00]{2,300}\)(?: [\w.:/-]{2,60}(?: ?\([^()\n\x00]{2,120}\))?){0,10}",
            form=r"[^\w/]Mozilla/[45]\.0 \(",
            score=0.95,
            width=2500,
        ),
        Pattern(
            regex=(
                r"(?<![\w/])(?:(?:Opera|Dalvik)/[0-9][0-9.]{0,11}|"
                r"[\w-]{2,40}/[0-9.]{1,12} CFNetwork/[0-9][0-9.]{0,11}) [^\n\x00\"]{4,200}"
            ),
            form=r"(?:Opera/|Dalvik/| CFNetwork/)[0-9]",
            score=0.9,
            width=290,
        ),
    ),
    check=Each(not_all_zero),
    chance=0.001,
    context=("user-agent", "user agent", "browser"),
    columns=("user agent", "useragent", "ua string", "browser user agent", "http user agent", "client user agent"),
    not_columns=("count", "id", "family", "hash"),
)

DETECTORS = (ADVERTISING_ID, TRACKING_COOKIE, SESSION_ID, USER_AGENT)
