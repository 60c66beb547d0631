"""What payers write on a transfer: the exact invoice number often, and otherwise everything real payers do."""

from __future__ import annotations

import unicodedata
from random import Random

from ingest.sample.records import Customer, Payment

OPENERS = {
    "MX": ("PAGO FACT {}", "PAGO FACTURA {}", "FACT {}", "PAGO DE {}", "SPEI FACTURA {}", "{}"),
    "CO": ("PAGO FACTURA {}", "PAGO FRA {}", "CANCELACION FACTURA {}", "ABONO FRA {}", "{}"),
    "CL": ("PAGO FACT {}", "PAGO FACTURA {}", "TRANSF FACT {}", "CANCELA {}", "{}"),
}
WITHOUT = {
    "MX": ("PAGO", "TRANSFERENCIA SPEI", "PAGO A PROVEEDOR", "PAGO MENSUAL", "LIQUIDACION", ""),
    "CO": ("PAGO PROVEEDORES", "TRANSFERENCIA ACH", "PAGO PSE", "CONSIGNACION", ""),
    "CL": ("TRANSFERENCIA ELECTRONICA", "PAGO PROVEEDOR", "TEF", "PAGO", ""),
}
LABEL = {"MX": "RFC", "CO": "NIT", "CL": "RUT"}


def write_texts(random: Random, payments: list[Payment]) -> None:
    """Give every customer's transfer its text, and mark those that hold an invoice's exact number."""
    for payment in payments:
        if payment.reversal_of is not None:
            payment.text = f"DEVOLUCION {_upper(payment.reversal_of.text)}".strip()
        elif payment.kind == "refund":
            payment.text = f"REEMBOLSO SALDO A FAVOR {payment.lines[0][0].number}"
        elif payment.customer is not None:
            payment.text, payment.exact_reference = _text(random, payment, payment.customer)


def _text(random: Random, payment: Payment, customer: Customer) -> tuple[str, bool]:
    country = payment.spec.country
    numbers = [doc.number for doc, _ in payment.lines]
    if payment.kind == "unidentified":
        return random.choice(("DEPOSITO EN EFECTIVO", "DEPOSITO CHEQUE OTROS BANCOS", "ABONO VENTANILLA")), False
    if payment.kind == "advance" or not numbers:
        return f"ANTICIPO {customer.name.split()[0].upper()} PEDIDO", False
    opener = random.choice(OPENERS[country])
    if len(numbers) > 1:
        return _several(random, opener, numbers)
    chance = random.random()
    if chance < 0.58:
        return _dress(random, opener.format(numbers[0]), customer, country), True
    if chance < 0.80:
        return _dress(random, opener.format(_spoil(random, numbers[0])), customer, country), False
    text = random.choice(WITHOUT[country])
    if random.random() < 0.5:
        text = f"{text} {LABEL[country]} {customer.tax_id.replace('-', '')}".strip()
    if random.random() < 0.15:  # an order number that looks like an invoice's
        text = f"{text} OC {random.randint(4_500_000, 4_599_999)}".strip()
    return text, False


def _several(random: Random, opener: str, numbers: list[str]) -> tuple[str, bool]:
    chance = random.random()
    if chance < 0.35:
        return opener.format(" ".join(numbers)), False
    if chance < 0.6:
        return opener.format(", ".join(number.rsplit("-", 1)[1].lstrip("0") for number in numbers)), False
    if chance < 0.8:
        return opener.format(f"{_spoil(random, numbers[0])} Y OTRAS"), False
    return f"PAGO DE {len(numbers)} FACTURAS", False


def _spoil(random: Random, number: str) -> str:
    """The number as a hurried payer writes it: never the exact one."""
    series, folio = number.rsplit("-", 1)
    return random.choice(
        (
            folio.lstrip("0"),
            f"{series}{folio.lstrip('0')}",
            f"{series} {folio[:3]} {folio[3:]}",
            f"{series}-{folio.replace('0', 'O')}",
            f"{series}-{folio[:-2]}",
            folio[-4:],
            f"{series.lower()}/{int(folio)}",
            f"{series}-{folio[:-1]}",
        )
    )


def _dress(random: Random, text: str, customer: Customer, country: str) -> str:
    if random.random() < 0.25:
        text = f"{text} {LABEL[country]} {customer.tax_id.replace('-', '')}"
    if random.random() < 0.2:
        text = f"{text} {_upper(customer.name)[:35].strip()}"
    return text


def _upper(text: str) -> str:
    """Capitals without accents, as banks print."""
    plain = unicodedata.normalize("NFD", text.upper())
    return "".join(letter for letter in plain if letter.isascii())
