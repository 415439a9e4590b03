"""Signs what callers hand back to say where they were: nobody but the service can have made it, nor changed it."""

import base64
import binascii
import hmac

_MAC_BYTES = 12


class CursorError(ValueError):
    """A cursor that was not made here, or not for this caller and what he asks now."""


def write_cursor(content: bytes, scope: bytes, signing_key: bytes) -> str:
    """The content with its signature, which is also over `scope`: what the cursor is for."""
    mac = hmac.digest(signing_key, scope + content, "sha256")[:_MAC_BYTES]
    return base64.urlsafe_b64encode(mac + content).rstrip(b"=").decode()


def read_cursor(cursor: str, scope: bytes, signing_key: bytes) -> bytes:
    """The content of a cursor; CursorError when it was not signed for this scope."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CursorError("not base64") from error
    mac, content = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, hmac.digest(signing_key, scope + content, "sha256")[:_MAC_BYTES]):
        raise CursorError("signature")
    return content
