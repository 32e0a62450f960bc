"""Tokens of work in teams, of customer relations and of content."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, HEX, LOWER, UPPER, URL, UUID, assigned, prefixed, secret, token
from classifiers.checks.sampled import Each
from classifiers.checks.secrets import intercom_token
from classifiers.detector import Detector, Pattern

TEAMS: tuple[Detector, ...] = (
    secret(
        "ATLASSIAN_TOKEN",
        "An API token of an account of Atlassian.",
        "Atlassian support, API tokens (ATATT3)",
        token(r"ATATT3[\w=-]{100,250}", 256, least=r"ATATT3", score=0.95),
        columns=("atlassian token", "jira token", "jira api token", "confluence token"),
    ),
    assigned(
        "ATLASSIAN_OLD_TOKEN",
        "An API token of Atlassian without prefix, assigned to its name.",
        "Atlassian support, API tokens",
        "atlassian jira confluence",
        f"{ALNUM}{{24}}",
        24,
    ),
    secret("LINEAR_KEY", "An API key of Linear.", "Linear docs, API keys", prefixed("lin_api_", ALNUM, 40)),
    secret("LINEAR_TOKEN", "An OAuth token of Linear.", "Linear docs, OAuth", prefixed("lin_oauth_", HEX, 64)),
    secret(
        "NOTION_TOKEN",
        "A token of an integration of Notion.",
        "Notion developer docs, authorization",
        token(rf"ntn_[0-9]{{11}}{ALNUM}{{35}}", 50, least="ntn_[0-9]{11}", score=0.95),
        prefixed("secret_", ALNUM, 43, score=0.9),
        columns=("notion token", "notion api key", "notion secret"),
    ),
    secret(
        "ASANA_TOKEN",
        "A personal access token of Asana.",
        "Asana docs, personal access tokens",
        Pattern(
            regex=rf"(?<![\w/.-])[0-9]/[0-9]{{16}}(?:/[0-9]{{16}})?:{HEX}{{32}}(?![\w-])",
            form=rf"/[0-9]{{16}}:{HEX}{{8}}",
            score=0.9,
            width=68,
        ),
        chance=0.001,
    ),
    secret(
        "AIRTABLE_TOKEN",
        "A personal access token of Airtable.",
        "Airtable docs, personal access tokens",
        token(rf"pat{ALNUM}{{14}}\.{HEX}{{64}}", 82, least=rf"pat{ALNUM}{{14}}\.", score=0.95),
    ),
    assigned(
        "AIRTABLE_OLD_KEY",
        "An API key of Airtable, assigned to its name.",
        "Airtable docs, API keys (deprecated)",
        "airtable",
        f"key{ALNUM}{{14}}",
        17,
    ),
    secret("FIGMA_TOKEN", "A personal access token of Figma.", "Figma docs, access tokens", prefixed("figd_", URL, 40)),
    secret(
        "CLICKUP_TOKEN",
        "A personal token of ClickUp.",
        "ClickUp docs, authentication",
        token(rf"pk_[0-9]{{6,9}}_{UPPER}{{32}}", 45, least="pk_[0-9]{6,9}_", score=0.95),
        chance=0.002,
    ),
    secret(
        "TRELLO_TOKEN",
        "A token of Trello.",
        "Atlassian developer docs, Trello tokens",
        prefixed("ATTA", "[A-Fa-f0-9]", 72),
    ),
    assigned(
        "TRELLO_KEY",
        "A key or token of Trello without prefix, assigned to its name.",
        "Atlassian developer docs, Trello API introduction",
        "trello",
        f"{HEX}{{32}}|{HEX}{{64}}",
        64,
    ),
    secret(
        "DROPBOX_TOKEN",
        "A short-lived access token of Dropbox.",
        "Dropbox developer docs, OAuth guide",
        token(r"sl\.(?:u\.)?[A-Za-z0-9_-]{130,1500}", 1505, least=r"sl\.(?:u\.)?[A-Za-z0-9_-]{30}"),
        chance=0.002,
    ),
    assigned(
        "DROPBOX_SECRET",
        "A secret or token of an app of Dropbox, assigned to its name.",
        "Dropbox developer docs, OAuth guide",
        "dropbox",
        f"{LOWER}{{15}}|{URL}{{64}}",
        64,
    ),
    assigned(
        "BOX_SECRET",
        "A client secret of Box, assigned to its name.",
        "Box developer docs, app credentials",
        "box",
        f"{ALNUM}{{32}}",
        32,
    ),
    secret(
        "FRAMEIO_TOKEN",
        "A developer token of Frame.io.",
        "Frame.io docs, tokens",
        prefixed("fio-u-", "[A-Za-z0-9_=-]", 64),
    ),
)

CUSTOMERS: tuple[Detector, ...] = (
    secret(
        "HUBSPOT_TOKEN",
        "An access token of a private app of HubSpot.",
        "HubSpot docs, private apps",
        token(rf"pat-(?:na|eu|ap)[0-9]-{UUID}", 44, least="pat-(?:na|eu|ap)[0-9]-", score=0.95),
        columns=("hubspot token", "hubspot access token"),
    ),
    assigned(
        "HUBSPOT_OLD_KEY",
        "An API key of HubSpot, assigned to its name.",
        "HubSpot docs, API keys (deprecated)",
        "hubspot hapi",
        UUID,
        36,
    ),
    secret(
        "SALESFORCE_TOKEN",
        "An access token of Salesforce: the organisation's id, then the session.",
        "Salesforce docs, REST API authorization",
        token(rf"00D{ALNUM}{{9,15}}![A-Za-z0-9_.]{{60,260}}", 279, least=rf"00D{ALNUM}{{9,15}}!", score=0.95),
        columns=("salesforce token", "salesforce session id", "sfdc access token"),
    ),
    secret(
        "INTERCOM_TOKEN",
        "An access token of Intercom.",
        "Intercom docs, access tokens (``tok:`` in base 64)",
        token(r"dG9rO[A-Za-z0-9+/]{54}=", 60, least="dG9rO"),
        check=Each(intercom_token),
    ),
    assigned(
        "ZENDESK_TOKEN",
        "An API token of Zendesk, assigned to its name.",
        "Zendesk docs, API tokens",
        "zendesk",
        f"{ALNUM}{{40}}",
        40,
    ),
    assigned(
        "FRESHDESK_KEY",
        "An API key of Freshdesk, assigned to its name.",
        "Freshdesk docs, API keys",
        "freshdesk freshworks",
        f"{ALNUM}{{20}}",
        20,
    ),
    assigned(
        "PIPEDRIVE_TOKEN",
        "An API token of Pipedrive, assigned to its name.",
        "Pipedrive docs, API tokens",
        "pipedrive",
        f"{HEX}{{40}}",
        40,
    ),
    secret(
        "TYPEFORM_TOKEN",
        "A personal access token of Typeform.",
        "Typeform docs, personal access tokens",
        prefixed("tfp_", "[A-Za-z0-9_.=-]", 40, 60),
    ),
    secret("README_KEY", "An API key of ReadMe.", "ReadMe docs, API keys", prefixed("rdme_", LOWER, 70)),
    secret(
        "CONTENTFUL_TOKEN",
        "A management token of Contentful.",
        "Contentful docs, personal access tokens",
        prefixed("CFPAT-", URL, 43),
    ),
    assigned(
        "CONTENTFUL_DELIVERY_TOKEN",
        "A delivery token of Contentful, assigned to its name.",
        "Contentful docs, Content Delivery API keys",
        "contentful",
        f"{URL}{{43}}",
        43,
    ),
    secret(
        "ADOBE_SECRET",
        "A client secret of Adobe.",
        "Adobe developer docs, credentials",
        prefixed("p8e-", URL, 32),
    ),
)

DETECTORS = (*TEAMS, *CUSTOMERS)
