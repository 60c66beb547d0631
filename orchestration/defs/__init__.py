"""Dagster definitions by concern; logic lives in plain functions beside this folder."""
