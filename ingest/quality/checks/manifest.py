"""Checks on a batch as a whole: what the file held is what landed plus what was rejected."""

from __future__ import annotations

from ingest.quality.checks.model import MANIFEST, Check, Severity, rows_where

MANIFEST_CHECKS = (
    Check(
        entity=MANIFEST,
        check_id="rows_add_up",
        severity=Severity.BLOCKING,
        breaches=rows_where(
            "rows_in_file IS DISTINCT FROM rows_accepted + rows_rejected",
            "rows_in_file",
            "rows_accepted",
            "rows_rejected",
        ),
        expected="rows in file = accepted + rejected",
        words_es="Filas del archivo = aceptadas + rechazadas.",
        words_en="Rows in the file = accepted + rejected.",
    ),
    Check(
        entity=MANIFEST,
        check_id="amounts_add_up",
        severity=Severity.BLOCKING,
        breaches=rows_where(
            "amount_in_file IS NOT NULL"
            " AND amount_in_file <> coalesce(amount_accepted, 0) + coalesce(amount_rejected, 0)",
            "amount_in_file",
            "amount_accepted",
            "amount_rejected",
        ),
        expected="amount in file = accepted + rejected",
        words_es="Suma de importes del archivo = aceptada + rechazada.",
        words_en="Sum of amounts in the file = accepted + rejected.",
    ),
    Check(
        entity=MANIFEST,
        check_id="rows_landed",
        severity=Severity.BLOCKING,
        # `landed` counts the rows that are really in the files (see duck.py); `entities` is what the manifest claims.
        breaches="SELECT batch_id, 0 AS line, entity || ': manifest=' || coalesce(CAST(claimed AS VARCHAR), '∅')"
        " || ', landed=' || coalesce(CAST(found AS VARCHAR), '∅') AS example FROM ("
        "SELECT coalesce(c.batch_id, l.batch_id) AS batch_id, coalesce(c.entity, l.entity) AS entity,"
        " c.claimed, l.landed_rows AS found FROM ("
        "SELECT batch_id, entity, CAST(json_extract_string(entities, entity) AS BIGINT) AS claimed"
        " FROM (SELECT batch_id, entities, unnest(json_keys(entities)) AS entity FROM {batch}) AS k) AS c"
        " FULL JOIN landed AS l ON l.batch_id = c.batch_id AND l.entity = c.entity) AS both_sides"
        " WHERE coalesce(claimed, 0) <> coalesce(found, 0)",
        expected="rows per entity in the manifest = rows landed",
        words_es="Lo que el manifiesto dice haber cargado es lo que hay en el lago, entidad por entidad.",
        words_en="What the manifest says was loaded is what the lake holds, entity by entity.",
    ),
    Check(
        entity=MANIFEST,
        check_id="none_rejected",
        severity=Severity.WARNING,
        breaches=rows_where("rows_rejected > 0", "rows_rejected", "rows_in_file", "amount_rejected"),
        expected="no row rejected",
        words_es="Ninguna fila del archivo fue rechazada (las rechazadas y su motivo: rejected_rows).",
        words_en="No row of the file was rejected (those that were, and why: rejected_rows).",
    ),
)
