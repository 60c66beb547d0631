"""Alerts, mail and the ops store."""
