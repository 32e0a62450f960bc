"""Money: payment cards, account numbers, VAT numbers."""

from __future__ import annotations

from classifiers.checks.iban_registry import by_length, structures
from classifiers.checks.sampled import Stdnum
from classifiers.checks.vectors import iban, luhn, payment_card
from classifiers.detector import Detector, Pattern, Sensitivity, digits

_CARD_WORDS = (
    *"card credit debit visa mastercard amex discover jcb diners maestro pan cardholder chargeback karte kreditkarte".split(),
    *"kaart kort karta karty kártya kortti карта карты картка карти carte tarjeta carta cartão cartao cardul kart κάρτα".split(),
    *"カード 信用卡 카드 כרטיס بطاقة".split(),
)

CREDIT_CARD = Detector(
    entity="CREDIT_CARD",
    title="The number of a payment card.",
    category="user.financial.credit_card",
    sensitivity=Sensitivity.RESTRICTED,
    source="ISO/IEC 7812: issuer ranges (classifiers/checks/iin.py), 12 to 19 digits, Luhn digit",
    patterns=(
        *(digits("9" * length, 0.3) for length in range(12, 20)),
        *(
            digits(shape.replace(" ", gap), 0.4)
            for shape in ("9999 9999 9999 9999", "9999 999999 99999", "9999 999999 9999", "9999 9999 9999 9999 999")
            for gap in " -"
        ),
    ),
    check=payment_card,
    hot=True,
    chance=0.035,
    context=_CARD_WORDS,
    columns=(
        *(
            "credit card",
            "credit card number",
            "card number",
            "card no",
            "card num",
            "cc number",
            "cc num",
            "ccn",
            "cc no",
        ),
        *(
            "debit card",
            "debit card number",
            "payment card",
            "pan",
            "primary account number",
            "cardnumber",
            "creditcard",
        ),
        *("bank card", "kreditkarte", "kreditkartennummer", "kartennummer", "carte bancaire", "numero de carte"),
        *("numéro de carte", "tarjeta", "numero de tarjeta", "tarjeta de credito", "carta di credito", "numero carta"),
        *("creditcardnummer", "cartao", "cartão", "numero do cartao"),
    ),
    not_columns=("type", "brand", "expiry", "expires", "holder", "token", "id", "count", "status", "scheme", "last"),
)


CARD_OF_UNKNOWN_ISSUER = Detector(
    entity="CREDIT_CARD",
    subtype="UNKNOWN_ISSUER",
    title="A number with the length and check digit of a payment card, of an issuer that is not in our table, called a card.",
    category="user.financial.credit_card",
    sensitivity=Sensitivity.RESTRICTED,
    source="ISO/IEC 7812: 12 to 19 digits, Luhn digit; issuer ranges are given out anew all the time",
    patterns=(
        *(digits("9" * length, 0.01) for length in (*range(12, 18), 19)),
        *(
            digits(shape.replace(" ", gap), 0.02)
            for shape in ("9999 9999 9999 9999", "9999 999999 99999")
            for gap in " -"
        ),
    ),
    check=luhn,
    hot=True,
    chance=0.1,
    context=CREDIT_CARD.context,
    columns=CREDIT_CARD.columns,
    not_columns=CREDIT_CARD.not_columns,
    needs_column=True,
)


def _iban_regex() -> str:
    """Every country's account numbers at their exact length, in groups of four or in one."""
    parts = []
    for length, countries in by_length().items():
        fours, rest = divmod(length - 4, 4)
        tail = f"[ -]?[A-Z0-9]{{{rest}}}" if rest else ""
        parts.append(rf"(?:{'|'.join(countries)})[0-9]{{2}}(?:[ -]?[A-Z0-9]{{4}}){{{fours}}}{tail}")
    return rf"(?<![\w-])(?=[A-Z]{{2}}[0-9]{{2}})(?:{'|'.join(parts)})(?![\w-])"


def _iban_form() -> str:
    """The first fifteen characters, which every account number has: countries by their first letter."""
    seconds: dict[str, str] = {}
    for country in sorted(structures()):
        seconds[country[0]] = seconds.get(country[0], "") + country[1]
    countries = "|".join(f"{first}[{second}]" for first, second in seconds.items())
    return rf"[^\w-](?:{countries})[0-9]{{2}}(?:[ -]?[A-Z0-9]{{4}}){{2}}[ -]?[A-Z0-9]{{3}}"


IBAN = Detector(
    entity="IBAN_CODE",
    title="An international bank account number.",
    category="user.financial.bank_account",
    sensitivity=Sensitivity.RESTRICTED,
    source="ISO 13616, SWIFT IBAN registry (classifiers/checks/iban_registry.py), check digits of ISO 7064 mod 97-10",
    patterns=(Pattern(regex=_iban_regex(), form=_iban_form(), score=0.5, width=42, ignore_case=True),),
    check=iban,
    hot=True,
    chance=0.011,  # of values that begin like one; of any of its shape 0.0005
    context=(
        "iban",
        "account",
        "bank",
        "konto",
        "kontonummer",
        "compte",
        "cuenta",
        "conto",
        "rekening",
        "bic",
        "swift",
    ),
    columns=(
        *("iban", "iban code", "iban number", "bank account", "bank account number", "account number", "account no"),
        *(
            "international bank account number",
            "payee account",
            "bankverbindung",
            "konto",
            "kontonummer",
            "compte bancaire",
        ),
        *("numero de compte", "cuenta", "cuenta bancaria", "numero de cuenta", "conto corrente", "conto bancario"),
        *("rekeningnummer", "rekening", "bankrekening", "conta bancaria"),
    ),
    not_columns=("type", "id", "count", "status", "verified", "country"),
)

_VAT_FORMATS = (
    *(r"ATU[0-9]{8}", r"BE[01]?[0-9]{9}", r"BG[0-9]{9,10}", r"CY[0-9]{8}[A-Z]", r"CZ[0-9]{8,10}", r"DE ?[0-9]{9}"),
    *(r"DK[0-9]{8}", r"EE[0-9]{9}", r"EL[0-9]{9}", r"ES[A-Z0-9][0-9]{7}[A-Z0-9]", r"FI[0-9]{8}"),
    *(r"FR ?[A-HJ-NP-Z0-9]{2} ?[0-9]{9}", r"HR[0-9]{11}", r"HU[0-9]{8}", r"IE[0-9][A-Z0-9+*][0-9]{5}[A-Z]{1,2}"),
    *(r"IT ?[0-9]{11}", r"LT(?:[0-9]{12}|[0-9]{9})", r"LU[0-9]{8}", r"LV[0-9]{11}", r"MT[0-9]{8}"),
    *(r"NL[0-9]{9}B[0-9]{2}", r"PL[0-9]{10}", r"PT[0-9]{9}", r"RO[0-9]{2,10}", r"SE[0-9]{10}01", r"SI[0-9]{8}"),
    *(r"SK[0-9]{10}", r"XI[0-9]{9}"),
)

VAT = Detector(
    entity="VAT_NUMBER",
    title="A VAT number of the European Union with its country prefix; sole traders have one too.",
    category="user.financial",
    sensitivity=Sensitivity.INTERNAL,
    source="Council Directive 2006/112/EC art. 215; national check digits, through python-stdnum (eu.vat)",
    patterns=(
        Pattern(
            regex=rf"(?<![\w-])(?:{'|'.join(_VAT_FORMATS)})(?![\w-])",
            form=rf"[^\w-](?:{'|'.join(_VAT_FORMATS)})[^\w-]",
            score=0.4,
            width=16,
        ),
    ),
    check=Stdnum("eu.vat"),
    chance=0.15,  # of values that begin like one
    context=("vat", "tva", "iva", "btw", "moms", "uid", "tax"),
    columns=(
        *("vat", "vat number", "vat no", "vat id", "vat reg no", "vat registration number", "eu vat", "tax number"),
        *(
            "ust id",
            "ust idnr",
            "u st id nr",
            "u st id",
            "ustid",
            "umsatzsteuer id",
            "mwst nummer",
            "uid nummer",
            "tva",
            "numero tva",
        ),
        *("tva intracommunautaire", "numero de iva", "partita iva", "btw nummer", "btwnummer", "numero iva"),
    ),
    not_columns=("rate", "amount", "percent", "total", "included", "code", "exempt", "country"),
)

DETECTORS = (CREDIT_CARD, CARD_OF_UNKNOWN_ISSUER, IBAN, VAT)
