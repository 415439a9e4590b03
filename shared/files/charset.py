"""Decides in which character encoding a file is written, from its own bytes and what was said of it."""

import codecs
from dataclasses import dataclass
from email.message import Message

from shared.files.problems import FileProblem
from shared.files.source import Source, open_source

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Names as they arrive in Content-Type, folded; Latin-1 is what people say when they mean cp1252.
_SAID = {
    "utf8": "utf-8-sig",
    "cp1252": "cp1252",
    "windows1252": "cp1252",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "usascii": "cp1252",
    "ascii": "cp1252",
    "cp932": "cp932",
    "ms932": "cp932",
    "windows31j": "cp932",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "utf16": "utf-16",
}


def _controls_for_holes(error: UnicodeError) -> tuple[str, int]:
    """The five bytes cp1252 leaves undefined become the control characters Windows itself makes of them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("windows1252_controls", _controls_for_holes)


@dataclass(frozen=True, slots=True)
class Charset:
    """An encoding and why it is believed: `said` by the transport, `bom`, `utf8` by proof, or `fallback`."""

    encoding: str
    reason: str

    @property
    def errors(self) -> str:
        """The error handler to decode with: strict, save for cp1252, in which every byte has a meaning."""
        return "windows1252_controls" if self.encoding == "cp1252" else "strict"


def said_charset(content_type: str | None) -> str | None:
    """The encoding a Content-Type names, as Python calls it; None when it names none or one unknown here."""
    if not content_type:
        return None
    message = Message()
    message["content-type"] = content_type[:200]
    name = message.get_param("charset")
    if not isinstance(name, str):
        return None
    return _SAID.get("".join(ch for ch in name.casefold() if ch.isalnum()))


def is_utf8(head: bytes, *, complete: bool) -> bool:
    """Whether the bytes are strict UTF-8; a character cut at the end is forgiven unless `complete`."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=complete)
    except UnicodeDecodeError:
        return False
    return True


def detect_charset(
    head: bytes, content_type: str | None = None, *, japanese: bool = False, complete: bool = True
) -> Charset:
    """The encoding by the first rule that applies.

    A byte order mark that contradicts the Content-Type wins, since no report begins with its characters;
    else the charset of the Content-Type; else the mark; else strict UTF-8; else CP932 for Japan, cp1252
    elsewhere. Never Latin-1.
    """
    said = said_charset(content_type)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return Charset(encoding, "said" if said == encoding else "bom")
    if said:
        return Charset(said, "said")
    if is_utf8(head, complete=complete):
        return Charset("utf-8-sig", "utf8")
    return Charset("cp932" if japanese else "cp1252", "fallback")


def settle_charset(source: Source, guess: Charset, *, japanese: bool = False) -> Charset:
    """The same decision on the whole file, for the first byte above 127 may come a million rows down.

    Raises FileProblem `wrong_encoding` when a stated or marked encoding does not hold.
    """
    if guess.encoding == "cp1252":
        return guess
    decoder = codecs.getincrementaldecoder(guess.encoding)()
    is_wide = guess.encoding in ("utf-16", "utf-32")
    line = 1
    with open_source(source) as stream:
        try:
            while block := stream.read(1 << 20):
                if is_wide or decoder.getstate()[0] or not block.isascii():
                    decoder.decode(block)
                line += block.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            if guess.reason == "utf8":
                return Charset("cp932" if japanese else "cp1252", "fallback")
            if guess.reason == "fallback":
                return Charset("cp1252", "fallback")
            raise FileProblem(
                "wrong_encoding",
                f"The file is said to be {guess.encoding}, but from line {line} on not all its bytes are. "
                "Leave the charset out to have it recognised.",
                {"encoding": guess.encoding, "line": line},
            ) from error
    return guess
