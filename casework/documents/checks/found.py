"""What a file is, by its first bytes, and what stands in it that belongs to another kind of file."""

import re

PDF, JPEG, PNG, HEIC, DOCX = (
    "application/pdf", "image/jpeg", "image/png", "image/heic",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)  # fmt: skip
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc"})
# Kinds that people do send, and that are not taken: each has its own words.
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "gif"), (b"BM", "bitmap"), (b"II*\0", "tiff"), (b"MM\0*", "tiff"), (b"\xd0\xcf\x11\xe0", "old_office"),
    (b"{\\rtf", "rtf"), (b"MZ", "program"), (b"\x7fELF", "program"), (b"#!", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"), (b"\x1f\x8b", "archive"), (b"%!PS", "postscript"),
)  # fmt: skip
STARTS = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
WEB = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|script|svg|\?xml|!--)", re.IGNORECASE)
# In no picture of a camera; in a file that is to be taken for two kinds at once, yes.
FOREIGN = re.compile(rb"<\?php|<script|<html|<!doctype|<svg|%PDF-1|<iframe", re.IGNORECASE)
ZIP_END, ZIP_REACH = b"PK\x05\x06", 66_000  # where the directory of an archive ends, counted from behind


def kind(content: bytes) -> tuple[str, str]:
    """The media type of what is taken; else none, and the code of why it is not."""
    if not content.strip(b"\0 \t\r\n"):
        return "", "empty"
    known = next((media_type for start, media_type in STARTS if content.startswith(start)), "")
    if known:
        return known, ""
    if content[4:8] == b"ftyp":
        return _of_film(content[8:12])
    if content.startswith(b"PK\x03\x04"):
        is_word = b"[Content_Types].xml" in content and b"word/" in content
        return (DOCX, "") if is_word else ("", "archive")
    return "", _other(content)


def _of_film(brand: bytes) -> tuple[str, str]:
    if brand in HEIC_BRANDS:
        return HEIC, ""
    return "", "webp" if brand in {b"avif", b"avis"} else "video"


def _other(content: bytes) -> str:
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if WEB.match(content[:1024]):
        return "web_page"
    if b"%PDF-" in content[:4096]:
        return "two_in_one"  # some readers look for the beginning further down
    return next((code for start, code in OTHERS if content.startswith(start)), "unknown")


def ends_as_archive(content: bytes) -> bool:
    """Whether a program that opens archives would open it."""
    return ZIP_END in content[-ZIP_REACH:]


def holds_foreign(content: bytes) -> bool:
    """Whether something in it is of the web, or a PDF."""
    return FOREIGN.search(content) is not None
