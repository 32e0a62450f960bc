"""Tokens of hosting, of networks for content and of small clouds."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, HEX, UPPER, URL, UUID, assigned, prefixed, secret, token

DETECTORS = (
    secret(
        "DIGITALOCEAN_TOKEN",
        "A personal, OAuth or refresh token of DigitalOcean.",
        "DigitalOcean docs, API tokens",
        *(prefixed(f"do{kind}_v1_", HEX, 64) for kind in "opr"),
        columns=("digitalocean token", "do token", "digital ocean token"),
    ),
    assigned(
        "LINODE_TOKEN",
        "A token of Linode, assigned to its name.",
        "Akamai Linode API docs, access tokens",
        "linode",
        f"{HEX}{{64}}",
        64,
    ),
    assigned(
        "HETZNER_TOKEN",
        "A token of Hetzner Cloud, assigned to its name.",
        "Hetzner Cloud API docs, authentication",
        "hetzner hcloud",
        f"{ALNUM}{{64}}",
        64,
    ),
    secret(
        "SCALEWAY_KEY",
        "An access key of Scaleway.",
        "Scaleway docs, API keys",
        prefixed("SCW", UPPER, 17, score=0.8),
    ),
    assigned(
        "SCALEWAY_SECRET_KEY",
        "A secret key of Scaleway, assigned to its name.",
        "Scaleway docs, API keys",
        "scaleway scw",
        UUID,
        36,
    ),
    assigned(
        "VULTR_KEY",
        "An API key of Vultr, assigned to its name.",
        "Vultr API docs, authentication",
        "vultr",
        f"{UPPER}{{36}}",
        36,
    ),
    secret(
        "CLOUDFLARE_TOKEN",
        "An API token of a user or an account of Cloudflare.",
        "Cloudflare docs, token formats",
        prefixed("cfut_", ALNUM, 48),
        prefixed("cfat_", ALNUM, 48),
        columns=("cloudflare token", "cloudflare api token", "cf api token"),
    ),
    secret(
        "CLOUDFLARE_GLOBAL_KEY",
        "The global API key of a user of Cloudflare.",
        "Cloudflare docs, token formats",
        prefixed("cfk_", ALNUM, 48),
    ),
    assigned(
        "CLOUDFLARE_OLD_KEY",
        "A token or global key of Cloudflare without prefix, assigned to its name.",
        "Cloudflare docs, API tokens and global API key",
        "cloudflare cf",
        f"{URL}{{40}}|{HEX}{{37}}",
        40,
    ),
    secret(
        "CLOUDFLARE_ORIGIN_CA_KEY",
        "An origin certificate key of Cloudflare.",
        "Cloudflare docs, origin CA keys",
        token(rf"v1\.0-{HEX}{{24}}-{HEX}{{146}}", 176, least=rf"v1\.0-{HEX}{{24}}-", score=0.95),
    ),
    assigned(
        "FASTLY_TOKEN",
        "A token of Fastly, assigned to its name.",
        "Fastly docs, API tokens",
        "fastly",
        f"{URL}{{32}}",
        32,
    ),
    secret(
        "HEROKU_KEY",
        "An API key of Heroku.",
        "Heroku Dev Center, OAuth tokens (HRKU-)",
        prefixed("HRKU-AA", URL, 58),
    ),
    assigned(
        "HEROKU_OLD_KEY",
        "An API key of Heroku without prefix, assigned to its name.",
        "Heroku Dev Center, platform API quickstart",
        "heroku",
        UUID,
        36,
    ),
    secret(
        "NETLIFY_TOKEN",
        "A personal access token of Netlify.",
        "Netlify docs, API authentication",
        prefixed("nfp_", "[A-Za-z0-9_]", 36, 48),
    ),
    secret(
        "VERCEL_TOKEN",
        "A token of Vercel: personal, of an integration, of an app, or of the AI gateway.",
        "Vercel changelog, new token formats and secret scanning",
        *(prefixed(f"vc{kind}_", URL, 56) for kind in "piark"),
    ),
    assigned(
        "VERCEL_OLD_TOKEN",
        "A token of Vercel without prefix, assigned to its name.",
        "Vercel docs, access tokens",
        "vercel zeit",
        f"{ALNUM}{{24}}",
        24,
    ),
    secret(
        "RENDER_KEY",
        "An API key of Render.",
        "Render docs, API keys",
        prefixed("rnd_", ALNUM, 28, 40, score=0.9),
    ),
    secret(
        "FLY_TOKEN",
        "A token of Fly.io.",
        "Fly.io docs, access tokens (macaroons)",
        prefixed("fo1_", URL, 43),
        token(
            r"fm(?:1[ar]|2)_[A-Za-z0-9+/]{100,1500}={0,3}", 1508, least=r"fm(?:1[ar]|2)_[A-Za-z0-9+/]{10}", score=0.95
        ),
    ),
    assigned(
        "RAILWAY_TOKEN",
        "A token of Railway, assigned to its name.",
        "Railway docs, public API tokens",
        "railway",
        UUID,
        36,
    ),
    secret("SCALINGO_TOKEN", "A token of Scalingo.", "Scalingo docs, API tokens", prefixed("tk-us-", URL, 48)),
)
