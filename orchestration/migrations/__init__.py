"""Alembic migrations of the ops store; they run by themselves when the store is opened."""
