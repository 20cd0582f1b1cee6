"""Forms for many people as one file to print: a list in front, then the pages of each form, without fields.

Files with fields are never put together: fields of one name would become one field. So what a field shows is drawn on
its page, and its tag says what kind of field it was, for whoever has the file read aloud. Forms of one layout share
what they have in common. Each begins on a sheet of its own when both sides are printed.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Page, String

from casework.documents.inking import Pen, drawn, pen_of
from casework.documents.marks import CODE, HIGH, LETTERS, SQUARE
from casework.documents.slimming import is_tag, kids_of
from casework.documents.stamping import draw_square, is_text, letters, said, size_of

ON_PAPER = {"text": Name.tv, "tick": Name.cb, "pick": Name.rb}  # roles of printed fields (ISO 32000-1, 14.8.5.6)
OF_PLACE = frozenset({"/P", "/Pg", "/K"})
OF_PAGE = frozenset({"/Parent", "/Resources", "/Annots", "/StructParents", "/Tabs"})


@dataclass(frozen=True)
class Field:
    """What a layout has in the place of a field: where, and how it looks in each of its states."""

    name: str
    page: int
    left: float
    low: float
    size: tuple[float, float]
    kind: str
    states: Any
    tip: str


class Layout:
    """A form that was laid out, its fields taken off its pages."""

    def __init__(self, form: bytes) -> None:
        self.file = pikepdf.open(io.BytesIO(form))
        self.fields: dict[tuple[int, int], Field] = {}
        self.numbers: dict[tuple[int, int], int] = {}
        parents = _numbered(self.file.Root.StructTreeRoot.ParentTree)
        self.pieces: list[int] = []  # how many of each page are tagged
        self.pen = pen_of(self.file)
        for number, page in enumerate(self.file.pages):
            self.numbers[page.obj.objgen] = number
            self.pieces.append(len(parents[int(page.StructParents)]))
            for one in page.get("/Annots", []):
                self.fields[one.objgen] = _field(one, number)
            if "/Annots" in page:
                del page["/Annots"]


def _field(one: Any, page: int) -> Field:
    top = one.get("/Parent", one)
    kind = "text" if is_text(top) else "pick" if "/Parent" in one else "tick"
    left, low = (min(map(float, (one.Rect[at], one.Rect[at + 2]))) for at in (0, 1))
    tip = str(one.get("/TU", top.get("/TU", "")))
    return Field(str(top.T), page, left, low, size_of(one), kind, None if kind == "text" else one.AP.N, tip)


@dataclass
class _Sheet:
    """A page of a form that is being filled: what is drawn on it, and the tag that holds each of its pieces."""

    page: Any
    holders: list[Any]
    lines: list[str] = field(default_factory=list)

    def draw(self, piece: Any, where: Field) -> int:
        """Draws what a field shows; the number of that piece."""
        number, name = len(self.holders), Name(f"/F{len(self.holders)}")
        self.holders.append(None)
        self.page.Resources.XObject[name] = piece
        self.lines.append(f"/Form <</MCID {number}>> BDC q 1 0 0 1 {where.left:.2f} {where.low:.2f} cm {name} Do Q EMC")
        return number


class Pile:
    """A file that grows by one form after the other. What it begins with is a paper of ours."""

    def __init__(self, front: bytes) -> None:
        self.paper = pikepdf.open(io.BytesIO(front))
        self._tree: Any = self.paper.Root.StructTreeRoot
        self._next = max(_numbered(self._tree.ParentTree), default=-1) + 1
        self._turn_over()

    @property
    def pages(self) -> int:
        return len(self.paper.pages)

    def add(self, form: Layout, code: str, *, named: str, about: str, values: Mapping[str, str]) -> None:
        """Adds a form under its code, with `values` as `stamping.stamped` takes them. Raises a PaperError."""
        filled = _Filled(self.paper, form, self._copied(form, code), values)
        filled.draw(named, about)
        whole = kids_of(self._tree)[0]
        part = filled.tagged(kids_of(form.file.Root.StructTreeRoot)[0], whole)
        part.S, part.Lang = Name.Part, form.file.Root.Lang
        whole.K = Array([*kids_of(whole), part])
        for sheet in filled.sheets:
            sheet.page.StructParents = self._next
            self._tree.ParentTree.Nums.extend([self._next, self.paper.make_indirect(Array(sheet.holders))])
            self._next += 1
        self._turn_over()

    def written(self) -> bytes:
        """The whole file."""
        self._tree.ParentTreeNextKey = self._next
        made = io.BytesIO()
        self.paper.save(made, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
        return made.getvalue()

    def _turn_over(self) -> None:
        if self.pages % 2:
            _left, _low, wide, tall = map(float, self.paper.pages[-1].mediabox)
            self.paper.add_blank_page(page_size=(wide, tall))

    def _copied(self, form: Layout, code: str) -> list[_Sheet]:
        """The pages of the form at the end of the file, with this code; of the rest they share all."""
        below = self._empty(SQUARE, HIGH)
        below.write(letters(code))
        sheets = []
        for number, (page, pieces) in enumerate(zip(form.file.pages, form.pieces, strict=True), start=1):
            square = self._empty(1, 1)
            draw_square(square, code, number)
            # Made anew from the layout: qpdf would hand out the same copy again, with what was drawn on it meanwhile.
            same = {key: own(self.paper, value) for key, value in page.obj.items() if key not in OF_PAGE}
            resources = {key: own(self.paper, value, part=True) for key, value in page.Resources.items()}
            made = Dictionary(same | {"/Resources": Dictionary(resources)})
            made.Resources.XObject[CODE], made.Resources.XObject[LETTERS] = square, below
            self.paper.pages.append(Page(self.paper.make_indirect(made)))
            sheets.append(_Sheet(self.paper.pages[-1], [None] * pieces))
        return sheets

    def _empty(self, wide: float, tall: float) -> Any:
        return self.paper.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, wide, tall]))


class _Filled:
    """A form that is being filled on its sheets."""

    def __init__(self, paper: pikepdf.Pdf, form: Layout, sheets: list[_Sheet], values: Mapping[str, str]) -> None:
        self.paper, self.form, self.sheets, self.values = paper, form, sheets, values
        self.seen: dict[tuple[int, int], int] = {}  # by field, the number of what is drawn in its place

    def draw(self, named: str, about: str) -> None:
        """Draws what each field shows. On a line where nothing stands nothing is drawn."""
        lines = {one.name: one.size for one in self.form.fields.values() if one.kind == "text"}
        texts = {name: self.values[name] for name in lines if self.values.get(name)}
        pen = self.form.pen and Pen(self.form.pen.name, self.paper.copy_foreign(self.form.pen.resources))
        pieces = drawn(self.paper, pen, lines, texts)
        pieces[named] = said(self.paper, about, lines[named])
        for key, one in self.form.fields.items():
            if one.kind != "text":
                state = Name("/" + self.values[one.name]) if _is_on(one, self.values) else Name.Off
                self.seen[key] = self.sheets[one.page].draw(self.paper.copy_foreign(one.states[state]), one)
            elif one.name in pieces:
                self.seen[key] = self.sheets[one.page].draw(pieces[one.name], one)
        for sheet in self.sheets:
            over = self.paper.make_stream("\n".join(sheet.lines).encode())
            sheet.page.Contents = Array([sheet.page.Contents, over])

    def tagged(self, tag: Any, into: Any) -> Any:
        """A tag of the form with all that it holds, of these sheets."""
        made = self._alike(tag, into)
        at = self.form.numbers[tag.Pg.objgen] if "/Pg" in tag else None
        held: list[Any] = []
        for kid in kids_of(tag):
            if is_tag(kid):
                held.append(self.tagged(kid, made))
                continue
            where, number = self._place(kid, at)
            if where is None or number is None:
                continue
            at = where if at is None else at
            self.sheets[where].holders[number] = made
            page = self.sheets[where].page.obj
            held.append(number if where == at else Dictionary(Type=Name.MCR, Pg=page, MCID=number))
        if at is not None:
            made.Pg = self.sheets[at].page.obj
        if held:
            made.K = held[0] if len(held) == 1 else Array(held)
        return made

    def _alike(self, tag: Any, into: Any) -> Any:
        """A tag that says the same, and of a field that it is ink now."""
        made: Any = self.paper.make_indirect(Dictionary(P=into))
        for key, value in tag.items():
            if key not in OF_PLACE:
                made[key] = own(self.paper, value)
        for kid in kids_of(tag):
            if _is_field(kid):
                made.A = self._printed(self.form.fields[kid.Obj.objgen])
        return made

    def _place(self, kid: Any, at: int | None) -> tuple[int | None, int | None]:
        """On which sheet a piece is that a tag holds, and its number there."""
        if isinstance(kid, int):
            return at, kid
        if _is_field(kid):
            return self.form.fields[kid.Obj.objgen].page, self.seen.get(kid.Obj.objgen)
        return self.form.numbers[kid.Pg.objgen] if "/Pg" in kid else at, int(kid.MCID)

    def _printed(self, one: Field) -> Dictionary:
        found = Dictionary(O=Name.PrintField, Role=ON_PAPER[one.kind], Desc=String(one.tip))
        if one.kind != "text":
            found["/checked"] = Name.on if _is_on(one, self.values) else Name.off
        return found


def _is_field(kid: Any) -> bool:
    return isinstance(kid, Dictionary) and "/Obj" in kid


def _is_on(one: Field, values: Mapping[str, str]) -> bool:
    return one.states is not None and bool(values.get(one.name)) and Name("/" + values[one.name]) in one.states


def _numbered(tree: Any) -> dict[int, Any]:
    numbers = tree.get("/Nums", [])
    return {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}


def own(paper: pikepdf.Pdf, value: Any, *, part: bool = False) -> Any:
    """A value of another file as one of this; `part` where it may be changed here, and so is no object of its own."""
    if not isinstance(value, pikepdf.Object):
        return value
    if value.is_indirect and not part:
        return paper.copy_foreign(value)
    if isinstance(value, Dictionary) and not isinstance(value, pikepdf.Stream):
        return Dictionary({key: own(paper, each) for key, each in value.items()})
    return Array([own(paper, each) for each in value]) if isinstance(value, Array) else value
