"""Tokens of source code hosts and of what builds, tests and deploys it."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, HEX, LOWER, UPPER, URL, UUID, assigned, prefixed, secret, token
from classifiers.detector import Detector, Pattern

_GITHUB = "GitHub docs, authentication token formats"
_GITLAB = "GitLab docs, token overview"

GITHUB: tuple[Detector, ...] = (
    secret(
        "GITHUB_TOKEN",
        "A classic personal access token of GitHub.",
        _GITHUB,
        prefixed("ghp_", ALNUM, 36),
        columns=("github token", "github access token", "github pat"),
    ),
    secret(
        "GITHUB_FINE_GRAINED_TOKEN",
        "A fine-grained personal access token of GitHub.",
        _GITHUB,
        token(rf"github_pat_{ALNUM}{{22}}_{ALNUM}{{59}}", 93, least="github_pat_", score=0.95),
    ),
    secret("GITHUB_OAUTH_TOKEN", "An OAuth access token of GitHub.", _GITHUB, prefixed("gho_", ALNUM, 36)),
    secret(
        "GITHUB_USER_TOKEN",
        "A token by which a GitHub App acts for a user.",
        _GITHUB,
        prefixed("ghu_", ALNUM, 36),
    ),
    secret(
        "GITHUB_INSTALLATION_TOKEN",
        "A token of an installation of a GitHub App, such as workflows have.",
        _GITHUB,
        prefixed("ghs_", ALNUM, 36),
    ),
    secret("GITHUB_REFRESH_TOKEN", "A refresh token of a GitHub App.", _GITHUB, prefixed("ghr_", ALNUM, 36, 76)),
)

GITLAB: tuple[Detector, ...] = (
    secret(
        "GITLAB_TOKEN",
        "A personal, project or group access token of GitLab.",
        _GITLAB,
        token(
            r"glpat-[A-Za-z0-9_-]{20,300}(?:\.[0-9a-z]{2}(?:\.[0-9a-z]{2})?[0-9a-z]{7})?",
            320,
            least="glpat-",
            score=0.95,
        ),
        columns=("gitlab token", "gitlab access token", "gitlab pat"),
    ),
    secret("GITLAB_DEPLOY_TOKEN", "A deploy token of GitLab.", _GITLAB, prefixed("gldt-", URL, 20, 64)),
    secret(
        "GITLAB_RUNNER_TOKEN",
        "An authentication or registration token of a runner of GitLab.",
        _GITLAB,
        token(r"glrt-(?:t[0-9]_)?[A-Za-z0-9_-]{20,300}(?:\.[0-9a-z]{9})?", 318, least="glrt-", score=0.95),
        prefixed("GR1348941", URL, 20),
    ),
    secret("GITLAB_TRIGGER_TOKEN", "A pipeline trigger token of GitLab.", _GITLAB, prefixed("glptt-", HEX, 40)),
    secret(
        "GITLAB_JOB_TOKEN",
        "A token of a CI job of GitLab.",
        _GITLAB,
        token(rf"glcbt-{ALNUM}{{1,5}}_{URL}{{20}}", 32, least="glcbt-", score=0.95),
    ),
    secret("GITLAB_FEED_TOKEN", "A feed token of GitLab.", _GITLAB, prefixed("glft-", URL, 20)),
    secret("GITLAB_MAIL_TOKEN", "A token for incoming mail of GitLab.", _GITLAB, prefixed("glimt-", URL, 25)),
    secret("GITLAB_AGENT_TOKEN", "A token of the Kubernetes agent of GitLab.", _GITLAB, prefixed("glagent-", URL, 50)),
    secret("GITLAB_APP_SECRET", "The secret of an OAuth application of GitLab.", _GITLAB, prefixed("gloas-", URL, 64)),
    secret("GITLAB_SCIM_TOKEN", "A SCIM token of GitLab.", _GITLAB, prefixed("glsoat-", URL, 20)),
    secret(
        "GITLAB_FEATURE_FLAG_TOKEN",
        "A feature flag client token of GitLab.",
        _GITLAB,
        prefixed("glffct-", URL, 20),
    ),
)

OTHERS: tuple[Detector, ...] = (
    secret(
        "BITBUCKET_APP_PASSWORD",
        "An app password of Bitbucket Cloud.",
        "Atlassian support, app passwords (ATBB)",
        prefixed("ATBB", ALNUM, 32),
    ),
    secret(
        "BITBUCKET_TOKEN",
        "An access token of a repository, project or workspace of Bitbucket Cloud.",
        "Atlassian support, access tokens (ATCTT3)",
        prefixed("ATCTT3xFfG", "[A-Za-z0-9_=-]", 100, 260),
    ),
    secret(
        "AZURE_DEVOPS_TOKEN",
        "A personal access token of Azure DevOps.",
        "Microsoft Purview, sensitive information type: 84 characters, AZDO before the last four",
        Pattern(
            regex=rf"(?<![\w-]){ALNUM}{{76}}AZDO{ALNUM}{{4}}(?![\w-])",
            form=rf"AZDO{ALNUM}{{4}}[^\w-]",
            score=0.95,
            width=84,
        ),
    ),
    secret(
        "CIRCLECI_TOKEN",
        "A personal or project token of CircleCI.",
        "CircleCI docs, API tokens",
        token(rf"CCI(?:PAT|PRJ)_{ALNUM}{{22}}_{HEX}{{40}}", 70, least="CCI(?:PAT|PRJ)_", score=0.95),
    ),
    assigned(
        "TRAVIS_TOKEN",
        "A token of Travis CI, assigned to its name.",
        "Travis CI docs, API authentication",
        "travis",
        f"{URL}{{22}}",
        22,
    ),
    secret("BUILDKITE_TOKEN", "An API token of Buildkite.", "Buildkite docs, API tokens", prefixed("bkua_", HEX, 40)),
    assigned(
        "JENKINS_TOKEN",
        "An API token of Jenkins, assigned to its name.",
        "Jenkins docs, authenticating scripted clients",
        "jenkins",
        f"11{HEX}{{32}}",
        34,
    ),
    assigned(
        "DRONE_TOKEN",
        "A token of Drone CI, assigned to its name.",
        "Drone docs, command line and API tokens",
        "drone",
        f"{ALNUM}{{32}}",
        32,
    ),
    secret(
        "HARNESS_TOKEN",
        "A personal or service account token of Harness.",
        "Harness docs, API keys",
        token(rf"[ps]at\.{URL}{{22}}\.{ALNUM}{{24}}\.{ALNUM}{{20}}", 73, least=rf"[ps]at\.{URL}{{22}}\.", score=0.95),
    ),
    secret(
        "OCTOPUS_KEY",
        "An API key of Octopus Deploy.",
        "Octopus docs, how to create an API key",
        prefixed("API-", UPPER, 26, score=0.8),
    ),
    secret(
        "SONAR_TOKEN",
        "A token of SonarQube: of a user, a project or for all analyses.",
        "SonarQube docs, managing tokens",
        *(prefixed(f"sq{kind}_", HEX, 40) for kind in "upa"),
    ),
    secret(
        "SOURCEGRAPH_TOKEN",
        "An access token of Sourcegraph.",
        "Sourcegraph docs, access tokens",
        token(rf"sgp_(?:(?:{HEX}{{16}}|local)_)?{HEX}{{40}}", 61, least="sgp_", score=0.95),
    ),
    assigned(
        "SNYK_TOKEN",
        "A token of Snyk, assigned to its name.",
        "Snyk docs, API authentication",
        "snyk",
        UUID,
        36,
    ),
    assigned(
        "CODECOV_TOKEN",
        "A token of Codecov, assigned to its name.",
        "Codecov docs, tokens",
        "codecov",
        f"{UUID}|{LOWER}{{32}}",
        36,
    ),
    secret(
        "POSTMAN_KEY",
        "An API key of Postman.",
        "Postman docs, API keys",
        token(rf"PMAK-{HEX}{{24}}-{HEX}{{34}}", 64, least="PMAK-", score=0.95),
    ),
    secret(
        "INFRACOST_KEY",
        "An API key of Infracost.",
        "Infracost docs, API keys",
        prefixed("ico-", ALNUM, 32),
    ),
    secret("PREFECT_KEY", "An API key of Prefect.", "Prefect docs, API keys", prefixed("pnu_", ALNUM, 36)),
)

DETECTORS = (*GITHUB, *GITLAB, *OTHERS)
