"""Keys of payments, shops, shipping and exchanges."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, HEX, LOWER, URL, UUID, assigned, prefixed, secret, token
from classifiers.detector import Detector

_STRIPE = "Stripe docs, API keys"
_SHOPIFY = "Shopify docs, access token prefixes"

PAYMENTS: tuple[Detector, ...] = (
    secret(
        "STRIPE_KEY",
        "A secret key of Stripe, live or for tests.",
        _STRIPE,
        token(r"sk_(?:live|test)_[A-Za-z0-9]{16,247}", 255, least=r"sk_(?:live|test)_", score=0.95),
        columns=("stripe key", "stripe secret key", "stripe api key", "stripe secret"),
    ),
    secret(
        "STRIPE_RESTRICTED_KEY",
        "A restricted key of Stripe, live or for tests.",
        _STRIPE,
        token(r"rk_(?:live|test)_[A-Za-z0-9]{16,247}", 255, least=r"rk_(?:live|test)_", score=0.95),
        columns=("stripe restricted key",),
    ),
    secret(
        "STRIPE_WEBHOOK_SECRET",
        "A signing secret of webhooks of Stripe, or of who follows the Standard Webhooks.",
        "Stripe docs, webhook signatures; Standard Webhooks specification",
        token(r"whsec_[A-Za-z0-9+/]{24,64}={0,2}", 72, least="whsec_"),
        columns=("stripe webhook secret", "webhook signing secret"),
    ),
    secret(
        "SQUARE_TOKEN",
        "An access token of Square.",
        "Square developer docs, access tokens",
        prefixed("EAAA", URL, 60),
        prefixed("sq0atp-", URL, 22),
    ),
    secret(
        "SQUARE_SECRET",
        "The secret of an OAuth application of Square.",
        "Square developer docs, OAuth",
        prefixed("sq0csp-", URL, 43),
    ),
    secret(
        "BRAINTREE_TOKEN",
        "An access token of Braintree.",
        "Braintree docs, access tokens",
        token(
            rf"access_token\$(?:production|sandbox)\${LOWER}{{16}}\${HEX}{{32}}",
            73,
            least=r"access_token\$(?:production|sandbox)\$",
            score=0.95,
        ),
    ),
    assigned(
        "BRAINTREE_PRIVATE_KEY",
        "A private key of Braintree, assigned to its name.",
        "Braintree docs, gateway credentials",
        "braintree bt",
        f"{HEX}{{32}}",
        32,
    ),
    assigned(
        "PAYPAL_SECRET",
        "The secret of an application of PayPal, assigned to its name.",
        "PayPal developer docs, client id and secret",
        "paypal",
        f"E{URL}{{79}}",
        80,
    ),
    assigned(
        "ADYEN_KEY",
        "An API key of Adyen, assigned to its name.",
        "Adyen docs, API credentials",
        "adyen",
        r"AQE[A-Za-z0-9+/=_-]{60,250}",
        253,
    ),
    secret(
        "PLAID_TOKEN",
        "An access token of Plaid.",
        "Plaid docs, tokens",
        token(
            rf"access-(?:sandbox|development|production)-{UUID}",
            55,
            least=r"access-(?:sandbox|development|production)-",
            score=0.95,
        ),
        columns=("plaid access token", "plaid token"),
    ),
    assigned(
        "PLAID_SECRET",
        "A secret of Plaid, assigned to its name.",
        "Plaid docs, API keys",
        "plaid",
        f"{HEX}{{30}}",
        30,
    ),
    secret(
        "RAZORPAY_KEY",
        "A key id of Razorpay.",
        "Razorpay docs, API keys",
        token(rf"rzp_(?:live|test)_{ALNUM}{{14}}", 23, least="rzp_(?:live|test)_", score=0.95),
    ),
    assigned(
        "RAZORPAY_SECRET",
        "A key secret of Razorpay, assigned to its name.",
        "Razorpay docs, API keys",
        "razorpay rzp",
        f"{ALNUM}{{24}}",
        24,
    ),
    secret(
        "FLUTTERWAVE_KEY",
        "A secret key of Flutterwave, live or for tests.",
        "Flutterwave docs, API keys",
        token(rf"FLWSECK(?:_TEST)?-{LOWER}{{32}}-X", 47, least="FLWSECK(?:_TEST)?-", score=0.95),
    ),
    assigned(
        "GOCARDLESS_TOKEN",
        "An access token of GoCardless, assigned to its name.",
        "GoCardless docs, access tokens",
        "gocardless",
        f"(?:live|sandbox)_{URL}{{40}}",
        48,
    ),
    assigned(
        "MOLLIE_KEY",
        "An API key of Mollie, assigned to its name.",
        "Mollie docs, authentication",
        "mollie",
        f"(?:live|test)_{ALNUM}{{30,48}}",
        53,
    ),
    assigned(
        "COINBASE_KEY",
        "A token of Coinbase, assigned to its name.",
        "Coinbase docs, API keys",
        "coinbase",
        f"{URL}{{64}}",
        64,
    ),
    assigned(
        "KRAKEN_KEY",
        "A key of the exchange Kraken, assigned to its name.",
        "Kraken docs, API keys",
        "kraken",
        r"[A-Za-z0-9/+]{86}==|[A-Za-z0-9/+]{56}",
        88,
    ),
    assigned(
        "BINANCE_KEY",
        "A key of the exchange Binance, assigned to its name.",
        "Binance docs, API keys",
        "binance",
        f"{ALNUM}{{64}}",
        64,
    ),
)

SHOPS: tuple[Detector, ...] = (
    secret(
        "SHOPIFY_TOKEN",
        "An access token of an app of Shopify.",
        _SHOPIFY,
        prefixed("shpat_", "[A-Fa-f0-9]", 32),
        columns=("shopify token", "shopify access token"),
    ),
    secret(
        "SHOPIFY_CUSTOM_TOKEN",
        "An access token of a custom app of Shopify.",
        _SHOPIFY,
        prefixed("shpca_", "[A-Fa-f0-9]", 32),
    ),
    secret(
        "SHOPIFY_PRIVATE_PASSWORD",
        "The password of a private app of Shopify.",
        _SHOPIFY,
        prefixed("shppa_", "[A-Fa-f0-9]", 32),
    ),
    secret(
        "SHOPIFY_SHARED_SECRET",
        "The shared secret of an app of Shopify.",
        _SHOPIFY,
        prefixed("shpss_", "[A-Fa-f0-9]", 32),
    ),
    secret(
        "WOOCOMMERCE_SECRET",
        "A consumer secret of WooCommerce.",
        "WooCommerce docs, REST API authentication",
        prefixed("cs_", HEX, 40),
    ),
    secret(
        "EASYPOST_KEY",
        "A key of EasyPost.",
        "EasyPost docs, API keys",
        *(prefixed(f"EZ{one}K", ALNUM, 54) for one in "AT"),
    ),
    secret(
        "SHIPPO_TOKEN",
        "A token of Shippo.",
        "Shippo docs, authentication",
        token(rf"shippo_(?:live|test)_{HEX}{{40}}", 52, least="shippo_(?:live|test)_", score=0.95),
    ),
    secret(
        "DUFFEL_TOKEN",
        "An access token of Duffel.",
        "Duffel docs, access tokens",
        token(rf"duffel_(?:live|test)_{URL}{{43}}", 55, least="duffel_(?:live|test)_", score=0.95),
    ),
    assigned(
        "LOB_KEY",
        "A secret key of Lob, assigned to its name.",
        "Lob docs, API keys",
        "lob",
        f"(?:live|test)_{HEX}{{35}}",
        40,
    ),
    assigned(
        "ETSY_KEY",
        "A key of Etsy, assigned to its name.",
        "Etsy developer docs, keystrings",
        "etsy",
        f"{LOWER}{{24}}",
        24,
    ),
)

DETECTORS = (*PAYMENTS, *SHOPS)
