"""Secrets of no provider: private keys, signed tokens, connection strings, and what configuration files hold."""

from __future__ import annotations

from classifiers.catalogue.secrets import B64, HEX, NAMED_KEY, URL, assigned, prefixed, secret, token
from classifiers.checks.sampled import (
    Each,
    address_with_password,
    assigned_password,
    connection_password,
    json_web_token,
)
from classifiers.checks.secrets import base58check, basic_credentials, password_behind_colon
from classifiers.detector import Detector, Pattern

KEYS: tuple[Detector, ...] = (
    secret(
        "PRIVATE_KEY",
        "A private key in armour: PEM, OpenSSH or PGP.",
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
        check=None,
        columns=("ssh private key", "rsa private key", "pem private key", "private key pem"),
    ),
    secret(
        "PRIVATE_KEY_BASE64",
        "A private key in armour, once more in base 64, as Kubernetes and environments hold it.",
        "RFC 7468 within RFC 4648; kubeconfig: client-key-data",
        token(
            r"LS0tLS1CRUdJTi(?:BQUklWQVRFIEtFWS|BSU0EgUFJJVkFURSBLRV|BFQyBQUklWQVRFIEtFW|BPUEVOU1NIIFBSSVZBVEUgS0VZ)"
            r"[A-Za-z0-9+/]{20,8000}={0,2}",
            8060,
            least="LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFU|BFQyBQUklWQVRF|BPUEVOU1NIIFBS)",
            score=0.95,
        ),
    ),
    secret(
        "PUTTY_KEY",
        "A private key of PuTTY.",
        "PuTTY manual, appendix C: PPK file format",
        Pattern(
            regex=r"(?<!\w)PuTTY-User-Key-File-[23]: [\w-]{3,40}",
            form=r"PuTTY-User-Key-File-[23]:",
            score=1.0,
            width=64,
        ),
        check=None,
    ),
    secret(
        "AGE_KEY",
        "A secret key of age.",
        "age specification: Bech32",
        prefixed("AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]", 58),
    ),
    secret(
        "BITCOIN_PRIVATE_KEY",
        "A private key of Bitcoin in wallet import format.",
        "Bitcoin wiki, wallet import format: Base58Check",
        token(r"[5KL][1-9A-HJ-NP-Za-km-z]{50,51}", 52, least=r"[5KL][1-9A-HJ-NP-Za-km-z]{50}", score=0.3),
        check=Each(base58check),
    ),
    secret(
        "BITCOIN_EXTENDED_KEY",
        "An extended private key of Bitcoin, from which a whole wallet follows.",
        "BIP 32, BIP 49 and BIP 84: Base58Check",
        token(r"[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{107}", 111, least=r"[xyztuv]prv[1-9A-HJ-NP-Za-km-z]", score=0.9),
        check=Each(base58check),
    ),
    assigned(
        "ETHEREUM_PRIVATE_KEY",
        "A private key of Ethereum, assigned to its name.",
        "Ethereum yellow paper, appendix F: 32 bytes",
        "eth wallet deployer private signer",
        f"(?:0x)?{HEX}{{64}}",
        66,
    ),
)

TOKENS: tuple[Detector, ...] = (
    secret(
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
        columns=("jwt", "json web token", "id token"),
    ),
    secret(
        "OPENSHIFT_TOKEN",
        "A token of a user of OpenShift.",
        "OpenShift docs, OAuth access tokens",
        prefixed("sha256~", URL, 43),
    ),
    secret(
        "BASIC_AUTH",
        "A name and password in a header for basic authentication.",
        "RFC 7617",
        Pattern(
            regex=r"(?<![\w-])Basic [A-Za-z0-9+/]{8,400}={0,2}(?![A-Za-z0-9+/=])",
            form=r"[^\w-]Basic [A-Za-z0-9+/]{8}",
            score=0.5,
            width=410,
            ignore_case=True,
        ),
        check=Each(basic_credentials),
        chance=0.01,
    ),
)

CONNECTIONS: tuple[Detector, ...] = (
    secret(
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
        columns=("connection string", "database url", "db url", "dsn", "jdbc url"),
    ),
    secret(
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

FILES: tuple[Detector, ...] = (
    secret(
        "NETRC_PASSWORD",
        "A line of .netrc with its password.",
        "GNU inetutils manual, the .netrc file",
        Pattern(
            regex=(
                r"(?<!\w)machine[ \t\n]{1,4}[^\s\x00]{1,128}[ \t\n]{1,4}login[ \t\n]{1,4}[^\s\x00]{1,128}[ \t\n]{1,4}"
                r"password[ \t\n]{1,4}[^\s\x00]{4,128}"
            ),
            form=r"[ \t\n]login[ \t\n]{1,4}[^\s\x00]{1,128}[ \t\n]{1,4}password[ \t\n]",
            score=0.9,
            width=7 + 5 + 8 + 20 + 3 * 128,
        ),
        check=Each(assigned_password),
        chance=0.4,
    ),
    secret(
        "PGPASS_PASSWORD",
        "A line of .pgpass with its password.",
        "PostgreSQL docs, the password file",
        Pattern(
            regex=r"(?<![\w.:/*-])[\w.*-]{1,64}:(?:5432|5433|6432):[\w*-]{1,64}:[\w.@*-]{1,64}:[^\s:\x00\"']{4,128}",
            form=r":(?:5432|5433|6432):[\w*-]",
            score=0.9,
            width=64 + 6 + 65 + 65 + 128,
        ),
        check=Each(password_behind_colon),
    ),
    secret(
        "RAILS_KEY",
        "The master key or key base of an application of Rails.",
        "Rails guides, custom credentials",
        Pattern(
            regex=(
                r"(?<![^\W_])(?:rails_master_key|secret_key_base)[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?"
                rf"{HEX}{{32,128}}(?!\w)"
            ),
            form=r"(?:rails_master_key|secret_key_base)[\"']?[ \t]{0,3}[:=]",
            score=0.9,
            width=155,
            ignore_case=True,
        ),
        check=NAMED_KEY,
        chance=0.01,
    ),
    secret(
        "DJANGO_KEY",
        "The secret key of a project of Django.",
        "Django docs, settings: SECRET_KEY, 50 characters",
        Pattern(
            regex=(
                r"(?<![A-Za-z0-9])SECRET_KEY[ \t]{0,3}=[ \t]{0,3}[\"'](?:django-insecure-)?[a-z0-9!@#$%^&*(_=+)-]{50}[\"']"
                r"|(?<!\w)django-insecure-[a-z0-9!@#$%^&*(_=+)-]{50}"
            ),
            form=r"SECRET_KEY[ \t]{0,3}=[ \t]{0,3}[\"']|django-insecure-",
            score=0.9,
            width=85,
        ),
        check=None,
    ),
    secret(
        "LARAVEL_KEY",
        "The key of an application of Laravel.",
        "Laravel docs, encryption: APP_KEY",
        Pattern(
            regex=rf"(?<![A-Za-z0-9])APP_KEY[ \t]{{0,3}}=[ \t]{{0,3}}[\"']?base64:{B64}{{43}}=",
            form=r"APP_KEY[ \t]{0,3}=[ \t]{0,3}[\"']?base64:",
            score=0.95,
            width=66,
        ),
    ),
    secret(
        "WORDPRESS_KEY",
        "An authentication key or salt of WordPress.",
        "WordPress docs, wp-config.php: security keys",
        Pattern(
            regex=(
                r"define\([ \t]{0,3}'(?:SECURE_AUTH|LOGGED_IN|NONCE|AUTH)_(?:KEY|SALT)',[ \t]{0,12}'[^'\n\x00]{40,80}'"
            ),
            form=r"define\([ \t]{0,3}'(?:SECURE_AUTH|LOGGED_IN|NONCE|AUTH)_(?:KEY|SALT)'",
            score=0.9,
            width=130,
        ),
        check=None,
    ),
)

DETECTORS = (*KEYS, *TOKENS, *CONNECTIONS, *FILES)
