"""The ops store: what people and the alert machine must remember between runs (SQLite by default).

`open_store(settings)` gives a `Store`; `actions` holds what people do; the `*_rows` modules read and write
inside a transaction of the store. The published figures are not here: they are rebuilt, this is not.
"""

from orchestration.store.actions import acknowledge, add_note, read_notes, snooze
from orchestration.store.database import Store, open_store
from orchestration.store.records import AlertEvent, AlertState, EventKind, Note, Severity, State

__all__ = [
    "AlertEvent",
    "AlertState",
    "EventKind",
    "Note",
    "Severity",
    "State",
    "Store",
    "acknowledge",
    "add_note",
    "open_store",
    "read_notes",
    "snooze",
]
