"""Tokens of maps, search, push messages and social networks."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, HEX, LOWER, URL, assigned, prefixed, secret, token
from classifiers.checks.sampled import Each
from classifiers.checks.secrets import mapbox_token
from classifiers.detector import Detector

SERVICES: tuple[Detector, ...] = (
    secret(
        "MAPBOX_TOKEN",
        "A secret or temporary access token of Mapbox.",
        "Mapbox docs, access tokens: sk and tk, the account in base 64",
        token(rf"[st]k\.eyJ[A-Za-z0-9_-]{{20,200}}\.{URL}{{22}}", 229, least=r"[st]k\.eyJ", score=0.95),
        check=Each(mapbox_token),
    ),
    assigned(
        "ALGOLIA_KEY",
        "An API key of Algolia, assigned to its name.",
        "Algolia docs, API keys",
        "algolia",
        f"{HEX}{{32}}",
        32,
    ),
    secret(
        "FIREBASE_SERVER_KEY",
        "A server key of Firebase Cloud Messaging.",
        "Firebase docs, legacy server keys",
        token(rf"AAAA{URL}{{7}}:APA91b{URL}{{134}}", 152, least=r"AAAA[\w-]{7}:APA91b", score=0.95),
    ),
    assigned(
        "ABLY_KEY",
        "An API key of Ably, assigned to its name.",
        "Ably docs, API keys",
        "ably",
        rf"{URL}{{6,12}}\.{URL}{{6}}:{URL}{{16,43}}",
        63,
    ),
    assigned(
        "PUSHER_SECRET",
        "A key or secret of Pusher, assigned to its name.",
        "Pusher docs, app keys",
        "pusher",
        f"{HEX}{{20}}",
        20,
    ),
    assigned(
        "ONESIGNAL_KEY",
        "A REST API key of OneSignal, assigned to its name.",
        "OneSignal docs, keys and ids",
        "onesignal one_signal",
        rf"os_v2_(?:app|org)_{LOWER}{{50,110}}|{ALNUM}{{48}}",
        121,
    ),
    assigned(
        "RAPIDAPI_KEY",
        "A key of RapidAPI, assigned to its name.",
        "RapidAPI docs, API keys",
        "rapidapi rapid_api",
        f"{LOWER}{{10}}msh{LOWER}{{15}}p1{HEX}{{5}}jsn{HEX}{{12}}|{ALNUM}{{50}}",
        50,
    ),
    assigned(
        "CLOUDINARY_SECRET",
        "A secret of Cloudinary, assigned to its name.",
        "Cloudinary docs, API keys",
        "cloudinary",
        f"{URL}{{27}}",
        27,
    ),
    assigned(
        "OPENWEATHER_KEY",
        "An API key of OpenWeather, assigned to its name.",
        "OpenWeather docs, API keys",
        "openweather open_weather owm",
        f"{HEX}{{32}}",
        32,
    ),
)

SOCIAL: tuple[Detector, ...] = (
    secret(
        "FACEBOOK_TOKEN",
        "An access token of Facebook.",
        "Meta docs, access tokens",
        prefixed("EAA", ALNUM, 90, 400, score=0.9),
        columns=("facebook token", "facebook access token", "fb access token"),
    ),
    assigned(
        "FACEBOOK_SECRET",
        "The secret of an app of Facebook, assigned to its name.",
        "Meta docs, app secret",
        "facebook fb meta",
        f"{HEX}{{32}}",
        32,
    ),
    secret(
        "INSTAGRAM_TOKEN",
        "An access token of Instagram.",
        "Meta docs, Instagram access tokens",
        prefixed("IGQV", URL, 80, 300),
        prefixed("IGAA", URL, 80, 300),
    ),
    secret(
        "TWITTER_BEARER_TOKEN",
        "A bearer token of an app of X, once Twitter.",
        "X developer docs, OAuth 2.0 bearer tokens",
        prefixed("A" * 20, "[A-Za-z0-9%]", 60, 130, score=0.9),
    ),
    assigned(
        "TWITTER_SECRET",
        "A key, token or secret of X, assigned to its name.",
        "X developer docs, API keys and access tokens",
        "twitter",
        rf"{ALNUM}{{25}}|{ALNUM}{{45}}|{ALNUM}{{50}}|[0-9]{{15,25}}-{ALNUM}{{20,40}}",
        66,
    ),
    secret(
        "LINKEDIN_SECRET",
        "A client secret of LinkedIn.",
        "LinkedIn developer portal, client secrets (WPL_AP1)",
        token(rf"WPL_AP[0-9]\.{ALNUM}{{16}}\.[A-Za-z0-9+/]{{6}}(?:==)?", 33, least=r"WPL_AP[0-9]\.", score=0.95),
    ),
    assigned(
        "LINKEDIN_OLD_SECRET",
        "A client secret of LinkedIn without prefix, assigned to its name.",
        "LinkedIn developer docs, secure applications",
        "linkedin linked_in",
        f"{ALNUM}{{16}}",
        16,
    ),
    assigned(
        "TWITCH_SECRET",
        "A client secret or token of Twitch, assigned to its name.",
        "Twitch developer docs, authentication",
        "twitch",
        f"{LOWER}{{30}}",
        30,
    ),
    assigned(
        "SPOTIFY_SECRET",
        "A client secret of Spotify, assigned to its name.",
        "Spotify developer docs, apps",
        "spotify",
        f"{HEX}{{32}}",
        32,
    ),
    assigned(
        "REDDIT_SECRET",
        "A client secret of Reddit, assigned to its name.",
        "Reddit docs, OAuth 2",
        "reddit",
        f"{URL}{{30}}|{URL}{{27}}",
        30,
    ),
    assigned(
        "FLICKR_KEY",
        "A key of Flickr, assigned to its name.",
        "Flickr docs, API keys",
        "flickr",
        f"{HEX}{{32}}",
        32,
    ),
)

DETECTORS = (*SERVICES, *SOCIAL)
