"""Keys of the large clouds: Amazon, Google, Microsoft, Alibaba, Tencent, IBM, Yandex."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, B64, HEX, LOWER, URL, UUID, assigned, prefixed, secret, token
from classifiers.checks.sampled import Each, assigned_key
from classifiers.detector import Detector, Pattern

_AZURE = "Microsoft's security-utilities, identifiable keys: a signature inside the key"


def _signed(before: str, signature: str, after: str, width: int) -> Pattern:
    """A key of Azure, told by the signature in it, wherever that stands."""
    return Pattern(
        regex=rf"(?<![A-Za-z0-9+/_-]){before}{signature}{after}(?![\w=-])",
        form=rf"{signature}{after}",
        score=0.95,
        width=width,
    )


AWS: tuple[Detector, ...] = (
    secret(
        "AWS_ACCESS_KEY",
        "An access key id of Amazon Web Services.",
        "AWS IAM user guide, unique identifiers (AKIA, ASIA and older prefixes)",
        token(r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}", 20),
        columns=("aws access key", "aws access key id", "aws key", "access key id"),
    ),
    secret(
        "AWS_SECRET_KEY",
        "A secret access key of Amazon Web Services, assigned to its name.",
        "AWS CLI user guide, configuration and credential file settings",
        Pattern(
            regex=(
                r"(?<![^\W_])(?:aws_?)?secret_?(?:access_?)?key[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?"
                r"[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
            ),
            form=r"secret_?(?:access_?)?key[\"']?[ \t]{0,3}[:=]",
            score=0.9,
            width=76,
            ignore_case=True,
        ),
        check=Each(assigned_key),
        chance=0.01,
    ),
    secret(
        "AWS_SESSION_TOKEN",
        "A session token of Amazon Web Services.",
        "AWS IAM user guide, temporary credentials; the first bytes name their origin",
        token(
            r"(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9+/%]{80,2000}={0,2}",
            2014,
            least=r"(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)",
        ),
        columns=("aws session token", "aws security token"),
    ),
    secret(
        "AWS_BEDROCK_KEY",
        "An API key of Amazon Bedrock.",
        "Amazon Bedrock user guide, API keys",
        prefixed("ABSK", B64, 109, 269),
        prefixed("bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t", B64, 20, 2000),
    ),
    secret(
        "AWS_MWS_TOKEN",
        "A token of Amazon Marketplace Web Service.",
        "Amazon MWS developer guide, authorisation",
        token(rf"amzn\.mws\.{UUID}", 45, least=r"amzn\.mws\."),
    ),
)

GOOGLE: tuple[Detector, ...] = (
    secret(
        "GOOGLE_API_KEY",
        "An API key of Google Cloud, Maps, Firebase or Gemini.",
        "Google Cloud docs, API keys",
        prefixed("AIza", URL, 35, score=0.9),
        columns=("google api key", "google maps key", "gemini api key", "firebase api key"),
    ),
    secret(
        "GOOGLE_CLIENT_SECRET",
        "An OAuth client secret of Google.",
        "Google Identity docs, OAuth 2.0 clients",
        prefixed("GOCSPX-", URL, 28),
    ),
    secret(
        "GOOGLE_ACCESS_TOKEN",
        "An OAuth access token of Google.",
        "Google Cloud docs, token types",
        token(r"ya29\.(?:[a-z]\.)?[A-Za-z0-9_-]{30,1000}", 1007, least=r"ya29\.", score=0.95),
    ),
    secret(
        "GOOGLE_REFRESH_TOKEN",
        "An OAuth refresh token of Google.",
        "Google Identity docs, using refresh tokens",
        token(r"1//0[A-Za-z0-9_-]{40,200}", 204, least="1//0[A-Za-z0-9_-]{10}"),
        chance=0.015,
    ),
    secret(
        "GOOGLE_SERVICE_ACCOUNT_KEY",
        "The key of a service account of Google Cloud, in its JSON file.",
        "Google Cloud docs, service account keys",
        Pattern(
            regex=rf"\"private_key_id\"[ \t]{{0,3}}:[ \t\n]{{0,3}}\"{HEX}{{40}}\"",
            form=r"\"private_key_id\"[ \t]{0,3}:",
            score=0.9,
            width=66,
        ),
    ),
)

AZURE: tuple[Detector, ...] = (
    secret(
        "AZURE_STORAGE_KEY",
        "An account key of Azure storage.",
        "Microsoft Learn, storage connection strings; " + _AZURE,
        Pattern(
            regex=r"(?<!\w)AccountKey=[A-Za-z0-9+/]{86}==(?![A-Za-z0-9+/=])",
            form=r"[^\w]AccountKey=",
            score=0.9,
            width=99,
        ),
        _signed(f"{B64}{{76}}", r"\+ASt", f"{B64}{{5}}[AQgw]==", 88),
    ),
    secret(
        "AZURE_SHARED_ACCESS_KEY",
        "A shared access key of Azure Service Bus, Event Hubs or IoT Hub.",
        "Microsoft Learn, Service Bus connection strings",
        Pattern(
            regex=r"(?<!\w)SharedAccessKey=[A-Za-z0-9+/]{43,86}={1,2}(?![A-Za-z0-9+/=])",
            form=r"[^\w]SharedAccessKey=",
            score=0.9,
            width=104,
        ),
    ),
    secret(
        "AZURE_SAS",
        "The signature of a shared access signature of Azure.",
        "Microsoft Learn, create a service SAS",
        Pattern(
            regex=r"(?<![^?&; \n\x00])sig=[A-Za-z0-9%/+]{43,80}(?:%3[Dd]|=)(?![A-Za-z0-9])",
            form=r"[?&; \n\x00]sig=",
            score=0.7,
            width=92,
        ),
        chance=0.03,
    ),
    secret(
        "AZURE_CLIENT_SECRET",
        "A client secret of an application in Entra ID.",
        "Microsoft Learn, application secrets",
        Pattern(
            regex=r"(?<![\w~.-])[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![\w~.-])",
            form=r"[0-9]Q~",
            score=0.8,
            width=40,
        ),
        chance=0.04,
        columns=("azure client secret", "entra client secret", "aad client secret"),
    ),
    secret(
        "AZURE_FUNCTIONS_KEY",
        "A function, host or master key of Azure Functions.",
        _AZURE,
        _signed(f"{URL}{{44}}", "AzFu", f"{URL}{{5}}[AQgw]==", 56),
    ),
    secret(
        "AZURE_COSMOS_KEY",
        "A key of Azure Cosmos DB.",
        _AZURE,
        _signed(f"{B64}{{76}}", "ACDb", f"{B64}{{5}}[AQgw]==", 88),
    ),
    secret(
        "AZURE_SEARCH_KEY",
        "A key of Azure AI Search.",
        _AZURE,
        _signed(f"{ALNUM}{{42}}", "AzSe", f"[A-D]{ALNUM}{{5}}", 52),
    ),
    secret(
        "AZURE_REGISTRY_KEY",
        "A password of Azure Container Registry.",
        _AZURE,
        _signed(f"{B64}{{42}}", r"\+ACR", f"[A-D]{B64}{{5}}", 52),
    ),
)

OTHERS: tuple[Detector, ...] = (
    secret(
        "ALIBABA_ACCESS_KEY",
        "An access key id of Alibaba Cloud.",
        "Alibaba Cloud docs, AccessKey pairs",
        prefixed("LTAI", ALNUM, 12, 20, score=0.9),
    ),
    assigned(
        "ALIBABA_SECRET_KEY",
        "An access key secret of Alibaba Cloud, assigned to its name.",
        "Alibaba Cloud docs, AccessKey pairs",
        "alibaba aliyun alicloud",
        f"{LOWER}{{30}}",
        30,
    ),
    secret(
        "TENCENT_SECRET_ID",
        "A secret id of Tencent Cloud.",
        "Tencent Cloud docs, access keys",
        prefixed("AKID", ALNUM, 32),
    ),
    assigned(
        "TENCENT_SECRET_KEY",
        "A secret key of Tencent Cloud, assigned to its name.",
        "Tencent Cloud docs, access keys",
        "tencent qcloud",
        f"{ALNUM}{{32}}",
        32,
    ),
    assigned(
        "IBM_CLOUD_KEY",
        "An API key of IBM Cloud, assigned to its name.",
        "IBM Cloud docs, managing user API keys",
        "ibm bluemix",
        f"{URL}{{44}}",
        44,
    ),
    secret(
        "YANDEX_KEY",
        "An API key, IAM token or static key of Yandex Cloud.",
        "Yandex Cloud docs, API keys, IAM tokens and static access keys",
        prefixed("AQVN", URL, 35, 38),
        prefixed("YCAJE", URL, 20),
        token(r"t1\.[A-Za-z0-9_-]{10,400}={0,2}\.[A-Za-z0-9_-]{86}={0,2}", 496, least=r"t1\.[A-Za-z0-9_-]{10}"),
        chance=0.005,
    ),
    secret(
        "OPENSTACK_CREDENTIAL_SECRET",
        "The secret of an application credential of OpenStack, assigned to its name.",
        "OpenStack Keystone docs, application credentials",
        Pattern(
            regex=rf"(?<!\w)OS_APPLICATION_CREDENTIAL_SECRET=[\"']?{URL}{{43,88}}(?![\w-])",
            form=r"[^\w]OS_APPLICATION_CREDENTIAL_SECRET=",
            score=0.9,
            width=124,
        ),
    ),
)

DETECTORS = (*AWS, *GOOGLE, *AZURE, *OTHERS)
