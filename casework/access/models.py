"""Users, organizations, memberships and sessions."""

import uuid
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


def valid_time_zone(name: str) -> None:
    """Raises ValidationError unless `name` is a key of the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(_("Choose a time zone from the list."), code="time_zone")


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

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("E-mail address"), max_length=254, unique=True)
    name = models.CharField(_("Name"), max_length=150)
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


class Organization(models.Model):
    """One of the organizations that share the installation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=150, unique=True)
    short_name = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=20, choices=OrganizationKind)
    time_zone = models.CharField(max_length=64, validators=[valid_time_zone])

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member does in an organization. Accredited representatives are attorneys here (8 CFR 1292.1(a)(4))."""

    ADMIN = "admin", _("Administrator")
    ATTORNEY = "attorney", _("Attorney")
    PARALEGAL = "paralegal", _("Paralegal")
    VOLUNTEER = "volunteer", _("Intake volunteer")


class Membership(models.Model):
    """A user's place in an organization, with one or several roles."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="membership_once"),
            models.CheckConstraint(condition=~models.Q(roles=[]), name="membership_has_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.organization}"

    @property
    def role_names(self) -> list[str]:
        """The roles as people read them."""
        return [str(Role(role).label) for role in self.roles]


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> "SessionQuerySet":
        """Sessions that have not run out."""
        return self.filter(expire_date__gt=timezone.now())


class Session(AbstractBaseSession):
    """A signed-in browser. `session_key` is a hash: a copy of this table signs nobody in."""

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

    key = models.CharField(max_length=250, primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
