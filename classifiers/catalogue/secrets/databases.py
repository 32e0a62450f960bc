"""Tokens of databases and data platforms as a service."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, B64, HEX, LOWER, URL, UUID, assigned, prefixed, secret, token
from classifiers.detector import Pattern

DETECTORS = (
    secret(
        "SUPABASE_TOKEN",
        "A management token of Supabase.",
        "Supabase docs, management API",
        prefixed("sbp_", HEX, 40),
    ),
    secret(
        "SUPABASE_SECRET_KEY",
        "The secret key of a project of Supabase.",
        "Supabase docs, understanding API keys",
        prefixed("sb_secret_", URL, 31, 36),
    ),
    secret(
        "PLANETSCALE_TOKEN",
        "A service token of PlanetScale.",
        "PlanetScale docs, service tokens",
        prefixed("pscale_tkn_", "[A-Za-z0-9_.=-]", 32, 64),
        prefixed("pscale_oauth_", "[A-Za-z0-9_.=-]", 32, 64),
    ),
    secret(
        "PLANETSCALE_PASSWORD",
        "The password of a database of PlanetScale.",
        "PlanetScale docs, passwords",
        prefixed("pscale_pw_", "[A-Za-z0-9_.=-]", 32, 64),
    ),
    secret(
        "NEON_KEY",
        "An API key of Neon.",
        "Neon docs, manage API keys",
        prefixed("napi_", LOWER, 64),
    ),
    secret(
        "AIVEN_PASSWORD",
        "The password of a service of Aiven.",
        "Aiven docs, service users (AVNS_)",
        prefixed("AVNS_", URL, 16, 24),
    ),
    secret(
        "MONGODB_ATLAS_SECRET",
        "The secret of a service account of MongoDB Atlas.",
        "MongoDB Atlas docs, service accounts",
        prefixed("mdb_sa_sk_", URL, 40),
    ),
    assigned(
        "MONGODB_ATLAS_KEY",
        "A private API key of MongoDB Atlas, assigned to its name.",
        "MongoDB Atlas docs, API keys",
        "mongodb atlas",
        UUID,
        36,
    ),
    secret(
        "CONFLUENT_SECRET",
        "An API secret of Confluent Cloud.",
        "Confluent Cloud docs, API secret format",
        prefixed("cflt", B64, 60),
    ),
    assigned(
        "CONFLUENT_OLD_SECRET",
        "An API secret of Confluent Cloud without prefix, assigned to its name.",
        "Confluent Cloud docs, API keys",
        "confluent",
        f"{B64}{{64}}",
        64,
    ),
    secret(
        "DATABRICKS_TOKEN",
        "A personal access token of Databricks.",
        "Databricks docs, personal access tokens",
        token(rf"dapi{HEX}{{32}}(?:-[0-9])?", 38, least=rf"dapi{HEX}{{8}}", score=0.95),
        columns=("databricks token", "databricks pat"),
    ),
    secret(
        "CLICKHOUSE_KEY",
        "An API secret of ClickHouse Cloud.",
        "ClickHouse Cloud docs, API keys",
        prefixed("4b1d", ALNUM, 38, score=0.8),
    ),
    secret(
        "CLOUDINARY_URL",
        "The address of an account of Cloudinary, with its key and secret.",
        "Cloudinary docs, environment variable",
        Pattern(
            regex=rf"(?<![\w+.-])cloudinary://[0-9]{{12,16}}:{URL}{{20,40}}@[A-Za-z0-9_-]{{1,64}}",
            form=r"cloudinary://[0-9]{12}",
            score=0.95,
            width=13 + 16 + 1 + 40 + 1 + 64,
        ),
    ),
)
