"""Write, audit, publish: a checked build becomes the file people read, whole or not at all."""

from orchestration.publishing.candidate import Candidate, build_candidate
from orchestration.publishing.publication import Publication, current_publication
from orchestration.publishing.swap import publish_candidate, recover

__all__ = ["Candidate", "Publication", "build_candidate", "current_publication", "publish_candidate", "recover"]
