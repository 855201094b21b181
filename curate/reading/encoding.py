"""From bytes on disk to lines of text: compression and encoding, found from content and said aloud."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from curate.errors import UserError

MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst", b"BZh": "bz2"}
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Encoding:
    codec: str
    said: str
    """As the report tells it, e.g. `UTF-8 with BOM`."""
    mark: int = 0
    """Bytes of the byte-order mark."""


def compression(head: bytes) -> str:
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), "")


def spool(path: Path | None, into: Path) -> Path:
    """Standard input as a private file, so that it can be read twice as any other."""
    if path is not None:
        return path
    target = into / "stdin"
    with target.open("xb") as out:
        target.chmod(0o600)
        while block := sys.stdin.buffer.read(CHUNK):
            out.write(block)
    return target


def opened(path: Path, shown: str) -> BinaryIO:
    """The file's bytes, unpacked where they are packed."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=shown) from None
    kind = compression(raw.read(4))
    raw.seek(0)
    if kind == "gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if kind == "bz2":
        return cast(BinaryIO, bz2.BZ2File(raw))
    if kind == "zst":
        import zstandard

        return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True), CHUNK)
    return raw


def blocks(stream: BinaryIO, shown: str) -> Iterator[bytes]:
    """Chunks of at most 1 MiB; a broken archive is an error that says where it broke."""
    done = 0
    while True:
        try:
            block = stream.read(CHUNK)
        except (EOFError, OSError, zlib.error, ValueError) as error:
            raise UserError(
                f"the archive is broken after {done:,} unpacked bytes: {error}", where=shown, hint="Unpack or download it again."
            ) from None
        except Exception as error:
            if type(error).__module__.startswith("zst"):
                raise UserError(f"the archive is broken after {done:,} unpacked bytes: {error}", where=shown) from None
            raise
        if not block:
            return
        done += len(block)
        yield block


def lines(stream: BinaryIO, shown: str, newline: bytes = b"\n") -> Iterator[bytes]:
    """Physical lines without their line feed. `newline` is wider for UTF-16 and UTF-32."""
    rest, width = b"", len(newline)
    for block in blocks(stream, shown):
        rest += block
        if width == 1:
            *whole, rest = rest.split(newline)
            yield from whole
        else:
            whole, rest = wide_lines(rest, newline)
            yield from whole
    if rest:
        yield rest


def wide_lines(data: bytes, newline: bytes) -> tuple[list[bytes], bytes]:
    """Split at line feeds that stand on a code unit's boundary."""
    width, found, start, at = len(newline), [], 0, 0
    while (at := data.find(newline, at)) >= 0:
        if at % width:
            at += 1
            continue
        found.append(data[start:at])
        at += width
        start = at
    return found, data[start:]


def encoding_of(path: Path, shown: str) -> Encoding:
    """As the contract decides: a mark; else UTF-8 if at least half of the non-ASCII lines decode; else GB18030 if all do."""
    with opened(path, shown) as stream:
        head = stream.read(4)
    for mark, codec in MARKS:
        if head.startswith(mark):
            return Encoding(
                codec,
                f"{codec.upper().replace('UTF-8', 'UTF-8 with')} BOM".replace("LE BOM", "LE").replace("BE BOM", "BE"),
                len(mark),
            )
    if decodes(path, shown):
        return Encoding("utf-8", "UTF-8")
    good = bad = foreign = 0
    with opened(path, shown) as stream:
        for line in lines(stream, shown):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
            try:
                line.decode("gb18030")
            except UnicodeDecodeError:
                foreign += 1
    if good >= bad or foreign:
        return Encoding("utf-8", f"UTF-8 ({bad:,} of {good + bad:,} non-ASCII lines are not)")
    return Encoding("gb18030", "GB18030")


def decodes(path: Path, shown: str) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened(path, shown) as stream:
        try:
            for block in blocks(stream, shown):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
