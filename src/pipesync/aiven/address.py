"""Where the API is: the rules for an address that a token may be sent to."""

from urllib.parse import urlsplit

from pipesync.loopback import is_loopback


def checked(api_url: str) -> str:
    """`api_url` without a slash at its end; ValueError, in words, if a token must not be sent there.

    Plain http is for loopback only, and an address holds no user name: it is printed, planned and recorded.
    """
    if not api_url.isascii() or not api_url.isprintable() or " " in api_url:
        raise ValueError("the API address holds characters that no address has")
    if "@" in api_url:  # also where a / or ? in a password has moved it behind the host
        raise ValueError("the API address must not hold a user name or password; tokens are given on their own")
    try:
        parts = urlsplit(api_url)
        parts.port  # noqa: B018  reading it raises ValueError for a port that is no number from 0 to 65535
    except ValueError:
        parts = None
    if parts is None:  # Python's own words would repeat what stands there
        raise ValueError("the API address cannot be read: it is written https://HOST:PORT, and a port is at most 65535")
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("the API address must begin with https:// and name a host")
    if parts.query or parts.fragment:
        raise ValueError("the API address must not hold a ? or #")
    path = parts.path.rstrip("/")
    if path.endswith("/v1"):
        raise ValueError("the API address is given without /v1")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("plain http:// is for this machine only (127.0.0.1, ::1, localhost): use https://")
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"
