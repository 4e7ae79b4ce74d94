"""What a cassette may hold of a request and of an answer: the fields that the client reads, under made-up names."""

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from tests.contract.cast import Cast

ABSENT: Final = {
    "organization": "org000000000000",
    "project": "no-such-project",
    "step": "00000000-0000-4000-8000-000000000000",
}
"""Names of what is nowhere; scenarios ask for it, so it keeps its name."""

_MADE_UP: Final = {
    "organization": "org{:012}",
    "organization name": "Organization {}",
    "project": "some-project-{}",
    "service": "some-service-{}",
    "step": "00000000-0000-4000-8000-{:012}",  # 36 characters, as the API has it
    "user": "user-{}",
    "comment": "comment-{}",
    "cursor": "cursor-{}",
}
"""Kind of name → what the n-th one of a cassette is called."""

_FIELDS: Final[Mapping[str, str | None]] = {
    **dict.fromkeys(("steps", "upgrade_steps", "step", "upgrade_step", "last_validation"), None),
    **dict.fromkeys(("services", "organizations", "errors"), None),
    **dict.fromkeys(("step_id", "id"), "step"),
    **{f"{end}_project{suffix}": "project" for end in ("source", "destination") for suffix in ("", "_name")},
    **{f"{end}_service{suffix}": "service" for end in ("source", "destination") for suffix in ("", "_name")},
    **dict.fromkeys(("auto_validation_delay_days", "validated_at", "total_count"), None),
    **dict.fromkeys(("service_type", "state", "error_code"), None),
    **dict.fromkeys(("maintenance", "dow", "time", "enabled", "updates", "start_after", "start_at", "deadline"), None),
    "metadata": "versions",
    "description": "text",
    "validated_by_user": "user",
    "comment": "comment",
    "next": "cursor",
    "service_name": "service",
    "organization_id": "organization",
    "organization_name": "organization name",
    "message": "text",
}
"""Every field that is read, and what kind of name it holds (None: no name). No other field is recorded."""

_SEGMENTS: Final = {
    "organization": "organization",
    "project": "project",
    "service": "service",
    "steps": "step",
    "step": "step",
}
"""A segment of a path → what the segment after it names."""

_HEADERS: Final = frozenset({"content-type", "retry-after"})


class Disguise:
    """The hooks of one cassette: each real name gets one made-up name, the same wherever it turns up.

    `real` goes by its names in `shown`, and so does its API address. A made-up name stays as it is, because vcr asks
    twice about a request. `scrub` takes the token out of what an answer says of what it was sent.
    """

    def __init__(self, real: Cast, shown: Cast, scrub: Callable[[str], str] = str) -> None:
        self._scrub = scrub
        self._address = (real.api_url, shown.api_url)
        self._names = {(kind, name): name for kind, name in ABSENT.items()}
        if real.organization is not None and shown.organization is not None:
            self._names["organization", real.organization] = shown.organization
        for one, other in zip(real.services, shown.services, strict=True):
            self._names["project", one.project] = other.project
            self._names["service", one.service] = other.service

    def request(self, request: Any) -> Any:
        """The request of vcr with made-up names, at the address to be shown, and with few headers."""
        parts = urlsplit(request.uri.replace(*self._address, 1))
        path = parts.path.split("/")
        named = [self._segment(before, segment) for before, segment in zip(["", *path], path, strict=False)]
        query = [(key, self._cursor(value) if key == "cursor" else value) for key, value in parse_qsl(parts.query)]
        request.uri = urlunsplit(parts._replace(path="/".join(named), query=urlencode(query)))
        request.headers = {name: value for name, value in request.headers.items() if name.lower() in _HEADERS}
        if request.body:
            request.body = self._json(request.body)
        return request

    def response(self, response: dict[str, Any]) -> dict[str, Any]:
        """The response of vcr, reduced and with made-up names; ValueError if its body is not JSON."""
        content = response["body"]["string"]
        kept = {
            name.lower(): [self._scrub(value) for value in values]
            for name, values in response["headers"].items()
            if name.lower() in _HEADERS
        }
        code, said = response["status"]["code"], response["status"]["message"]
        phrase = HTTPStatus(code).phrase  # a server may say anything there
        return {
            "status": {"code": code, "message": said if said.lower() == phrase.lower() else phrase},
            "headers": dict(sorted(kept.items())),
            "body": {"string": self._json(content) if content else content},
        }

    def reduced(self, data: Any) -> Any:
        """`data` without the fields that are not read, and with made-up names."""
        if isinstance(data, list):
            return [self.reduced(item) for item in data]
        if isinstance(data, dict):
            return {key: self._field(_FIELDS[key], value) for key, value in data.items() if key in _FIELDS}
        return self._scrub(data) if isinstance(data, str) else data

    def _json(self, content: bytes) -> bytes:
        return json.dumps(self.reduced(json.loads(content)), ensure_ascii=False).encode()

    def _field(self, kind: str | None, value: Any) -> Any:
        if kind == "versions":
            return {name: version for name, version in value.items() if name.endswith("_version")}
        if kind is None or not isinstance(value, str) or not value:
            return self.reduced(value)
        if kind == "text":
            return self._text(value)
        return self._cursor(value) if kind == "cursor" else self._name(kind, value)

    def _segment(self, before: str, segment: str) -> str:
        kind = _SEGMENTS.get(before)
        return quote(self._name(kind, unquote(segment)), safe="") if kind and segment else segment

    def _name(self, kind: str, name: str) -> str:
        if name in self._names.values():
            return self._names.get((kind, name), name)
        count = sum(known == kind for known, _ in self._names) + 1
        return self._names.setdefault((kind, name), _MADE_UP[kind].format(count))

    def _cursor(self, following: str) -> str:
        """The cursor alone is a name, whether it stands bare or in an address or query."""
        found = re.search(r"cursor=([^&#]+)", following)
        if found is None:
            return self._name("cursor", following)
        return f"?cursor={quote(self._name('cursor', unquote(found[1])))}"

    def _text(self, words: str) -> str:
        """Aiven's words, with made-up names for those that have turned up."""
        made_up = {name: other for (_, name), other in self._names.items()}
        longest_first = sorted(map(re.escape, made_up), key=len, reverse=True)
        return re.sub(
            rf"(?<![\w-])(?:{'|'.join(longest_first)})(?![\w-])", lambda found: made_up[found[0]], self._scrub(words)
        )
