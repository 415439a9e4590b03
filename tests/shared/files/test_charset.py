"""In which encoding a file is written."""

import pytest

from shared.files.charset import Charset, detect_charset, is_utf8, said_charset, settle_charset
from shared.files.problems import FileProblem


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("text/plain; charset=Cp1252", "cp1252"),
        ("text/plain; charset=UTF-8", "utf-8-sig"),
        ('text/plain;charset="Shift_JIS"', "cp932"),
        ("text/plain; charset=MS932", "cp932"),
        ("text/plain; charset=Windows-31J", "cp932"),
        ("text/plain; charset=ISO-8859-1", "cp1252"),
        ("text/plain; charset=klingon", None),
        ("text/plain", None),
        ("", None),
        (None, None),
    ],
)
def test_the_charset_of_the_transport_is_understood_and_never_latin_1(
    content_type: str | None, encoding: str | None
) -> None:
    assert said_charset(content_type) == encoding


def test_what_is_said_counts_before_what_could_be_guessed() -> None:
    assert detect_charset("ü".encode(), "text/plain; charset=Cp1252") == Charset("cp1252", "said")


def test_a_byte_order_mark_contradicting_the_transport_wins() -> None:
    assert detect_charset(b"\xef\xbb\xbfsku", "text/plain; charset=Cp1252") == Charset("utf-8-sig", "bom")


def test_a_byte_order_mark_counts_before_the_bytes() -> None:
    assert detect_charset("\ufeffsku\t".encode("utf-16-le")).encoding == "utf-16"
    assert detect_charset("\ufeffsku\t".encode("utf-16-be")).encoding == "utf-16"


def test_strict_utf_8_counts_before_any_code_page() -> None:
    assert detect_charset("Größe – Maß".encode()) == Charset("utf-8-sig", "utf8")


def test_what_is_not_utf_8_is_cp932_in_japan_and_cp1252_elsewhere() -> None:
    assert detect_charset("出品者SKU".encode("cp932"), japanese=True).encoding == "cp932"
    assert detect_charset(b"Rug \x96 Mat").encoding == "cp1252"


def test_a_character_cut_at_the_end_of_the_head_is_forgiven() -> None:
    assert is_utf8("aü".encode()[:-1], complete=False)
    assert not is_utf8("aü".encode()[:-1], complete=True)


@pytest.mark.parametrize("japanese", [False, True])
def test_a_foreign_byte_far_below_the_head_changes_the_guess(japanese: bool) -> None:
    tail = "ビ".encode("cp932") if japanese else b"\x96"
    data = b"a,b\n" * 600_000 + tail
    settled = settle_charset(data, Charset("utf-8-sig", "utf8"), japanese=japanese)
    assert settled.encoding == ("cp932" if japanese else "cp1252")


def test_a_utf_8_character_across_two_blocks_stays_utf_8() -> None:
    data = b"a" * ((1 << 20) - 1) + "é".encode() + b"a" * 10
    assert settle_charset(data, Charset("utf-8-sig", "utf8")).encoding == "utf-8-sig"


def test_a_stated_encoding_that_does_not_hold_is_refused_with_its_place() -> None:
    with pytest.raises(FileProblem) as caught:
        settle_charset(b"a\nb\n\xe9\n", Charset("utf-8-sig", "said"))
    assert caught.value.code == "wrong_encoding"
    assert caught.value.params["encoding"] == "utf-8-sig"


def test_bytes_that_cp1252_leaves_undefined_do_not_lose_the_file() -> None:
    charset = Charset("cp1252", "fallback")
    assert b"a\x81\x96".decode(charset.encoding, charset.errors) == "a\x81–"
