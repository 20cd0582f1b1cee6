"""A PDF written small: the objects of a form are alike, and are packed a thousand at a time.

qpdf puts at most a hundred of them into a stream, each of which is compressed as if nothing had come before it; for a
whole form that costs 30 KB. What is compressed already is kept as it is, so that a form is stamped in little time.
"""

import io
import zlib
from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import ObjectStreamMode, StreamDecodeLevel

AT_ONCE = 1_000
BEST = 9
UP = 2  # a line of the table is written as what differs from the one above it
PACKED, PLAIN = 2, 1  # how the table says where an object is: in a stream of others, or at a byte


def packed(paper: pikepdf.Pdf) -> bytes:
    """The file without what nothing points at; the same bytes for the same content."""
    written = io.BytesIO()
    paper.save(
        written, object_stream_mode=ObjectStreamMode.disable, stream_decode_level=StreamDecodeLevel.none,
        compress_streams=False, deterministic_id=True,
    )  # fmt: skip
    with pikepdf.open(written) as whole:
        return _written(whole)


def _written(whole: pikepdf.Pdf) -> bytes:
    made = bytearray(b"%%PDF-%b\n%%\xbf\xf7\xa2\xfe\n" % whole.pdf_version.encode())
    objects = sorted((one.objgen[0], one) for one in whole.objects)
    table: dict[int, tuple[int, int, int]] = {0: (0, 0, 65_535)}
    plain = [(number, one) for number, one in objects if not isinstance(one, pikepdf.Stream)]
    for number, one in objects:
        if isinstance(one, pikepdf.Stream):
            table[number] = (PLAIN, len(made), 0)
            made += _object(number, *_smaller(one))
    last = objects[-1][0]
    for start in range(0, len(plain), AT_ONCE):
        last += 1
        some = plain[start : start + AT_ONCE]
        table |= {number: (PACKED, last, at) for at, (number, _one) in enumerate(some)}
        table[last] = (PLAIN, len(made), 0)
        made += _object(last, *_together(some))
    last, at = last + 1, len(made)
    table[last] = (PLAIN, at, 0)
    made += _object(last, *_table(whole, [table.get(number, (0, 0, 0)) for number in range(last + 1)]))
    return bytes(made + b"startxref\n%d\n%%%%EOF\n" % at)


def _object(number: int, said: bytes, content: bytes) -> bytes:
    head = b"%d 0 obj\n<<%b /Length %d>>\nstream\n" % (number, said, len(content))
    return head + content + b"\nendstream\nendobj\n"


def _smaller(one: Any) -> tuple[bytes, bytes]:
    """A stream's dictionary without its braces and length, and what stands in it."""
    content = one.read_raw_bytes()
    said = {key: value for key, value in one.stream_dict.items() if key != "/Length"}
    if "/Filter" not in said and len(shorter := zlib.compress(content, BEST)) + 20 < len(content):
        said["/Filter"], content = pikepdf.Name.FlateDecode, shorter
    return pikepdf.Dictionary(said).unparse().removeprefix(b"<<").removesuffix(b">>"), content


def _together(some: Sequence[tuple[int, Any]]) -> tuple[bytes, bytes]:
    places, body = [], bytearray()
    for number, one in some:
        places.append(b"%d %d" % (number, len(body)))
        body += one.unparse(resolved=True) + b"\n"
    first = b" ".join(places) + b"\n"
    said = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(some), len(first))
    return said, zlib.compress(first + body, BEST)


def _table(whole: pikepdf.Pdf, rows: Sequence[tuple[int, int, int]]) -> tuple[bytes, bytes]:
    """Where each object is, and what the file begins with."""
    lines = [kind.to_bytes(1) + at.to_bytes(4) + more.to_bytes(2) for kind, at, more in rows]
    changes = (
        bytes([UP, *((one - other) % 256 for one, other in zip(line, above, strict=True))])
        for line, above in zip(lines, [bytes(7), *lines], strict=False)
    )
    trailer: Any = whole.trailer
    begins = b" ".join(
        b"%b %b" % (key.encode(), trailer[key].unparse()) for key in ("/Root", "/Info", "/ID") if key in trailer
    )
    said = b"/Type /XRef /W [1 4 2] /Size %d %b /Filter /FlateDecode /DecodeParms <<%b>>"
    return said % (len(rows), begins, b"/Predictor 12 /Columns 7"), zlib.compress(b"".join(changes), BEST)
