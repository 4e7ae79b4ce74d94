"""What an object store's trouble means, in words of ours: the library's may hold signatures and a server's text."""

import re
from typing import Final

_STATUS: Final = re.compile(r"status code: ([1-5][0-9]{2})\b")
_CODE: Final = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")

_ABSENT: Final = frozenset({"NoSuchKey", "BlobNotFound"})
"""S3 and Google's XML API; Azure. A 404 without one of them may be a proxy's."""

_CODES: Final = {
    "NoSuchBucket": "there is no such bucket",
    "ContainerNotFound": "there is no such container",
    "InvalidBucketName": "the bucket's name is not valid",
    "AccessDenied": "access denied",
    "AllAccessDisabled": "access denied",
    "InvalidAccessKeyId": "it does not know the access key",
    "SignatureDoesNotMatch": "the secret key is not the right one",
    "ExpiredToken": "the credentials have expired",
    "InvalidToken": "the credentials are not valid",
    "RequestTimeTooSkewed": "this machine's clock is wrong",
    "PermanentRedirect": "the bucket is in another region (AWS_REGION)",
    "AuthorizationHeaderMalformed": "the bucket is in another region (AWS_REGION)",
    "AuthenticationFailed": "the credentials are not valid",
    "AuthorizationFailure": "access denied",
    "AuthorizationPermissionMismatch": "access denied",
    "SlowDown": "it asks to slow down",
    "ServerBusy": "it is busy",
    "ServiceUnavailable": "it is not available",
    "InternalError": "it has trouble of its own",
    "ConditionalRequestConflict": "another write is under way",
    "OperationAborted": "another write is under way",
}

_SIGNS: Final = (
    ("incorrectly configured region", "the bucket is in another region (AWS_REGION)"),
    ("ConnectionRefused", "the connection is refused"),
    ("dns error", "its address is not known"),
    ("certificate", "its certificate is not trusted"),
    ("TimedOut", "no answer in time"),
    ("timed out", "no answer in time"),
    ("URL scheme is not allowed", "its address begins with http://"),
    ("169.254.169.254", "no credentials were found"),
    ("metadata.google.internal", "no credentials were found"),
    ("error sending request", "the connection was lost"),
    ("error decoding response", "the answer is cut off"),
)
"""What the library's text holds, debug output included; the first that is found counts."""


def words(error: Exception) -> str:
    """What to tell of `error`; nothing of it that a server or an environment can have put there."""
    text = str(error)
    status, code = _STATUS.search(text), _CODE.search(text)
    if status is not None and "169.254.169.254" not in text:
        known = _CODES.get(code[1]) if code else None
        return f"the store answers {status[1]}" + (f": {known}" if known else "")
    return next((told for sign, told in _SIGNS if sign in text), f"the request failed ({type(error).__name__})")


def is_absent(error: Exception) -> bool:
    """Whether the store says that there is no such object, and not only that something was not found."""
    if not isinstance(error, FileNotFoundError):
        return False
    text = str(error)
    code = _CODE.search(text)
    return _STATUS.search(text) is None or (code is not None and code[1] in _ABSENT)
