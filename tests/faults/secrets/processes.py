"""Commands as processes of their own, as a user starts them: what others on the machine see, and sandboxes."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from tests.faults.figures import Figures
from tests.faults.forks import Ended
from tests.faults.gate import Hold
from tests.faults.secrets import canaries
from tests.faults.secrets.room import Room

_URL: Final = re.compile(r"http://127\.0\.0\.1:[0-9]+")

STORY: Final = Path(__file__).parents[3] / "examples" / "stories" / "somebody-validates.yaml"


@contextmanager
def _started(on: Room, *arguments: str, python: Sequence[str] = (), **said: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, *python, "-m", "pipesync", *arguments],
        cwd=on.there,
        env={**on.environment, **said},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def _over(process: "subprocess.Popen[str]", before: str = "") -> Ended:
    out, err = process.communicate(timeout=60)
    return Ended(process.returncode, before + out, err)


def watch(on: Room, figures: Figures) -> None:
    """While Aiven hangs: the process's arguments and name, and those of what it has started."""
    for place in ({}, {"PIPESYNC_STATE": f"{on.state.url}/states/upgrades"}):
        on.reset()
        hold = Hold()
        on.api.before = hold
        with _started(on, "apply", "--yes", "-v", **place) as process:
            hold.has_caught(1)
            shown = "\n".join(_shown(process.pid))
            assert "pipesync" in shown
            figures.add("the list of processes", [("seen", name) for name in on.eye.sees(shown.encode())])
            on.api.before = None
            hold.release()
            on.look("apply, watched", _over(process), figures)


def _shown(process: int) -> Iterator[str]:
    """What `ps` shows of a process and of its children."""
    at = Path("/proc") / str(process)
    yield from ((at / name).read_text("utf-8", "replace") for name in ("cmdline", "comm", "status"))
    for child in (at / "task" / str(process) / "children").read_text().split():
        yield from _shown(int(child))


def crash(on: Room, figures: Figures) -> None:
    """A fault that makes Python tell where each thread is, and Python in its development mode."""
    on.reset()
    hold = Hold()
    on.api.before = hold
    with _started(on, "plan", "-v", PYTHONFAULTHANDLER="1") as process:
        hold.has_caught(1)
        process.send_signal(signal.SIGABRT)
        ended = _over(process)
    on.api.before = None
    hold.release()
    assert "Fatal Python error: Aborted" in ended.err
    on.look("a crash", ended, figures)
    with _started(on, "plan", "-v", python=("-X", "dev")) as process:
        on.look("plan in development mode", _over(process), figures)


def serve_a_sandbox(on: Room, figures: Figures) -> None:
    """What the sandbox tells and keeps of the tokens that are sent to it."""
    on.reset()
    with _started(on, "sandbox", "serve", "--port", "0", "--db", "world.db", "-v") as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = _URL.search(said)
        assert found is not None
        with httpx.Client(base_url=found[0], headers={"Authorization": f"Bearer {canaries.TOKEN}"}) as http:
            http.get("/v1/project/dev-project/service")
            for path in ("/", "/_sandbox/requests"):
                answer = http.get(path).raise_for_status()
                (on.there / f"answer{path.replace('/', '-')}").write_bytes(answer.content)
        process.send_signal(signal.SIGTERM)
        ended = _over(process, said)
    on.look("sandbox serve", ended, figures)


def play(on: Room, figures: Figures) -> None:
    """The sandbox's own demonstration, and a story."""
    for line in (("sandbox", "demo", "-v"), ("sandbox", "play", str(STORY))):
        on.reset()
        with _started(on, *line) as process:
            ended = _over(process)
        assert ended.code == 0, ended
        on.look(str(line), ended, figures)
