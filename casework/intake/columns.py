"""What a column of a spreadsheet can be, the words by which its header tells, and the template to begin with."""

from collections.abc import Sequence
from dataclasses import dataclass

import jellyfish
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.directory.search import fold

ALIKE = 0.9  # of two headers that mean the same but for a slip of the pen (Jaro-Winkler, 0 to 1)


@dataclass(frozen=True)
class Column:
    """A thing that a column can be. `words` are headers as people write them, in English and Spanish."""

    key: str
    group: str
    label: str | Promise
    words: str
    example: str = ""


PERSON, CASE, CONTACT, SECOND, PLACE, HEARING = "person", "case", "contact", "second", "place", "hearing"
GROUPS: dict[str, str | Promise] = {
    PERSON: _("The person"),
    CASE: _("The case"),
    CONTACT: _("A contact"),
    SECOND: _("A second contact"),
    PLACE: _("Where they are held"),
    HEARING: _("The next hearing"),
}
ALL = (
    Column("given_names", PERSON, _("Given names"),
           "given names|first name|given name|first|firstname|fname|nombre|nombres|primer nombre|client first name",
           "Domingo"),
    Column("first_surname", PERSON, _("First surname"),
           "first surname|last name|surname|family name|last|lastname|lname|apellido|primer apellido|apellido paterno"
           "|client last name|apellidos|last names",
           "Pérez"),
    Column("second_surname", PERSON, _("Second surname"),
           "second surname|second last name|segundo apellido|apellido materno|maternal surname|last name 2", "Tzul"),
    Column("full_name", PERSON, _("Whole name, surnames first (Pérez Tzul, Domingo)"),
           "name|full name|client|client name|nombre completo|respondent|detainee|whole name|nombre del cliente"),
    Column("aliases", PERSON, _("Other names and spellings, with ; between them"),
           "aliases|alias|aka|a k a|other names|other spellings|otros nombres|also known as", "Domingo Peres; Mingo"),
    Column("birth_date", PERSON, _("Birth date"),
           "birth date|date of birth|dob|birthdate|born|fecha de nacimiento|nacimiento|d o b|f nacimiento",
           "1990-03-03"),
    Column("a_number", PERSON, _("A-number"),
           "a number|a|alien number|alien registration number|anumber|a no|numero a|numero de extranjero|a num|uscis"
           " number|alien no",
           "A012-345-678"),
    Column("country_of_birth", PERSON, _("Country of birth"),
           "country of birth|birth country|cob|pais de nacimiento|country|pais|pais de origen|country of origin",
           "Guatemala"),
    Column("nationality", PERSON, _("Nationality"), "nationality|citizenship|nacionalidad|ciudadania", "Guatemala"),
    Column("language", PERSON, _("Best language"),
           "best language|language|primary language|preferred language|idioma|lengua|lengua materna|idioma principal",
           "K'iche'"),
    Column("gender", PERSON, _("Gender"), "gender|sex|genero|sexo", "man"),
    Column("alert", PERSON, _("Alert line"), "alert line|alert|warning|alerta|aviso", "Do not call before 6 pm"),
    Column("other_number", PERSON, _("Another number of theirs, kept with its header"),
           "subject id|fins|fins number|event number|passport|pasaporte|old case number|case number|file number"
           "|numero de caso|expediente|matter number"),
    Column("matters", CASE, _("What for, with ; between them"),
           "what for|case type|matter|matters|type of case|tipo de caso|matter type|asunto", "Bond; Removal defense"),
    Column("lead", CASE, _("Lead attorney, by e-mail address or name"),
           "lead attorney|lead|attorney|abogado|abogada|abogado principal|assigned to|assigned attorney|lawyer",
           "ada@north.example"),
    Column("contact_name", CONTACT, _("Contact: name"),
           "contact name|contact|family contact|emergency contact|contacto|nombre del contacto|family member|familiar"
           "|contact 1|contact 1 name",
           "Rosa Tzul"),
    Column("contact_relationship", CONTACT, _("Contact: relationship"),
           "contact relationship|relationship|relation|parentesco|relacion|contact 1 relationship", "older sister"),
    Column("contact_phone", CONTACT, _("Contact: phone"),
           "contact phone|phone|family phone|telephone|phone number|telefono|telefono del contacto|contact number"
           "|contact 1 phone|celular",
           "(213) 555-0143"),
    Column("contact_language", CONTACT, _("Contact: language"),
           "contact language|idioma del contacto|family language|contact 1 language", "Spanish"),
    Column("contact2_name", SECOND, _("Second contact: name"),
           "second contact name|contact 2|contact 2 name|second contact|segundo contacto|contacto 2|sponsor"),
    Column("contact2_relationship", SECOND, _("Second contact: relationship"),
           "second contact relationship|contact 2 relationship|parentesco 2|relationship 2"),
    Column("contact2_phone", SECOND, _("Second contact: phone"),
           "second contact phone|contact 2 phone|phone 2|telefono 2|sponsor phone"),
    Column("contact2_language", SECOND, _("Second contact: language"),
           "second contact language|contact 2 language|idioma 2"),
    Column("place", PLACE, _("Facility, by name, town or ICE code"),
           "facility|detention facility|detention center|place|location|held at|centro de detencion|centro|detenido en"
           "|lugar|where held|jail|detained at",
           "Adelanto ICE Processing Center"),
    Column("since", PLACE, _("Held there since"),
           "held there since|held since|since|date detained|detained since|detention date|book in date|desde|fecha de"
           " detencion|detenido desde|in custody since",
           "2026-10-01"),
    Column("source", PLACE, _("From whom the place is known"), "source|known from|fuente|segun", "Family"),
    Column("court", HEARING, _("Court, by name or code"),
           "court|immigration court|corte|tribunal|hearing court|court name|corte de inmigracion", "Adelanto"),
    Column("hearing_date", HEARING, _("Next hearing: day"),
           "hearing date|next hearing|next court date|court date|hearing|fecha de audiencia|proxima audiencia"
           "|audiencia|next hearing date|fecha de corte",
           "2027-03-03"),
    Column("hearing_time", HEARING, _("Next hearing: time there"),
           "hearing time|time|court time|hora|hora de audiencia|hora de la audiencia|next hearing time", "9:00 am"),
)  # fmt: skip
BY_KEY = {one.key: one for one in ALL}
DAYS = frozenset({"birth_date", "since", "hearing_date"})
MANY = frozenset({"other_number"})  # of which a spreadsheet may have several
_WORDS = {word: one.key for one in ALL for word in one.words.split("|")}


def guess(headers: Sequence[str]) -> list[str]:
    """What each column is, as far as its header tells; empty for none. A thing is one column's: the likelier one's."""
    ranked: list[tuple[float, int, str]] = []
    for at, header in enumerate(headers):
        plain = fold(header.replace("#", " "))
        if not plain:
            continue
        if plain in _WORDS:
            ranked.append((2.0, -at, _WORDS[plain]))
            continue
        like, word = max((jellyfish.jaro_winkler_similarity(plain, word), word) for word in _WORDS if len(word) > 3)
        if like >= ALIKE and len(plain) > 3:
            ranked.append((like, -at, _WORDS[word]))
    found, taken = [""] * len(headers), set[str]()
    for _like, at, key in sorted(ranked, reverse=True):
        if key not in taken:
            found[-at] = key
            taken |= {key} - MANY
    if "given_names" in found and "first_surname" not in found:  # then "Client" or "Name" is what is left of the name
        found = ["first_surname" if key == "full_name" else key for key in found]
    return found


def template() -> list[list[str]]:
    """A spreadsheet to begin with: a header for each thing, and an example."""
    shown = [one for one in ALL if one.key not in ("full_name", "other_number") and one.group != SECOND]
    return [[one.words.partition("|")[0].capitalize() for one in shown], [one.example for one in shown]]


def is_example(texts: Sequence[str]) -> bool:
    """Whether a row is the template's example, left as it was."""
    return [one for one in texts if one] == [one for one in template()[1] if one]
