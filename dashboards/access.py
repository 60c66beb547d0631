"""Who may see what. Closed unless it is plainly safe: loopback without sign-in, anything else only with it."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.domain.scope import CompanyName
from orchestration.settings import Person


@dataclass(frozen=True, slots=True)
class Decision:
    """`open` lets the page run; otherwise `reason` is a key of the catalogue and `sign_in` offers a button."""

    open: bool
    reason: str = ""
    sign_in: bool = False


def is_loopback(address: str | None) -> bool:
    """Whether a server bound to `address` can be reached from this machine only. No address = every interface."""
    if not address:
        return False
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def decide(*, auth: str, address: str | None, configured: bool, signed_in: bool, person: Person | None) -> Decision:
    """Whether the reader comes in.

    `auth` is CARTERA_AUTH, `address` what the server is bound to, `configured` whether [auth] is in the secrets,
    `person` the entry of `people` with the address the identity provider vouches for.
    """
    if auth not in {"oidc", "off"}:
        return Decision(open=False, reason="access.bad_auth")
    if auth == "off":
        return Decision(open=True) if is_loopback(address) else Decision(open=False, reason="access.needs_auth")
    if not configured:
        return Decision(open=False, reason="access.not_configured")
    if not signed_in:
        return Decision(open=False, reason="access.sign_in_title", sign_in=True)
    if person is None:
        return Decision(open=False, reason="access.unknown_person")
    return Decision(open=True)


def person_of(email: object, verified: object, people: Sequence[Person]) -> Person | None:
    """The person with this address; nobody when the provider says that the address was not verified."""
    if not isinstance(email, str) or not email or verified is False:
        return None
    return next((person for person in people if person.email.casefold() == email.casefold()), None)


def visible(companies: Sequence[CompanyName], person: Person | None) -> tuple[CompanyName, ...]:
    """The companies a person may see; no list in `people` means all of them, as no sign-in does."""
    if person is None or not person.companies:
        return tuple(companies)
    return tuple(company for company in companies if company.code in person.companies)
