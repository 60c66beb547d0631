"""Read cartera.yml and policies.yml of a home and check them together."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from orchestration.settings.ageing import DEFAULT_SCHEME
from orchestration.settings.environment import read_environment
from orchestration.settings.models import CarteraFile, Settings
from orchestration.settings.policies import PARAMETERS, PoliciesFile
from orchestration.settings.problems import SettingsError
from orchestration.settings.translate import note_errors
from orchestration.settings.yaml_source import Place, Source, read_yaml

CARTERA_FILE = "cartera.yml"
POLICIES_FILE = "policies.yml"

ModelT = TypeVar("ModelT", bound=BaseModel)


def home_path(home: Path | None = None) -> Path:
    """The home's absolute path: the one given, else CARTERA_HOME, else ./.cartera."""
    return (home if home is not None else Path(read_environment().home)).expanduser().absolute()


def load_settings(home: Path | None = None) -> Settings:
    """The settings of a home; a file that isn't there means defaults (and no policy).

    Raises SettingsError with every problem found in both files, each with its line.
    """
    folder = home_path(home)
    cartera, policies = read_yaml(folder / CARTERA_FILE), read_yaml(folder / POLICIES_FILE)
    _check_parameters(policies)
    read = _validated(CarteraFile, cartera)
    rules = _validated(PoliciesFile, policies)
    if read is not None:
        _check_companies(read, cartera)
        _check_names(read, cartera)
        _check_schemes(read, cartera)
        _check_mail(read, cartera)
    if rules is not None:
        _check_versions(rules, policies)
    problems = [*cartera.problems, *policies.problems]
    if problems or read is None or rules is None:
        raise SettingsError(sorted(problems, key=lambda problem: (problem.file, problem.line)))
    own = [scheme for scheme in read.ageing_schemes if scheme.name != DEFAULT_SCHEME.name]
    return Settings(
        home=folder,
        companies=read.companies,
        presentation_currency=read.presentation_currency,
        time_zone=read.time_zone,
        language=read.language,
        fiscal_year_start_month=read.fiscal_year_start_month,
        ageing_schemes=(DEFAULT_SCHEME, *own),
        application_date_rule=read.application_date,
        tie_out=read.tie_out,
        engine=read.engine,
        spark=read.spark,
        sources=read.sources,
        mail=read.mail,
        people=read.people,
        keep_snapshots=read.keep_snapshots,
        policies=tuple(sorted(rules.policies, key=lambda rule: (rule.rule_id, rule.valid_from))),
        pinned_today=read.clock.today,
        ops_url=read_environment().ops_url,
    )


def _validated(model: type[ModelT], source: Source) -> ModelT | None:
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        note_errors(error, source, model)
        return None


def _check_parameters(source: Source) -> None:
    """Parameters first and by themselves: only so do their errors keep their own lines."""
    rules = source.data.get("policies")
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        kind = PARAMETERS.get(str(rule.get("rule_id"))) if isinstance(rule, dict) else None
        if kind is None or rule.get("parameters") is None:
            continue
        try:
            kind.model_validate(rule["parameters"])
        except ValidationError as error:
            note_errors(error, source, kind, ("policies", index, "parameters"))
            rule["parameters"] = {}


def _check_companies(read: CarteraFile, source: Source) -> None:
    owners: dict[str, str] = {}
    for index, company in enumerate(read.companies):
        place: Place = ("companies", index)
        _once(source, (*place, "code"), company.code, owners, "a code of its own for each company")
        for number, account in enumerate(company.bank_accounts):
            expected = "each bank account in one company only"
            _once(source, (*place, "bank_accounts", number), f"account {account}", owners, expected)
        if company.parent_company == company.code:
            source.complain(
                (*place, "parent_company"),
                found=repr(company.code),
                expected="the code of another company, or nothing for the top of the group",
                next_step="change the value in that line",
            )


def _check_names(read: CarteraFile, source: Source) -> None:
    bindings: dict[str, str] = {}
    for index, binding in enumerate(read.sources):
        _once(source, ("sources", index, "name"), binding.name, bindings, "a name of its own for each source")
    addresses: dict[str, str] = {}
    for index, person in enumerate(read.people):
        expected = "each mail address once"
        _once(source, ("people", index, "email"), person.email.lower(), addresses, expected)


def _check_schemes(read: CarteraFile, source: Source) -> None:
    names: dict[str, str] = {}
    for index, scheme in enumerate(read.ageing_schemes):
        _once(source, ("ageing_schemes", index, "name"), scheme.name, names, "a name of its own for each scheme")
        if scheme.name == DEFAULT_SCHEME.name and scheme != DEFAULT_SCHEME:
            source.complain(
                ("ageing_schemes", index),
                found="other buckets under the name 'default'",
                expected="not_due, 1-30, 31-60, 61-90, 90+ (reports and other programs count on them)",
                next_step="give this scheme a name of its own; every report lets you choose it",
            )


def _check_mail(read: CarteraFile, source: Source) -> None:
    if (read.mail.username_env is None) != (read.mail.password_env is None):
        source.complain(
            ("mail",),
            found="only one of username_env and password_env",
            expected="both, or neither for a server without sign-in",
            next_step="name the environment variable that is missing",
        )
    if read.mail.username_env and read.mail.security == "none":
        source.complain(
            ("mail", "security"),
            found="'none' together with username_env",
            expected="starttls or tls: a password never travels in the clear",
            next_step="set security to starttls (port 587) or tls (port 465)",
        )


def _check_versions(read: PoliciesFile, source: Source) -> None:
    for index, rule in enumerate(read.policies):
        for earlier, other in enumerate(read.policies[:index]):
            if rule.overlaps(other):
                source.complain(
                    ("policies", index, "valid_from"),
                    found=f"{rule.rule_id} from {rule.valid_from} while the version of line "
                    f"{source.line(('policies', earlier))} is in force",
                    expected="one version of a rule for each day",
                    next_step="close the earlier version with valid_to on the day before the new one starts",
                )


def _once(source: Source, place: Place, value: str, seen: dict[str, str], expected: str) -> None:
    if value in seen:
        source.complain(
            place,
            found=f"{value!r}, already in line {seen[value]}",
            expected=expected,
            next_step="remove or rename one of the two",
        )
    else:
        seen[value] = str(source.line(place))
