"""Costa Rica: numbers of persons, residents and companies."""

from __future__ import annotations

from classifiers.catalogue.countries import company, national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

CR_CPF = national(
    "CR_CPF",
    "A number of an identity card of a person in Costa Rica (cédula de persona física).",
    "Registro Civil: province, volume and entry of the register of births",
    (digits("9-9999-9999", 0.15), digits("99-9999-9999", 0.03), digits("999999999", 0.04)),
    Stdnum("cr.cpf"),
    chance=0.7,
    context=("cédula", "cedula", "cédula de identidad", "persona física"),
    columns=("cedula fisica", "cédula física", "cedula identidad", "cedula de identidad", "cedula persona fisica"),
    needs_column=True,
)

CR_CPJ = company(
    "CR_CPJ",
    "A number of a company in Costa Rica (cédula jurídica).",
    "Registro Nacional: class and type of company, six digits",
    (digits("9-999-999999", 0.3), digits("9 999 999999", 0.1), digits("9999999999", 0.002)),
    Stdnum("cr.cpj"),
    chance=0.03,
    context=("cédula jurídica", "cedula juridica", "persona jurídica", "jurídica"),
    columns=("cedula juridica", "cédula jurídica", "numero cedula juridica", "ced juridica", "cedula persona juridica"),
    needs_column=True,
)

CR_CR = national(
    "CR_CR",
    "A number of a foreigner's residence card of Costa Rica (DIMEX).",
    "Dirección General de Migración y Extranjería: 1, country of origin, serials",
    (digits("999999999999", 0.02), digits("99999999999", 0.02)),
    Stdnum("cr.cr"),
    chance=0.11,
    category="user.government_id.immigration",
    context=("dimex", "cédula de residencia", "cedula de residencia", "residencia"),
    columns=("dimex", "cedula residencia", "cedula de residencia", "numero dimex", "cédula de residencia"),
    needs_column=True,
)

DETECTORS = (CR_CPF, CR_CPJ, CR_CR)
