"""Every profile there is: those shipped with Cartera and the deployment's own."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from ingest.errors import ProfileError, UnknownSource
from ingest.profiles.load import load_profile
from ingest.profiles.model import Profile

SHIPPED = Path(__file__).parents[1] / "sources"


class Catalogue:
    """Profiles by name. A profile of the deployment replaces a shipped one of the same name."""

    def __init__(self, profiles: dict[str, Profile]) -> None:
        self._profiles = profiles

    @classmethod
    def load(cls, own_sources: Path | None = None) -> Catalogue:
        """Read the shipped profiles and, if given, the *.yml of the folder `own_sources`.

        Raises ProfileError for a profile that is not valid or two in one folder with the same name.
        """
        profiles: dict[str, Profile] = {}
        for folder in (SHIPPED, own_sources):
            if folder is None or not folder.is_dir():
                continue
            here: dict[str, Path] = {}
            for path in sorted(folder.glob("*.yml")):
                profile = load_profile(path)
                if profile.name in here:
                    raise ProfileError(
                        "two profiles have the same name",
                        where=f"{path.name} and {here[profile.name].name}",
                        found=profile.name,
                        expected="one profile for each name",
                        next_step="rename one of them",
                    )
                here[profile.name] = path
                profiles[profile.name] = profile
        return cls(profiles)

    def __iter__(self) -> Iterator[Profile]:
        return iter(self._profiles.values())

    def __contains__(self, name: str) -> bool:
        return name in self._profiles

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, in the order read."""
        return tuple(self._profiles)

    def get(self, name: str) -> Profile:
        """The profile called `name`. Raises UnknownSource, naming the nearest."""
        try:
            return self._profiles[name]
        except KeyError:
            near = get_close_matches(name, self._profiles, n=1)
            raise UnknownSource(
                "no source has this name",
                found=name,
                expected=", ".join(self._profiles),
                next_step=(f"did you mean {near[0]}? " if near else "") + "`cartera sources list` shows them all",
            ) from None
