"""Reference data, the same for every organization. Its keys are the natural keys of the files.

Everything is read as text, since `NA` and `NU` are codes. Empty means not known. A row that a newer file no longer has
stays for the cases that name it, with the day on which it was missed.
"""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.directory import search


class Source(models.Model):
    """Where facts come from. `dated` is what is known of their age (2026, 2025-12), `as_of` only a whole date."""

    wall = "reference"

    code = models.CharField(primary_key=True, max_length=8)
    name = models.CharField(max_length=200)
    dated = models.CharField(max_length=60, blank=True)
    as_of = models.DateField(null=True)
    licence = models.CharField(max_length=200)
    retired_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class ReferenceQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Rows that the newest files have."""
        return self.filter(retired_on=None)

    def called(self, text: str) -> Self:
        """Rows in which each word that is asked for begins a word of a name, a town or a code; all for no words."""
        rows = self
        for word in search.fold(text).split():
            rows = rows.filter(Q(words__startswith=word) | Q(words__contains=f" {word}"))
        return rows

    def nearly_called(self, text: str) -> Self:
        """The same with a slip of the pen in a long word."""
        return self.filter(pk__in=search.nearly(search.fold(text), self.values_list("pk", "words")))


class Reference(models.Model):
    """A row of a file. `source` names its sources by code, with blanks between; `as_of` is the newest of their dates.

    `words` is what it can be found by: names, town and codes, folded (`search.fold`).
    """

    wall: ClassVar[str] = "reference"

    source = models.CharField(max_length=120, blank=True)
    as_of = models.DateField(null=True)
    retired_on = models.DateField(null=True)

    objects: ClassVar[Any] = ReferenceQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def source_codes(self) -> list[str]:
        """The codes of its sources, in the order of the file."""
        return self.source.split()


class Precision(models.TextChoices):
    """What a position stands for. Only `site` is the building itself."""

    SITE = "site", _("the building")
    ZIP = "zip", _("another office with the same zip code")
    CITY = "city", _("the middle of the town")


class Place(Reference):
    """Something with an address. `lat` and `lon` are degrees, north and east."""

    name = models.CharField(max_length=120)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=2)
    zip = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    geo_precision = models.CharField(max_length=4, choices=Precision, blank=True)
    words = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def address(self) -> str:
        """The address on one line, as far as it is known."""
        line = " ".join(filter(None, [self.state, self.zip]))
        return ", ".join(filter(None, [self.street, self.city, line]))


class CourtStatus(models.TextChoices):
    """Whether EOIR lists the court."""

    OPEN = "open", _("Open")
    CLOSING = "closing", _("Closing")
    CLOSED_OR_MOVED = "closed_or_moved", _("Closed or moved")
    DELISTED = "delisted", _("No longer listed")


class DetainedDocket(models.TextChoices):
    """Whether the court hears people in detention."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    MIXED = "mixed", _("Yes, among others")
    NOT_A_COURT = "n/a", _("It hears appeals")


class CourtQuerySet(ReferenceQuerySet):
    def sitting(self) -> Self:
        """Courts that hear cases still."""
        return self.current().filter(status__in=[CourtStatus.OPEN, CourtStatus.CLOSING])


class Court(Place):
    """An immigration court, or the Board of Immigration Appeals. `code` is EOIR's base city code.

    Files give no position: it is that of an office or facility with the same zip code, or else of the town.
    """

    key = models.CharField(primary_key=True, max_length=40)
    code = models.CharField(max_length=3)
    detained_docket = models.CharField(max_length=5, choices=DetainedDocket)
    status = models.CharField(max_length=15, choices=CourtStatus)
    time_zone = models.CharField(max_length=40)
    circuit = models.CharField(max_length=3, blank=True)
    note = models.TextField(blank=True)

    objects: ClassVar[Any] = CourtQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["name", "key"], name="court_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_historic(self) -> bool:
        """Whether nothing new should be sent there."""
        return self.retired_on is not None or self.status in (CourtStatus.CLOSED_OR_MOVED, CourtStatus.DELISTED)


class HearingLocation(Reference):
    """A place or docket that EOIR has a code for. `court` is set only where the code is the court's own."""

    code = models.CharField(primary_key=True, max_length=3)
    text = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    court = models.ForeignKey(Court, on_delete=models.PROTECT, null=True, related_name="hearing_locations")

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class FieldOffice(Place):
    """A field office of ICE Enforcement and Removal Operations, with the code of its area of responsibility."""

    code = models.CharField(primary_key=True, max_length=3)
    email = models.EmailField(blank=True)
    area_covered = models.CharField(max_length=160, blank=True)
    time_zone = models.CharField(max_length=40)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Area(Reference):
    """A state, or a county of one, for which a field office is responsible. The key is office|state|county."""

    key = models.CharField(primary_key=True, max_length=100)
    field_office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, related_name="areas")
    state_name = models.CharField(max_length=60)
    county_name = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.key


class EroOffice(Place):
    """An office of ICE Enforcement and Removal Operations, sub-offices included."""

    key = models.CharField(primary_key=True, max_length=80)
    level = models.CharField(max_length=20)
    field_office_name = models.CharField(max_length=60, blank=True)
    time_zone = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class OplaOffice(Place):
    """An office of ICE's lawyers (Office of the Principal Legal Advisor), where papers are served."""

    key = models.CharField(primary_key=True, max_length=80)
    area = models.CharField(max_length=160, blank=True)

    def __str__(self) -> str:
        return self.name


class FederalDistrict(Reference):
    """A federal judicial district, such as "C.D. Cal.", where a habeas petition may be filed."""

    name = models.CharField(primary_key=True, max_length=20)
    circuit = models.CharField(max_length=3)

    def __str__(self) -> str:
        return self.name


class DistrictArea(Reference):
    """A state, or a county of one, that belongs to a federal district. The key is state|county."""

    key = models.CharField(primary_key=True, max_length=60)
    state = models.CharField(max_length=2)
    county = models.CharField(max_length=60, blank=True)
    district = models.ForeignKey(FederalDistrict, on_delete=models.PROTECT, related_name="areas")
    scope = models.CharField(max_length=20)
    authority = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.key


class FacilityStatus(models.TextChoices):
    """How lately ICE is known to have held people there."""

    ACTIVE = "active", _("On ICE's list")
    ACTIVE_OTHER = "active_other", _("In use, not on the list")
    RECENT = "recent", _("In use lately")
    HISTORIC = "historic", _("Historic")


class FacilityKind(models.TextChoices):
    """What a facility is, by ICE's code of its type."""

    IGSA = "IGSA", _("County, city or state jail (IGSA)")
    DIGSA = "DIGSA", _("Jail for ICE alone (DIGSA)")
    USMS_IGA = "USMS IGA", _("Jail with a US Marshals agreement")
    USMS_CDF = "USMS CDF", _("US Marshals contract facility")
    CDF = "CDF", _("Contract detention facility (private)")
    SPC = "SPC", _("ICE service processing center")
    HOLD = "HOLD", _("Hold room")
    HOSPITAL = "HOSPITAL", _("Hospital or medical")
    STAGING = "STAGING", _("Staging facility (short stay)")
    JUVENILE = "JUVENILE", _("Juvenile")
    FAMILY = "FAMILY", _("Family residential")
    BOP = "BOP", _("Federal Bureau of Prisons")
    STATE = "STATE", _("State facility")
    DOD = "DOD", _("Department of Defense")
    MIRP = "MIRP", _("MIRP (meaning not published)")
    OTHER = "OTHER", _("Other")


class FacilityQuerySet(ReferenceQuerySet):
    def in_use(self) -> Self:
        """Facilities that held people in the newest data."""
        return self.current().filter(Q(status=FacilityStatus.ACTIVE) | Q(status=FacilityStatus.ACTIVE_OTHER))


class Facility(Place):
    """A place where ICE holds or held people. `detloc` is ICE's code; dates of use are those of the records.

    `district` follows the county, where our reading of 28 USC 81-131 has one. `daily_population` is the average of
    fiscal year 2026.
    """

    key = models.CharField(primary_key=True, max_length=20)
    detloc = models.CharField(max_length=10, blank=True)
    county = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=10, choices=FacilityKind)
    kind_meaning = models.CharField(max_length=80, blank=True)
    field_office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, null=True, related_name="facilities")
    circuit = models.CharField(max_length=3, blank=True)
    district = models.ForeignKey(FederalDistrict, on_delete=models.PROTECT, null=True, related_name="facilities")
    status = models.CharField(max_length=12, choices=FacilityStatus)
    first_use = models.DateField(null=True)
    last_use = models.DateField(null=True)
    gender = models.CharField(max_length=8, blank=True)
    daily_population = models.FloatField(null=True)
    last_inspection = models.DateField(null=True)
    time_zone = models.CharField(max_length=40)
    name_in_records = models.CharField(max_length=60, blank=True)

    objects: ClassVar[Any] = FacilityQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["name", "key"], name="facility_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_historic(self) -> bool:
        """Whether nobody is known to be held there any more."""
        return self.retired_on is not None or self.status == FacilityStatus.HISTORIC


class Language(Reference):
    """A language as EOIR has it. `aliases` are other names and spellings, of Quiché and K'iche' for one."""

    code = models.CharField(primary_key=True, max_length=3)
    eoir_name = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    name_es = models.CharField(max_length=60, blank=True)
    iso = models.CharField(max_length=3, blank=True)
    indigenous = models.BooleanField(default=False)
    signed = models.BooleanField(default=False)
    common = models.BooleanField(default=False)
    selectable = models.BooleanField(default=True)
    aliases = ArrayField(models.CharField(max_length=60), default=list)
    words = models.TextField(blank=True, editable=False)

    def __str__(self) -> str:
        return self.name


class Nationality(Reference):
    """A nationality as EOIR codes it, which is not ISO: NI is Nigeria, NU Nicaragua, CH China."""

    code = models.CharField(primary_key=True, max_length=2)
    eoir_name = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    iso = models.CharField(max_length=2, blank=True)
    selectable = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Code(Reference):
    """An entry of one of EOIR's code lists. The key is list/code; `extra` holds the other columns of its file.

    In `decision_codes` one letter means several things, so that its key takes the file's `decision_key`.
    """

    key = models.CharField(primary_key=True, max_length=60)
    list = models.CharField(max_length=40)
    code = models.CharField(max_length=25)
    meaning = models.CharField(max_length=240)
    extra = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["list", "code"], name="code_of_list")]

    def __str__(self) -> str:
        return f"{self.code} {self.meaning}"
