"""Settings of a deployment: `load_settings()` reads, checks and freezes them."""

from orchestration.settings.ageing import AgeingScheme, Bucket
from orchestration.settings.environment import Environment, read_environment
from orchestration.settings.load import CARTERA_FILE, POLICIES_FILE, home_path, load_settings
from orchestration.settings.models import Company, Mail, Person, Settings, SourceBinding, TieOut, secret
from orchestration.settings.policies import PARAMETERS, PolicyRule, R07Parameters, R11Parameters, Waiver
from orchestration.settings.problems import Problem, SettingsError

__all__ = [
    "CARTERA_FILE",
    "PARAMETERS",
    "POLICIES_FILE",
    "AgeingScheme",
    "Bucket",
    "Company",
    "Environment",
    "Mail",
    "Person",
    "PolicyRule",
    "Problem",
    "R07Parameters",
    "R11Parameters",
    "Settings",
    "SettingsError",
    "SourceBinding",
    "TieOut",
    "Waiver",
    "home_path",
    "load_settings",
    "read_environment",
    "secret",
]
