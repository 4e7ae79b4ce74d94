"""The words of the page at `/`: how each service stands and why, and what its forms refuse. No browser is needed."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.sandbox.running import Running, running

MONDAYS = {"dow": "monday", "time": "03:00:00"}

WORLD: dict[str, Any] = {
    "organization": "org1a23f456789",
    "services": [
        {"project": "dev", "name": "pg", "type": "pg", "version": "16.4", "maintenance": MONDAYS},
        {"project": "prod", "name": "pg", "type": "pg", "version": "16.4", "maintenance": MONDAYS},
        {"project": "shut", "name": "pg", "type": "pg", "version": "16.4", "maintenance": {"dow": "never"}},
    ],
    "steps": [
        {"source": "dev/pg", "destination": "prod/pg", "auto_validation_delay_days": 1},
        {"source": "dev/pg", "destination": "shut/pg", "auto_validation_delay_days": 1},
    ],
}


def line(here: Running, service: str) -> str:
    """What the trees say of a service, as a person reads it."""
    lines = re.findall(r"<li .*?</li>", here.http.get("/").text, re.DOTALL)
    texts = [" ".join(unescape(re.sub(r"<[^>]*>", " ", each)).split()) for each in lines]
    return next(text for text in texts if text.startswith(service))


def press(here: Running, **fields: str) -> httpx.Response:
    return here.http.post("/", data=fields)


def deed(here: Running, service: str, what: str, **body: Any) -> None:
    here.http.post(f"/_sandbox/services/{service}/{what}", json=body).raise_for_status()


def test_a_service_that_is_updated_says_until_when() -> None:
    """Half an hour, in this sandbox."""
    with running(WORLD) as here:
        press(here, do="release", type="pg", version="16.5")
        deed(here, "prod/pg", "override")
        assert "prod/pg pg 16.4 updating" in line(here, "prod/pg")
        assert "maintenance to 16.5 is done at Mon 2026-05-04 13:00" in line(here, "prod/pg")
        press(here, do="advance", length="1h")
        assert "prod/pg pg 16.5 ahead of its gate" in line(here, "prod/pg")
        assert "runs 16.5, though its gate let only 16.4 through" in line(here, "prod/pg")


def test_a_source_that_is_powered_off_voids_its_gates() -> None:
    """Its destinations take what is released, each in its window, if that opens at all."""
    with running(WORLD) as here:
        deed(here, "dev/pg", "power", on=False)
        assert "dev/pg pg 16.4 powered off" in line(here, "dev/pg")
        assert "powered off: it takes no updates" in line(here, "dev/pg")
        assert "gate void: its source is powered off" in line(here, "prod/pg")
        press(here, do="release", type="pg", version="16.5")
        void = "gate void, its source is powered off: it takes 16.5 in its window"
        assert f"{void}, at Mon 2026-05-11 03:00" in line(here, "prod/pg")
        assert f"{void}, but its window never opens" in line(here, "shut/pg")
        assert "window never opens" in line(here, "shut/pg")


def test_a_gate_without_news_has_nothing_to_wait_for() -> None:
    """Both run what there is."""
    with running(WORLD) as here:
        assert "prod/pg pg 16.4 up to date after dev/pg , 1 day" in line(here, "prod/pg")
        assert "nothing to wait for" in line(here, "prod/pg")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"do": "advance", "length": ""}, "The field 'length' is empty"),
        ({"do": "advance", "length": "99999d"}, "'99999d' is longer than 3650 days"),
        ({"do": "release", "type": "pg", "version": " "}, "The field 'version' is empty"),
        ({"do": "validate", "source": "nobody/pg"}, "Project nobody does not exist"),
        ({"do": "validate", "source": "pg"}, "'pg' is not PROJECT/SERVICE"),
        ({"do": "<b>"}, "There is no form '<b>'"),
        ({}, "There is no form None"),
    ],
)
def test_what_a_form_refuses(fields: dict[str, str], words: str) -> None:
    """The page again, with 409 and the reason, escaped."""
    with running(WORLD) as here:
        answer = press(here, **fields)
        assert answer.status_code == 409
        assert f"<strong>Refused:</strong> {words}" in unescape(answer.text)
        assert "<b>" not in answer.text
        assert here.http.get("/_sandbox/clock").json()["stands"] is False
