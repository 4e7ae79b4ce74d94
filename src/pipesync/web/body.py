"""The body of an answer: read as it arrives, unpacked with a bound, never larger than the cap."""

import zlib
from collections.abc import Iterable
from typing import Final

CAP: Final = 64 * 1024 * 1024
"""Bytes, unpacked. A project of 1,000 services at some 30 KB each is half of it."""

ACCEPTED: Final = "gzip"
"""What requests ask for: a page of 999 steps shrinks from 287 KB to 31 KB (measured)."""

_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
"""zlib's way to say: a gzip header, any window."""


class BodyError(Exception):
    """A body that was not read to its end; `again` tells whether the next one may be better. The words are ours."""

    def __init__(self, words: str, *, again: bool) -> None:
        super().__init__(words)
        self.again = again


def read(chunks: Iterable[bytes], encoding: str, cap: int = CAP) -> bytes:
    """All of `chunks`, unpacked; BodyError if that is more than `cap` bytes, cut off, or packed in an unknown way."""
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise BodyError("the answer is packed in a way that was not asked for", again=False)
    body = bytearray()
    for part in _unpacked(chunks, cap) if encoding.endswith("gzip") else chunks:
        body += part
        if len(body) > cap:
            raise BodyError(f"the answer is larger than {cap // 1024 // 1024} MiB", again=False)
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], cap: int) -> Iterable[bytes]:
    inflate = zlib.decompressobj(_GZIP_WINDOW)
    begun = False
    try:
        for chunk in chunks:
            begun = begun or bool(chunk)
            # One more than the cap is enough to know that it is too much, and all a bomb gets.
            yield inflate.decompress(chunk, cap + 1)
    except zlib.error:
        raise BodyError("the answer is not the gzip that it claims to be", again=False) from None
    if begun and not inflate.eof:
        raise BodyError("the answer breaks off", again=True)
