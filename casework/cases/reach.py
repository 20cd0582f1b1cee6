"""Which rows an actor may see: the doors' own answer, computed without the database's walls."""

import uuid
from functools import cached_property
from typing import cast

from django.db.models import BooleanField, F, Func, Q, TextField, Value

from casework.access.actor import READERS, Actor
from casework.access.coalition import Neighbor, neighbors
from casework.access.doors import window
from casework.access.rules import ASSIGNED, COPY, NONE, ORGANIZATION
from casework.cases import grants
from casework.cases.grants import Held, Piece
from casework.cases.models import Assignment, Case, Tier
from casework.people.models import Person

NOTHING = Q(pk__in=[])


class Among(Func):
    """Whether a column holds one of the ids in an array, given as its text (`array_of`).

    `IN` would make a parameter of each id, and turning a list of them into a parameter costs more than the query.
    """

    arg_joiner, template, output_field = " = ANY (", "%(expressions)s::uuid[])", BooleanField()

    def __init__(self, column: str, array: str) -> None:
        super().__init__(F(column), Value(array, TextField()))


def array_of(ids: list[uuid.UUID]) -> str:
    """The text of an array of ids."""
    return f"{{{','.join(map(str, ids))}}}"


class CaseReach:
    """An actor's reach; each set is asked once. "wide" is an actor who reads all cases of the organization."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.reader = bool(actor.roles & READERS)
        self.wide = actor.is_staff and actor.reads_all
        self._people: dict[uuid.UUID, list[tuple[uuid.UUID, uuid.UUID, bool, bool]]] = {}

    @cached_property
    def mine(self) -> list[uuid.UUID]:
        """Cases the actor is assigned to at present."""
        if not self.actor.is_staff or not self.actor.roles - {"admin"}:
            return []
        with window("reach"):
            found = Assignment.objects.filter(Assignment.live(), membership_id=self.actor.membership_id)
            return list(found.values_list("case_id", flat=True).distinct())

    @cached_property
    def organizations(self) -> dict[uuid.UUID, Neighbor]:
        """Every organization that is open."""
        return neighbors()

    @cached_property
    def grants(self) -> dict[uuid.UUID, Held]:
        """Cases that were shared with the actor, and how far."""
        if not self.actor.is_staff or not self.reader:
            return {}
        to_us = grants.live() & Q(to_organization_id=self.actor.organization_id)
        columns = (
            "organization_id", "content_object_id", "permission__codename", "counsel_tier", "expires_at",
            "granted_by_name",
        )  # fmt: skip
        users, groups = grants.CaseUserObjectPermission.objects, grants.CaseGroupObjectPermission.objects
        rows = [
            *users.filter(to_us, user_id=self.actor.user_id).values_list(*columns),
            *groups.filter(to_us, group__organization=self.actor.organization_id).values_list(*columns),
        ]
        found: dict[uuid.UUID, list[Piece]] = {}
        for owner_id, case_id, *columns_of_piece in rows:
            if owner_id in self.organizations:  # what an organization shared ends when it closes
                found.setdefault(case_id, []).append(Piece(*columns_of_piece))
        return {case_id: Held(tuple(pieces)) for case_id, pieces in found.items()}

    @property
    def granted(self) -> list[uuid.UUID]:
        return list(self.grants)

    @property
    def counsel(self) -> list[uuid.UUID]:
        """Shared cases of which the actor also sees the counsel tier."""
        return [case_id for case_id, held in self.grants.items() if held.reads_counsel]

    @cached_property
    def _mine(self) -> str:
        return array_of(self.mine)

    @cached_property
    def _granted(self) -> str:
        return array_of(self.granted)

    @cached_property
    def _counsel(self) -> str:
        return array_of(self.counsel)

    def own_cases(self) -> Q:
        """The organization's own cases, with a condition that has an index for wide and narrow actors alike."""
        if not self.wide:
            return self.my_cases()
        return Q(organization_id=self.actor.organization_id) & (Q(restricted=False) | Q(Among("pk", self._mine)))

    def my_cases(self) -> Q:
        """The cases that the actor is assigned to: few, so that they are asked for by their keys."""
        return Q(Among("pk", self._mine)) if self.mine else NOTHING

    def shared_cases(self) -> Q:
        return Q(Among("pk", self._granted)) if self.granted else NOTHING

    def cases(self) -> Q:
        return self.own_cases() | self.shared_cases() if self.granted else self.own_cases()

    def of_case(self, *, tiered: bool) -> Q:
        """The rows that hang on visible cases; each with a tier as far as the actor's tier there goes."""
        highest = Tier.COUNSEL if self.reader else Tier.INTAKE
        found = NOTHING
        if self.wide:
            found |= Q(organization_id=self.actor.organization_id, case__restricted=False) & _up_to(
                Tier.REPRESENTATION, tiered
            )
        if self.mine:
            found |= Q(Among("case_id", self._mine)) & _up_to(highest, tiered)
        if self.granted:
            found |= Q(Among("case_id", self._granted)) & _up_to(Tier.REPRESENTATION, tiered)
        if self.counsel:
            found |= Q(Among("case_id", self._counsel))
        return found

    def people(self) -> Q:
        """Who sees a case sees its person."""
        with window("reach"):
            found = Q(pk__in=Case.objects.filter(self.cases()).values("person_id"))
        return found if self.actor.is_staff else NOTHING

    def of_person(self, *, tiered: bool) -> Q:
        """The rows that hang on visible people; each with a tier as far as the actor's tier goes in their cases."""
        if not tiered:
            return Q(person_id__in=Person.objects.visible_to(self.actor).values("pk"))
        highest = Tier.COUNSEL if self.reader else Tier.INTAKE
        found = NOTHING
        if self.wide:
            open_to_all = Q(organization_id=self.actor.organization_id, restricted=False)
            found |= _of_people(open_to_all) & Q(tier__lte=Tier.REPRESENTATION)
        if self.mine:
            found |= _of_people(Q(Among("pk", self._mine))) & Q(tier__lte=highest)
        if self.granted:
            found |= _of_people(Q(Among("pk", self._granted))) & Q(tier__lte=Tier.REPRESENTATION)
        if self.counsel:
            found |= _of_people(Q(Among("pk", self._counsel)))
        return found

    def basis_of_person(self, person_id: uuid.UUID, organization_id: uuid.UUID) -> str:
        """The best ground on which the actor meets a case of the person."""
        grounds = [
            self.basis(pk, owner_id, restricted=restricted, kept=kept)
            for pk, owner_id, restricted, kept in self._cases_of(person_id)
        ]
        return min(grounds, key=_rank, default=NONE)

    def person_tier(self, person_id: uuid.UUID) -> int:
        """The highest tier that the actor reads and writes of a person of the own organization; 0 for nothing."""
        tiers = [0]
        for pk, organization_id, restricted, _kept in self._cases_of(person_id):
            ground = self.basis(pk, organization_id, restricted=restricted)
            if ground == ASSIGNED:
                tiers.append(Tier.COUNSEL if self.reader else Tier.INTAKE)
            elif ground == ORGANIZATION:
                tiers.append(Tier.REPRESENTATION)
        return max(tiers)

    def _cases_of(self, person_id: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID, bool, bool]]:
        """The person's cases that the actor sees: whose each is, whether it is restricted, or kept as a copy."""
        known = self._people.get(person_id)
        if known is None:
            with window("reach"):
                found = Case.objects.filter(self.cases(), person_id=person_id)
                rows = found.values_list("pk", "organization_id", "restricted", "handed_over_at")
                known = self._people[person_id] = [(*rest, over is not None) for *rest, over in rows]
        return known

    def basis(
        self, case_id: uuid.UUID, organization_id: uuid.UUID, *, restricted: bool, kept: bool = False
    ) -> str:  # fmt: skip
        """On what ground the actor meets a case; one that was handed over is met as a copy (`kept`)."""
        if case_id in self.mine:
            return COPY if kept else ASSIGNED
        if self.wide and organization_id == self.actor.organization_id and not restricted:
            return COPY if kept else ORGANIZATION
        if case_id in self.grants:
            return f"share:{self.grants[case_id].level}"
        return NONE

    def opened(self, case: Case) -> None:
        """A case that the actor has just opened, and stands on, counts from here on."""
        if case.pk not in self.mine:
            self.mine.append(case.pk)
        self.__dict__.pop("_mine", None)
        self._people.pop(case.person_id, None)

    def reads_up_to(self, case: Case) -> int:
        """The highest tier that the actor reads in a case of the own organization; 0 for nothing."""
        if case.pk in self.mine:
            return Tier.COUNSEL if self.reader else Tier.INTAKE
        wide = self.wide and case.organization_id == self.actor.organization_id and not case.restricted
        return Tier.REPRESENTATION if wide else 0

    def writes_up_to(self, case: Case) -> int:
        """The highest tier of notes that the actor may write on the case; 0 for nothing."""
        tiers = [0]
        if case.pk in self.mine:
            tiers.append(Tier.COUNSEL if self.reader else Tier.INTAKE)
        if self.wide and case.organization_id == self.actor.organization_id and not case.restricted:
            tiers.append(Tier.REPRESENTATION)
        held = self.grants.get(case.pk)
        if held and held.level != "view":
            tiers.append(Tier.COUNSEL if held.writes_counsel else Tier.REPRESENTATION)
        return max(tiers)


def of(actor: Actor) -> CaseReach:
    """The actor's reach, as what it is here; floors below know it by its protocol."""
    return cast(CaseReach, actor.reach)


def _of_people(cases: Q) -> Q:
    """Rows of the people whose cases these are."""
    with window("reach"):
        return Q(person_id__in=Case.objects.filter(cases).values("person_id"))


def _rank(ground: str) -> int:
    """Grounds in order, the best first."""
    return [ASSIGNED, ORGANIZATION, COPY, "share:share", "share:change", "share:view", NONE].index(ground)


def _up_to(tier: Tier, tiered: bool) -> Q:
    return Q(tier__lte=tier) if tiered else Q()
