"""The form of an API key: a findable prefix, a public id, a secret and a checksum that refuses typing errors.

`tw_live_<12-character id>_<32 random base62><6-character CRC32>`, after GitHub's token format (2021): secret
scanners find the prefix, and a mistyped key is refused without a query.
"""

import hashlib
import hmac
import secrets
import string
import zlib
from dataclasses import dataclass

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PREFIX = "tw_live_"
_ID_LENGTH, _SECRET_LENGTH, _CHECK_LENGTH = 12, 32, 6
_LEAST_SECRET, _LEAST_CHARACTERS = 32, 10


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key in the clear: `key_id` may be shown and logged, `text` is the secret itself."""

    key_id: str
    text: str

    @property
    def sha256(self) -> bytes:
        """What is stored. The secret has 190 random bits, so a fast hash without salt is safe."""
        return hashlib.sha256(self.text.encode()).digest()

    def __repr__(self) -> str:
        return f"ApiKey(key_id={self.key_id!r})"


def new_api_key() -> ApiKey:
    """A fresh random key."""
    return _key_of(new_key_id(), "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_LENGTH)))


def new_key_id() -> str:
    """A fresh public id."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))


def derived_api_key(key_id: str, master: str) -> ApiKey:
    """The key with this id whose secret follows from `master`: whoever knows that need not store the key.

    HMAC-SHA-256 of the id (RFC 2104) in base 62, its last 32 digits: as many bits as those of a random key.
    """
    number = int.from_bytes(hmac.digest(master.encode(), f"tradewind service key {key_id}".encode(), "sha256"), "big")
    return _key_of(key_id, _base62(number, _SECRET_LENGTH))


def is_strong_secret(text: str) -> bool:
    """Whether a master secret is long and mixed enough that nobody would guess it."""
    return len(text) >= _LEAST_SECRET and len(set(text)) >= _LEAST_CHARACTERS


def parse_api_key(text: str) -> ApiKey | None:
    """The key in `text`, or None where its form or checksum is wrong."""
    length = len(_PREFIX) + _ID_LENGTH + 1 + _SECRET_LENGTH + _CHECK_LENGTH
    if len(text) != length or not text.startswith(_PREFIX) or not text.isascii():
        return None
    body, check = text[:-_CHECK_LENGTH], text[-_CHECK_LENGTH:]
    key_id, separator, _ = body[len(_PREFIX) :].partition("_")
    if separator != "_" or len(key_id) != _ID_LENGTH or check != _checksum(body):
        return None
    return ApiKey(key_id, text)


def _key_of(key_id: str, secret: str) -> ApiKey:
    body = f"{_PREFIX}{key_id}_{secret}"
    return ApiKey(key_id, body + _checksum(body))


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK_LENGTH)


def _base62(number: int, length: int) -> str:
    """The last `length` digits of a number."""
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
