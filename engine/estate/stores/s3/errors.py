"""What S3 and botocore raise, as reasons that coverage knows. Only codes are passed on: messages repeat keys and names."""

from __future__ import annotations

import re

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, the parent of its errors of the network
    ConnectTimeoutError,
    CredentialRetrievalError,
    HTTPClientError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
    SSLError,
    SSOError,
    TokenRetrievalError,
)

from engine.base.errors import NotRead, StoreError

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]{1,60}")
_REASONS = {
    "AccessDenied": "permission_denied",
    "AllAccessDisabled": "permission_denied",
    "AccountProblem": "permission_denied",
    "ExpiredToken": "permission_denied",
    "InvalidAccessKeyId": "permission_denied",
    "InvalidToken": "permission_denied",
    "RequestTimeTooSkewed": "permission_denied",
    "SignatureDoesNotMatch": "permission_denied",
    "TokenRefreshRequired": "permission_denied",
    "NoSuchBucket": "not_found",
    "NoSuchKey": "not_found",
    "NoSuchVersion": "changed_while_read",
    "PreconditionFailed": "changed_while_read",
    "ConditionalRequestConflict": "changed_while_read",
    "InvalidRange": "changed_while_read",
    "RequestTimeout": "timeout",
    "SlowDown": "unreachable",
    "ServiceUnavailable": "unreachable",
    "InvalidCiphertextException": "encrypted",
}
_BY_STATUS = {
    401: "permission_denied",
    403: "permission_denied",
    404: "not_found",
    408: "timeout",
    412: "changed_while_read",
    416: "changed_while_read",
    429: "unreachable",
    502: "unreachable",
    503: "unreachable",
    504: "timeout",
}
_HINTS = {
    "InvalidAccessKeyId": "the server does not know this access key",
    "SignatureDoesNotMatch": "the secret access key is not the one of this access key",
    "ExpiredToken": "the credential has expired; renew it",
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
    "NoSuchBucket": "check `bucket` and `endpoint_url`",
    "AuthorizationHeaderMalformed": "set `region` to where the bucket is",
    "PermanentRedirect": "set `region` to where the bucket is",
    "IllegalLocationConstraintException": "set `region` to where the bucket is",
}
_NO_CREDENTIAL = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    TokenRetrievalError,
    NoAuthTokenError,
    SSOError,
)
_CUSTOMER_KEY = re.compile(r"server[ -]side[ -]encryption|SSE-C|customer[ -]provided", re.IGNORECASE)


def store_error(error: Exception) -> StoreError:
    """The error for coverage, by the code of S3 or the class of botocore.

    Returns:
        NotRead when the object lies in an archive.
    """
    if isinstance(error, ClientError):
        return _of_answer(error)
    word = type(error).__name__
    if isinstance(error, _NO_CREDENTIAL):
        return StoreError(
            f"There is no usable credential for the bucket ({word}).",
            reason="permission_denied",
            hint="set `access_key_id` and `secret_access_key`, or give boto3 a profile, environment or role",
        )
    if isinstance(error, ConnectionError | HTTPClientError):
        return _of_network(error, word)
    if isinstance(error, BotoCoreError):
        return StoreError(f"The bucket cannot be read ({word}).", reason="store_error")
    return StoreError(f"The bucket cannot be asked ({word}).", reason="store_error", hint="check `endpoint_url`")


def _of_network(error: Exception, word: str) -> StoreError:
    if isinstance(error, SSLError):
        return StoreError(
            f"The bucket's server and we do not agree on TLS ({word}).",
            reason="tls_refused",
            hint="check `endpoint_url`; name the file of an authority of your own in the variable AWS_CA_BUNDLE",
        )
    if isinstance(error, ConnectTimeoutError | ReadTimeoutError):
        return StoreError(f"The bucket's server did not answer in time ({word}).", reason="timeout")
    return StoreError(f"The bucket's server cannot be reached ({word}).", reason="unreachable")


def code_of(error: ClientError) -> str:
    """The code that S3 gave, or empty when it is none."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code if _CODE.fullmatch(code) else ""


def status_of(error: ClientError) -> int:
    """The status of the answer, 0 where there was none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _of_answer(error: ClientError) -> StoreError:
    code, status = code_of(error), status_of(error)
    if code == "InvalidObjectState":
        return NotRead("The object lies in an archive and would have to be restored first.", reason="archived")
    if _needs_a_key(error, code, status):
        return StoreError(f"The object cannot be decrypted with what the store holds ({code}).", reason="encrypted")
    reason = _REASONS.get(code) or _BY_STATUS.get(status, "store_error")
    return StoreError(
        f"The bucket's server answered with an error ({code or 'no code'}, status {status}).",
        reason=reason,
        hint=_HINTS.get(code, ""),
    )


def _needs_a_key(error: ClientError, code: str, status: int) -> bool:
    """A key of the customer that we do not have (SSE-C), or one of KMS that is disabled or gone."""
    if code.startswith("KMS."):
        return True
    message = str(error.response.get("Error", {}).get("Message", ""))
    return status == 400 and code in ("InvalidRequest", "InvalidArgument") and bool(_CUSTOMER_KEY.search(message))
