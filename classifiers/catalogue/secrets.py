"""Secrets: private keys, keys of providers, passwords and their hashes. Nothing is ever sent to a provider to verify it."""

from __future__ import annotations

from classifiers.checks_sampled import (
    Each,
    address_with_password,
    assigned_key,
    assigned_password,
    connection_password,
    json_web_token,
)
from classifiers.detector import Check, Detector, Pattern, Sensitivity

_KEY_CONTEXT = ("key", "token", "secret", "credential", "api", "auth", "authorization", "export", "env")


def _token(body: str, width: int, *, least: str = "", score: float = 0.9, ignore_case: bool = False) -> Pattern:
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
        context=_KEY_CONTEXT,
    )


PROVIDERS = (
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
        _token(r"AGE-SECRET-KEY-1[0-9A-Z]{58}", 74),
    ),
    _secret(
        "AWS_ACCESS_KEY",
        "An access key id of Amazon Web Services.",
        "AWS IAM user guide, unique identifiers (AKIA, ASIA and older prefixes)",
        _token(r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}", 20),
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
        _token(r"gh[oprsu]_[A-Za-z0-9]{36}", 40),
        _token(r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}", 93),
        _token(r"glpat-[\w-]{20,64}", 70, least="glpat-"),
    ),
    _secret(
        "SLACK_TOKEN",
        "A token or an incoming webhook of Slack.",
        "Slack API docs, token types and incoming webhooks",
        _token(r"xox[abeoprs]-[0-9A-Za-z-]{10,200}", 205, least=r"xox[abeoprs]-"),
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
        _token(r"AIza[\w-]{35}", 39, least=r"AIza"),
        _token(r"GOCSPX-[\w-]{28}", 35, least=r"GOCSPX-"),
    ),
    _secret(
        "STRIPE_KEY",
        "A secret or restricted key, or a webhook secret, of Stripe.",
        "Stripe docs, API keys",
        _token(r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,247}", 255, least=r"(?:sk|rk)_(?:live|test)_"),
        _token(r"whsec_[A-Za-z0-9+/=]{24,64}", 70, least="whsec_"),
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
        _token(r"sk-ant-[a-z]{3,8}[0-9]{2}-[\w-]{80,120}", 140, least=r"sk-ant-"),
        _token(
            r"sk-(?:(?:proj|svcacct|admin)-)?[\w-]{20,100}T3BlbkFJ[\w-]{20,100}", 225, least=r"sk-[\w-]{20,110}T3BlbkFJ"
        ),
        _token(r"hf_[A-Za-z]{34}", 37),
    ),
    _secret(
        "PACKAGE_TOKEN",
        "A token of npm, PyPI, RubyGems or Docker Hub.",
        "the registries' docs",
        _token(r"npm_[A-Za-z0-9]{36}", 40),
        _token(r"pypi-AgEIcHlwaS5vcmc[\w-]{50,400}", 420, least=r"pypi-AgEIcHlwaS5vcmc"),
        _token(r"rubygems_[a-f0-9]{48}", 57),
        _token(r"dckr_pat_[\w-]{27}", 36, least=r"dckr_pat_"),
    ),
    _secret(
        "CLOUD_TOKEN",
        "A token of DigitalOcean, Databricks, HashiCorp Vault, Shopify, Twilio, SendGrid, Mailgun, Atlassian or Telegram.",
        "the providers' docs",
        _token(r"do[opr]_v1_[a-f0-9]{64}", 71),
        _token(r"dapi[a-f0-9]{32}", 36),
        _token(r"hv[sb]\.[\w-]{24,200}", 204, least=r"hv[sb]\.[\w-]{24}"),
        _token(r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}", 38),
        _token(r"(?:SK|AC)[a-f0-9]{32}", 34, score=0.6),
        _token(r"SG\.[\w-]{22}\.[\w-]{43}", 69, least=r"SG\.[\w-]{22}\."),
        _token(r"key-[a-f0-9]{32}", 36, score=0.7),
        _token(r"ATATT3[\w=-]{100,250}", 256, least=r"ATATT3"),
        _token(r"[0-9]{8,10}:AA[\w-]{33}", 46, least=r"[0-9]{8,10}:AA"),
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

API_KEY = Detector(
    entity="SECRET",
    subtype="API_KEY",
    title="An API key, token or client secret, told by the name it stands under.",
    category="user.authorization.credentials",
    sensitivity=Sensitivity.RESTRICTED,
    source="RFC 6750 (bearer tokens) and common names",
    patterns=(
        Pattern(
            regex=(
                r"(?<![^\W_])(?:api[_-]?key|api[_-]?token|access[_-]?token|auth[_-]?token|client[_-]?secret|secret[_-]?key)"
                r"[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?[A-Za-z0-9_.~+/-]{16,256}={0,2}(?![A-Za-z0-9_.~+/=-])"
            ),
            form=(
                r"(?:api[_-]?key|api[_-]?token|access[_-]?token|auth[_-]?token|client[_-]?secret|secret[_-]?key)"
                r"[\"']?[ \t]{0,3}[:=]"
            ),
            score=0.5,
            width=300,
            ignore_case=True,
        ),
        Pattern(
            regex=r"(?<!\w)Bearer [A-Za-z0-9_.~+/-]{20,2000}={0,2}(?![A-Za-z0-9_.~+/=-])",
            form=r"[^\w]Bearer [A-Za-z0-9_.~+/-]{20}",
            score=0.6,
            width=2010,
            ignore_case=True,
        ),
    ),
    check=Each(assigned_key),
    chance=0.1,
    context=_KEY_CONTEXT,
    columns=(
        *(
            "api key",
            "apikey",
            "api token",
            "access token",
            "auth token",
            "refresh token",
            "bearer token",
            "secret key",
        ),
        *("client secret", "private key", "api secret", "app secret", "secret", "access key", "webhook secret"),
        *(
            "session token",
            "consumer secret",
            "oauth token",
            "signing key",
            "encryption key",
            "totp secret",
            "otp secret",
        ),
        *("mfa secret", "reset token", "api schluessel", "api schlüssel", "cle api", "clé api", "clave api"),
    ),
    not_columns=(
        "id",
        "type",
        "count",
        "expires",
        "expiry",
        "at",
        "date",
        "name",
        "limit",
        "status",
        "rotation",
        "last",
    ),
    shapes=r"(?=[^9]{0,63}9)(?=[^aA]{0,63}[aA])(?!9{4}-9{2}-9{2})[aA9._~+/=:-]{6,64}",
)

PASSWORD = Detector(
    entity="SECRET",
    subtype="PASSWORD",
    title="A password in clear, told by the name it stands under.",
    category="user.authorization.password",
    sensitivity=Sensitivity.RESTRICTED,
    source="CWE-256, CWE-312",
    patterns=(
        Pattern(
            regex=(
                r"(?<![^\W_])(?:password|passwd|passwort|passphrase|kennwort|contraseña|wachtwoord|mot de passe|pwd)"
                r"[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?[^\s\"'`,;<>\x00]{4,64}"
            ),
            form=(
                r"(?:password|passwd|passwort|passphrase|kennwort|contrase_a|wachtwoord|mot de passe|pwd)"
                r"[\"']?[ \t]{0,3}[:=]"
            ),
            score=0.5,
            width=90,
            ignore_case=True,
        ),
    ),
    check=Each(assigned_password),
    chance=0.4,
    context=("login", "credentials", "user", "username", "account", "sign"),
    columns=(
        *(
            "password",
            "passwd",
            "pwd",
            "pass",
            "passphrase",
            "pass phrase",
            "plain password",
            "password plain",
            "passcode",
        ),
        *(
            "user password",
            "initial password",
            "passwort",
            "kennwort",
            "mot de passe",
            "mdp",
            "contraseña",
            "contrasena",
        ),
        *("clave", "wachtwoord", "senha", "palavra passe", "parola d ordine", "security answer", "secret answer"),
    ),
    not_columns=(
        *(
            "changed",
            "change",
            "expires",
            "expiry",
            "expired",
            "reset",
            "hint",
            "hash",
            "hashed",
            "salt",
            "policy",
            "length",
        ),
        *("strength", "last", "updated", "set", "at", "date", "count", "attempts", "required", "enabled", "is", "has"),
        *(
            "version",
            "algorithm",
            "digest",
            "encrypted",
            "boarding",
            "id",
            "type",
            "rate",
            "md",
            "sha",
            "age",
            "question",
        ),
    ),
    shapes=r"(?!9{4}-9{2}-9{2})(?!9{1,2}[/.]9)(?!\$9[aA]{0,2}\$)[^ ]{1,64}",
)

_HASH = r"[./A-Za-z0-9]"

PASSWORD_HASH = Detector(
    entity="SECRET",
    subtype="PASSWORD_HASH",
    title="The hash of a password, in a format that only passwords have.",
    category="user.authorization.password",
    sensitivity=Sensitivity.RESTRICTED,
    source="crypt(5), PHC string format, RFC 2307, and the formats of Django, Werkzeug and phpass",
    patterns=(
        Pattern(
            regex=rf"(?<![\w$])\$2[abxy]?\$[0-9]{{2}}\${_HASH}{{53}}(?!{_HASH})",
            form=rf"\$2[abxy]?\$[0-9]{{2}}\${_HASH}{{20}}",
            score=1.0,
            width=60,
        ),
        Pattern(
            regex=r"(?<![\w$])\$argon2(?:id|i|d)\$(?:v=[0-9]{1,3}\$)?m=[0-9]{1,9},t=[0-9]{1,9},p=[0-9]{1,9}"
            r"\$[A-Za-z0-9+/]{8,128}\$[A-Za-z0-9+/]{10,256}",
            form=r"\$argon2(?:id|i|d)\$",
            score=1.0,
            width=450,
        ),
        Pattern(
            regex=rf"(?<![\w$])\$(?:scrypt|s0|7)\$[\w=,./]{{1,64}}\$[A-Za-z0-9+/.]{{8,256}}(?:\${_HASH}{{10,256}})?",
            form=r"\$(?:scrypt|s0|7)\$[\w=,./]",
            score=0.9,
            width=600,
        ),
        Pattern(
            regex=rf"(?<![\w$])\$(?:1|5|6|apr1|y)\$(?:rounds=[0-9]{{1,9}}\$)?(?:{_HASH}{{1,64}}\$){{1,2}}{_HASH}{{22,86}}"
            rf"(?!{_HASH})",
            form=rf"\$(?:1|5|6|apr1|y)\$(?:rounds=[0-9]{{1,9}}\$)?{_HASH}{{1,64}}\$",
            score=0.9,
            width=250,
        ),
        Pattern(
            regex=rf"(?<![\w$])\$[PH]\${_HASH}{{31}}(?!{_HASH})",
            form=rf"\$[PH]\${_HASH}{{8}}",
            score=0.9,
            width=34,
        ),
        Pattern(
            regex=r"(?<!\w)(?:pbkdf2|scrypt)[_:](?:sha[0-9]{1,3}|[0-9]{1,9})[:$]{1}[0-9:]{1,24}\$[\w./+-]{1,64}\$"
            r"[A-Za-z0-9+/.=]{20,256}",
            form=r"[^\w](?:pbkdf2|scrypt)[_:](?:sha[0-9]{1,3}|[0-9]{1,9})[:$]",
            score=0.9,
            width=390,
        ),
        Pattern(
            regex=r"(?<!\w)\{S?(?:SHA(?:256|512)?|MD5|CRYPT)\}[A-Za-z0-9+/.$]{20,128}={0,2}",
            form=r"\{S?(?:SHA(?:256|512)?|MD5|CRYPT)\}",
            score=0.9,
            width=145,
            ignore_case=True,
        ),
    ),
    chance=1e-3,
    context=("password", "hash", "passwd", "shadow", "crypt"),
    columns=(
        "password hash",
        "hashed password",
        "encrypted password",
        "password digest",
        "password",
        "passwd",
        "pwd hash",
    ),
)

_DIGEST_NAMES = (
    *("password hash", "passwordhash", "password digest", "hashed password", "pwd hash", "passwd hash", "pass hash"),
    *("pw hash", "password md", "password sha", "md password", "sha password", "password", "passwd", "pwd"),
    *("encrypted password", "passwort hash", "kennwort hash", "mot de passe hash", "contrasena hash", "pin hash"),
)

PASSWORD_DIGEST = Detector(
    entity="SECRET",
    subtype="PASSWORD_DIGEST",
    title="A hexadecimal digest in a field named like a password: without that name it may as well be a git hash.",
    category="user.authorization.password",
    sensitivity=Sensitivity.RESTRICTED,
    source="widths of MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512 (FIPS 180-4)",
    patterns=tuple(
        _token(rf"[0-9a-f]{{{width}}}", width, score=0.02, ignore_case=True) for width in (32, 40, 56, 64, 96, 128)
    ),
    chance=1.0,
    context=("password", "passwd", "pwd", "passwort"),
    columns=_DIGEST_NAMES,
    not_columns=("git", "commit", "file", "changed", "reset", "expires", "salt", "policy"),
    needs_column=True,
)

DETECTORS = (*PROVIDERS, API_KEY, PASSWORD_HASH, PASSWORD_DIGEST, PASSWORD)
