"""Tokens of chats, and addresses that let whoever knows them post."""

from __future__ import annotations

from classifiers.catalogue.secrets import (
    HEX,
    LOWER,
    URL,
    UUID,
    assigned,
    prefixed,
    secret,
    token,
)
from classifiers.checks.sampled import Each
from classifiers.checks.secrets import discord_token
from classifiers.detector import Pattern

_SLACK = "Slack API docs, token types"


def _address(body: str, least: str, width: int) -> Pattern:
    """A web address that lets whoever knows it post; it may stand behind ``https://``."""
    return Pattern(regex=rf"(?<![\w.-]){body}(?![\w-])", form=least, score=0.95, width=width)


DETECTORS = (
    secret(
        "SLACK_TOKEN",
        "A token of a user or a workspace of Slack.",
        _SLACK,
        token(r"xox[aeoprs]-[0-9A-Za-z-]{10,200}", 205, least=r"xox[aeoprs]-"),
        columns=("slack token", "slack access token", "slack user token"),
    ),
    secret(
        "SLACK_BOT_TOKEN",
        "A token of a bot of Slack.",
        _SLACK,
        prefixed("xoxb-", "[0-9A-Za-z-]", 16, 200),
        columns=("slack bot token", "bot token"),
    ),
    secret(
        "SLACK_APP_TOKEN",
        "An app-level token of Slack.",
        _SLACK,
        token(r"xapp-[0-9]-[A-Z0-9]{8,16}-[0-9]{8,16}-[a-f0-9]{40,80}", 125, least=r"xapp-[0-9]-", score=0.95),
    ),
    secret(
        "SLACK_CONFIG_TOKEN",
        "A configuration token of Slack.",
        _SLACK,
        token(r"xoxe\.xox[bp]-[0-9]-[A-Za-z0-9]{140,200}", 214, least=r"xoxe\.xox[bp]-", score=0.95),
    ),
    secret(
        "SLACK_SESSION_TOKEN",
        "The token or cookie of a browser session of Slack.",
        "tokens of Slack's own web client (xoxc, xoxd)",
        prefixed("xoxc-", "[0-9A-Za-z-]", 40, 200),
        prefixed("xoxd-", "[0-9A-Za-z%+/=-]", 40, 400),
    ),
    secret(
        "SLACK_WEBHOOK",
        "The address of an incoming webhook or a workflow trigger of Slack.",
        "Slack API docs, incoming webhooks and workflow triggers",
        _address(
            r"hooks\.slack\.com/(?:services/T\w{6,16}/B\w{6,16}/\w{20,32}|(?:workflows|triggers)/T[\w/]{36,80})",
            r"hooks\.slack\.com/(?:services|workflows|triggers)/T",
            112,
        ),
        columns=("slack webhook", "slack webhook url"),
    ),
    secret(
        "DISCORD_TOKEN",
        "A token of a bot of Discord.",
        "Discord developer docs, authentication: the first part is the account's number in base 64",
        Pattern(
            regex=r"(?<![\w.-])[MNO][A-Za-z0-9]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}(?![\w-])",
            form=r"[^\w.-][MNO][A-Za-z0-9]{23,27}\.[A-Za-z0-9_-]{6}\.",
            score=0.8,
            width=74,
        ),
        check=Each(discord_token),
        columns=("discord token", "discord bot token"),
    ),
    secret(
        "DISCORD_WEBHOOK",
        "The address of a webhook of Discord.",
        "Discord developer docs, webhooks",
        _address(
            r"discord(?:app)?\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,80}",
            r"discord(?:app)?\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]",
            132,
        ),
    ),
    assigned(
        "DISCORD_CLIENT_SECRET",
        "The client secret of an application of Discord, assigned to its name.",
        "Discord developer docs, OAuth 2",
        "discord",
        f"{URL}{{32}}",
        32,
    ),
    secret(
        "TELEGRAM_TOKEN",
        "A token of a bot of Telegram.",
        "Telegram bot API, authorising your bot",
        token(rf"[0-9]{{8,10}}:AA{URL}{{33}}", 46, least=r"[0-9]{8,10}:AA"),
        columns=("telegram token", "telegram bot token"),
    ),
    secret(
        "TEAMS_WEBHOOK",
        "The address of an incoming webhook of Microsoft Teams.",
        "Microsoft Learn, incoming webhooks",
        _address(
            rf"[a-z0-9-]{{1,64}}\.webhook\.office\.com/webhookb2/{UUID}@{UUID}/IncomingWebhook/{HEX}{{32}}/{UUID}",
            r"\.webhook\.office\.com/webhookb2/",
            260,
        ),
    ),
    secret(
        "GOOGLE_CHAT_WEBHOOK",
        "The address of a webhook of Google Chat.",
        "Google Chat docs, incoming webhooks",
        _address(
            r"chat\.googleapis\.com/v1/spaces/[\w-]{8,16}/messages\?key=AIza[\w-]{35}&token=[\w%-]{20,80}",
            r"chat\.googleapis\.com/v1/spaces/",
            190,
        ),
    ),
    secret(
        "ZAPIER_WEBHOOK",
        "The address of a webhook of Zapier.",
        "Zapier help, webhooks",
        _address(
            r"hooks\.zapier\.com/hooks/catch/[0-9]{4,12}/[A-Za-z0-9]{5,16}", r"hooks\.zapier\.com/hooks/catch/[0-9]", 62
        ),
    ),
    assigned(
        "MATTERMOST_TOKEN",
        "A token of Mattermost, assigned to its name.",
        "Mattermost docs, personal access tokens",
        "mattermost",
        f"{LOWER}{{26}}",
        26,
    ),
    assigned(
        "SENDBIRD_TOKEN",
        "An API token of Sendbird, assigned to its name.",
        "Sendbird docs, API tokens",
        "sendbird",
        f"{HEX}{{40}}",
        40,
    ),
)
