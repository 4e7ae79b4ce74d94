"""How to go back to a copy of a state, in words: the same for every place that a state can be at."""

import shlex


def push_command(where: str, file: str) -> str:
    """What puts `file` in the place of the state at `where`."""
    return shlex.join(["pipesync", "state", "push", "--state", where, file])


def remote_backup(where: str, location: str, serial: int) -> str:
    """That a backup of `serial` is at `location`, itself a location, and how to put it in the place of `where`."""
    pull = shlex.join(["pipesync", "state", "pull", "--state", location])
    return (
        f"A readable backup of serial {serial} is at {location}; to go back to it: "
        f"{pull} > backup.json, then {push_command(where, 'backup.json')}"
    )
