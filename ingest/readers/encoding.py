"""Bytes to text, strictly: a byte that does not fit is an error, never a question mark."""

from __future__ import annotations

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from ingest.errors import EmptyFile, TooLarge, UnreadableFile, WrongEncoding
from ingest.readers.raw import Limits

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_bytes(path: Path, limits: Limits, where: str) -> bytes:
    """The file's bytes. Raises EmptyFile for none, TooLarge past the limit, UnreadableFile if it cannot be opened."""
    try:
        size = path.stat().st_size
        if size == 0:
            raise EmptyFile(
                "the file is empty",
                where=where,
                found="0 bytes",
                expected="an export with at least a header",
                next_step="export it again; if the source really has nothing to tell, leave the file out",
            )
        if size > limits.max_bytes:
            raise TooLarge(
                "the file is too large",
                where=where,
                found=f"{size:,} bytes",
                expected=f"at most {limits.max_bytes:,} bytes",
                next_step="split the export, by month for instance, and load the parts",
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            "the file cannot be opened",
            where=where,
            found=error.strerror or str(error),
            expected="a file this user may read",
            next_step="check that it exists and its permissions",
        ) from error


def decode(data: bytes, encodings: tuple[str, ...], where: str) -> str:
    """`data` as text: by its byte order mark, else the first of `encodings` in which every byte has a meaning.

    Raises WrongEncoding naming the first byte that does not fit, its line, and what the file looks like.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            encodings = (encoding,)
            break
    failure: UnicodeDecodeError | None = None
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            failure = failure or error
            continue
        if "\x00" in text:
            raise UnreadableFile(
                "the file is not text",
                where=f"{where}, line {text.count(chr(10), 0, text.index(chr(0))) + 1}",
                found="a zero byte",
                expected="delimited text",
                next_step="export it as CSV or XLSX, not as a binary or database file",
            )
        return text
    assert failure is not None
    line = data.count(b"\n", 0, failure.start) + 1
    guess = from_bytes(data[:200_000]).best()
    looks_like = f"; it looks like {guess.encoding}" if guess is not None else ""
    raise WrongEncoding(
        "the text is in another encoding",
        where=f"{where}, line {line}",
        found=f"byte 0x{data[failure.start]:02X} at position {failure.start}{looks_like}",
        expected=" or ".join(encodings),
        next_step="export as UTF-8, or name the encoding in the profile (reader: encoding)",
    )
