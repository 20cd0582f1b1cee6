"""A form made small: what is drawn alike is kept once, and tags that say nothing are taken out of the tree.

WeasyPrint draws the mark of each box anew, and tags each line of each text: in a form with a thousand boxes that is
two thirds of the file.
"""

import io
import re
from typing import Any

import pikepdf
import zopfli.zlib
from pikepdf import Array, Dictionary, Name, Stream, String

from casework.documents import marks
from casework.documents.packing import packed

EMPTY = frozenset({"/Span", "/NonStruct", "/Div"})  # they say nothing of what stands in them
KERNED, LONG = re.compile(rb">0<"), re.compile(rb"(?<![\w.])(-?\d+\.\d\d)\d+(?![\w.])")
# The frame of a field: WeasyPrint fills what is between two rectangles.
NUMBERS = rb"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re\n"
# A line below a box: WeasyPrint fills what is between two rectangles, within a third one.
BELOW = re.compile(
    rb"q\n" + rb"\n".join([rb"([\d.]+) ([\d.]+) [ml]"] * 4) + rb"\nW\*\nn\n([\d. ]+) rg\n(?:[-\d. ]+ re\n){2}f\*\nQ\n"
)
FRAME = re.compile(rb"q\n(?:/a1\.0 gs\n)?(?:([\d.]+ [\d.]+ [\d.]+) rg\n)?" + NUMBERS + NUMBERS + rb"f\*\nQ\n")
TAGGED = re.compile(rb"/\w+\s<</MCID (\d+)>>\sBDC")
LETTERS, SPECIAL = re.compile(rb"<((?:[0-9a-f]{2})+)>"), re.compile(rb"[\\()]")
PLACE = re.compile(rb"^[-\d. ]+ (?:Tm|re(?: S)?)$", re.MULTILINE)
DECIMAL = re.compile(rb"-?\d+\.\d+")
INK = b"0.35 0.39 0.43"
ROUNDS = 3  # of looking for shorter ways to write a page: a fifteenth of it, for two seconds a form
KAPPA = 0.5523  # of a circle drawn with four curves
SAYS = ("/Lang", "/Alt", "/ActualText", "/E", "/A", "/ID")


def slim(whole: bytes) -> bytes:
    """The same form with fewer objects, packed."""
    with pikepdf.open(io.BytesIO(whole)) as paper:
        _marks(paper)
        tree = _Tree(paper.Root.StructTreeRoot)
        tree.flatten()
        for page in paper.pages:
            drawn = _untagged(page.Contents.read_bytes(), tree.outside.get(int(page.StructParents), set()))
            page.Contents = paper.make_stream(_shorter(drawn))
        paper.remove_unreferenced_resources()  # until then all pages have the same
        _press_fonts(paper)
        marks.make_room(paper)
        for page in paper.pages:
            page.Contents.write(
                zopfli.zlib.compress(page.Contents.read_bytes(), numiterations=ROUNDS), filter=Name.FlateDecode
            )
        return packed(paper)


def _press_fonts(paper: pikepdf.Pdf) -> None:
    """Fonts are a third of a form, and the same bytes take a thirtieth less."""
    for one in paper.objects:
        if isinstance(one, Dictionary) and not isinstance(one, Stream):
            for key in ("/FontFile2", "/FontFile3"):
                if key in one:
                    pressed = zopfli.zlib.compress(one[key].read_bytes(), numiterations=ROUNDS)
                    one[key].write(pressed, filter=Name.FlateDecode)


def _untagged(drawn: bytes, outside: set[int]) -> bytes:
    """Pieces that no tag of the tree holds, such as headers and footers, are marked as what is not read aloud."""
    return TAGGED.sub(lambda found: b"/Artifact\nBMC" if int(found[1]) in outside else found[0], drawn)


def _shorter(drawn: bytes) -> bytes:
    """Signs that follow each other without a gap are written as one; places are told to a tenth of a pixel."""
    shorter = FRAME.sub(_framed, KERNED.sub(b"", drawn).replace(b"BT\nET\n", b""))
    shorter = BELOW.sub(_below, shorter.replace(b"/a1.0 gs\n", b"")).replace(b"EMC\n/Artifact\nBMC\n", b"")
    shorter = PLACE.sub(lambda found: DECIMAL.sub(_tenth, found[0]), LONG.sub(rb"\1", shorter))
    return LETTERS.sub(_in_bytes, shorter)


def _tenth(found: re.Match[bytes]) -> bytes:
    """Seen from a page, a tenth of a pixel is nothing."""
    return f"{float(found[0]):.1f}".removesuffix(".0").encode()


def _below(found: re.Match[bytes]) -> bytes:
    """The line itself."""
    across, down = (sorted({float(one) for one in found.groups()[at:8:2]}) for at in (0, 1))
    if len(across) != 2 or len(down) != 2:
        return found[0]
    place = f"{across[0]:.1f} {down[0]:.1f} {across[1] - across[0]:.1f} {down[1] - down[0]:.2f}"
    return b"q\n%b rg\n%b re\nf\nQ\n" % (found[9], place.encode())


def _in_bytes(found: re.Match[bytes]) -> bytes:
    """Letters in a byte for each byte instead of two."""
    letters = bytes.fromhex(found[1].decode())
    return b"(%b)" % SPECIAL.sub(rb"\\\g<0>", letters).replace(b"\r", rb"\r")


def _framed(found: re.Match[bytes]) -> bytes:
    """The line in the middle between two rectangles."""
    inner, outer = (tuple(map(float, found.groups()[at : at + 4])) for at in (1, 5))
    if inner[2] < outer[2] or inner[3] < outer[3]:
        inner, outer = outer, inner
    middle = " ".join(f"{(one + other) / 2:.2f}" for one, other in zip(inner, outer, strict=True))
    wide = abs(outer[0] - inner[0])
    return b"q\n%b RG %.2f w\n%b re S\nQ\n" % (found[1] or INK, wide, middle.encode())


def _marks(paper: pikepdf.Pdf) -> None:
    """Boxes and circles to mark, each drawn once for the whole file, empty and marked."""
    kept: dict[tuple[bool, bool, str], Any] = {}
    for page in paper.pages:
        for field in page.get("/Annots", []):
            _tidy(field)
            states = field.AP.get("/N") if "/AP" in field else None
            if not isinstance(states, Dictionary) or isinstance(states, Stream):
                continue
            left, low, right, high = map(float, field.Rect)
            wide, tall = round(abs(right - left), 1), round(abs(high - low), 1)
            is_round = "/Parent" in field
            for state in [*states.keys(), "/Off"]:
                is_on = state != "/Off"
                key = (is_round, is_on, f"{wide:.1f} {tall:.1f}")
                if key not in kept:
                    kept[key] = _mark(paper, wide, tall, is_round=is_round, is_on=is_on)
                states[state] = kept[key]


def _tidy(field: Any) -> None:
    """Without what says nothing, and with names in a byte for each letter where that does."""
    for said in (field, field.get("/Parent", field)):
        if "/TU" in said:
            said.TU = String(str(said.TU))
        if "/DA" in said:
            said.DA = String(LONG.sub(rb"\1", bytes(said.DA)).replace(b"/a1.0 gs ", b"").decode())
    field.Rect = Array([round(float(one), 1) for one in field.Rect])
    for name in ("/MK", "/Border", "/Type", *(["/V"] if str(field.get("/V", "")) in {"", "/Off"} else [])):
        if name in field:
            del field[name]


def _mark(paper: pikepdf.Pdf, wide: float, tall: float, *, is_round: bool, is_on: bool) -> Any:
    edge = 0.35
    if is_round:
        drawn = _circle(wide / 2, tall / 2, wide / 2 - edge) + " S"
        drawn += f" {_circle(wide / 2, tall / 2, wide / 4)} f" if is_on else ""
    else:
        drawn = f"{edge} {edge} {wide - 2 * edge:.2f} {tall - 2 * edge:.2f} re S"
        inner = (0.22 * wide, 0.78 * wide, 0.22 * tall, 0.78 * tall)
        left, right, low, high = (f"{one:.2f}" for one in inner)
        drawn += f" 1.2 w {left} {low} m {right} {high} l {left} {high} m {right} {low} l S" if is_on else ""
    stream = paper.make_stream(f"q {INK.decode()} RG 0.11 0.14 0.16 rg 0.7 w {drawn} Q".encode())
    stream.Type, stream.Subtype = Name.XObject, Name.Form
    stream.BBox = Array([0, 0, round(wide, 2), round(tall, 2)])
    return stream


def _circle(x: float, y: float, radius: float) -> str:
    far = KAPPA * radius
    corners = [(1, 0), (0, 1), (-1, 0), (0, -1)]
    path = f"{x + radius:.2f} {y:.2f} m"
    for (fx, fy), (tx, ty) in zip(corners, corners[1:] + corners[:1], strict=True):
        points = (
            (x + radius * fx + far * tx, y + radius * fy + far * ty),
            (x + radius * tx + far * fx, y + radius * ty + far * fy), (x + radius * tx, y + radius * ty),
        )  # fmt: skip
        path += " " + " ".join(f"{one:.2f} {two:.2f}" for one, two in points) + " c"
    return path


class _Tree:
    """The tags of a file, and by which of them each piece of a page is held."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.moved: dict[tuple[int, int], Any] = {}  # a tag that is gone, and what holds its pieces now
        self.kept: set[tuple[int, int]] = set()
        self.outside: dict[int, set[int]] = {}  # pieces of pages, by number, that no tag holds

    def flatten(self) -> None:
        waiting = [one for one in kids_of(self.tree) if is_tag(one)]
        while waiting:
            tag = waiting.pop()
            self.kept.add(tag.objgen)
            kids = self._lifted(tag, tag)
            tag.K = kids[0] if len(kids) == 1 else Array(kids)
            if "/Type" in tag:
                del tag["/Type"]
            waiting += [one for one in kids_of(tag) if is_tag(one)]
        self._repoint(self.tree.ParentTree)

    def _lifted(self, tag: Any, into: Any) -> list[Any]:
        """What a tag holds, with what empty tags hold in their place."""
        found: list[Any] = []
        for kid in kids_of(tag):
            if is_tag(kid):
                if str(kid.S) in EMPTY and not any(key in kid for key in SAYS) and not _is_block(kid, into):
                    self.moved[kid.objgen] = into
                    found += self._lifted(kid, into)
                else:
                    kid.P = into
                    found.append(kid)
            elif isinstance(kid, int):
                page = tag.get("/Pg")
                same = page is None or (into.get("/Pg") is not None and into.Pg.objgen == page.objgen)
                if not same and "/Pg" not in into:
                    into.Pg, same = page, True
                found.append(kid if same else Dictionary(Type=Name.MCR, Pg=page, MCID=kid))
            else:
                # a direct dictionary takes a fifth of what an object of its own does
                found.append(
                    Dictionary({k: v for k, v in kid.items() if k != "/Pg"}) if isinstance(kid, Dictionary) else kid
                )
        return found

    def _repoint(self, node: Any) -> None:
        for kid in node.get("/Kids", []):
            self._repoint(kid)
        numbers = node.get("/Nums", [])
        for at in range(1, len(numbers), 2):
            if isinstance(numbers[at], Array):
                numbers[at] = Array([self._piece(numbers[at - 1], mark, one) for mark, one in enumerate(numbers[at])])
            else:
                numbers[at] = self._holder(numbers[at])

    def _piece(self, page: int, mark: int, tag: Any) -> Any:
        held = self._holder(tag)
        if held is None:
            self.outside.setdefault(int(page), set()).add(mark)
        return held

    def _holder(self, tag: Any) -> Any:
        """What holds the pieces of a tag, which may be gone; None where nothing in the tree does."""
        held = self.moved.get(tag.objgen, tag) if isinstance(tag, Dictionary) else None
        return held if held is not None and held.objgen in self.kept else None


def kids_of(tag: Any) -> list[Any]:
    kids = tag.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def is_tag(one: Any) -> bool:
    return isinstance(one, Dictionary) and "/S" in one


def _is_block(tag: Any, into: Any) -> bool:
    """Whether taking it out would leave pieces of text directly in what may hold none."""
    return str(tag.S) == "/Div" and any(not is_tag(one) for one in kids_of(tag))
