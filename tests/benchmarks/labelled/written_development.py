"""Sentences that rules may be mended by. Look into them as you like."""

from __future__ import annotations

from tests.benchmarks.labelled import written_numbers as numbers
from tests.benchmarks.labelled.written import Half, Locale

LOCALES = (
    Locale(
        "de_AT",
        (
            "Sehr geehrte Damen und Herren, meine Nummer ist {phone}. MfG {name}",
            "Bitte an {email} schicken oder anrufen: {phone}.",
            "Bankverbindung: {iban} ({name})",
            "geboren am {birth}, wohnhaft {street}",
        ),
        {
            "AT_VNR": (
                numbers.at_vnr,
                ("SVNR: {id}", "Meine Sozialversicherungsnummer ist {id}.", "{name}, SV-Nr. {id}"),
            )
        },
    ),
    Locale(
        "en_AU",
        ("Call me on {phone} mate.", "M: {phone}  E: {email}", "Give {name} a ring, {phone}."),
        {
            "AU_TFN": (numbers.au_tfn, ("TFN {id}", "My tax file number is {id}.", "Tax File No: {id}")),
            "AU_MEDICARE": (numbers.au_medicare, ("Medicare card {id}", "Medicare no. {id}, {name}")),
        },
        accounts=False,
    ),
    Locale(
        "es_MX",
        ("Mi número de celular es {phone}.", "Escríbame a {email}, gracias. {name}", "Tel: {phone}, pedido {order}"),
        {"MX_CURP": ("curp", ("CURP: {id}", "Mi CURP es {id}.", "{name} con CURP {id}"))},
        accounts=False,
    ),
    Locale(
        "pt_PT",
        ("Ligue para {phone}, por favor.", "Contacto: {name}, telemóvel {phone}", "O meu IBAN é {iban}."),
        {"PT_NIF": (numbers.pt_nif, ("NIF: {id}", "O meu NIF é {id}.", "Contribuinte n.º {id}"))},
    ),
    Locale(
        "sk_SK",
        ("Volajte na číslo {phone}.", "Tel.: {phone}, e-mail: {email}", "Účet {iban}, {name}"),
        {"CZ_RC": ("birth_number", ("Rodné číslo: {id}", "{name}, r. č. {id}"))},
    ),
    Locale(
        "et_EE",
        ("Kirjutage {email}, {name}", "E-post: {email}"),
        {"EE_IK": ("ssn", ("Isikukood: {id}", "Minu isikukood on {id}."))},
        phones=False,
        accounts=False,
    ),
    Locale(
        "uk_UA",
        ("Телефон: {phone}", "Зателефонуйте мені {phone}, {name}", "Пошта {email}"),
        {"UA_RNTRC": ("ssn", ("РНОКПП: {id}", "ІПН {id}", "Мій РНОКПП {id}"))},
    ),
    Locale(
        "fr_CA",
        ("Mon courriel est {email}.", "Écrivez-moi à {email}, merci, {name}"),
        {"CA_SIN": (numbers.ca_sin, ("NAS : {id}", "SIN {id}", "My social insurance number is {id}."))},
        phones=False,
        accounts=False,
    ),
    Locale(
        "nl_BE",
        ("Bel mij op {phone}.", "Tel. {phone} of mail {email}", "Graag storten op {iban}."),
        {"BE_NN": ("ssn", ("Rijksregisternummer: {id}", "Mijn rijksregisternummer is {id}.", "INSZ {id}"))},
    ),
    Locale(
        "id_ID",
        ("Hubungi saya di {phone}.", "No. HP: {phone}, email {email}"),
        {"ID_NIK": (numbers.id_nik, ("NIK: {id}", "No. KTP {id}", "NIK saya {id}"))},
        accounts=False,
    ),
    Locale(
        "mk_MK",
        ("Телефон: {phone}", "Call {name}, {phone}"),
        {
            "UK_NINO": (numbers.uk_nino, ("NI number {id}", "National Insurance: {id}", "my NINO is {id}")),
            "IN_PAN": (numbers.in_pan, ("PAN {id}", "Permanent account number {id}", "PAN card no. {id}")),
            "KR_RRN": (numbers.kr_rrn, ("RRN {id}", "주민등록번호: {id}")),
            "ZA_ID_NUMBER": (numbers.za_id, ("ID number {id}", "SA ID: {id}", "South African ID {id}")),
        },
        accounts=False,
    ),
)
GENERAL = (
    # mails and chats
    "Dear support, my account is registered as {email}, please help. {name}",
    "Best reached at {phone} in the mornings.",
    "cc {email}, {email}",
    "Transfer the deposit to {iban} today please",
    "Why was {card} declined? It is a valid card.",
    "my ssn is {ssn}",
    "Applicant SSN: {ssn}, DOB: {birth}",
    "donate: {bitcoin}",
    "ETH address {ether}",
    "See {url} for my CV, or write to {email}.",
    "Location of the accident: {place}",
    "Chassis number {vin}, first registered {day}",
    "We met in {day}; my handle is {user}, mail {email}.",
    # tickets
    "[{order}] Client reports spam from {email}, host {ip}",
    "Agent note: called {phone}, no answer, retry {day}",
    "Chargeback on {card} ({price}), merchant ref {order}",
    "Replace NIC {mac}; old one {mac}; rack {count}",
    "VIN: {vin}; mileage {count}; part {part}",
    # logs
    "{stamp} nginx: {ip} 404 /img/{hash}.png",
    "{stamp} postfix/smtp[{count}]: to=<{email}>, relay={ip}:{port}, delay=0.4",
    "Failed password for invalid user {user} from {ip} port {port}",
    "wlan0: associated with {mac}, assigned {ip}",
    "[{stamp}] user={email} action=reset token_age={count} node={uuid}",
    "x-forwarded-for: {ip}",
    # forms
    "Contact\n  e-mail: {email}\n  tel: {phone}\n  ref: {order}",
    "Date of birth: {birth}\nSocial security no.: {ssn}",
    "Credit card: {card}\nExpiry: {expiry}\nCustomer: {name}",
    "Account (IBAN): {iban}\nHolder: {name}",
    "URL: {url}\nVersion: {version}",
    # rows
    "{count},{name},{email},{phone}",
    "email;ip;amount\n{email};{ip};{price}",
    "id|card|date\n{count}|{card}|{day}",
    "vin,plate_count,price\n{vin},{count},{price}",
    '{"user": "{user}", "mail": "{email}", "mac": "{mac}", "build": "{version}"}',
    "bank_account,beneficiary\n{iban},{name}",
    "ssn,amount\n{ssn},{price}",
)
DECOYS = (
    "Order {order} shipped, tracking {track}.",
    "ISBN: {isbn}",
    "pip install tool=={version}",
    "Fixed in {hash}, released as {version}",
    "{stamp} took {count} ms, {count} bytes",
    "Total {price}, invoice no. {invoice}",
    "ean,qty\n{ean},{count}",
    "Spare part {part} is sold out.",
    "cron: next run {epoch}",
    "digest {hash}",
    "SN {serial} / FW {version}",
    "Model {sku}, {count} pieces at {price}",
    '{"ts": {epoch}, "sku": "{sku}", "price": "{price}"}',
    "Voucher {code} expires {day}",
    "listening on port {port}, pid {count}",
    "Ticket {order} was merged into {order}",
    "GTIN {ean} not found",
    "The device {serial} reports error {code}",
    "See section {version} of the manual, p. {count}",
    "Booking reference {code}, seat 14C",
    "row {count}: {invoice};{sku};{price}",
    "The meeting of {day} has {count} participants.",
    "build {count} of branch main at {stamp}",
    "License key: {sku}",
    "Delivery note {invoice} for purchase order {order}",
)
DEVELOPMENT = Half("written development", LOCALES, GENERAL, DECOYS)
