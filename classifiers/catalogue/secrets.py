"""Secrets that are known by their form: private keys, keys of providers, connection strings.

Nothing is ever sent to a provider to verify it.
"""

from __future__ import annotations

from classifiers.checks_sampled import (
    Each,
    address_with_password,
    assigned_key,
    connection_password,
    json_web_token,
)
from classifiers.detector import Check, Detector, Pattern, Sensitivity

KEY_CONTEXT = ("key", "token", "secret", "credential", "api", "auth", "authorization", "export", "env")
"""Words that stand near keys."""


def token(body: str, width: int, *, least: str = "", score: float = 0.9, ignore_case: bool = False) -> Pattern:
    """A token that stands free of word characters.

    Args:
        body: the token; of fixed width unless ``least`` is given.
        width: its longest form.
        least: what every token begins with, as short as is telling: the form.
        score: see Pattern.
        ignore_case: see Pattern.
    """
    return Pattern(
        regex=rf"(?<![\w-]){body}(?![\w-])",
        form=rf"[^\w-]{least}" if least else rf"[^\w-]{body}[^\w-]",
        score=score,
        width=width,
        fixed=not least,
        ignore_case=ignore_case,
    )


def _secret(
    subtype: str, title: str, source: str, *patterns: Pattern, chance: float = 1e-3, check: Check | None = None
) -> Detector:
    return Detector(
        entity="SECRET",
        subtype=subtype,
        title=title,
        category="user.authorization.credentials",
        sensitivity=Sensitivity.RESTRICTED,
        source=source,
        patterns=patterns,
        check=check,
        chance=chance,
        context=KEY_CONTEXT,
    )


DETECTORS = (
    _secret(
        "PRIVATE_KEY",
        "A private key: PEM, OpenSSH, PGP, PuTTY or age.",
        "RFC 7468, RFC 4716, RFC 9580; the whole block where it ends within 8,000 characters",
        Pattern(
            regex=(
                r"-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
                r"(?:[^-\x00]{1,8000}-----END [A-Z0-9 ]{1,60}-----)?"
            ),
            form=r"-----BEGIN [A-Z0-9 ]{0,60}PRIVATE KEY(?: BLOCK)?-",
            score=1.0,
            width=8200,
        ),
        Pattern(
            regex=r"(?<!\w)PuTTY-User-Key-File-[23]: [\w-]{3,40}",
            form=r"PuTTY-User-Key-File-[23]:",
            score=1.0,
            width=64,
        ),
        token(r"AGE-SECRET-KEY-1[0-9A-Z]{58}", 74),
    ),
    _secret(
        "AWS_ACCESS_KEY",
        "An access key id of Amazon Web Services.",
        "AWS IAM user guide, unique identifiers (AKIA, ASIA and older prefixes)",
        token(r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}", 20),
    ),
    _secret(
        "AWS_SECRET_KEY",
        "A secret access key of Amazon Web Services, assigned to its name.",
        "AWS CLI user guide, configuration and credential file settings",
        Pattern(
            regex=(
                r"(?<![^\W_])(?:aws_?)?secret_?(?:access_?)?key[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?"
                r"[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
            ),
            form=r"secret_?(?:access_?)?key[\"']?[ \t]{0,3}[:=]",
            score=0.9,
            width=76,
            ignore_case=True,
        ),
        check=Each(assigned_key),
        chance=0.01,
    ),
    _secret(
        "GITHUB_TOKEN",
        "A token of GitHub or GitLab.",
        "GitHub docs, authentication token formats; GitLab docs, token prefixes",
        token(r"gh[oprsu]_[A-Za-z0-9]{36}", 40),
        token(r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}", 93),
        token(r"glpat-[\w-]{20,64}", 70, least="glpat-"),
    ),
    _secret(
        "SLACK_TOKEN",
        "A token or an incoming webhook of Slack.",
        "Slack API docs, token types and incoming webhooks",
        token(r"xox[abeoprs]-[0-9A-Za-z-]{10,200}", 205, least=r"xox[abeoprs]-"),
        Pattern(
            regex=r"(?<!\w)hooks\.slack\.com/services/T\w{6,16}/B\w{6,16}/\w{20,32}(?!\w)",
            form=r"hooks\.slack\.com/services/T",
            score=0.9,
            width=96,
        ),
    ),
    _secret(
        "GOOGLE_API_KEY",
        "An API key or client secret of Google.",
        "Google Cloud docs, API keys and OAuth clients",
        token(r"AIza[\w-]{35}", 39, least=r"AIza"),
        token(r"GOCSPX-[\w-]{28}", 35, least=r"GOCSPX-"),
    ),
    _secret(
        "STRIPE_KEY",
        "A secret or restricted key, or a webhook secret, of Stripe.",
        "Stripe docs, API keys",
        token(r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,247}", 255, least=r"(?:sk|rk)_(?:live|test)_"),
        token(r"whsec_[A-Za-z0-9+/=]{24,64}", 70, least="whsec_"),
    ),
    _secret(
        "AZURE_KEY",
        "A key of Azure storage, a shared access signature, or a client secret of Entra ID.",
        "Microsoft Learn: storage connection strings, service SAS, application secrets",
        Pattern(
            regex=r"(?<!\w)(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{43,86}={1,2}(?![A-Za-z0-9+/=])",
            form=r"[^\w](?:Account|SharedAccess)Key=",
            score=0.9,
            width=16 + 90,
        ),
        Pattern(
            regex=r"(?<![^?&; \n\x00])sig=[A-Za-z0-9%/+]{43,80}(?:%3[Dd]|=)(?![A-Za-z0-9])",
            form=r"[?&; \n\x00]sig=",
            score=0.7,
            width=92,
        ),
        Pattern(
            regex=r"(?<![\w~.-])[\w~.-]{3}[0-9]Q~[\w~.-]{31,34}(?![\w~.-])",
            form=r"[0-9]Q~",
            score=0.8,
            width=40,
        ),
        chance=0.03,
    ),
    _secret(
        "AI_KEY",
        "A key of OpenAI, Anthropic or Hugging Face.",
        "the providers' docs",
        token(r"sk-ant-[a-z]{3,8}[0-9]{2}-[\w-]{80,120}", 140, least=r"sk-ant-"),
        token(
            r"sk-(?:(?:proj|svcacct|admin)-)?[\w-]{20,100}T3BlbkFJ[\w-]{20,100}", 225, least=r"sk-[\w-]{20,110}T3BlbkFJ"
        ),
        token(r"hf_[A-Za-z]{34}", 37),
    ),
    _secret(
        "PACKAGE_TOKEN",
        "A token of npm, PyPI, RubyGems or Docker Hub.",
        "the registries' docs",
        token(r"npm_[A-Za-z0-9]{36}", 40),
        token(r"pypi-AgEIcHlwaS5vcmc[\w-]{50,400}", 420, least=r"pypi-AgEIcHlwaS5vcmc"),
        token(r"rubygems_[a-f0-9]{48}", 57),
        token(r"dckr_pat_[\w-]{27}", 36, least=r"dckr_pat_"),
    ),
    _secret(
        "CLOUD_TOKEN",
        "A token of DigitalOcean, Databricks, HashiCorp Vault, Shopify, Twilio, SendGrid, Mailgun, Atlassian or Telegram.",
        "the providers' docs",
        token(r"do[opr]_v1_[a-f0-9]{64}", 71),
        token(r"dapi[a-f0-9]{32}", 36),
        token(r"hv[sb]\.[\w-]{24,200}", 204, least=r"hv[sb]\.[\w-]{24}"),
        token(r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}", 38),
        token(r"(?:SK|AC)[a-f0-9]{32}", 34, score=0.6),
        token(r"SG\.[\w-]{22}\.[\w-]{43}", 69, least=r"SG\.[\w-]{22}\."),
        token(r"key-[a-f0-9]{32}", 36, score=0.7),
        token(r"ATATT3[\w=-]{100,250}", 256, least=r"ATATT3"),
        token(r"[0-9]{8,10}:AA[\w-]{33}", 46, least=r"[0-9]{8,10}:AA"),
    ),
    _secret(
        "JWT",
        "A signed or encrypted token (JSON Web Token).",
        "RFC 7519, RFC 7515",
        Pattern(
            regex=(
                r"(?<![\w.-])ey[JAK-Z][\w-]{8,2000}\.[\w-]{2,8000}\.[\w-]{0,2000}(?![\w-])"
                r"(?:\.[\w-]{1,8000}\.[\w-]{1,200})?"
            ),
            form=r"[^\w.-]ey[A-Z][\w-]{8,}\.[\w-]{2}",
            score=0.7,
            width=20_300,
        ),
        check=Each(json_web_token),
        chance=0.001,
    ),
    _secret(
        "CONNECTION_STRING",
        "A connection string or web address with a password in it.",
        "RFC 3986 section 3.2.1 (user information); ADO.NET and ODBC connection strings",
        Pattern(
            regex=(
                r"(?<![\w+.-])[a-z][a-z0-9+.-]{1,24}://[^\s/:@\x00\"'<>]{0,64}:[^\s/@\x00\"'<>]{1,128}@[\w.\[-]"
                r"[\w.:\]-]{0,128}(?:/[\w.$-]{0,64})?"
            ),
            form=r"[a-z0-9+.-]://[^\s/:@\x00\"'<>]{0,64}:[^\s/@\x00\"'<>]{1,}@[\w.\[-]",
            score=0.8,
            width=25 + 3 + 64 + 1 + 128 + 1 + 129 + 65,
            ignore_case=True,
        ),
        check=Each(address_with_password),
        chance=0.02,
    ),
    _secret(
        "CONNECTION_PASSWORD",
        "The password in a connection string of key and value pairs.",
        "ADO.NET, ODBC and libpq connection strings",
        Pattern(
            regex=(
                r"(?<!\w)(?:server|data source|host|driver|user id|uid|user|username)=[^;=\n\x00]{1,128};"
                r"(?:[^;=\n\x00]{1,40}=[^;\n\x00]{0,128};){0,8} ?(?:password|pwd)=[^;\s\"'\x00]{1,128}"
            ),
            form=r"; ?(?:password|pwd)=",
            score=0.8,
            width=1700,
            ignore_case=True,
        ),
        check=Each(connection_password),
        chance=0.05,
    ),
)
