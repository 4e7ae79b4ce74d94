"""Files that are either the old one or the new one, whole, whatever ends the process or fills the disk."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 256 * 1024 * 1024
"""The most that a state or plan may hold: some 800,000 steps, beyond any account, and no trouble for memory."""

REFUSALS: Final = frozenset({errno.EBADF, errno.EINVAL, errno.ENOTSUP})
"""What file systems answer that cannot sync a folder at all; as PostgreSQL's `fsync_fname` has it."""


class Unsynced(OSError):  # noqa: N818  the file is as it should be
    """The new file is in place and whole; whether a power cut leaves it there is not sure."""


def read_file(path: Path) -> bytes:
    """The content, at most one byte more than MAX_BYTES; OSError if `path` is no file or cannot be read."""
    _check_file(path)
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def replace_file(path: Path, data: bytes, *, tag: str | None = None, follow: bool = False) -> None:
    """Put `data` in the place of `path` in one motion; OSError, with the old file as it was and nothing left behind.

    Unsynced, which is an OSError, if the new file is in place all the same.

    The mode and owner of an existing file are kept. A link is replaced, for whoever may put one into a repository must
    not choose what is overwritten; `follow` is for what the user keeps behind a link. `tag` names the temporary file
    beside it: fixed where a lock admits one process at a time, so that a killed one's leftover is cleared
    by the next; by chance where none is given.
    """
    follow = follow or _is_of_the_system(path)
    target = Path(os.path.realpath(path)) if follow else Path(os.path.realpath(path.parent)) / path.name
    temporary = target.with_name(f".{target.name}.{tag or os.urandom(4).hex()}.tmp")
    old = _old(target, follow=follow)
    temporary.unlink(missing_ok=True)
    try:
        _write(temporary, data, like=old)
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(target.parent)


def _is_of_the_system(path: Path) -> bool:
    """Whether it is below /dev or /proc, where links such as /dev/stdout are the system's, and must not be replaced."""
    return Path(os.path.realpath(path.parent)).parts[:2] in {("/", "dev"), ("/", "proc")}


def _check_file(path: Path) -> None:
    """OSError if something else has that name: opening a pipe would wait, replacing a device would remove it."""
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError("it is not a file")


def _old(target: Path, *, follow: bool) -> os.stat_result | None:
    """The file to replace; None if there is none, or a link that is not followed; OSError if it is no file."""
    try:
        old = target.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(old.st_mode):
        if follow:  # it has been, to its end
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(target))
        return None
    if not stat.S_ISREG(old.st_mode):
        raise OSError("it is not a file")
    return old


def _write(temporary: Path, data: bytes, *, like: os.stat_result | None) -> None:
    with temporary.open("xb") as file:
        if like is not None:
            _resemble(file.fileno(), like)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        # A system that counts bytes as written which it does not have would leave a torn file.
        if os.fstat(file.fileno()).st_size != len(data):
            raise OSError(errno.EIO, "the system did not keep all that it took", str(temporary))


def _resemble(descriptor: int, old: os.stat_result) -> None:
    """Give the new file the old one's owner, as far as this user may, and mode: who could read it still can."""
    for user, group in ((-1, old.st_gid), (old.st_uid, -1)):
        with suppress(PermissionError):
            os.fchown(descriptor, user, group)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, where folders can be synced and this user may; else Unsynced."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except PermissionError:
        pass  # a folder that one may write to, and not read
    except OSError as error:
        if error.errno not in REFUSALS:
            raise Unsynced(error.errno, error.strerror, str(folder)) from None
