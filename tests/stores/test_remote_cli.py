"""The command line with a state that is somewhere else: plan, apply, look after the state, and what it says."""

import json
import os
import shlex
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipesync.state import State
from pipesync.store.parting import Parting
from tests.cli.conftest import Start, api, pipesync, start, world  # noqa: F401  fixtures
from tests.cli.shell import DEV, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, spec_of
from tests.faults.haste import at_once
from tests.stores.conftest import MakeGround
from tests.stores.engines import AZURE_SECRET, PG_SECRET, S3_SECRET
from tests.stores.kinds import SHARED, Ground
from tests.stores.runs import info, running
from tests.stores.wire import wire


@pytest.fixture(params=SHARED)
def there(request: pytest.FixtureRequest, pipesync: Shell, ground_of: MakeGround) -> Ground:  # noqa: F811
    """A fresh place; PIPESYNC_STATE names it."""
    ground = ground_of(request.param)
    pipesync.patch.setenv("PIPESYNC_STATE", ground.location)
    return ground


def test_a_set_is_applied_changed_and_destroyed(pipesync: Shell, api: Api, there: Ground) -> None:  # noqa: F811
    """As with a local state: the second plan has no changes, and no file is left in the folder."""
    pipesync.apply(THREE_ENVIRONMENTS)
    assert "No changes." in pipesync.ok("plan").out
    assert pipesync.ok("state", "list").out.split() == [PROD, STAGING]
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"))
    assert "No changes." in pipesync.ok("plan").out
    assert [*pipesync.files()] == ["pipesync.yaml"]
    state = there.open().read()
    assert state is not None
    assert [str(step.destination) for step in state.steps] == [STAGING]
    assert len(api.steps()) == 1
    assert there.open().holder() is None


def test_pull_leaves_the_lock_out_and_push_takes_it_back(pipesync: Shell, there: Ground) -> None:  # noqa: F811
    """A pulled state is a state; so is the object itself, as the store's own tools copy it."""
    pipesync.apply(THREE_ENVIRONMENTS)
    pulled = pipesync.ok("state", "pull").out
    assert State.model_validate_json(pulled) == there.open().read()
    assert "lock" in json.loads(there.raw() or b"")
    pipesync.ok("state", "rm", PROD)
    pipesync.write(there.raw() or b"", "copied.json")
    pipesync.write(pulled, "pulled.json")
    for name, count in (("pulled.json", 2), ("copied.json", 1), ("pulled.json", 2)):
        assert f"now holds {count} recorded steps" in pipesync.ok("state", "push", name, "--force").err
    assert "No changes." in pipesync.ok("plan").out


def test_what_reads_writes_nothing(pipesync: Shell, there: Ground) -> None:  # noqa: F811
    """plan, drift, show and the reading state commands leave no probe, lock or backup."""
    pipesync.write(THREE_ENVIRONMENTS)
    for name in ("plan", "drift", "show", "status"):
        pipesync(name)
    assert [there.raw(suffix) for suffix in ("", ".probe", ".backup", ".damaged")] == [None] * 4
    pipesync.ok("apply", "--yes")
    then = [there.raw(suffix) for suffix in ("", ".backup")]
    reading: list[tuple[str, ...]] = [("plan",), ("drift",), ("show",), ("state", "list"), ("state", "show", PROD)]
    for command in reading:
        pipesync.ok(*command)
    assert [there.raw(suffix) for suffix in ("", ".backup")] == then


def test_a_second_apply_is_told_who_has_the_lock(pipesync: Shell, api: Api, there: Ground) -> None:  # noqa: F811
    """Code 4, nothing asked of Aiven, and the command that removes the lock of a dead run; which then works."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.forget_requests()
    with running(there.location, "lock-1") as [run]:
        run.tell()
        assert run.hear() == "won"
        result = pipesync("apply", "--yes")
        assert (result.code, api.requests()) == (4, [])
        assert f"Error: the state is locked by {run.holder}" in result.err
        assert f"state unlock --state {there.open().where!r} lock-1".replace("'", "") in result.err.replace("'", "")
        assert "The state is locked by ada on ci-7" in pipesync.ok("plan").err
    assert pipesync("apply", "--yes").code == 4  # the killed run's lock stays
    assert pipesync.ok("state", "unlock", "lock-1").err == "Unlocked.\n"
    pipesync.ok("apply", "--yes")


def test_a_state_that_holds_more_than_ascii_is_a_state(pipesync: Shell, there: Ground) -> None:  # noqa: F811
    """Another tool has written it anew, with the same meaning: a run locks it, and goes on from it."""
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"))
    written = json.loads(there.raw() or b"")
    written["steps"][0]["pipeline"] = "Bücher"
    there.put_raw(json.dumps(written, ensure_ascii=False).encode())
    pipesync.apply(THREE_ENVIRONMENTS)
    assert "No changes." in pipesync.ok("plan").out


def test_a_lock_of_somebody_hostile_is_told_in_few_words(pipesync: Shell, there: Ground) -> None:  # noqa: F811
    """Who writes into the store may write anything: no terminal is flooded, and the command to unlock works."""
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"))
    much = "\x1b[2J" + "x" * 1_000_000
    state = json.loads(there.raw() or b"")
    record = {"lock_id": "--help;$(id)", "who": much, "host": much, "pid": 1, "ci_url": much, "since": much}
    there.put_raw(json.dumps({**state, "lock": record}).encode())
    result = pipesync("apply", "--yes")
    assert (result.code, len(result.err) < 2000, "\x1b" in result.err) == (4, True, False)
    pipesync.ok(*shlex.split(result.err.partition("; sooner: ")[2])[1:])
    there.put_raw(json.dumps({**state, "lock": {**record, "lock_id": much}}).encode())
    assert "the lock says nothing of its holder" in pipesync.ok("plan").err
    pipesync.ok("state", "unlock", "unknown")
    pipesync.ok("apply", "--yes")


KILL_AT_THE_FIRST_POST = """
import os, signal, sys
from pipesync.aiven.transport import Transport
from pipesync.cli.main import main
attempt = Transport.attempt
def watched(self, call, ends):
    if call.method == "POST":
        os.kill(os.getpid(), signal.SIGKILL)
    return attempt(self, call, ends)
Transport.attempt = watched
main(["apply", "--yes"])
"""


def test_a_killed_run_is_mended_by_the_next(pipesync: Shell, api: Api, there: Ground) -> None:  # noqa: F811
    """Its lock goes by `state unlock`, what it was about to do is in `pending`, and the next apply does it."""
    pipesync.write(THREE_ENVIRONMENTS)
    killed = subprocess.run([sys.executable, "-c", KILL_AT_THE_FIRST_POST], cwd=pipesync.folder, check=False)
    assert killed.returncode == -signal.SIGKILL
    state, holder = there.open().read(), there.open().holder()
    assert state is not None
    assert holder is not None
    assert {entry.address for entry in state.pending} == {STAGING, PROD}
    assert pipesync("apply", "--yes").code == 4
    pipesync.ok("state", "unlock", holder.lock_id)
    pipesync.ok("apply", "--yes")
    assert "No changes." in pipesync.ok("plan").out
    assert len(api.steps()) == 2


def test_an_interrupted_run_gives_its_lock_back(pipesync: Shell, there: Ground) -> None:  # noqa: F811
    """SIGTERM while the question is waited for: nothing is changed, and nobody is locked out."""
    pipesync.write(THREE_ENVIRONMENTS)
    script = "import os, signal, sys\nfrom pipesync.cli import applying\nfrom pipesync.cli.main import main\n"
    script += "applying._ask = lambda *_: os.kill(os.getpid(), signal.SIGTERM)\nmain(['apply'])\n"
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=pipesync.folder, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 143, ended.stderr
    assert (there.open().read(), there.open().holder()) == (None, None)


def test_a_store_that_is_down_at_the_end_leaves_a_file_and_the_command(
    pipesync: Shell,  # noqa: F811
    start: Start,  # noqa: F811
    there: Ground,
) -> None:
    """The last write and the unlock do not come about: the file, the command that pushes it, and the lock are told, in
    words that a shell reads as they are meant.
    """
    there = replace(there, location=f"{there.location}&b")
    assert there.engine is not None
    pipesync.patch.setattr(Parting, "wait", at_once)
    pipesync.patch.setenv("PIPESYNC_STATE", there.location)
    with wire(there.engine.port) as line, pipesync.patch.context() as patch:
        api = start(before=lambda request: line.close() if request.startswith("POST") else None)
        for name, value in there.engine.through(line.port).items():
            patch.setenv(name, value)
        patch.setenv("PIPESYNC_API_URL", api.url)
        pipesync.write(THREE_ENVIRONMENTS)
        location = there.location.replace(f":{there.engine.port}/", f":{line.port}/")
        result = pipesync("apply", "--yes", "--state", location)
    assert result.code == 1
    assert "Apply complete! Resources: 2 added" in result.out
    assert "The state of this run is in errored.pipesync.json; once" in result.err
    assert "could not be given back" in result.err
    holder = there.open().holder()
    assert holder is not None
    command = shlex.split(result.err.partition("; sooner: ")[2].splitlines()[0])
    assert command == ["pipesync", "state", "unlock", "--state", location, holder.lock_id]
    pipesync.patch.setenv("PIPESYNC_API_URL", api.url)
    assert pipesync("state", "push", "errored.pipesync.json").code == 4
    pipesync.ok("state", "unlock", holder.lock_id)
    pipesync.ok("state", "push", "errored.pipesync.json")
    assert "No changes." in pipesync.ok("plan").out


@pytest.mark.parametrize(
    "location",
    ["s3://nosuchbucket/key", "s3://states/a//b", "s3://me:canary-of-url@states/key", "gs://states/k?x=canary-of-url"],
)
def test_a_place_that_cannot_be_is_never_taken_for_an_empty_one(
    pipesync: Shell,  # noqa: F811
    ground_of: MakeGround,
    location: str,
) -> None:
    """A missing bucket, or a location that is none, ends the run before anything is planned."""
    ground_of("s3")
    pipesync.write(THREE_ENVIRONMENTS)
    for command in (("plan",), ("apply", "--yes")):
        result = pipesync(*command, "--state", location)
        assert (result.code, result.out) == (1, "")
        assert "Traceback" not in result.err
        assert "canary" not in result.both


def test_credentials_are_never_shown(
    pipesync: Shell,  # noqa: F811
    there: Ground,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither in what works nor in what fails: wrong keys, a location with a password in it, most verbose."""
    pipesync.write(THREE_ENVIRONMENTS)
    location = there.location.replace("tests@", f"tests:{PG_SECRET}@")
    seen = [
        pipesync("apply", "--yes", "-v", "--state", location),
        pipesync("state", "list", "-v", "--state", location),
    ]
    assert [result.code for result in seen] == [0, 0]
    with there.open().lock(info(), 0):
        seen.append(pipesync("apply", "--yes", "-v", "--state", location))
    stored = str(there.raw())
    for name in ("AWS_SECRET_ACCESS_KEY", "PGPASSWORD"):
        monkeypatch.setenv(name, f"{os.environ.get(name)}-canary-of-a-wrong-one")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "Y2FuYXJ5LW9mLWEtd3Jvbmctb25l")
    wrong = location.replace(PG_SECRET, "canary-of-a-wrong-one")
    seen += [pipesync("plan", "-v", "--state", wrong), pipesync("state", "pull", "-v", "--state", wrong)]
    assert [result.code for result in seen[2:]] == [4, 1, 1]
    told = "".join(result.both for result in seen) + Path("pipesync.yaml").read_text() + stored
    for secret in (S3_SECRET, AZURE_SECRET, PG_SECRET, "canary", "Y2FuYXJ5"):
        assert secret not in told
