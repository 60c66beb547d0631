"""Tests of the checks on landed batches; a package, so that its cases can be imported."""
