"""Money of a person, told by a word or the name of the field: codes and expiry of cards, accounts, salaries, scores."""

from __future__ import annotations

from classifiers.checks.sampled import Each
from classifiers.checks.words import future_month
from classifiers.detector import Check, Detector, Pattern, Sensitivity

_AMOUNT = r"(?:[$€£¥x] ?)?-?9{1,3}(?:[.,' ]?9{3}){0,3}(?:[.,]9{1,2})?(?: ?(?:[$€£¥x]|A|Aa|a|A/[Aa]|A a [Aa]))?(?: ?/ ?a| a a)?"
"""The shape of an amount, with a currency or without."""


def _money(  # noqa: PLR0913 - the attributes of a detector
    entity: str,
    title: str,
    category: str,
    source: str,
    patterns: tuple[Pattern, ...],
    columns: tuple[str, ...],
    *,
    shapes: str | None,
    check: Check | None = None,
    chance: float = 0.05,
    not_columns: tuple[str, ...] = (),
    context: tuple[str, ...] = (),
    needs_column: bool = False,
    sensitivity: Sensitivity = Sensitivity.RESTRICTED,
) -> Detector:
    return Detector(
        entity=entity,
        title=title,
        category=category,
        sensitivity=sensitivity,
        source=source,
        patterns=patterns,
        check=check,
        chance=chance,
        context=context,
        columns=columns,
        not_columns=("id", "type", "status", "count", *not_columns),
        shapes=shapes,
        needs_column=needs_column,
        small_domain=True,
    )


_SECURITY_CODE = (
    r"CVV2?|CVC2?|CVN|CID|CAV2|security code|card verification (?:value|code|number)|Prüfziffer der Karte|Kartenprüfnummer|"
    r"code de sécurité|cryptogramme(?: visuel)?|código de seguridad|codice di sicurezza|beveiligingscode"
)

CVV = _money(
    "CARD_SECURITY_CODE",
    "The security code of a payment card (CVV, CVC), which nobody may keep after the payment.",
    "user.financial.credit_card",
    "PCI DSS 4.0, requirement 3.3.1.2: three digits, four with American Express",
    (
        Pattern(
            regex=rf"(?<![\w-])(?:{_SECURITY_CODE})(?: (?:number|code|is|no\.?))?[ :=#]{{1,3}}[0-9]{{3,4}}(?![\w.,/-]\w)(?!\w)",
            form=(
                r"[^\w-](?:CVV2?|CVC2?|CVN|CID|CAV2|security code|card verification (?:value|code|number)|Pr_fziffer der "
                r"Karte|Kartenpr_fnummer|code de s_curit_|cryptogramme(?: visuel)?|c_digo de seguridad|codice di sicurezza|"
                r"beveiligingscode)(?: (?:number|code|is|no\.?))?[ :=#]{1,3}[0-9]{3}"
            ),
            score=0.9,
            width=50,
            ignore_case=True,
        ),
    ),
    (
        *("cvv", "cvc", "cvn", "card cvv", "card cvc", "cvv code", "card security code", "security code"),
        *(
            "card verification value",
            "card verification code",
            "kartenpruefnummer",
            "kartenprüfnummer",
            "pruefziffer karte",
        ),
        *("cryptogramme", "codigo de seguridad", "código de seguridad", "codice di sicurezza", "beveiligingscode"),
    ),
    shapes=r"9{3,4}",
    not_columns=("result", "check", "response", "match", "required"),
)

_EXPIRY = r"(?:0[1-9]|1[0-2]) ?[/-] ?(?:20)?[0-9]{2}"

CARD_EXPIRY = _money(
    "CARD_EXPIRY",
    "The month in which a payment card expires.",
    "user.financial.credit_card",
    "ISO/IEC 7813: month and year",
    (
        Pattern(
            regex=(
                rf"(?<![\w-])(?:exp(?:iry|iration|ires|\.)?(?: date)?|valid (?:thru|through|until|to)|good thru|gültig bis|"
                rf"date d'expiration|fecha de caducidad|data di scadenza|vervaldatum)(?: on|: |:| |=) ?{_EXPIRY}(?![\w/-])"
            ),
            form=(
                r"[^\w-](?:exp(?:iry|iration|ires|\.)?(?: date)?|valid (?:thru|through|until|to)|good thru|g_ltig bis|"
                r"date d'expiration|fecha de caducidad|data di scadenza|vervaldatum)(?: on|: |:| |=) ?[0-9]{2}"
            ),
            score=0.8,
            width=40,
            ignore_case=True,
        ),
    ),
    (
        *("card expiry", "card expiration", "card expires", "card exp", "card expiry date", "card expiration date"),
        *("cc exp", "cc expiry", "cc expiration", "credit card expiry", "exp month", "exp year", "karte gueltig bis"),
        *("karte gültig bis", "date expiration carte", "caducidad tarjeta", "scadenza carta", "vervaldatum kaart"),
    ),
    check=Each(future_month),
    chance=0.9,
    shapes=r"9{1,2} ?[/-] ?9{2}(?:99)?|9{4}-9{2}|9{4}|9{2}",
    sensitivity=Sensitivity.CONFIDENTIAL,
)

SALARY = _money(
    "SALARY",
    "What a person earns.",
    "user.workplace",
    "amounts, with a currency or without: the name of the field tells; in text a phrase",
    (
        Pattern(
            regex=(
                r"(?<![\w-])(?:annual |base |monthly |gross |net )?(?:salary|wage|pay|income)(?: (?:is|of|was)| ?:) ?(?:[$€£] ?|"
                r"(?:USD|EUR|GBP|CHF) )?[0-9]{1,3}(?:[.,' ]?[0-9]{3}){1,2}(?:[.,][0-9]{2})?(?:k|K)?(?![\w-])"
            ),
            form=(
                r"[^\w-](?:salary|wage|pay|income)(?: (?:is|of|was)| ?:) ?(?:[$\x01] ?|(?:USD|EUR|GBP|CHF) )?[0-9]{1,3}"
                r"[.,' ]?[0-9]{3}"
            ),
            score=0.7,
            width=60,
            ignore_case=True,
        ),
    ),
    (
        *(
            "salary",
            "base salary",
            "annual salary",
            "monthly salary",
            "gross salary",
            "net salary",
            "wage",
            "hourly wage",
        ),
        *("pay rate", "compensation", "bonus", "annual income", "household income", "gross pay", "net pay", "gehalt"),
        *(
            "bruttogehalt",
            "nettogehalt",
            "jahresgehalt",
            "lohn",
            "einkommen",
            "salaire",
            "salaire brut",
            "remuneration",
        ),
        *(
            "rémunération",
            "revenu annuel",
            "salario",
            "sueldo",
            "ingresos anuales",
            "stipendio",
            "retribuzione",
            "reddito",
        ),
        *("salaris", "brutosalaris", "loon", "inkomen"),
    ),
    shapes=_AMOUNT,
    not_columns=("currency", "grade", "band", "date", "code", "budget", "frequency"),
)

CREDIT_SCORE = _money(
    "CREDIT_SCORE",
    "A score of a person's credit.",
    "user.financial",
    "FICO and VantageScore (300 to 850), SCHUFA (percent), Experian; only the name of the field tells",
    (),
    (
        *("credit score", "fico", "fico score", "vantage score", "credit rating score", "schufa score", "schufa"),
        *("bonitaet", "bonität", "bonitaetsscore", "score de credit", "score crédit", "puntuacion crediticia"),
        *("punteggio di credito", "merito creditizio", "kredietscore"),
    ),
    shapes=r"9{2,4}(?:[.,]9{1,2})?(?: ?%)?",
    not_columns=("date", "model", "provider"),
)

TAX_AMOUNT = _money(
    "TAX_AMOUNT",
    "The tax that a person owes or paid.",
    "user.financial",
    "amounts: only the name of the field tells",
    (),
    (
        *("income tax", "tax withheld", "withholding tax", "tax paid", "tax due", "taxable income", "tax refund"),
        *("einkommensteuer", "lohnsteuer", "zu versteuerndes einkommen", "impot sur le revenu", "impôt sur le revenu"),
        *("revenu imposable", "impuesto sobre la renta", "irpf", "base imponible", "imposta sul reddito", "irpef"),
        *("reddito imponibile", "inkomstenbelasting", "loonbelasting"),
    ),
    shapes=_AMOUNT,
    not_columns=("rate", "code", "currency"),
    sensitivity=Sensitivity.CONFIDENTIAL,
)

_ACCOUNT_WORD = (
    r"(?:bank )?account (?:number|no\.?|#)|acct\.? (?:number|no\.?|#)|a/c no\.?|Kontonummer|Konto-Nr\.?|numéro de compte|"
    r"número de cuenta|numero di conto|rekeningnummer"
)

BANK_ACCOUNT = Detector(
    entity="BANK_ACCOUNT",
    title="A number of a bank account of any country, introduced by a word; IBANs are found without.",
    category="user.financial.bank_account",
    sensitivity=Sensitivity.RESTRICTED,
    source="formats of the banks: six to seventeen digits, in groups or not",
    patterns=(
        Pattern(
            regex=rf"(?<![\w-])(?:{_ACCOUNT_WORD})(?: is|:| =)? ?[0-9]{{2,6}}(?:[ -]?[0-9]{{1,6}}){{1,5}}(?![\w-])",
            form=(
                r"[^\w-](?:(?:bank )?account (?:number|no\.?|#)|acct\.? (?:number|no\.?|#)|a/c no\.?|Kontonummer|Konto-Nr\.?|"
                r"num_ro de compte|n_mero de cuenta|numero di conto|rekeningnummer)(?: is|:| =)? ?[0-9]{2}"
            ),
            score=0.7,
            width=72,
            ignore_case=True,
        ),
    ),
    chance=0.5,
    columns=(
        *("bank account no", "bank acct", "bank acct no", "bank account num", "checking account", "savings account"),
        *("beneficiary account", "account number bank", "kontonr", "konto nr", "numero compte bancaire"),
        *("numero de cuenta bancaria", "numero conto corrente", "bankrekeningnummer"),
    ),
    not_columns=("type", "id", "count", "status", "verified", "balance", "name"),
    shapes=r"9{6,17}|9{2,6}(?:[ -]9{2,8}){1,4}",
)

DETECTORS = (CVV, CARD_EXPIRY, SALARY, CREDIT_SCORE, TAX_AMOUNT, BANK_ACCOUNT)
