"""Keys of mail and telephony."""

from __future__ import annotations

from classifiers.catalogue.secrets import (
    ALNUM,
    HEX,
    KEY_CONTEXT,
    URL,
    UUID,
    assigned,
    prefixed,
    secret,
    token,
)

DETECTORS = (
    secret(
        "TWILIO_KEY",
        "The id of an API key of Twilio.",
        "Twilio docs, API keys",
        token(r"SK[a-f0-9]{32}", 34, score=0.6),
        columns=("twilio key", "twilio api key"),
    ),
    secret(
        "TWILIO_ACCOUNT",
        "The identifier of an account of Twilio, the user name of its API.",
        "Twilio docs, string identifiers",
        token(r"AC[a-f0-9]{32}", 34, score=0.6),
        columns=("twilio account sid", "twilio sid"),
    ),
    assigned(
        "TWILIO_TOKEN",
        "An auth token or key secret of Twilio, assigned to its name.",
        "Twilio docs, auth tokens and API keys",
        "twilio",
        f"{ALNUM}{{32}}",
        32,
    ),
    secret(
        "SENDGRID_KEY",
        "An API key of SendGrid.",
        "SendGrid docs, API keys",
        token(rf"SG\.{URL}{{22}}\.{URL}{{43}}", 69, least=rf"SG\.{URL}{{22}}\.", score=0.95),
        chance=0.002,
        columns=("sendgrid key", "sendgrid api key"),
    ),
    secret(
        "MAILGUN_KEY",
        "A private API key of Mailgun.",
        "Mailgun docs, API keys",
        token(r"key-[a-f0-9]{32}", 36, score=0.015),
        chance=0.02,
        context=(*KEY_CONTEXT, "mailgun"),
        columns=("mailgun key", "mailgun api key"),
    ),
    assigned(
        "MAILGUN_SIGNING_KEY",
        "A key of Mailgun in three parts, assigned to its name.",
        "Mailgun docs, webhook signing key",
        "mailgun",
        f"{HEX}{{32}}-{HEX}{{8}}-{HEX}{{8}}",
        50,
    ),
    secret(
        "MAILCHIMP_KEY",
        "An API key of Mailchimp, with its data centre.",
        "Mailchimp docs, API keys",
        token(r"[a-f0-9]{32}-us[0-9]{1,2}", 37, least=r"[a-f0-9]{32}-us[0-9]"),
        columns=("mailchimp key", "mailchimp api key"),
    ),
    secret(
        "MANDRILL_KEY",
        "An API key of Mandrill.",
        "Mailchimp Transactional docs, API keys",
        prefixed("md-", URL, 22, score=0.6),
        chance=0.002,
    ),
    assigned(
        "POSTMARK_TOKEN",
        "A server or account token of Postmark, assigned to its name.",
        "Postmark docs, API authentication",
        "postmark",
        UUID,
        36,
    ),
    secret(
        "BREVO_KEY",
        "An API or SMTP key of Brevo, once Sendinblue.",
        "Brevo docs, API and SMTP keys",
        *(
            token(rf"x{kind}sib-{HEX}{{64}}-{ALNUM}{{16}}", 90, least=f"x{kind}sib-", score=0.95)
            for kind in ("key", "smtp")
        ),
    ),
    secret(
        "RESEND_KEY",
        "An API key of Resend.",
        "Resend docs, API keys",
        token(rf"re_{ALNUM}{{8}}_{ALNUM}{{24}}", 36, least=rf"re_{ALNUM}{{8}}_", score=0.9),
        chance=0.002,
    ),
    secret("MAILERSEND_TOKEN", "A token of MailerSend.", "MailerSend docs, API tokens", prefixed("mlsn.", HEX, 64)),
    assigned(
        "SPARKPOST_KEY",
        "An API key of SparkPost, assigned to its name.",
        "SparkPost docs, API keys",
        "sparkpost",
        f"{HEX}{{40}}",
        40,
    ),
    assigned(
        "MESSAGEBIRD_KEY",
        "An access key of MessageBird, assigned to its name.",
        "MessageBird docs, access keys",
        "messagebird message_bird",
        f"{ALNUM}{{25}}",
        25,
    ),
)
