"""The languages that organizations can serve people in: what is offered, not what is translated."""

from django.utils.translation import gettext_lazy as _

# Code, the language's own name, and its name for a reader who does not know the script or the word. Codes are those
# of BCP 47, in lower case.
LANGUAGES = (
    ("en", "English", ""),
    ("es", "Español", ""),
    ("quc", "K'iche'", ""),
    ("mam", "Mam", ""),
    ("kek", "Q'eqchi'", ""),
    ("kjb", "Q'anjob'al", ""),
    ("ht", "Kreyòl ayisyen", _("Haitian Creole")),
    ("zh-hans", "中文", _("Chinese")),
    ("pa", "ਪੰਜਾਬੀ", _("Punjabi")),
    ("hi", "हिन्दी", _("Hindi")),
    ("ar", "العربية", _("Arabic")),
    ("pt", "Português", ""),
    ("fr", "Français", ""),
    ("ru", "Русский", _("Russian")),
    ("vi", "Tiếng Việt", _("Vietnamese")),
    ("so", "Soomaali", _("Somali")),
    ("am", "አማርኛ", _("Amharic")),
    ("ti", "ትግርኛ", _("Tigrinya")),
)
OWN_NAMES = {code: own for code, own, _word in LANGUAGES}
