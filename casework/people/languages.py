"""The languages that detained people speak, as the files name them; until the directory brings the full code list."""

from django.utils.translation import gettext_lazy as _

from casework.access.languages import LANGUAGES

# As in access/languages.py: code, the language's own name, its name for a reader who does not know the script or word.
SPOKEN = (
    *LANGUAGES,
    ("ak", "Akan", ""),
    ("knj", "Akateko", ""),
    ("bm", "Bamanankan", _("Bambara")),
    ("bn", "বাংলা", _("Bengali")),
    ("yue", "廣東話", _("Cantonese")),
    ("cac", "Chuj", ""),
    ("cab", "Garífuna", ""),
    ("ka", "ქართული", _("Georgian")),
    ("gu", "ગુજરાતી", _("Gujarati")),
    ("hy", "Հայերեն", _("Armenian")),
    ("ixl", "Ixil", ""),
    ("cak", "Kaqchikel", ""),
    ("qug", "Kichwa", ""),
    ("ko", "한국어", _("Korean")),
    ("miq", "Miskito", ""),
    ("mix", "Mixteco", ""),
    ("nah", "Nahuatl", ""),
    ("ne", "नेपाली", _("Nepali")),
    ("ps", "پښتو", _("Pashto")),
    ("fa", "فارسی", _("Persian")),
    ("ff", "Pulaar", _("Fulani")),
    ("tsz", "Purépecha", ""),
    ("ro", "Română", _("Romanian")),
    ("tl", "Tagalog", ""),
    ("trq", "Triqui", ""),
    ("tr", "Türkçe", _("Turkish")),
    ("uk", "Українська", _("Ukrainian")),
    ("uz", "Oʻzbekcha", _("Uzbek")),
    ("wo", "Wolof", ""),
    ("zap", "Zapoteco", ""),
)


def name_of(code: str) -> str:
    """The language as staff read it: Chinese (中文), K'iche'. The code itself for one that is not in the list."""
    own, word = next(((own, word) for known, own, word in SPOKEN if known == code), (code, ""))
    return f"{word} ({own})" if word else own


def choices() -> list[tuple[str, str]]:
    """Code and name, in the order of the alphabet."""
    return sorted(((code, name_of(code)) for code, *_names in SPOKEN), key=lambda one: one[1].casefold())
