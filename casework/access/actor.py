"""Who asks: handed to every door and every act, and told to the database as a signed context."""

import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.module_loading import import_string

from casework.access.models import Membership, Role

if TYPE_CHECKING:
    from collections.abc import Callable


class Reach(Protocol):
    """Which rows an actor may see, as conditions; what computes it stands above, with the cases (`settings.REACH`)."""

    def cases(self) -> Q: ...
    def own_cases(self) -> Q: ...
    def my_cases(self) -> Q: ...
    def shared_cases(self) -> Q: ...
    def people(self) -> Q: ...
    def of_case(self, *, tiered: bool) -> Q: ...
    def of_person(self, *, tiered: bool) -> Q: ...
    def basis(self, case_id: uuid.UUID, organization_id: uuid.UUID, *, restricted: bool, kept: bool = False) -> str: ...
    def basis_of_person(self, person_id: uuid.UUID, organization_id: uuid.UUID) -> str: ...
    def person_tier(self, person_id: uuid.UUID) -> int: ...


@dataclass(frozen=True)
class Actor:
    """Somebody or something that acts.

    `kind` is "staff" (a live membership: the same user in another organization is another actor), "feed" (the same
    membership, read by a calendar that holds its address: it does nothing), "user" (signed in, but no member anywhere),
    "family" (a relative at the window: the link `link_id` to what is published of `case_id`), "nobody", or "duty" (the
    product itself, for the one errand in `duty`). Never None.
    """

    kind: str
    user_id: uuid.UUID | None = None
    membership_id: uuid.UUID | None = None
    organization_id: uuid.UUID | None = None
    roles: frozenset[str] = frozenset()
    reads_all: bool = False
    duty: str = ""
    link_id: uuid.UUID | None = None
    case_id: uuid.UUID | None = None
    name: str = field(default="", compare=False)

    @cached_property
    def reach(self) -> Reach:
        """What this actor may see. Asked once for each actor, so once a request."""
        load = cast("Callable[[Actor], Reach]", import_string(settings.REACH))
        return load(self)

    @property
    def member(self) -> uuid.UUID:
        """The membership of somebody on staff. Raises PermissionDenied for everybody else."""
        if self.membership_id is None:
            raise PermissionDenied("not a member")
        return self.membership_id

    @property
    def organization(self) -> uuid.UUID:
        """The organization somebody on staff acts in. Raises PermissionDenied for everybody else."""
        if self.organization_id is None:
            raise PermissionDenied("not a member")
        return self.organization_id

    @property
    def is_staff(self) -> bool:
        """Whether a live membership asks: somebody at a screen, or a calendar of theirs. What a calendar sees is what
        its member sees; it may do nothing (`rules.may`).
        """
        return self.kind in {"staff", "feed"}


READERS = frozenset({Role.ATTORNEY, Role.PARALEGAL})
NOBODY = Actor("nobody", name="nobody")


def staff(membership: Membership, name: str = "") -> Actor:
    """The actor behind a membership, whose organization must be loaded."""
    roles = frozenset(membership.roles)
    reads_all = bool(roles & READERS) and membership.organization.visibility == "organization"
    return Actor(
        "staff",
        user_id=membership.user_id,
        membership_id=membership.pk,
        organization_id=membership.organization_id,
        roles=roles,
        reads_all=reads_all,
        name=name or str(membership.pk),
    )


def signed_in(user_id: uuid.UUID) -> Actor:
    """Somebody who signed in and belongs, at present, to no organization."""
    return Actor("user", user_id=user_id, name=str(user_id))


def family(link_id: uuid.UUID, case_id: uuid.UUID) -> Actor:
    """A relative who has shown link and PIN. Which organization's case it is, the database knows."""
    return Actor("family", link_id=link_id, case_id=case_id, name="family")


def duty(name: str, user_id: uuid.UUID | None = None) -> Actor:
    """The product itself on one errand; what each errand may touch stands in the policies."""
    return Actor("duty", user_id=user_id, duty=name, name=name)
