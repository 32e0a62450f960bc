"""Secrets that have no form of their own: told by the name they stand under, or by how they are hashed."""

from __future__ import annotations

from classifiers.catalogue.secrets import KEY_CONTEXT, token
from classifiers.checks.sampled import Each, assigned_key, assigned_password
from classifiers.detector import Detector, Pattern, Sensitivity

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
    context=KEY_CONTEXT,
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
    shapes=r"(?=[^9]{0,63}9)(?=[^aAx]{0,63}[aAx])(?!9{4}-9{2}-9{2})[aAx9._~+/=:-]{6,64}",
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
    shapes=r"(?!9{4}-9{2}-9{2})(?!9{1,2}[/.]9)(?!\$9[aAx]{0,2}\$)[^ ]{1,64}",
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
        token(rf"[0-9a-f]{{{width}}}", width, score=0.02, ignore_case=True) for width in (32, 40, 56, 64, 96, 128)
    ),
    chance=1.0,
    context=("password", "passwd", "pwd", "passwort"),
    columns=_DIGEST_NAMES,
    not_columns=("git", "commit", "file", "changed", "reset", "expires", "salt", "policy"),
    needs_column=True,
)

DETECTORS = (API_KEY, PASSWORD_HASH, PASSWORD_DIGEST, PASSWORD)
