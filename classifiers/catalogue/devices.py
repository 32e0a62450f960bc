"""Devices: numbers of phones, of their SIM cards and of their subscribers."""

from __future__ import annotations

from classifiers.catalogue.secrets import token
from classifiers.checks.sampled import Each, Stdnum
from classifiers.checks.vectors import luhn
from classifiers.checks.words import embedded_sim
from classifiers.detector import Detector, Sensitivity, digits

IMEI = Detector(
    entity="IMEI",
    title="A number of a mobile phone (IMEI).",
    category="user.device.device_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="3GPP TS 23.003 section 6: type allocation code, serial, Luhn digit",
    patterns=(digits("999999999999999"), digits("99-999999-999999-9", 0.7), digits("99 999999 999999 9", 0.5)),
    check=Stdnum("imei"),
    chance=0.1,
    context=("imei", "handset", "device imei"),
    columns=("imei", "imei number", "device imei", "imei no", "phone imei"),
    not_columns=("type", "verified", "status", "count", "country"),
)

MEID = Detector(
    entity="MEID",
    title="A number of a mobile device (MEID), hexadecimal or decimal.",
    category="user.device.device_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="3GPP2 X.S0008: manufacturer from A0 on, serial, check character of Luhn modulo 16",
    patterns=(
        token(r"[A-F][0-9A-F]{14}", 15, score=0.05),
        token(r"[A-F][0-9A-F]{13}", 14, score=0.003),
        token(r"[A-F][0-9A-F](?: [0-9A-F]{2}){6} [0-9A-F]", 22, score=0.6),
        digits("99999 99999 9999 9999 9", 0.3),
        digits("9" * 18),
    ),
    check=Stdnum("meid"),
    chance=0.08,
    context=("meid", "esn", "device meid"),
    columns=("meid", "meid number", "device meid", "meid hex", "meid dec"),
    not_columns=("type", "verified", "status", "count", "country"),
    needs_column=True,
)

IMSI = Detector(
    entity="IMSI",
    title="A number of a subscriber of a mobile network (IMSI).",
    category="user.device.device_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="ITU-T E.212: country, network, subscriber",
    patterns=(digits("999999999999999", 0.02),),
    check=Stdnum("imsi"),
    chance=0.45,
    context=("imsi", "subscriber", "sim card"),
    columns=("imsi", "imsi number", "sim imsi", "subscriber imsi", "imsi no"),
    not_columns=("type", "verified", "status", "count", "country"),
)

ICCID = Detector(
    entity="ICCID",
    title="A number of a SIM card (ICCID).",
    category="user.device.device_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="ITU-T E.118: 89, country, issuer, account, Luhn digit; nineteen or twenty digits",
    patterns=(
        token(r"89[0-9]{17}", 19, score=0.3),
        token(r"89[0-9]{18}", 20, score=0.3),
        token(
            r"89[0-9]{2} [0-9]{4} [0-9]{4} [0-9]{4} [0-9]{3,4}",
            24,
            least=r"89[0-9]{2} [0-9]{4} [0-9]{4} [0-9]{4}",
            score=0.3,
        ),
    ),
    check=luhn,
    hot=True,
    chance=0.1,
    context=("iccid", "sim", "sim card", "simcard", "esim"),
    columns=("iccid", "iccid number", "sim number", "sim card number", "sim iccid", "sim serial"),
    not_columns=("type", "verified", "status", "count", "country"),
)

EID = Detector(
    entity="EID",
    title="A number of a SIM that is built in (EID).",
    category="user.device.device_id",
    sensitivity=Sensitivity.CONFIDENTIAL,
    source="GSMA SGP.29: 89, 32 digits, the last two ISO 7064 mod 97-10",
    patterns=(token(r"89[0-9]{30}", 32, score=0.3), token(r"89[0-9]{2}(?: [0-9]{4}){7}", 39, score=0.5)),
    check=Each(embedded_sim),
    chance=0.011,
    context=("eid", "esim", "euicc"),
    columns=("eid", "esim eid", "eid number", "euicc id", "device eid"),
    not_columns=("type", "verified", "status", "count", "country"),
)

DETECTORS = (IMEI, MEID, IMSI, ICCID, EID)
