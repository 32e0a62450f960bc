"""A configuration with all its parts, and reading one as it stands in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.base.errors import ConfigError
from engine.base.settings import Settings, load_settings

WHOLE = """\
tenant: acme
state: postgresql://reeve:${STATE_PW}@db/reeve
keyring: keys/ring.json
stores:
  crm:
    kind: sql
    url: postgresql://reader:${CRM_PW}@db.example:5432/crm
    owner: sales@example.com
    jurisdiction: NO
    purpose: [contract, support]
  uploads:
    kind: files
    path: data/uploads
    purpose: support
"""
S3 = "stores:\n  a:\n    kind: s3\n    bucket: acme-lake\n    "
SQL = "stores:\n  a:\n    kind: sql\n    url: "
ENVIRON = {"STATE_PW": "s3cr3t-state", "CRM_PW": "n@sty/pass:word%?#[]"}


def load(folder: Path, text: str | bytes, **environ: str) -> Settings:
    (folder / "reeve.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_settings(folder=folder, environ=environ)


def refused(folder: Path, text: str | bytes, **environ: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, **environ)
    return caught.value
