"""Profiles: all shipped ones are valid; a slip is answered with file, line, field, found, allowed."""

from __future__ import annotations

import pytest

from ingest.errors import ProfileError, UnknownSource
from ingest.profiles import Catalogue, load_profile
from ingest.profiles.catalogue import SHIPPED

GOOD = """name: good
title: {es: Bueno, en: Good}
format: delimited
load: delta
entities:
  - entity: companies
    columns:
      company: c
      name: n
      country: k
      functional_currency: f
"""


def test_every_shipped_profile_is_valid_and_named_as_its_file():
    catalogue = Catalogue.load()
    assert {path.stem for path in SHIPPED.glob("*.yml")} == set(catalogue.names)
    assert {"cartera", "ibm_ar", "highradius_open_items", "pbix_55k", "unicorn_qbo", "mt940", "camt053"} <= set(
        catalogue.names
    )
    for profile in catalogue:
        assert profile.title.es and profile.title.en and profile.about and len(profile.version) == 12


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("load: delta", "load: daily", 4, "load"),
        ("load: delta", "laod: delta", 4, "did you mean load"),
        ("name: good", "name: Good One", 1, "name"),
        ("  - entity: companies", "  - entity: compnies", 6, "allowed: companies"),
        ("      name: n", "      nmae: n", 6, "companies has no column nmae"),
        ("      name: n\n", "", 6, "companies needs name"),
        ("      name: n", "      name: {column: n, constant: x}", 9, "exactly one of"),
        ("      name: n", "      name: {column: n, round: 2}", 6, "round and sign are for numbers"),
        ("load: delta", "load: delta\nthousands: '.'\ndecimal: '.'", 1, "same sign"),
        ("load: delta", "load: delta\nreader: {encoding: utf-99}", 5, "utf-99"),
        ("load: delta", "load: delta\nreject_limit: lots", 5, "reject_limit"),
        ("load: delta", "load: delta\n  broken: [", 5, "line 5"),
        (
            "  - entity: companies",
            "  - entity: companies\n    where: {n: {matches: '['}}",
            7,
            "regular expression",
        ),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path, old, new, line, words):
    path = tmp_path / "good.yml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert f"good.yml, line {line}" in caught.value.where
    assert words in str(caught.value)
    assert caught.value.next_step


def test_yaml_does_not_change_what_was_written(tmp_path):
    path = tmp_path / "good.yml"
    path.write_text(GOOD.replace("name: n\n", "name: {column: n, map: {Yes: 007, No: 1.0}}\n"))
    assert load_profile(path).rules[0].columns["name"].map == {"Yes": "007", "No": "1.0"}


def test_own_profiles_replace_shipped_ones_and_twins_are_an_error(tmp_path):
    (tmp_path / "a.yml").write_text(GOOD.replace("name: good", "name: ibm_ar"))
    assert Catalogue.load(tmp_path).get("ibm_ar").title.en == "Good"
    (tmp_path / "b.yml").write_text(GOOD.replace("name: good", "name: ibm_ar"))
    with pytest.raises(ProfileError, match="same name"):
        Catalogue.load(tmp_path)


def test_an_unknown_name_offers_the_nearest():
    with pytest.raises(UnknownSource, match="did you mean ibm_ar"):
        Catalogue.load().get("imb_ar")


def test_the_version_follows_the_text(tmp_path):
    path = tmp_path / "good.yml"
    path.write_text(GOOD)
    before = load_profile(path).version
    path.write_text(GOOD + "reject_limit: 0.02\n")
    assert load_profile(path).version != before
