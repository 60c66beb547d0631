"""The door: asks `access` with what Streamlit knows, and says why it stays shut."""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitAPIException

from dashboards.access import decide, person_of
from dashboards.ui.texts import Texts
from orchestration.settings import Environment, Person, Settings


def pass_gate(settings: Settings, texts: Texts) -> Person | None:
    """The person who signed in (None without sign-in, on loopback). Ends the run for anybody else."""
    auth = Environment().auth
    configured = auth == "oidc" and _has_auth_section()
    signed_in = configured and bool(st.user.is_logged_in)
    person = person_of(st.user.get("email"), st.user.get("email_verified"), settings.people) if signed_in else None
    decision = decide(
        auth=auth,
        address=st.get_option("server.address"),
        configured=configured,
        signed_in=signed_in,
        person=person,
    )
    if decision.open:
        return person
    if decision.sign_in:
        st.title(texts("app.name"), anchor=False)
        st.subheader(texts(decision.reason), anchor=False)
        st.button(texts("access.sign_in"), type="primary", on_click=st.login)
    else:
        st.title(texts("access.refused_title"), anchor=False)
        email = str(st.user.get("email") or "") if signed_in else ""
        st.error(texts(decision.reason, email=email), icon=":material/lock:")
        if signed_in:
            st.button(texts("access.sign_out"), on_click=st.logout)
    st.stop()


def _has_auth_section() -> bool:
    try:
        return "auth" in st.secrets
    except (FileNotFoundError, StreamlitAPIException):
        return False  # no secrets file at all
