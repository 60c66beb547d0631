"""Every word of the mails, in Spanish and in English."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "and": {"es": "y", "en": "and"},
    "product": {"es": "Cartera · resumen de alertas", "en": "Cartera · alert digest"},
    # severity and categories
    "severity.critical": {"es": "Crítico", "en": "Critical"},
    "severity.high": {"es": "Alto", "en": "High"},
    "severity.medium": {"es": "Medio", "en": "Medium"},
    "severity.low": {"es": "Bajo", "en": "Low"},
    "section.baseline": {"es": "Alertas abiertas", "en": "Open alerts"},
    "section.new": {"es": "Nuevas", "en": "New"},
    "section.worse": {"es": "Peores", "en": "Worse"},
    "section.open": {"es": "Siguen abiertas", "en": "Still open"},
    "section.resolved": {"es": "Resueltas", "en": "Resolved"},
    "section.eased": {"es": "Menos graves", "en": "Less severe"},
    "section.expiring": {"es": "Pospuestas que vuelven pronto", "en": "Snoozed, back soon"},
    "again": {"es": "volvió tras resolverse", "en": "came back after being resolved"},
    "was": {"es": "antes {severity}", "en": "was {severity}"},
    # subject
    "subject.resolved": {"es": "RESUELTO", "en": "RESOLVED"},
    "subject.baseline.one": {"es": "{n} alerta abierta", "en": "{n} open alert"},
    "subject.baseline.many": {"es": "{n} alertas abiertas", "en": "{n} open alerts"},
    "subject.mixed.one": {"es": "{n} alerta nueva o peor", "en": "{n} new or worse alert"},
    "subject.mixed.many": {"es": "{n} alertas nuevas o peores", "en": "{n} new or worse alerts"},
    "subject.done.one": {"es": "{n} alerta resuelta", "en": "{n} alert resolved"},
    "subject.done.many": {"es": "{n} alertas resueltas", "en": "{n} alerts resolved"},
    "subject.companies.one": {"es": "{n} empresa", "en": "{n} company"},
    "subject.companies.many": {"es": "{n} empresas", "en": "{n} companies"},
    # headline
    "change.new.one": {"es": "{n} alerta nueva", "en": "{n} new alert"},
    "change.new.many": {"es": "{n} alertas nuevas", "en": "{n} new alerts"},
    "change.worse.one": {"es": "{n} peor", "en": "{n} worse"},
    "change.worse.many": {"es": "{n} peores", "en": "{n} worse"},
    "change.resolved.one": {"es": "{n} resuelta", "en": "{n} resolved"},
    "change.resolved.many": {"es": "{n} resueltas", "en": "{n} resolved"},
    "lead.since_last": {
        "es": "Es lo que cambió desde su correo anterior, con datos al {day}.",
        "en": "This is what changed since your last mail, on data as of {day}.",
    },
    "lead.baseline": {
        "es": "Es su primer resumen, con datos al {day}: lo que hoy no cumple la política de crédito. "
        "En adelante recibirá solo lo que cambie.",
        "en": "This is your first digest, on data as of {day}: what does not follow the credit policy today. "
        "From now on you will only get what changes.",
    },
    "lead.stake": {"es": "En juego: {amounts}.", "en": "At stake: {amounts}."},
    "lead.open.one": {"es": "Sigue abierta {n} más.", "en": "{n} more is still open."},
    "lead.open.many": {"es": "Siguen abiertas {n} más.", "en": "{n} more are still open."},
    # tables and facts
    "table.counts": {"es": "Alertas por situación", "en": "Alerts by what happened"},
    "table.rules": {"es": "Por regla", "en": "By rule"},
    "table.rule": {"es": "Regla", "en": "Rule"},
    "table.alerts": {"es": "Alertas", "en": "Alerts"},
    "table.exposure": {"es": "Exposición", "en": "Exposure"},
    "table.customer": {"es": "Cliente", "en": "Customer"},
    "table.what": {"es": "Qué", "en": "What"},
    "table.facts": {"es": "Datos de la alerta de {customer}", "en": "Facts of the alert about {customer}"},
    "fact.rule": {"es": "Regla", "en": "Rule"},
    "fact.observed": {"es": "Observado", "en": "Observed"},
    "fact.since": {"es": "Desde", "en": "Since"},
    "fact.exposure": {"es": "Exposición", "en": "Exposure"},
    "fact.why": {"es": "Por qué", "en": "Why"},
    "fact.action": {"es": "Qué hacer", "en": "What to do"},
    "fact.owner": {"es": "Responsable", "en": "Owner"},
    "since.today": {"es": "hoy", "en": "today"},
    "since.days.one": {"es": "{n} día", "en": "{n} day"},
    "since.days.many": {"es": "{n} días", "en": "{n} days"},
    "observed.against": {"es": "{observed}, límite {threshold}", "en": "{observed}, limit {threshold}"},
    "observed.share": {
        "es": "{observed}, límite {threshold} ({share})",
        "en": "{observed}, limit {threshold} ({share})",
    },
    # why
    "why.over": {"es": "Excede su límite por {amount}.", "en": "It is {amount} over its limit."},
    "why.under": {"es": "Ya está {amount} bajo su límite.", "en": "It is now {amount} under its limit."},
    "why.made_of": {
        "es": "Suma {open} de saldo abierto, neto de cobros sin aplicar, y {orders} de pedidos sin facturar.",
        "en": "It adds {open} of open balance, net of unapplied cash, and {orders} of unbilled orders.",
    },
    "why.limit": {
        "es": "Límite aprobado por {name}, vigente desde el {day}.",
        "en": "Limit approved by {name}, in force since {day}.",
    },
    "why.no_hold": {
        "es": "Su partida más antigua lleva {days} vencida y no hay bloqueo; la política lo pide a los {limit}.",
        "en": "Its oldest item is {days} past due and there is no hold; the policy asks for one at {limit}.",
    },
    "why.documents.one": {
        "es": "Pasa de ese plazo {n} documento, {example}, por {amount}.",
        "en": "{n} document is past that, {example}, for {amount}.",
    },
    "why.documents.many": {
        "es": "Pasan de ese plazo {n} documentos, {example} entre ellos, por {amount}.",
        "en": "{n} documents are past that, {example} among them, for {amount}.",
    },
    "why.hold_due": {
        "es": "El bloqueo debía estar puesto el {day}.",
        "en": "The hold was due on {day}.",
    },
    "why.released": {
        "es": "El bloqueo anterior se levantó el {day}.",
        "en": "The hold before was released on {day}.",
    },
    "resolved.on": {"es": "{rule}; resuelta el {day}", "en": "{rule}; resolved on {day}"},
    "eased.to": {"es": "{rule}; de {before} a {now}", "en": "{rule}; from {before} to {now}"},
    "expiring.on": {"es": "{rule}; vuelve el {day}", "en": "{rule}; back on {day}"},
    "customer.unidentified": {"es": "Sin cliente identificado", "en": "No customer identified"},
    "link.customer": {"es": "Ver {customer} al {day}", "en": "See {customer} as of {day}"},
    "link.all": {"es": "Ver la cartera al {day}", "en": "See receivables as of {day}"},
    "more.one": {"es": "Y {n} más, sin detalle aquí.", "en": "And {n} more, not detailed here."},
    "more.many": {"es": "Y {n} más, sin detalle aquí.", "en": "And {n} more, not detailed here."},
    # foot
    "foot.title": {"es": "Sobre estos datos", "en": "About these data"},
    "foot.as_of": {"es": "Datos al", "en": "Data as of"},
    "foot.loads": {"es": "Última carga (hora local)", "en": "Last load (local time)"},
    "foot.loads.none": {"es": "sin registro de cargas", "en": "no record of loads"},
    "foot.tie": {"es": "Cuadre contable", "en": "Tie-out"},
    "tie.tied": {"es": "{companies}: cuadra con la contabilidad", "en": "{companies}: ties to the ledger"},
    "tie.off": {
        "es": "{company}, cuenta {account}: diferencia sin explicar de {amount}",
        "en": "{company}, account {account}: unexplained difference of {amount}",
    },
    "tie.at": {"es": "(al {day})", "en": "(as of {day})"},
    "tie.unknown": {
        "es": "{companies}: sin saldo contable para comparar",
        "en": "{companies}: no ledger balance to compare with",
    },
    "foot.rules": {"es": "Versión de las reglas", "en": "Rule versions"},
    "foot.why": {"es": "Por qué lo recibe", "en": "Why you get this"},
    "foot.why.text": {
        "es": "{name} figura con el resumen de alertas de {companies}. Para cambiarlo o dejar de recibirlo, "
        "pídalo a quien administra Cartera.",
        "en": "{name} is listed for the alert digest of {companies}. To change or stop it, "
        "ask whoever runs Cartera in your company.",
    },
    "foot.all_companies": {"es": "todas las empresas", "en": "all companies"},
}
