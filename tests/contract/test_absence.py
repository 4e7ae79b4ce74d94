"""Proof that recorded steps are gone, and the reads side by side that it takes."""

import threading

import httpx
import pytest

from pipesync.aiven.parallel import each
from pipesync.errors import ApiError
from pipesync.model import ServiceRef
from pipesync.state import RecordedStep
from tests.contract.scripted import ORGANIZATION_STEPS, answer, client, payload, wire

GONE = answer(404, payload("error-upgrade-step-not-found"))
NO_PROJECT = answer(404, payload("error-project-not-found"))


def recorded(count: int) -> list[RecordedStep]:
    return [
        RecordedStep(
            step_id=f"id-{number}",
            source=ServiceRef("dev-project", f"pg-{number}"),
            destination=ServiceRef("staging-project", f"pg-{number}"),
            auto_validation_delay_days=7,
            protect=False,
            pipeline=None,
        )
        for number in range(count)
    ]


class Reads:
    """An API of reads: answers by path, 200 for services and 404 for steps unless told otherwise."""

    def __init__(self, **special: httpx.Response) -> None:
        self.special = special
        self.log: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.log.append(path)
        name = path.split("/")[3] if path.startswith("/v1/project") else path.rpartition("/")[2]
        other = answer(200, payload("services")) if path.startswith("/v1/project") else GONE
        reply = self.special.get(name.replace("-", "_"), other)
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)


def test_gone_for_certain() -> None:
    """Steps are gone if each id answers 404 and both projects can be read: one call a step, one a project."""
    reads = Reads()
    services = client(reads).confirm_gone(recorded(25))
    assert sorted(services) == ["dev-project", "staging-project"]
    assert sorted(reads.log) == sorted(
        [f"/v1/project/{name}/service" for name in ("dev-project", "staging-project")]
        + [f"{ORGANIZATION_STEPS}/id-{number}" for number in range(25)]
    )


def test_nothing_to_confirm() -> None:
    """No steps, no calls."""
    reads = Reads()
    assert client(reads).confirm_gone([]) == {}
    assert reads.log == []


@pytest.mark.parametrize("reply", [NO_PROJECT, answer(403)], ids=str)
def test_a_project_that_cannot_be_read_leaves_doubt(reply: httpx.Response) -> None:
    """A step in a project that the token cannot read may only be hidden: an error, before any step is asked for."""
    reads = Reads(staging_project=reply)
    with pytest.raises(ApiError, match="whether they are gone cannot be told") as caught:
        client(reads).confirm_gone(recorded(3))
    assert "staging-project" in str(caught.value)
    assert not [path for path in reads.log if "upgrade-pipeline" in path]


def test_a_step_that_is_there_after_all() -> None:
    """A step that the list lacks, but that can be read, means that the list was short."""
    there = answer(200, wire(step_id="id-1"))
    with pytest.raises(ApiError, match="lacks staging-project/pg-1, though the step is there"):
        client(Reads(id_1=there)).confirm_gone(recorded(3))


@pytest.mark.parametrize("reply", [answer(403), answer(404, {"errors": [{"error_code": "new_code"}]})], ids=str)
def test_a_step_that_cannot_be_asked_for(reply: httpx.Response) -> None:
    """Anything but Aiven's own "no such step" aborts."""
    with pytest.raises(ApiError):
        client(Reads(id_2=reply)).confirm_gone(recorded(3))


def test_side_by_side_keeps_the_order() -> None:
    """Results stand in the order of the items, and no more threads run than allowed."""
    threads: set[int] = set()

    def work(number: int) -> int:
        threads.add(threading.get_ident())
        return number * 2

    assert each(work, range(50), 4) == [number * 2 for number in range(50)]
    assert len(threads) <= 4


@pytest.mark.parametrize("parallelism", [1, 3])
def test_the_first_error_stops_the_rest(parallelism: int) -> None:
    """After an error nothing new begins."""
    failed, begun = threading.Event(), list[int]()

    def work(number: int) -> None:
        begun.append(number)
        if number == 1:
            failed.set()
            raise ValueError("one")
        if number > 1:
            failed.wait(5)

    with pytest.raises(ValueError, match="one"):
        each(work, range(10_000), parallelism)
    assert len(begun) < 10_000
