"""Why a file is not taken, and what to do, in words for whoever brought it."""

from django.utils.translation import gettext_lazy

from casework.documents import rules

PRINT = gettext_lazy("Open it, choose Print and “Save as PDF”, and upload that copy.")
PHOTO = gettext_lazy("Save it as JPEG or PNG, or take a photograph of it, and upload that.")
AGAIN = gettext_lazy("Send or scan it again, and upload the whole file.")
WORD = gettext_lazy("In Word, save it as PDF, and upload that.")
ASK = gettext_lazy("Ask whoever sent it for a PDF or a photograph. Do not open it.")
# code: what is wrong, what to do
WORDS = {
    "empty": (gettext_lazy("The file is empty."), AGAIN),
    "too_large": (
        gettext_lazy("The file is larger than %(most)s MB."),
        gettext_lazy("Scan it in black and white or at 150 dpi, or upload it in parts."),
    ),
    "too_many": (gettext_lazy("Too many files at once."), gettext_lazy("Upload at most %(files)s at a time.")),
    "gif": (gettext_lazy("GIF pictures are not taken."), PHOTO),
    "webp": (gettext_lazy("WebP and AVIF pictures are not taken."), PHOTO),
    "tiff": (gettext_lazy("TIFF pictures are not taken."), PHOTO),
    "bitmap": (gettext_lazy("Bitmap pictures are not taken."), PHOTO),
    "video": (gettext_lazy("Video and sound are not taken."), gettext_lazy("Keep it elsewhere, and note where.")),
    "web_page": (gettext_lazy("It is a web page or drawing with code, not a document."), PRINT),
    "old_office": (gettext_lazy("It is in the old Office format (.doc)."), WORD),
    "rtf": (gettext_lazy("RTF documents are not taken."), WORD),
    "postscript": (gettext_lazy("PostScript is not taken."), PRINT),
    "program": (gettext_lazy("It is a program, not a document."), ASK),
    "archive": (
        gettext_lazy("It is an archive (such as ZIP), not a document."),
        gettext_lazy("Unpack it, and upload the documents in it one by one."),
    ),
    "unknown": (
        gettext_lazy("It is not a PDF, a photograph (JPEG, PNG, HEIC) or a Word document (DOCX)."), PRINT,
    ),
    "name_starts": (gettext_lazy("Its name ends as that of a program or web page does."), ASK),
    "name_other": (
        gettext_lazy("Its name says another kind of file than it is."),
        gettext_lazy("Give it the right ending (.pdf, .jpg, .png, .heic, .docx), and upload it again."),
    ),
    "two_in_one": (gettext_lazy("Something else is hidden in the file, before or behind the document."), PRINT),
    "locked": (gettext_lazy("It is encrypted, or locked with a password."), PRINT),
    "cut": (gettext_lazy("The end of the file is missing."), AGAIN),
    "broken": (gettext_lazy("The PDF is damaged."), PRINT),
    "script": (gettext_lazy("The PDF runs a script (JavaScript)."), PRINT),
    "launch": (gettext_lazy("The PDF starts a program."), ASK),
    "action": (gettext_lazy("The PDF sends data elsewhere or opens another file."), PRINT),
    "attached": (
        gettext_lazy("Other files are attached inside the PDF."),
        gettext_lazy("Save each attachment and upload it by itself. Then print the PDF to a new PDF."),
    ),
    "form": (gettext_lazy("The PDF is a form of the XFA kind, which shows as empty elsewhere."), PRINT),
    "media": (gettext_lazy("The PDF plays video, sound or 3D."), PRINT),
    "pages": (gettext_lazy("The PDF has more than %(pages)s pages."), gettext_lazy("Upload it in parts.")),
    "too_much": (gettext_lazy("Opening the file takes more memory or time than it may."), PRINT),
    "pixels": (gettext_lazy("The picture is too large to be drawn."), PHOTO),
    "broken_picture": (gettext_lazy("The picture is damaged or not whole."), AGAIN),
    "broken_word": (gettext_lazy("The Word document is damaged, or not one."), WORD),
    "macros": (gettext_lazy("The Word document holds macros, which are programs."), WORD),
    "packed": (gettext_lazy("Other files are packed inside the Word document."), WORD),
    "fetches": (gettext_lazy("The Word document fetches something from elsewhere."), WORD),
    "paths": (gettext_lazy("The document names files outside itself, as attacks do."), ASK),
    rules.UNWANTED: (
        gettext_lazy("The family sent it, and the team did not take it."),
        gettext_lazy("Tell the family what is missing."),
    ),
    "case_full": (
        gettext_lazy("All files of this case together may have %(of_case)s MB, and that is reached."),
        gettext_lazy("Scan in black and white, or ask an administrator."),
    ),
    "organization_full": (
        gettext_lazy("The organization's space for documents is used up (%(of_organization)s GB)."),
        gettext_lazy("Ask an administrator."),
    ),
}  # fmt: skip
FIGURES = {
    "most": rules.MOST_BYTES // rules.MEGABYTE,
    "files": rules.MOST_FILES,
    "pages": "1,500",
    "of_case": rules.MOST_OF_CASE // rules.MEGABYTE,
    "of_organization": rules.MOST_OF_ORGANIZATION // rules.MEGABYTE // 1024,
}


def why(code: str) -> str:
    """What is wrong with a file that was refused with this code, in a sentence."""
    return str(WORDS[code if code in WORDS else "unknown"][0] % FIGURES)


def what_to_do(code: str) -> str:
    """And what helps, in a sentence."""
    return str(WORDS[code if code in WORDS else "unknown"][1] % FIGURES)
