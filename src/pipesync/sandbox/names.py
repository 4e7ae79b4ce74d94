"""How a service is named in text: `project/service`, where a name's own slash is `%2F` and its percent sign `%25`.

Request paths are brought to the same spelling, so that names with odd characters keep their meaning.
"""

import re
from typing import NamedTuple, Self
from urllib.parse import quote, unquote_to_bytes

_PROTECTED = re.compile("%(2F|25)", re.IGNORECASE)


class Ref(NamedTuple):
    """A service by its project's name and its own."""

    project: str
    service: str

    def __str__(self) -> str:
        return f"{spell(self.project)}/{spell(self.service)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The service that `text` names; ValueError if it is not `project/service`."""
        project, _, service = text.partition("/")
        if not (project and service) or "/" in service:
            raise ValueError(f"{text!r} is not PROJECT/SERVICE")
        return cls(unspell(project), unspell(service))


def spell(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")


def unspell(text: str) -> str:
    return _PROTECTED.sub(lambda match: "/" if match[1].upper() == "2F" else "%", text)


def raw_path(environ: dict[str, str]) -> str:
    """The request's path as the client sent it, percent-encoded, without the query.

    A server that hands over the decoded path only (in-process transports do) gets it encoded again; a slash
    inside a name is lost there.
    """
    uri = environ.get("REQUEST_URI", "")
    if uri.startswith("/"):
        return uri.partition("?")[0]
    return quote(environ.get("PATH_INFO", ""), encoding="latin-1")


def spelt_path(raw: str) -> str:
    """A WSGI `PATH_INFO` for `raw` in which `%2F` and `%25` stay as they are, for `unspell` to read."""
    return unquote_to_bytes(_PROTECTED.sub(r"%25\1", raw)).decode("latin-1")
