"""Argentina: identity, tax and bank account numbers."""

from __future__ import annotations

from classifiers.catalogue.countries import BANK_ACCOUNT, national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

AR_CUIT = national(
    "AR_CUIT",
    "A tax or labour number of a person or company in Argentina (CUIT, CUIL).",
    "AFIP, Resolución General 10/97: kind of holder, eight digits, check digit modulo 11",
    (digits("99-99999999-9", 0.3), digits("99 99999999 9", 0.1), digits("99999999999")),
    Stdnum("ar.cuit"),
    chance=0.1,
    context=("cuit", "cuil", "cdi", "afip", "monotributo"),
    columns=("cuit", "cuil", "cuit cuil", "numero cuit", "nro cuit", "numero de cuit", "cuit number"),
)

AR_DNI = national(
    "AR_DNI",
    "A number of an identity document of Argentina (DNI).",
    "Ley 17.671: seven or eight digits, in groups of three",
    (digits("99.999.999", 0.05), digits("9.999.999", 0.05), digits("99999999", 0.04), digits("9999999", 0.04)),
    Stdnum("ar.dni"),
    chance=0.7,
    context=("dni", "documento nacional de identidad", "libreta cívica", "libreta de enrolamiento"),
    columns=("dni argentino", "nro dni", "numero dni", "dni nro", "documento nacional", "numero de dni"),
    needs_column=True,
)

AR_CBU = national(
    "AR_CBU",
    "A bank account number of Argentina (CBU).",
    "Banco Central de la República Argentina, Comunicación A 2622: bank, branch, account, two check digits",
    (digits("9" * 22), digits("99999999 99999999999999", 0.1)),
    Stdnum("ar.cbu"),
    chance=0.011,
    context=("cbu", "cvu", "clave bancaria", "transferencia"),
    columns=("cbu", "cbu cuenta", "clave bancaria uniforme", "numero cbu", "nro cbu", "cbu number"),
    category=BANK_ACCOUNT,
)

DETECTORS = (AR_CUIT, AR_DNI, AR_CBU)
