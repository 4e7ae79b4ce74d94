"""A writer killed at every line of the store: the state is the old one or the new one, and the next run goes on."""

import json
import subprocess
import sys
from pathlib import Path

KILLED = """
import json, os, signal, sys
from pathlib import Path
import pipesync.store
from pipesync.store.local import LocalStore
from tests.stored_states import FIRST, SECOND, THIRD, names, written

OURS = str(Path(pipesync.store.__file__).parent)

def killed_at(line, store):
    def count(frame, event, argument):
        global line_now
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            line_now += 1
            if line_now == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return count
    sys.settrace(count)
    store.write(THIRD, replacing=SECOND)
    sys.settrace(None)

line = line_now = 0
status = signal.SIGKILL
while status == signal.SIGKILL:
    line += 1
    path = Path(sys.argv[1]) / str(line) / "state.json"
    store = written(path, FIRST, SECOND)
    child = os.fork()
    if not child:
        killed_at(line, store)
        os.kill(os.getpid(), signal.SIGUSR1)
    status = os.waitpid(child, 0)[1]
    assert status in (signal.SIGKILL, signal.SIGUSR1), status
    texts = {FIRST.to_json(): 1, SECOND.to_json(): 2, THIRD.to_json(): 3}
    found = [texts[path.read_text()], texts[Path(f"{path}.backup").read_text()]]
    left = [name for name in names(path.parent) if name.endswith(".tmp")]
    state = store.read()
    store.write(state.next(), replacing=state)
    print(json.dumps([found, left, [name for name in names(path.parent) if name.endswith(".tmp")]]))
"""


def test_a_writer_killed_anywhere_leaves_a_whole_state(tmp_path: Path) -> None:
    """Whatever line SIGKILL strikes at: state and backup are whole, the lock is free, and leftovers are cleared."""
    answer = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    runs = [json.loads(line) for line in answer.stdout.splitlines()]
    assert len(runs) > 50
    found = [tuple(run[0]) for run in runs]
    assert list(dict.fromkeys(found)) == [(2, 1), (2, 2), (3, 2)]  # the backup first, then the state
    assert sorted(found) == found
    assert {name for _, left, _ in runs for name in left} == {".state.json.backup.new.tmp", ".state.json.new.tmp"}
    assert all(after == [] for _, _, after in runs)
