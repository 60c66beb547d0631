"""Invented company names and well-formed, invented tax ids."""

from __future__ import annotations

from random import Random

TRADES = (
    "Comercializadora", "Distribuidora", "Ferretería", "Abarrotes", "Farmacias", "Construcciones", "Constructora",
    "Textiles", "Alimentos", "Empaques", "Autopartes", "Plásticos", "Agrícola", "Suministros", "Materiales",
    "Refacciones", "Papelera", "Químicos", "Muebles", "Transportes", "Hotelera", "Laboratorios", "Maderas",
    "Herrajes", "Lácteos", "Embotelladora", "Importadora", "Clínica", "Imprenta", "Eléctrica",
)  # fmt: skip
PROPER = (
    "del Norte", "del Valle", "San Martín", "La Unión", "El Roble", "Los Álamos", "Santa Lucía", "del Pacífico",
    "Cordillera", "Monteverde", "Bahía", "El Progreso", "La Estrella", "Tres Hermanos", "Aurora", "Altamira",
    "del Sur", "Peñascal", "Río Claro", "La Cañada", "El Águila", "Horizonte", "Santa Fe", "Los Andes", "Nogales",
    "El Faro", "Miramar", "Puerto Viejo", "La Cumbre", "Vista Hermosa", "San Jerónimo", "Las Lomas", "El Encino",
    "Castaño", "Quebrada Honda", "La Herradura", "Piedra Azul", "El Trébol", "San Rafael", "Núñez e Hijos",
    "Ibáñez", "Zúñiga", "Cáceres", "Maldonado", "Villaseñor", "Echeverría", "Bolaños", "Ocampo", "Larraín", "Restrepo",
)  # fmt: skip
FORMS = {
    "MX": ("S.A. de C.V.", "S. de R.L. de C.V.", "S.A.P.I. de C.V."),
    "CO": ("S.A.S.", "Ltda.", "S.A."),
    "CL": ("SpA", "Ltda.", "S.A."),
    "US": ("LLC", "Inc.", "Corp."),
}
FOREIGN = (
    "Border", "Lone Star", "Gulf", "Prairie", "Redwood", "Summit", "Bluewater", "Cactus", "Sierra", "Harbor",
    "Meridian", "Frontier", "Canyon", "Evergreen", "Pioneer", "Granite", "Northgate", "Silver Creek", "Big Sky", "Palm",
)  # fmt: skip
FOREIGN_TRADES = ("Supply", "Foods", "Industrial", "Trading", "Hardware", "Packaging", "Imports", "Distributors")
GROUPS = (
    "Grupo Altamira", "Grupo Cordillera", "Corporativo Villaseñor", "Holding Larraín", "Grupo Restrepo",
    "Grupo Monteverde", "Grupo Peñascal", "Inversiones del Pacífico", "Grupo Tres Hermanos", "Grupo Horizonte",
)  # fmt: skip


class Names:
    """Hands out names, each once."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._used: set[str] = set()

    def customer(self, country: str, foreign: bool = False) -> str:
        """A new customer's name in the legal form of its country."""
        while True:
            if foreign:
                root = f"{self._random.choice(FOREIGN)} {self._random.choice(FOREIGN_TRADES)}"
                form = self._random.choice(FORMS["US"])
            else:
                root = f"{self._random.choice(TRADES)} {self._random.choice(PROPER)}"
                form = self._random.choice(FORMS[country])
            if root in self._used:
                root = f"{root} {self._random.choice(PROPER)}"
            if root not in self._used:
                self._used.add(root)
                return f"{root}, {form}" if country == "MX" and not foreign else f"{root} {form}"


def tax_id(country: str, random: Random) -> str:
    """An RFC, NIT or RUT with the right shape and, where there is one, the right check digit; EIN for the US."""
    if country == "MX":
        letters = "".join(random.choice("ABCDEFGHIJLMNOPRSTUV") for _ in range(3))
        born = f"{random.randint(70, 99):02}{random.randint(1, 12):02}{random.randint(1, 28):02}"
        return f"{letters}{born}{random.choice('ABCDEFGHJK')}{random.choice('ABCDEFGHJK')}{random.randint(0, 9)}"
    if country == "CO":
        return nit(random.randint(800_000_000, 901_999_999))
    if country == "CL":
        return rut(random.randint(76_000_000, 78_999_999))
    return f"{random.randint(10, 98)}-{random.randint(1_000_000, 9_999_999)}"


def nit(number: int) -> str:
    """A Colombian NIT with its check digit."""
    weights = (3, 7, 13, 17, 19, 23, 29, 37, 41)
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(str(number)), weights, strict=False)) % 11
    return f"{number}-{rest if rest < 2 else 11 - rest}"


def rut(number: int) -> str:
    """A Chilean RUT with its check digit."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(number))))
    check = 11 - total % 11
    return f"{number}-{ {10: 'K', 11: '0'}.get(check, str(check)) }"
