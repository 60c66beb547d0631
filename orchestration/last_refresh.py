"""How the last refresh ended, in both languages: for the dashboard's banner and `cartera doctor`."""

from __future__ import annotations

import contextlib
import json
from typing import Literal

from ingest.errors import IngestError
from orchestration.clock import Clock
from orchestration.errors import CarteraError
from orchestration.landing import Refusal
from orchestration.outcome import Outcome
from orchestration.publishing.publication import write_atomically
from orchestration.settings import Settings

Status = Literal["published", "unchanged", "refused", "failed"]

_IN_SPANISH = {
    "ambiguous_file": "El archivo corresponde a más de un origen: indique cuál",
    "bad_input": "Un archivo no se pudo usar",
    "busy": "Otro proceso está escribiendo",
    "check_failed": "Una verificación de las cifras no pasó; no se publicó nada",
    "companion_missing": "Falta otro archivo de la misma entrega",
    "company_unknown": "No se sabe a qué empresa pertenece el archivo",
    "currency_unknown": "No se sabe en qué moneda lleva sus libros la empresa",
    "empty_file": "El archivo está vacío",
    "missing_columns": "Al archivo le faltan columnas",
    "not_writable": "No se puede escribir en la carpeta de Cartera",
    "out_of_reach": "Un servicio no responde; lo pendiente queda en espera",
    "profile_error": "El perfil de un origen no es válido",
    "too_large": "El archivo supera el tamaño permitido",
    "too_many_rejects": "Demasiadas filas del archivo no se pudieron leer; no se cargó ninguna",
    "unknown_columns": "El archivo trae columnas desconocidas",
    "unknown_source": "No existe el origen indicado",
    "unreadable_file": "El archivo está dañado o no es del formato esperado",
    "unrecognised_file": "No se reconoce el tipo de archivo",
    "wrong_encoding": "El archivo tiene otra codificación de texto",
}


def note_end(settings: Settings, clock: Clock, status: Status, outcome: Outcome) -> None:
    """Leave word of a refresh that came to its end. Files that were refused are named, though the rest is published."""
    refusals = outcome.landing.refused
    if refusals:
        english = "; ".join(f"{refusal.file}: {refusal.error.get('what', '')}" for refusal in refusals)
        _write(settings, clock, "refused", english, "; ".join(_of_refusal(refusal) for refusal in refusals))
        return
    _write(settings, clock, status, "", "")


def note_error(settings: Settings, clock: Clock, error: BaseException, outcome: Outcome) -> None:
    """Leave word of a refresh that was stopped. What can't be written any more is left: the error itself is told."""
    if outcome.release is not None:  # the figures are up; something beside them went wrong
        status: Status = "refused" if outcome.landing.refused else "published"
    else:
        status = "refused" if isinstance(error, CarteraError | IngestError) and error.code in _REFUSALS else "failed"
    with contextlib.suppress(OSError):
        _write(settings, clock, status, _english(error), _spanish(error))


_REFUSALS = frozenset(_IN_SPANISH) - {"busy", "not_writable", "out_of_reach"}


def _english(error: BaseException) -> str:
    return str(error) if isinstance(error, CarteraError | IngestError) else f"{type(error).__name__}: {error}"


def _spanish(error: BaseException) -> str:
    if not isinstance(error, CarteraError | IngestError):
        return f"Falla inesperada ({type(error).__name__}): {error}"
    detail = "\n".join(text for text in (error.where, error.found) if text)
    return f"{_IN_SPANISH.get(error.code, 'La actualización no terminó')}\n{detail}".strip()


def _of_refusal(refusal: Refusal) -> str:
    return f"{refusal.file}: {_IN_SPANISH.get(refusal.error.get('code', ''), _IN_SPANISH['bad_input'])}"


def _write(settings: Settings, clock: Clock, status: Status, english: str, spanish: str) -> None:
    words = {
        "status": status,
        "at": clock.now().isoformat(timespec="seconds"),
        "reason_en": english,
        "reason_es": spanish,
    }
    write_atomically(settings.ops_dir / "last_refresh.json", json.dumps(words, ensure_ascii=False, indent=2) + "\n")
