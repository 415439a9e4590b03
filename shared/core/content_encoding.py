"""Reads request bodies that were compressed on their way."""

import zlib

from shared.core.errors import BadRequest, ContentTooLarge, UnsupportedMediaType

MOST_DECODED_BYTES = 256_000_000
_GZIP = 16 + zlib.MAX_WBITS


def decoded(content: bytes, content_encoding: str, limit: int = MOST_DECODED_BYTES) -> bytes:
    """The body without its content encoding; ContentTooLarge as soon as it turns out longer than `limit`."""
    encoding = content_encoding.strip().lower()
    if encoding in ("", "identity"):
        return content
    if encoding not in ("gzip", "x-gzip"):
        raise UnsupportedMediaType("A body may be sent as it is or with Content-Encoding: gzip.")
    reader = zlib.decompressobj(_GZIP)
    try:
        plain = reader.decompress(content, limit + 1)
    except zlib.error:
        raise BadRequest("The body is not the gzip that its Content-Encoding says.") from None
    if len(plain) > limit:
        raise ContentTooLarge(f"The body has more than {limit} bytes when decompressed.", limit_bytes=limit)
    if not reader.eof or reader.unused_data:
        raise BadRequest("The gzip of the body ends early, or something follows it.")
    return plain
