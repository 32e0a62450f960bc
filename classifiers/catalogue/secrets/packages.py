"""Tokens of registries of packages and images."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, HEX, LOWER, URL, UUID, assigned, prefixed, secret
from classifiers.checks.sampled import Each
from classifiers.checks.secrets import basic_credentials
from classifiers.detector import Pattern

DETECTORS = (
    secret(
        "NPM_TOKEN",
        "An access token of npm.",
        "npm docs, about access tokens",
        prefixed("npm_", ALNUM, 36),
        columns=("npm token", "npm auth token"),
    ),
    secret(
        "NPM_OLD_TOKEN",
        "A token of an npm registry without prefix, in its configuration file.",
        "npm docs, npmrc: auth related configuration",
        Pattern(
            regex=rf":_authToken=[\"']?{UUID}(?![\w-])",
            form=r":_authToken=",
            score=0.9,
            width=49,
        ),
    ),
    secret(
        "PYPI_TOKEN",
        "An upload token of PyPI or TestPyPI.",
        "PyPI help, API tokens (macaroons)",
        prefixed("pypi-AgEIcHlwaS5vcmc", URL, 50, 1000),
        prefixed("pypi-AgENdGVzdC5weXBpLm9yZw", URL, 50, 1000),
        columns=("pypi token", "twine password"),
    ),
    secret(
        "RUBYGEMS_KEY",
        "An API key of RubyGems.",
        "RubyGems guides, API key scopes",
        prefixed("rubygems_", HEX, 48),
    ),
    secret("NUGET_KEY", "An API key of NuGet.", "NuGet docs, scoped API keys", prefixed("oy2", LOWER, 43)),
    secret(
        "CRATES_TOKEN",
        "A token of Rust's registry of crates.",
        "Cargo book, API tokens (cio)",
        prefixed("cio", ALNUM, 32, score=0.9),
    ),
    secret(
        "DOCKER_HUB_TOKEN",
        "A personal or organisation access token of Docker Hub.",
        "Docker docs, access tokens",
        prefixed("dckr_pat_", URL, 27),
        prefixed("dckr_oat_", URL, 32),
        columns=("docker token", "dockerhub token", "docker hub token"),
    ),
    secret(
        "DOCKER_AUTH",
        "The name and password for a registry in the configuration of Docker.",
        "Docker docs, config.json: auths",
        Pattern(
            regex=r"\"auth\"[ \t]{0,3}:[ \t]{0,3}\"[A-Za-z0-9+/]{8,400}={0,2}\"",
            form=r"\"auth\"[ \t]{0,3}:",
            score=0.6,
            width=420,
        ),
        check=Each(basic_credentials),
        chance=0.02,
    ),
    secret(
        "JFROG_KEY",
        "An API key of JFrog Artifactory.",
        "JFrog docs, API keys",
        prefixed("AKCp", ALNUM, 69),
    ),
    secret(
        "JFROG_REFERENCE_TOKEN",
        "A reference token of JFrog Artifactory.",
        "JFrog docs, reference tokens",
        prefixed("cmVmd", ALNUM, 59),
    ),
    assigned(
        "JFROG_IDENTITY_TOKEN",
        "An identity token of JFrog, assigned to its name.",
        "JFrog docs, identity tokens",
        "jfrog artifactory",
        f"{ALNUM}{{64}}|{ALNUM}{{73}}",
        73,
    ),
    secret("CLOJARS_TOKEN", "A deploy token of Clojars.", "Clojars wiki, tokens", prefixed("CLOJARS_", LOWER, 60)),
    secret(
        "NUGET_CONFIG_PASSWORD",
        "A password in the configuration file of NuGet.",
        "NuGet docs, nuget.config: packageSourceCredentials",
        Pattern(
            regex=r"<add key=\"(?:ClearText)?Password\"[ \t]{1,3}value=\"[^\"\s\x00<>%]{8,128}\"",
            form=r"<add key=\"(?:ClearText)?Password\"",
            score=0.9,
            width=180,
        ),
        check=None,
    ),
)
