"""Decides what a number written by people and spreadsheets of any country means, exactly, or refuses it."""

import re
import unicodedata
from decimal import Decimal

from shared.files.problems import CellProblem

_SIGNS = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d]")
_CURRENCY = "USD|EUR|GBP|JPY|CNY|RMB|CAD|AUD|MXN|BRL|INR|SEK|PLN|TRY|AED|SAR|EGP|ZAR|SGD|HKD|KRW|TWD"
_SYMBOLS = "[$€£¥₹₺₽元円]"
_MONEY_MARKS = re.compile(
    rf"^(?:[A-Z]{{0,3}}{_SYMBOLS}|Rs\.?|kr|zł|TL|R|{_CURRENCY})|(?:{_SYMBOLS}|kr|zł|TL|{_CURRENCY})$"
)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_SPACED_GROUPS = re.compile(r"(?<=[0-9])[ '’](?=[0-9]{3}(?![0-9]))")
_MAX_DIGITS = 30


def _bare(text: str, *, is_count: bool = False) -> tuple[str, bool]:
    """Digits and marks without sign, spaces and (unless it counts things) currency; whether it is negative."""
    plain = _SIGNS.sub("-", unicodedata.normalize("NFKC", text)).strip()
    sign = ""
    for _ in range(2):
        if not sign and plain.startswith(("-", "+")):
            sign, plain = plain[0], plain[1:].strip()
        elif not sign and plain.endswith("-"):
            sign, plain = "-", plain[:-1].strip()
        if not is_count:
            plain = _MONEY_MARKS.sub("", plain).strip()
    return _SPACED_GROUPS.sub("", plain), sign == "-"


def _normal(body: str, *, decimal_comma: bool) -> str | None:
    """The number with a dot as its only mark, or None when it cannot be told."""
    if _PLAIN.fullmatch(body):
        return body
    dots, commas = body.count("."), body.count(",")
    if dots and commas:
        if body.rfind(",") > body.rfind("."):  # 17.510,95
            body = body.translate(_SWAP)
        whole, _, fraction = body.rpartition(".")
        grouped = _GROUPED.fullmatch(whole) and fraction.isdigit()
        return body.replace(",", "") if grouped else None
    if commas == 1:
        whole, _, fraction = body.partition(",")
        is_decimal = fraction.isdigit() and (decimal_comma or len(fraction) <= 2)
        if is_decimal and (whole.isdigit() or not whole):
            return f"{whole or '0'}.{fraction}"
    if dots > 1:  # 1.234.567
        body = body.translate(_SWAP)
    if _GROUPED.fullmatch(body) and not body.startswith("0"):
        return body.replace(",", "")
    return None


_SWAP = str.maketrans(",.", ".,")


def read_decimal(text: str, *, decimal_comma: bool = False) -> Decimal:
    """An exact number: `1,356` is 1356, `12,50` is 12.5, `17.510,95 €` is 17510.95, `$0.00` is 0.

    A single comma with one or two digits after it is the decimal mark; `decimal_comma` makes it one whatever
    follows, for files of our own whose cells are parted by semicolons. Raises CellProblem `bad_number`.
    """
    if len(text) <= _MAX_DIGITS and _PLAIN.fullmatch(text):
        return Decimal(text)
    body, negative = _bare(text)
    value = _exact(body, decimal_comma=decimal_comma)
    return -value if negative else value


def _exact(body: str, *, decimal_comma: bool) -> Decimal:
    normal = _normal(body, decimal_comma=decimal_comma) if body.isascii() else None
    if normal is None or len(normal) > _MAX_DIGITS:
        raise CellProblem("bad_number", "This is not a number that can be read without guessing.")
    return Decimal(normal)


def read_integer(text: str, *, decimal_comma: bool = False) -> int:
    """A whole number of things, `25.0` and `1,356` included; with `decimal_comma` also `1.356`; `$5` is none.

    Raises CellProblem `bad_number` or `not_whole`.
    """
    body, negative = _bare(text, is_count=True)
    dotted = body.translate(_SWAP)
    if decimal_comma and _GROUPED.fullmatch(dotted) and not dotted.startswith("0"):
        body = dotted
    if _GROUPED.fullmatch(body) and not body.startswith("0"):
        value = Decimal(body.replace(",", ""))
    else:
        value = _exact(body, decimal_comma=decimal_comma)
    if value != value.to_integral_value():
        raise CellProblem("not_whole", "A whole number is needed here.")
    return -int(value) if negative else int(value)


def read_percent(text: str, *, decimal_comma: bool = False) -> Decimal:
    """A percentage as a ratio: `92.30%` is 0.9230; the sign may be missing, the scale is 0-100 all the same."""
    body = unicodedata.normalize("NFKC", text).strip().removesuffix("%").strip()
    return read_decimal(body, decimal_comma=decimal_comma) / 100


def read_ratio(text: str, *, decimal_comma: bool = False) -> Decimal:
    """A ratio: `0.15` and `15%` are the same. Without the sign the scale is 0-1."""
    if unicodedata.normalize("NFKC", text).strip().endswith("%"):
        return read_percent(text, decimal_comma=decimal_comma)
    return read_decimal(text, decimal_comma=decimal_comma)
