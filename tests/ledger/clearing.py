"""Clearing groups by SEMANTICS 0.12 and CONTRACT section 3, by plain loops: part of the oracle.

By the day, never by the order of arrival: what applications leave of the members that stand on a day settles among
them, oldest first. So a later payment of a member changes no earlier day, and nothing counts twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.records import ZERO, Book, Document, Until, is_recorded_by, minor_units, quotient, rounded

Rate = Callable[[Document], Decimal | None]


@dataclass(frozen=True)
class Group:
    """The members of a group, posted or cancelled in reverse, and the day each settles from."""

    name: str
    members: tuple[Document, ...]

    def cleared_on(self, member: Document) -> date:
        """Its own clearing date, else the group's, else the latest issue date."""
        given = [other.cleared_on for other in self.members if other.cleared_on]
        of_group = max(given) if given else max(other.issue_date for other in self.members)
        return member.cleared_on or of_group

    def settles_on(self, member: Document) -> date:
        """The day it is cleared, but never before it exists."""
        return max(self.cleared_on(member), member.issue_date)

    def settling_on(self, day: date) -> list[Document]:
        """Who takes part on a day, oldest first."""
        present = [member for member in self.members if member.stands_on(day) and self.settles_on(member) <= day]
        return sorted(present, key=lambda member: (member.issue_date, member.document_id))


def groups(book: Book, documents: Mapping[str, Document], known_at: Until = None) -> list[Group]:
    """The groups of `documents` that are known: those of which no item was still to be recorded."""
    members: dict[str, list[Document]] = defaultdict(list)
    for document in documents.values():
        if document.clearing_group is not None and document.ever_stands:
            members[document.clearing_group].append(document)
    return [Group(name, tuple(found)) for name, found in members.items() if is_known(book, name, known_at)]


def is_known(book: Book, name: str, known_at: Until) -> bool:
    """A group is known from the latest `recorded_at` of its items."""
    items = [document for document in book.documents if document.clearing_group == name and document.ever_stands]
    seen = {document.document_id for document in items if is_recorded_by(document, known_at)}
    return seen == {document.document_id for document in items}


def settled(
    group: Group, day: date, left: Mapping[str, Decimal], rate: Rate, base_places: int
) -> tuple[dict[str, Decimal], set[str]]:
    """What each member gives on that day, signed as `left`, and the base-only rows that end.

    `left` is what applications leave of each document, debit positive.
    """
    present = group.settling_on(day)
    valued = [member for member in present if not member.is_base_only]
    is_mixed = len({member.currency for member in valued}) > 1

    def size(member: Document) -> Decimal:
        """Amounts of one currency are set against each other as they are, those of several by their base value."""
        if not is_mixed:
            return ZERO if member.is_base_only else left[member.document_id]
        if member.is_base_only:
            return member.base_amount or ZERO
        at = rate(member)
        return ZERO if at is None else rounded(left[member.document_id] * at, base_places)

    sizes = {member.document_id: size(member) for member in present}
    debits = sum((amount for amount in sizes.values() if amount > 0), ZERO)
    credits = -sum((amount for amount in sizes.values() if amount < 0), ZERO)
    to_give = {1: min(debits, credits), -1: min(debits, credits)}
    given: dict[str, Decimal] = {}
    for member in present:
        amount = sizes[member.document_id]
        side = 1 if amount > 0 else -1
        taken = min(abs(amount), to_give[side])
        to_give[side] -= taken
        if taken and not member.is_base_only:
            whole = left[member.document_id]
            given[member.document_id] = (
                whole
                if taken == abs(amount)
                else side * taken
                if not is_mixed
                else quotient(whole, taken, abs(amount), minor_units(member.currency))
            )
    # one alone settles nothing; among others a base-only row, such as their exchange difference, ends in full
    ended = {member.document_id for member in present if member.is_base_only} if len(present) > 1 else set()
    return given, ended
