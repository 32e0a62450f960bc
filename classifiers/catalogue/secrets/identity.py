"""Tokens of sign-in, vaults, networks and security services."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, B64, HEX, URL, UUID, assigned, prefixed, secret, token
from classifiers.detector import Detector, Pattern

VAULTS: tuple[Detector, ...] = (
    secret(
        "VAULT_TOKEN",
        "A service, batch or recovery token of HashiCorp Vault.",
        "HashiCorp Vault docs, tokens: token prefixes",
        *(prefixed(f"hv{kind}.", URL, 24, 300) for kind in "sbr"),
        columns=("vault token",),
    ),
    secret(
        "VAULT_OLD_TOKEN",
        "A service token of HashiCorp Vault before 1.10.",
        "HashiCorp Vault docs, tokens: token prefixes",
        token(rf"s\.{ALNUM}{{24}}", 26, score=0.03),
        chance=0.04,
        context=("vault", "x-vault-token", "vault_token", "hashicorp"),
    ),
    secret(
        "TERRAFORM_TOKEN",
        "An API token of HCP Terraform or Terraform Enterprise.",
        "HashiCorp docs, HCP Terraform API tokens",
        Pattern(
            regex=rf"(?<![\w.-]){ALNUM}{{14}}\.atlasv1\.[A-Za-z0-9_=-]{{60,70}}(?![\w-])",
            form=r"[A-Za-z0-9]\.atlasv1\.",
            score=0.95,
            width=93,
        ),
        columns=("terraform token", "tfe token"),
    ),
    secret("PULUMI_TOKEN", "An access token of Pulumi.", "Pulumi docs, access tokens", prefixed("pul-", HEX, 40)),
    secret(
        "DOPPLER_TOKEN",
        "A token of Doppler: personal, service, of the command line, SCIM or audit.",
        "Doppler docs, auth token formats",
        token(
            rf"dp\.(?:pt|ct|sa|scim|audit)\.{ALNUM}{{40,44}}", 53, least=r"dp\.(?:pt|ct|sa|scim|audit)\.", score=0.95
        ),
        token(r"dp\.st\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}", 86, least=r"dp\.st\.", score=0.95),
    ),
    secret(
        "ONEPASSWORD_TOKEN",
        "A service account token of 1Password.",
        "1Password developer docs, service accounts",
        token(r"ops_eyJ[A-Za-z0-9+/_-]{200,1500}={0,3}", 1510, least="ops_eyJ", score=0.95),
    ),
    secret(
        "ONEPASSWORD_SECRET_KEY",
        "The Secret Key of an account of 1Password.",
        "1Password security design, Secret Key: version A3 and groups of letters and digits",
        token(
            r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}",
            40,
            least=r"A3-[A-Z0-9]{6}-[A-Z0-9]{6}",
        ),
        chance=0.005,
    ),
    assigned(
        "BITWARDEN_SECRET",
        "A client secret of Bitwarden, assigned to its name.",
        "Bitwarden help, personal API key",
        "bitwarden bw",
        f"{ALNUM}{{30}}",
        30,
    ),
    secret(
        "BITWARDEN_TOKEN",
        "A machine account's access token of Bitwarden Secrets Manager.",
        "Bitwarden help, access tokens",
        Pattern(
            regex=rf"(?<![\w.-])0\.{UUID}\.{ALNUM}{{30}}:{B64}{{22}}==",
            form=r"[^\w.-]0\.[0-9a-f]{8}-[0-9a-f]{4}-",
            score=0.95,
            width=2 + 36 + 1 + 30 + 1 + 24,
        ),
    ),
)

SIGN_IN: tuple[Detector, ...] = (
    secret(
        "OKTA_TOKEN",
        "An API token of Okta, as its header has it.",
        "Okta developer docs, API tokens: SSWS",
        Pattern(
            regex=rf"(?<![\w-])SSWS 00{URL}{{40}}(?![\w-])",
            form=r"[^\w-]SSWS 00",
            score=0.95,
            width=47,
        ),
    ),
    assigned(
        "OKTA_NAMED_TOKEN",
        "An API token of Okta, assigned to its name.",
        "Okta developer docs, API tokens",
        "okta",
        f"00{URL}{{40}}",
        42,
    ),
    assigned(
        "AUTH0_SECRET",
        "The client secret of an application of Auth0, assigned to its name.",
        "Auth0 docs, application credentials",
        "auth0",
        f"{URL}{{64}}",
        64,
    ),
    assigned(
        "ONELOGIN_SECRET",
        "A client secret of OneLogin, assigned to its name.",
        "OneLogin developer docs, API credentials",
        "onelogin",
        f"{HEX}{{64}}",
        64,
    ),
    assigned(
        "RECAPTCHA_SECRET",
        "A secret key of reCAPTCHA, assigned to its name.",
        "Google reCAPTCHA docs, site and secret keys",
        "recaptcha re_captcha",
        f"6L{URL}{{38}}",
        40,
    ),
    assigned(
        "DUO_SECRET",
        "A secret key of Duo, assigned to its name.",
        "Duo docs, integration and secret keys",
        "duo",
        f"{ALNUM}{{40}}",
        40,
    ),
)

NETWORK: tuple[Detector, ...] = (
    secret(
        "TAILSCALE_KEY",
        "A key of Tailscale: auth, API, client, SCIM or webhook.",
        "Tailscale docs, key prefixes",
        token(
            rf"tskey-(?:auth|api|client|scim|webhook)-{ALNUM}{{6,24}}-{ALNUM}{{16,48}}",
            87,
            least="tskey-(?:auth|api|client|scim|webhook)-",
            score=0.95,
        ),
    ),
    secret(
        "WIREGUARD_KEY",
        "A private or preshared key in the configuration of WireGuard.",
        "wg(8): PrivateKey and PresharedKey, 32 bytes in base 64",
        Pattern(
            regex=rf"(?<!\w)(?:PrivateKey|PresharedKey)[ \t]{{0,3}}=[ \t]{{0,3}}{B64}{{42}}[AEIMQUYcgkosw048]=",
            form=r"(?:PrivateKey|PresharedKey)[ \t]{0,3}=",
            score=0.95,
            width=12 + 7 + 44,
        ),
    ),
    assigned(
        "NGROK_TOKEN",
        "A token of ngrok, assigned to its name.",
        "ngrok docs, authtokens and API keys",
        "ngrok",
        f"[0-9]{ALNUM}{{26}}_{ALNUM}{{20,24}}",
        52,
    ),
    secret(
        "MAXMIND_KEY",
        "A licence key of MaxMind.",
        "MaxMind docs, licence keys",
        token(rf"{ALNUM}{{6}}_{ALNUM}{{29}}_mmk", 40, score=0.95),
        chance=0.002,
    ),
    assigned(
        "SHODAN_KEY",
        "An API key of Shodan, assigned to its name.",
        "Shodan docs, API keys",
        "shodan",
        f"{ALNUM}{{32}}",
        32,
    ),
    assigned(
        "VIRUSTOTAL_KEY",
        "An API key of VirusTotal, assigned to its name.",
        "VirusTotal docs, API keys",
        "virustotal virus_total",
        f"{HEX}{{64}}",
        64,
    ),
    assigned(
        "ABUSEIPDB_KEY",
        "An API key of AbuseIPDB, assigned to its name.",
        "AbuseIPDB docs, API keys",
        "abuseipdb",
        f"{HEX}{{80}}",
        80,
    ),
)

DETECTORS = (*VAULTS, *SIGN_IN, *NETWORK)
