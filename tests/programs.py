"""Programs that fill in a form and save it, none of which had a part in making it: what people have at home.

pypdf; pdfium, which is in Chrome and Edge; pdf.js, which is in Firefox; poppler, which is in Evince and Okular.
`values` are as `intake.paper.boxes.filled` gives them: a text, "on" for a box, the code of a button in a group.
"""

import base64
import ctypes
import io
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c
from playwright.sync_api import sync_playwright
from pypdf import PdfWriter

PDF_JS = Path("/usr/share/javascript/pdf/build")
Values = Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """Where a field or one of its buttons is. `state` is what a button stands for, empty for a text."""

    page: int
    left: float
    low: float
    right: float
    high: float
    name: str
    state: str

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.low + self.high) / 2

    def is_meant(self, values: Values) -> bool:
        return self.state in {"", values.get(self.name, "-")} and bool(values.get(self.name))


def places(form: bytes) -> list[Place]:
    found = []
    with pikepdf.open(io.BytesIO(form)) as paper:
        for number, page in enumerate(paper.pages):
            for one in page.Annots:
                name = str(one.T if "/T" in one else one.Parent.T)
                states = [key[1:] for key in one.AP.N.keys() if key != "/Off"] if "/AS" in one else [""]  # noqa: SIM118 - no mapping of Python
                across, down = (sorted(float(one.Rect[at]) for at in pair) for pair in ((0, 2), (1, 3)))
                found.append(Place(number, across[0], down[0], across[1], down[1], name, states[0]))
    return found


def pypdf(form: bytes, values: Values) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(form))
    ticks = {one.name for one in places(form) if one.state}
    for page in writer.pages:
        fields: Any = page["/Annots"]
        there = {str(one.get_object().get("/T") or one.get_object()["/Parent"]["/T"]) for one in fields}
        given = {name: f"/{one}" if name in ticks else one for name, one in values.items() if name in there}
        writer.update_page_form_field_values(page, given, auto_regenerate=False)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def pdfium(form: bytes, values: Values) -> bytes:
    """As somebody does it in a browser: a click into the field, then typing; a click on the box."""
    paper = pypdfium2.PdfDocument(form)
    paper.init_forms()
    env = paper.formenv.raw
    for one in (one for one in places(form) if one.is_meant(values)):
        page = paper[one.page]
        x, y = one.middle
        for act in (pdfium_c.FORM_OnMouseMove, pdfium_c.FORM_OnLButtonDown, pdfium_c.FORM_OnLButtonUp):
            act(env, page.raw, 0, x, y)
        if not one.state:
            text = (values[one.name] + "\0").encode("utf-16-le")
            letters = ctypes.cast(ctypes.create_string_buffer(text), ctypes.POINTER(ctypes.c_ushort))
            pdfium_c.FORM_ReplaceSelection(env, page.raw, letters)
        pdfium_c.FORM_ForceToKillFocus(env)
    made = io.BytesIO()
    paper.save(made)
    paper.close()
    return made.getvalue()


def pdf_js(form: bytes, values: Values) -> bytes:
    """In a thread of its own: a loop of events runs there, beside which Django would not be called."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(_in_browser, form, dict(values)).result()


SAVE = """async ([form, values]) => {
    const bytes = Uint8Array.from(atob(form), (one) => one.charCodeAt(0));
    const paper = await pdfjsLib.getDocument({data: bytes, isEvalSupported: false}).promise;
    const fields = await paper.getFieldObjects();
    for (const [name, value] of Object.entries(values)) {
        for (const one of fields[name].filter((one) => one.id)) {
            if (one.type === "text") {
                paper.annotationStorage.setValue(one.id, {value});
            } else if (one.exportValues) {
                paper.annotationStorage.setValue(one.id, {value: one.exportValues === value});
            }
        }
    }
    const saved = await paper.saveDocument();
    let text = "";
    saved.forEach((one) => { text += String.fromCharCode(one); });
    return btoa(text);
}"""


def _in_browser(form: bytes, values: dict[str, str]) -> bytes:
    with sync_playwright() as started:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=sandbox)
        page = browser.new_page()
        page.set_default_timeout(120_000)
        for name in ("pdf.worker.js", "pdf.js"):
            page.add_script_tag(path=PDF_JS / name)
        saved: str = page.evaluate(SAVE, [base64.b64encode(form).decode(), values])
        browser.close()
    return base64.b64decode(saved)


def poppler(form: bytes, values: Values) -> bytes:
    library = _poppler()
    with TemporaryDirectory() as folder:
        path, saved = Path(folder) / "form.pdf", Path(folder) / "saved.pdf"
        path.write_bytes(form)
        paper = library.poppler_document_new_from_file(path.as_uri().encode(), None, None)
        for number in sorted({one.page for one in places(form)}):
            meant = [one for one in places(form) if one.page == number and one.is_meant(values)]
            page = library.poppler_document_get_page(paper, number)
            for area, field in _mapped(library.poppler_page_get_form_field_mapping(page)):
                x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
                for one in (one for one in meant if one.left < x < one.right and one.low < y < one.high):
                    if one.state:
                        library.poppler_form_field_button_set_state(field, 1)
                    else:
                        library.poppler_form_field_text_set_text(field, values[one.name].encode())
        assert library.poppler_document_save(paper, saved.as_uri().encode(), None)
        return saved.read_bytes()


class _Mapping(ctypes.Structure):
    _fields_ = (("area", ctypes.c_double * 4), ("field", ctypes.c_void_p))


class _Row(ctypes.Structure):
    pass


_Row._fields_ = (("data", ctypes.POINTER(_Mapping)), ("next", ctypes.POINTER(_Row)), ("prev", ctypes.POINTER(_Row)))


def _mapped(row: Any) -> Iterator[tuple[list[float], int]]:
    while row:
        one = row.contents.data.contents
        yield list(one.area), one.field
        row = row.contents.next


def _poppler() -> Any:
    library = ctypes.CDLL("libpoppler-glib.so.8")
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, gives, takes in (
        ("poppler_document_new_from_file", pointer, [text, text, pointer]),
        ("poppler_document_get_page", pointer, [pointer, number]),
        ("poppler_page_get_form_field_mapping", ctypes.POINTER(_Row), [pointer]),
        ("poppler_form_field_button_set_state", None, [pointer, number]),
        ("poppler_form_field_text_set_text", None, [pointer, text]),
        ("poppler_document_save", number, [pointer, text, pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = gives, takes
    return library


PROGRAMS: dict[str, Callable[[bytes, Values], bytes]] = {
    "pypdf": pypdf, "pdfium": pdfium, "pdf.js": pdf_js, "poppler": poppler,
}  # fmt: skip
