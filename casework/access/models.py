"""Users, organizations, memberships and sessions."""

import uuid
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.keys import CompositeForeignKey


def valid_time_zone(name: str) -> None:
    """Raises ValidationError unless `name` is a key of the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(_("Choose a time zone from the list."))


def plain_name(name: str) -> None:
    """Raises ValidationError for a name that could pass for more than a name in a letter of ours: lines, addresses."""
    if "://" in name or not name.isprintable():
        raise ValidationError(_("Write the name only, on one line."))


class UserManager(BaseUserManager["User"]):
    """Makes and finds users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new active user; without a password the account cannot be signed in to with one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A member of staff. Signs in with an e-mail address and always with a second factor.

    There are no superusers and no global permissions: what somebody may do follows from a membership.
    """

    wall = "user"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("E-mail address"), max_length=254, unique=True)
    name = models.CharField(_("Name"), max_length=150, validators=[plain_name])
    language = models.CharField(_("Language"), max_length=8, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(
        _("Time zone"), max_length=64, default="America/Los_Angeles", validators=[valid_time_zone]
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class OrganizationKind(models.TextChoices):
    """What an organization is, in the words of the field."""

    LEGAL_SERVICES = "legal_services", _("Legal services provider")
    HOTLINE = "hotline", _("Hotline")
    CLINIC = "clinic", _("Law school clinic")
    PRO_BONO = "pro_bono", _("Pro bono firm")
    COMMUNITY = "community", _("Community partner")


class Visibility(models.TextChoices):
    """Which of the organization's cases its attorneys and paralegals read."""

    ORGANIZATION = "organization", _("All cases of the organization")
    ASSIGNED = "assigned", _("Only the cases they are assigned to")


class Organization(models.Model):
    """One of the organizations that share the installation.

    `hours` maps a weekday ("0" is Monday) to opening and closing time ("09:00", "17:00") in `time_zone`; a day that is
    missing is closed. `facilities` are the keys of those where it helps people, empty for wherever they are held.
    `retention_years` is how long closed cases are kept, empty for without an end.
    `offers_waiting` counts what other organizations offer to it at present; the database keeps it. `group` stands for
    the organization in the grant tables and has no members.
    """

    wall = "organization"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("Name"), max_length=150, unique=True, validators=[plain_name])
    short_name = models.CharField(_("Short name"), max_length=12, unique=True)
    kind = models.CharField(_("Kind"), max_length=20, choices=OrganizationKind)
    time_zone = models.CharField(_("Time zone"), max_length=64, validators=[valid_time_zone])
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    hours = models.JSONField(default=dict, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    facilities = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.ORGANIZATION)
    capacity = models.PositiveSmallIntegerField(_("Open cases it can carry"), null=True, blank=True)
    retention_years = models.PositiveSmallIntegerField(_("Years a closed case is kept"), null=True, blank=True)
    group = models.OneToOneField("auth.Group", on_delete=models.PROTECT, related_name="organization", editable=False)
    offers_waiting = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member does in an organization. Accredited representatives are attorneys here (8 CFR 1292.1(a)(4))."""

    ADMIN = "admin", _("Administrator")
    ATTORNEY = "attorney", _("Attorney")
    PARALEGAL = "paralegal", _("Paralegal")
    VOLUNTEER = "volunteer", _("Intake volunteer")


class Accreditation(models.TextChoices):
    """Accreditation of a non-attorney by the Department of Justice (8 CFR 1292.1(a)(4))."""

    NONE = "", _("None")
    PARTIAL = "partial", _("Partial (USCIS only)")
    FULL = "full", _("Full (USCIS and immigration courts)")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self, now: datetime | None = None) -> "MembershipQuerySet":
        """Memberships that count at `now`: begun, neither ended nor suspended, in an organization that is open."""
        now = now or timezone.now()
        not_over = models.Q(ends_at=None) | models.Q(ends_at__gt=now)
        return self.filter(not_over, starts_at__lte=now, suspended_at=None, organization__closed_at=None)


class Membership(models.Model):
    """A user's place in an organization, with one or several roles, perhaps for a time only.

    Written by functions of the database alone (`access/walls.sql`); who the user is, colleagues read from `colleague`.
    """

    wall = "membership"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    title = models.CharField(_("Title"), max_length=80, blank=True)
    bar_number = models.CharField(_("Bar number"), max_length=40, blank=True)
    bar_jurisdiction = models.CharField(_("Bar jurisdiction"), max_length=60, blank=True)
    accreditation = models.CharField(
        _("DOJ accreditation"), max_length=10, choices=Accreditation, default=Accreditation.NONE, blank=True
    )
    supervisor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="supervised")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="membership_once"),
            models.UniqueConstraint(fields=["id", "organization"], name="membership_of_organization"),
            models.CheckConstraint(condition=~models.Q(roles=[]), name="membership_has_role"),
            CompositeForeignKey(["supervisor", "organization"], "access.Membership", name="supervisor_of_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def role_names(self) -> list[str]:
        """The roles as people read them."""
        represents = self.accreditation and not self.bar_number
        names = {Role.ATTORNEY: _("Accredited representative")} if represents else {}
        return [str(names.get(Role(role), Role(role).label)) for role in self.roles]


class Colleague(models.Model):
    """Who stands behind a membership of the organization that the reader acts in: a view of the database.

    Users themselves are visible to nobody else, since their rows also hold what a password is checked against.
    """

    membership = models.OneToOneField(
        Membership, on_delete=models.DO_NOTHING, primary_key=True, db_column="id", related_name="colleague"
    )
    organization = models.ForeignKey(Organization, on_delete=models.DO_NOTHING, related_name="+")
    user_id = models.UUIDField()
    name = models.CharField(max_length=150)
    email = models.EmailField()

    class Meta:
        managed = False
        db_table = '"ctx"."colleague"'

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """How a colleague signs in and whether they are here: a view of the database, for the page of members.

    Of a membership that is over it tells nothing: `has_factor` False, `sessions` 0, `seen_at` (UTC) empty.
    """

    membership = models.OneToOneField(
        Membership, on_delete=models.DO_NOTHING, primary_key=True, db_column="id", related_name="presence"
    )
    has_factor = models.BooleanField()
    sessions = models.IntegerField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = '"ctx"."presence"'

    def __str__(self) -> str:
        return f"{self.pk}"


class Invitation(models.Model):
    """An offer to one e-mail address to join an organization, open for 72 hours, good once.

    Void as soon as whoever invited may no longer invite. `token_hash` is SHA-256 of the token in the mail.
    """

    wall = "invitation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(max_length=254)
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    ends_at = models.DateTimeField(null=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(roles=[]), name="invitation_has_role")]

    def __str__(self) -> str:
        return f"{self.pk}"


class FactorReset(models.Model):
    """A lost second factor, to be taken off an account: at once when a second administrator confirms, else `due_at`.

    For somebody who also belongs to other organizations a confirmation does not shorten the wait.
    """

    wall = "factor_reset"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="factor_resets")
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.pk}"


class DutyHour(models.Model):
    """When somebody is the duty attorney, each week, on the organization's clock, and under which number.

    Weekday 0 is Monday. A time that ends before it begins ends on the day after; 23:59 is midnight.
    """

    wall = "settings"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="duty_hours")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="duty_hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="duty_weekday"),
            CompositeForeignKey(["membership", "organization"], "access.Membership", name="duty_of_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts}-{self.ends}"


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> "SessionQuerySet":
        """Sessions that have not run out."""
        return self.filter(expire_date__gt=timezone.now())


class Session(AbstractBaseSession):
    """A signed-in browser. `session_key` is a hash: a copy of this table signs nobody in."""

    wall = "session"

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()

    objects: ClassVar[Any] = SessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["user", "expire_date"], name="session_of_user")]

    def save(self, *args: Any, force_update: bool = False, **kwargs: Any) -> None:
        """As Django's, but a later save leaves the beginning of the session as it stands."""
        if force_update:
            kwargs["update_fields"] = ["session_data", "expire_date", "user", "user_agent", "seen_at"]
        super().save(*args, force_update=force_update, **kwargs)


class CacheEntry(models.Model):
    """A row of the cache that all workers share; `access.cache` reads and writes it."""

    wall = "machinery"

    key = models.CharField(max_length=250, primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
