"""The objects of a repository, read by one `git cat-file --batch`: commits, trees and blobs as they were stored.

No filter, conversion, hook or attribute takes part.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import IO, Final, NamedTuple

from pipesync.errors import GitError
from pipesync.git.command import SECONDS, Git, missing, too_slow, words

_PIECE: Final = 1 << 16


class Found(NamedTuple):
    """An object: its name, its type (commit, tree, blob, tag), and at most one byte more than asked for of it."""

    oid: str
    type: str
    content: bytes


class Objects:
    """A conversation with git: one question, one answer."""

    def __init__(self, questions: IO[bytes], answers: IO[bytes], watch: Timer) -> None:
        self._questions = questions
        self._answers = answers
        self._watch = watch

    @property
    def late(self) -> bool:
        """Whether git was ended because it took too long."""
        return not self._watch.is_alive()

    def find(self, name: str, most: int) -> Found | None:
        """The object that `name` (one line) means, and `most` + 1 bytes of it; None if there is none.

        BrokenPipeError if git breaks the conversation off; `objects` turns it into words.
        """
        assert "\n" not in name  # it would be two questions
        self._questions.write(name.encode("utf-8", "surrogateescape") + b"\n")
        self._questions.flush()
        header = self._answers.readline()
        if not header:
            raise BrokenPipeError
        parts = header.split()
        if header.endswith((b" missing\n", b" ambiguous\n")) or len(parts) != 3 or not parts[2].isdigit():  # noqa: PLR2004
            return None
        size = int(parts[2])
        content = self._answers.read(min(size, most + 1))
        self._skip(size + 1 - len(content))  # a line feed ends each answer
        return Found(parts[0].decode(), parts[1].decode(), content)

    def _skip(self, count: int) -> None:
        while count > 0:
            read = len(self._answers.read(min(count, _PIECE)))
            if not read:
                raise BrokenPipeError
            count -= read


@contextmanager
def objects(git: Git) -> Iterator[Objects]:
    """A conversation about the repository of `git`; GitError if git breaks it off or takes too long."""
    try:
        process = subprocess.Popen(  # noqa: S603  a fixed command
            git.argv("cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=git.surroundings(),
        )
    except OSError as error:
        raise missing(error) from None
    with process:
        assert process.stdin is not None  # they were asked for
        assert process.stdout is not None
        assert process.stderr is not None
        watch = Timer(SECONDS, process.kill)
        watch.start()
        try:
            yield (found := Objects(process.stdin, process.stdout, watch))
        except BrokenPipeError:
            if found.late:
                raise too_slow(git.folder) from None
            raise _broken(git, process.stderr.read()) from None
        finally:
            watch.cancel()
            process.kill()
            with suppress(BrokenPipeError):  # what could not be written is not missed any more
                process.stdin.close()


def _broken(git: Git, stderr: bytes) -> GitError:
    where = os.path.realpath(git.folder)
    if b"lazy fetch" in stderr or b"promisor" in stderr:
        return GitError(
            "this clone lacks a part of that commit, and nothing is fetched here",
            where=where,
            next="it is a partial one (git clone --filter): clone without --filter",
        )
    return GitError(f"git cannot read its objects: {words(stderr)}", where=where, next="run `git fsck` there")
