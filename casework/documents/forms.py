"""What WeasyPrint 70 gets wrong in the fields of a form, put right before the file is written.

A button of a group has no name of its own, and its state is the code of the answer; fields from right to left are
aligned so; nothing asks a program to draw the answers anew. The tooltip of a field is its `title`, of a group its
`data-group`.
"""

from collections.abc import Iterator
from typing import Any

import pydyf


def complete(document: Any, pdf: pydyf.PDF) -> None:
    """Completes the fields of a PDF that is about to be written."""
    form = pdf.catalog.get("AcroForm")
    if form is None:
        return
    form.pop("NeedAppearances", None)
    by_reference = {one.reference: one for one in pdf.objects if isinstance(one, pydyf.Dictionary)}
    buttons = set()
    for element, field in _fields(document):
        if element.get("type") == "radio":
            _button(element, field, by_reference[field["Parent"]])
            buttons.add(field.reference)
        elif field.get("FT") == "/Tx":
            field["V"] = pydyf.String("")
            if element.get("readonly") is not None:
                field["Ff"] = int(field.get("Ff", 0)) | 1
            if element.get("dir") == "rtl":
                field["Q"] = 2
        if element.get("data-language"):
            field["Lang"] = pydyf.String(element.get("data-language"))
    form["Fields"] = pydyf.Array([one for one in form["Fields"] if one not in buttons])


def _button(element: Any, field: pydyf.Dictionary, group: pydyf.Dictionary) -> None:
    for key in ("T", "Border"):
        field.pop(key, None)
    state = element.get("value")
    field["AP"]["N"] = pydyf.Dictionary({state: next(iter(field["AP"]["N"].values()))})
    field["AS"] = "/Off"
    group["TU"] = pydyf.String(element.get("data-group", ""))
    group.pop("Opt", None)


def _fields(document: Any) -> Iterator[tuple[Any, pydyf.Dictionary]]:
    for page in document.pages:
        for box in page._page_box.descendants():
            if (field := getattr(box, "widget_annotation", None)) is not None:
                yield box.element, field
