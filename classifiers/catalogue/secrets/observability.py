"""Keys of monitoring, logs, analytics and feature flags."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, HEX, LOWER, UPPER, URL, UUID, assigned, prefixed, secret, token
from classifiers.detector import Detector, Pattern


def _header(word: str, value: str, width: int) -> Pattern:
    """A value behind the word that a provider's Authorization header begins with."""
    return Pattern(
        regex=rf"(?<![\w-]){word} (?:{value})(?![\w-])",
        form=rf"[^\w-]{word} [\w-]{{8}}",
        score=0.9,
        width=len(word) + 1 + width,
        ignore_case=True,
    )


MONITORING: tuple[Detector, ...] = (
    secret("SENTRY_TOKEN", "A token of a user of Sentry.", "Sentry docs, auth tokens", prefixed("sntryu_", HEX, 64)),
    secret(
        "SENTRY_ORG_TOKEN",
        "A token of an organisation of Sentry.",
        "Sentry docs, auth tokens; RFC 0091 of Sentry",
        token(r"sntrys_eyJ[A-Za-z0-9+/=_-]{80,500}", 510, least="sntrys_eyJ", score=0.95),
    ),
    assigned(
        "SENTRY_OLD_TOKEN",
        "A token of Sentry without prefix, assigned to its name.",
        "Sentry docs, auth tokens",
        "sentry",
        f"{HEX}{{64}}",
        64,
    ),
    secret(
        "SENTRY_DSN",
        "The address to which a program reports to Sentry, with its old secret.",
        "Sentry docs, DSN: secret key (deprecated)",
        Pattern(
            regex=rf"https://{HEX}{{32}}:{HEX}{{32}}@[A-Za-z0-9.-]{{4,80}}/[0-9]{{1,20}}(?![\w-])",
            form=rf"https://{HEX}{{32}}:{HEX}{{8}}",
            score=0.95,
            width=176,
        ),
    ),
    assigned(
        "DATADOG_KEY",
        "An API or application key of Datadog, assigned to its name.",
        "Datadog docs, API and application keys",
        "datadog dd",
        f"{HEX}{{32}}|{HEX}{{40}}",
        40,
    ),
    secret("NEW_RELIC_KEY", "A user key of New Relic.", "New Relic docs, API keys", prefixed("NRAK-", UPPER, 27)),
    secret(
        "NEW_RELIC_INSERT_KEY",
        "An insert or query key of New Relic Insights.",
        "New Relic docs, API keys",
        *(prefixed(f"NRI{kind}-", URL, 32) for kind in "IQ"),
    ),
    secret(
        "NEW_RELIC_BROWSER_KEY",
        "A browser key of New Relic.",
        "New Relic docs, API keys",
        prefixed("NRJS-", HEX, 19),
    ),
    secret(
        "NEW_RELIC_LICENSE_KEY",
        "A licence key of New Relic.",
        "New Relic docs, licence keys: 40 characters, the last four NRAL",
        Pattern(
            regex=rf"(?<![\w-])(?:eu[0-9]{{2}}xx{HEX}{{26}}|{HEX}{{32}})(?:FFFF|{HEX}{{4}})NRAL(?![\w-])",
            form=r"[A-Fa-f0-9]NRAL[^\w-]",
            score=0.95,
            width=40,
        ),
    ),
    secret(
        "GRAFANA_TOKEN",
        "A service account token of Grafana.",
        "Grafana docs, service accounts",
        token(rf"glsa_{ALNUM}{{32}}_{HEX}{{8}}", 46, least="glsa_", score=0.95),
    ),
    secret(
        "GRAFANA_CLOUD_TOKEN",
        "An access policy token of Grafana Cloud.",
        "Grafana Cloud docs, access policies",
        token(r"glc_[A-Za-z0-9+/]{32,400}={0,3}", 407, least="glc_", score=0.95),
    ),
    secret(
        "GRAFANA_KEY",
        "An API key of Grafana.",
        "Grafana docs, API keys",
        token(r"eyJrIjoi[A-Za-z0-9]{70,400}={0,3}", 411, least="eyJrIjoi"),
    ),
    secret(
        "HONEYCOMB_KEY",
        "An ingest or configuration key of Honeycomb.",
        "Honeycomb docs, API keys",
        *(prefixed(f"hcai{kind}_", LOWER, 58) for kind in "kc"),
    ),
    assigned(
        "HONEYCOMB_OLD_KEY",
        "A key of Honeycomb without prefix, assigned to its name.",
        "Honeycomb docs, API keys",
        "honeycomb",
        f"{ALNUM}{{22}}|{HEX}{{32}}",
        32,
    ),
    secret(
        "DYNATRACE_TOKEN",
        "A token of Dynatrace.",
        "Dynatrace docs, access tokens: token format",
        token(rf"dt0[a-z][0-9]{{2}}\.{UPPER}{{8,24}}\.{UPPER}{{64}}", 96, least=r"dt0[a-z][0-9]{2}\.", score=0.95),
    ),
    assigned(
        "SUMO_LOGIC_KEY",
        "An access key of Sumo Logic, assigned to its name.",
        "Sumo Logic docs, access keys",
        "sumo",
        f"{ALNUM}{{64}}",
        64,
    ),
    secret(
        "SPLUNK_TOKEN",
        "A token of Splunk's HTTP event collector, as its header has it.",
        "Splunk docs, format events for the HTTP event collector",
        _header("Splunk", UUID, 36),
    ),
    assigned(
        "SPLUNK_HEC_TOKEN",
        "A token of Splunk's HTTP event collector, assigned to its name.",
        "Splunk docs, set up the HTTP event collector",
        "splunk hec",
        UUID,
        36,
    ),
    assigned(
        "PAGERDUTY_KEY",
        "An API key of PagerDuty, assigned to its name.",
        "PagerDuty docs, API access keys",
        "pagerduty pager_duty",
        r"[uy][+_][A-Za-z0-9_+-]{18}|[A-Za-z0-9_+-]{20}|[a-f0-9]{32}",
        32,
    ),
    secret(
        "OPSGENIE_KEY",
        "A key of Opsgenie, as its header has it.",
        "Opsgenie docs, API key management",
        _header("GenieKey", UUID, 36),
    ),
    assigned(
        "OPSGENIE_NAMED_KEY",
        "A key of Opsgenie, assigned to its name.",
        "Opsgenie docs, API key management",
        "opsgenie",
        UUID,
        36,
    ),
    assigned(
        "ROLLBAR_TOKEN",
        "An access token of Rollbar, assigned to its name.",
        "Rollbar docs, access tokens",
        "rollbar",
        f"{HEX}{{32}}",
        32,
    ),
    assigned(
        "BUGSNAG_KEY",
        "A key of Bugsnag, assigned to its name.",
        "Bugsnag docs, API keys",
        "bugsnag",
        f"{HEX}{{32}}",
        32,
    ),
)

ANALYTICS: tuple[Detector, ...] = (
    secret("POSTHOG_KEY", "A personal API key of PostHog.", "PostHog docs, API keys", prefixed("phx_", ALNUM, 40, 50)),
    secret("SEGMENT_TOKEN", "A public API token of Segment.", "Segment docs, Public API", prefixed("sgp_", ALNUM, 64)),
    assigned(
        "SEGMENT_WRITE_KEY",
        "A write key of Segment, assigned to its name.",
        "Segment docs, find your write key",
        "segment",
        f"{ALNUM}{{32}}",
        32,
    ),
    assigned(
        "MIXPANEL_SECRET",
        "A secret or token of Mixpanel, assigned to its name.",
        "Mixpanel docs, project secret",
        "mixpanel",
        f"{HEX}{{32}}",
        32,
    ),
    assigned(
        "AMPLITUDE_KEY",
        "A key of Amplitude, assigned to its name.",
        "Amplitude docs, API and secret keys",
        "amplitude",
        f"{HEX}{{32}}",
        32,
    ),
    secret(
        "LAUNCHDARKLY_KEY",
        "An SDK key of LaunchDarkly.",
        "LaunchDarkly docs, SDK keys",
        token(rf"sdk-{UUID}", 40, least=r"sdk-[0-9a-f]{8}-"),
    ),
    assigned(
        "LAUNCHDARKLY_TOKEN",
        "An access token of LaunchDarkly, assigned to its name.",
        "LaunchDarkly docs, API access tokens",
        "launchdarkly launch_darkly ld",
        f"api-{UUID}",
        40,
    ),
    assigned(
        "ELASTIC_KEY",
        "An API key of Elasticsearch, assigned to its name.",
        "Elasticsearch docs, API keys: id and key in base 64",
        "elastic",
        r"[A-Za-z0-9+/]{58}==|[A-Za-z0-9+/]{60}",
        60,
    ),
)

DETECTORS = (*MONITORING, *ANALYTICS)
