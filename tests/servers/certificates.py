"""An authority of one's own and a certificate of it for 127.0.0.1."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def write_certificates(folder: Path) -> None:
    """``ca.pem``, ``server.pem`` and ``server.key``, valid for a day; and ``other-ca.pem``, which signed nothing."""
    for name in ("ca.pem", "other-ca.pem"):
        authority_key = ec.generate_private_key(ec.SECP256R1())
        authority = _name(f"the tests' {name}")
        own = _builder(authority, authority, authority_key.public_key())
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        (folder / name).write_bytes(own.sign(authority_key, hashes.SHA256()).public_bytes(Encoding.PEM))
        if name == "ca.pem":
            key = ec.generate_private_key(ec.SECP256R1())
            server = _builder(_name("127.0.0.1"), authority, key.public_key()).add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
            )
            signed = server.sign(authority_key, hashes.SHA256())
            (folder / "server.pem").write_bytes(signed.public_bytes(Encoding.PEM))
            secret = folder / "server.key"
            secret.touch(mode=0o600)
            secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )
