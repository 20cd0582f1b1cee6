"""What is decided about documents without looking at anything else: names, sizes, who usually reads which kind."""

import re
import unicodedata
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
MOST_BYTES = 30 * MEGABYTE  # of one file: a form that Evince filled in has 24
MOST_AT_ONCE = 60 * MEGABYTE  # of one request
MOST_FILES = 10  # in one request
MOST_OF_CASE = 500 * MEGABYTE
MOST_OF_ORGANIZATION = 20 * 1024 * MEGABYTE
MOST_NAME = 120
PART_BYTES = MEGABYTE
UNWANTED = "unwanted"  # why somebody of the team did not take what a family sent

INTAKE, REPRESENTATION, COUNSEL = 1, 2, 3
EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/heic": (".heic", ".heif", ".hif"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
}
PICTURES = frozenset({"image/jpeg", "image/png", "image/heic"})
# A name that ends so is made to be taken for something else.
STARTS_SOMETHING = frozenset({
    ".exe", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta", ".jar", ".msi", ".lnk",
    ".app", ".dmg", ".sh", ".php", ".html", ".htm", ".svg", ".xhtml", ".docm", ".dotm", ".iso", ".apk", ".reg", ".url",
    ".py", ".command",
})  # fmt: skip
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")


@dataclass(frozen=True)
class Space:
    """Bytes that are kept of a case, and of its organization."""

    of_case: int
    of_organization: int


def clean_name(name: str) -> str:
    """A file's name as it can be shown and offered: no folders, no signs that are not seen or turn others around."""
    composed = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2] or name)
    seen = "".join(
        one for one in composed if unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    plain = re.sub(r'[<>:"|?*/\\]', " ", seen)
    return re.sub(r"\s+", " ", plain).strip(" .")


def title_of(name: str, media_type: str = "") -> str:
    """What a document is called after its file: the clean name without the ending of its kind, cut to `MOST_NAME`."""
    clean = clean_name(name)
    for ending in EXTENSIONS.get(media_type, tuple(end for ends in EXTENSIONS.values() for end in ends)):
        if clean.lower().endswith(ending):
            clean = clean[: -len(ending)].strip(" .")
    return clean[:MOST_NAME].strip()


def name_for(title: str, media_type: str) -> str:
    """The name under which a file is handed out: whatever it was called, it ends as what it is."""
    return f"{title_of(title, media_type) or 'document'}{EXTENSIONS[media_type][0]}"


def wrong_name(name: str, media_type: str) -> str:
    """The code of why a name does not go with what the file is; empty where it does.

    A picture may bear the ending of another kind of picture: telephones convert them and keep the name.
    """
    ending = _ENDING.search(clean_name(name))
    last = ending[0].lower() if ending else ""
    if last in STARTS_SOMETHING:
        return "name_starts"
    claimed = next((kind for kind, ends in EXTENSIONS.items() if last in ends), "")
    if not claimed or claimed == media_type or {claimed, media_type} <= PICTURES:
        return ""
    return "name_other"


def too_large(size: int) -> bool:
    return size > MOST_BYTES


def no_room(space: Space, more: int) -> str:
    """The code of why so many bytes more are not kept; empty where they are."""
    if space.of_case + more > MOST_OF_CASE:
        return "case_full"
    return "organization_full" if space.of_organization + more > MOST_OF_ORGANIZATION else ""


def usual_tier(kind: str, highest: int) -> int:
    """Who reads a document of this kind as a rule, for somebody who may write up to `highest`."""
    return min(COUNSEL if kind == "medical" else REPRESENTATION, highest)
