"""The door stays shut unless it is plainly safe."""

from __future__ import annotations

import pytest
from published_file import COMPANIES

from dashboards.access import decide, is_loopback, person_of, visible
from dashboards.domain.scope import CompanyName
from orchestration.settings import Person

ANA = Person(name="Ana", email="ana@example.com", companies=("MX01",))
KNOWN = [CompanyName(*company) for company in COMPANIES]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True), ("localhost", True), ("::1", True), ("[::1]", True), ("127.9.9.9", True),
        (None, False), ("", False), ("0.0.0.0", False), ("10.0.0.5", False), ("example.com", False),
    ],
)  # fmt: skip
def test_loopback(address: str | None, expected: bool) -> None:
    assert is_loopback(address) is expected


@pytest.mark.parametrize(
    ("auth", "address", "configured", "signed_in", "person", "reason"),
    [
        ("off", "127.0.0.1", False, False, None, ""),
        ("off", "0.0.0.0", False, False, None, "access.needs_auth"),
        ("off", None, False, False, None, "access.needs_auth"),
        ("yes", "127.0.0.1", False, False, None, "access.bad_auth"),
        ("", "127.0.0.1", False, False, None, "access.bad_auth"),
        ("oidc", "127.0.0.1", False, False, None, "access.not_configured"),
        ("oidc", "0.0.0.0", True, False, None, "access.sign_in_title"),
        ("oidc", "0.0.0.0", True, True, None, "access.unknown_person"),
        ("oidc", "0.0.0.0", True, True, ANA, ""),
    ],
)
def test_decision(
    auth: str, address: str | None, configured: bool, signed_in: bool, person: Person | None, reason: str
):
    decision = decide(auth=auth, address=address, configured=configured, signed_in=signed_in, person=person)
    assert (decision.open, decision.reason) == (not reason, reason)


def test_people_see_their_companies_only() -> None:
    assert [company.code for company in visible(KNOWN, ANA)] == ["MX01"]
    assert len(visible(KNOWN, None)) == 3
    assert len(visible(KNOWN, Person(name="Eva", email="eva@example.com"))) == 3


def test_only_a_verified_address_is_a_person() -> None:
    assert person_of("ANA@example.com", True, [ANA]) is ANA
    assert person_of("ana@example.com", False, [ANA]) is None
    assert person_of("", True, [ANA]) is None
    assert person_of(None, None, [ANA]) is None


def test_app_refuses_any_other_address_without_sign_in(published, open_app) -> None:
    from streamlit import config

    config.set_option("server.address", "0.0.0.0")
    app = open_app()
    assert not app.metric and "127.0.0.1" in app.error[0].value
