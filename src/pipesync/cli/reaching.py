"""The flags that say how Aiven's API is reached."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pipesync import facts
from pipesync.cli.layout import flag, together

_API = "Aiven's API"


@dataclass(frozen=True, slots=True)
class Api:
    """How the API is reached; `url` has been checked."""

    url: str
    token_file: Path | None
    ca_cert: Path | None
    parallelism: int


def _checked_url(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    from pipesync.aiven.address import checked

    try:
        return checked(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


_reaching = together(
    flag(
        "--api-url",
        metavar="URL",
        envvar=["PIPESYNC_API_URL", "AIVEN_WEB_URL"],
        default=facts.API_URL,
        show_default=True,
        show_envvar=True,
        callback=_checked_url,
        section=_API,
        help="The API's address; http:// is for loopback only.",
    ),
    flag(
        "--token-file",
        type=click.Path(path_type=Path),
        metavar="PATH",
        section=_API,
        help="A file that holds the token. Otherwise: PIPESYNC_TOKEN, AIVEN_TOKEN, AIVEN_AUTH_TOKEN, or avn's login.",
    ),
    flag(
        "--ca-cert",
        type=click.Path(path_type=Path),
        metavar="PATH",
        envvar="AIVEN_CA_CERT",
        show_envvar=True,
        section=_API,
        help="Certificates to trust besides the usual ones.",
    ),
    flag(
        "--parallelism",
        type=click.IntRange(1, 100),
        default=10,
        show_default=True,
        metavar="N",
        section=_API,
        help="How many API calls may run at once.",
    ),
)


def api_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Everything about reaching the API, handed over as one `api: Api`."""

    def bundled(
        *args: Any, api_url: str, token_file: Path | None, ca_cert: Path | None, parallelism: int, **kwargs: Any
    ) -> Any:
        return command(*args, api=Api(api_url, token_file, ca_cert, parallelism), **kwargs)

    bundled.__name__, bundled.__doc__ = command.__name__, command.__doc__
    bundled.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    decorated: Callable[..., Any] = _reaching(bundled)
    return decorated
