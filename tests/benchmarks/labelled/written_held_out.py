"""Sentences that findings in texts are scored on. Whoever looks at single errors here and mends them has to hold out others."""

from __future__ import annotations

from tests.benchmarks.labelled import written_numbers as numbers
from tests.benchmarks.labelled.written import Half, Locale

_GERMAN = (
    "Guten Tag, bitte rufen Sie mich unter {phone} zurück. Gruss {name}",
    "Überweisung bitte auf {iban}, lautend auf {name}.",
    "Kontakt: {name}, {street}, Tel. {phone}, {email}",
    "Geburtsdatum: {birth}\nE-Mail: {email}",
)
_FRENCH = (
    "Bonjour, vous pouvez me joindre au {phone} ou par courriel à {email}.",
    "Merci de virer le montant de {price} sur le compte {iban}.",
    "Nom: {name}\nNé le: {birth}\nTéléphone: {phone}",
    "La carte {card} a été refusée, commande {order}.",
)
_SPANISH = (
    "Hola, mi correo es {email} y mi teléfono es {phone}.",
    "Cliente: {name}. Fecha de nacimiento: {birth}. Celular: {phone}.",
    "No funciona el pago con la tarjeta {card}, pedido {order}.",
    "Puede llamarme al {phone} después de las 18:00.",
)

LOCALES = (
    Locale(
        "de_CH",
        _GERMAN,
        {"CH_AHV": ("ssn", ("AHV-Nr. {id}", "Meine AHV-Nummer lautet {id}.", "{name}, AHV {id}, geb. {birth}"))},
    ),
    Locale("fr_CH", _FRENCH, {"CH_AHV": ("ssn", ("Numéro AVS: {id}", "Mon n° AVS est le {id}, merci."))}),
    Locale("fr_BE", _FRENCH, phones=False, accounts=False),
    Locale(
        "en_NZ",
        (
            "Ring me on {phone}, cheers, {name}",
            "Mob: {phone} / {email}",
            "Could you text {phone} once the courier is near?",
        ),
        {
            "NZ_IRD": (
                numbers.nz_ird,
                ("My IRD number is {id}.", "IRD no. {id}, {name}", "Please update IRD {id} on file"),
            )
        },
        accounts=False,
    ),
    Locale(
        "en_IE",
        ("Pay into {iban} please.", "My address is {street}, email {email}."),
        {"IE_PPS": (numbers.ie_pps, ("PPS number: {id}", "My PPSN is {id}", "{name}, PPS no {id}, dob {birth}"))},
        phones=False,
    ),
    Locale(
        "es_CL",
        _SPANISH,
        {"CL_RUT": (numbers.cl_rut, ("RUT {id}", "Mi RUT es {id}, gracias.", "Cliente {name}, RUT: {id}"))},
        accounts=False,
    ),
    Locale(
        "es_AR",
        _SPANISH,
        {"AR_CUIT": (numbers.ar_cuit, ("CUIT {id}", "Mi CUIL es {id}.", "Facturar a {name}, CUIT: {id}"))},
        accounts=False,
    ),
    Locale("es_CO", _SPANISH, accounts=False),
    Locale(
        "lt_LT",
        ("Skambinkite {phone} arba rašykite {email}.", "Tel. {phone}, {name}", "El. paštas: {email}"),
        {"LT_ASMENS": (numbers.lt_asmens, ("Asmens kodas: {id}", "Mano asmens kodas {id}."))},
        accounts=False,
    ),
    Locale(
        "hr_HR",
        ("Nazovite me na {phone}, {name}.", "Tel: {phone}, e-mail: {email}", "Mob. {phone}"),
        {"HR_OIB": ("ssn", ("OIB: {id}", "Moj OIB je {id}.", "{name}, OIB {id}, {street}"))},
        accounts=False,
    ),
    Locale(
        "bg_BG",
        (
            "Телефон за връзка: {phone}",
            "Пишете ми на {email} или се обадете на {phone}.",
            "IBAN: {iban}, титуляр {name}",
        ),
        {"BG_EGN": (numbers.bg_egn, ("ЕГН: {id}", "{name}, ЕГН {id}"))},
    ),
    Locale(
        "sl_SI",
        ("Pokličite me na {phone}.", "Tel.: {phone}, e-pošta: {email}", "Moja številka telefona je {phone}."),
        {"SI_EMSO": (numbers.si_emso, ("EMŠO: {id}", "Moj EMŠO je {id}."))},
        accounts=False,
    ),
    Locale(
        "zh_CN",
        ("请拨打我的手机 {phone}。", "联系人：{name}，电话：{phone}", "邮箱：{email}"),
        {"CN_RIC": ("ssn", ("身份证号：{id}", "我的身份证号码是 {id}。"))},
        accounts=False,
    ),
    Locale(
        "he_IL",
        ("טלפון: {phone}", "אפשר להתקשר אליי בטלפון {phone} או לכתוב ל {email}"),
        {"IL_ID": ("ssn", ("תעודת זהות: {id}", "ת.ז. {id}", "Teudat zehut {id}"))},
        accounts=False,
    ),
    Locale(
        "th_TH",
        ("โทร {phone}", "เบอร์โทรศัพท์ {phone} อีเมล {email}"),
        {"TH_TNIN": ("ssn", ("เลขประจำตัวประชาชน {id}", "Thai national ID {id}"))},
        accounts=False,
    ),
    Locale(
        "ka_GE",
        ("ტელეფონი: {phone}", "Phone (Tbilisi): {phone}", "ელფოსტა: {email}"),
        {
            "UK_NHS": (numbers.uk_nhs, ("NHS number {id}", "Patient NHS no: {id}", "NHS Number: {id}, referred by GP")),
            "ES_NIF": (numbers.es_nif, ("DNI {id}", "Mi DNI es {id}", "NIF: {id}")),
            "PL_PESEL": (numbers.pl_pesel, ("PESEL {id}", "Mój PESEL to {id}")),
            "SG_NRIC_FIN": (numbers.sg_nric, ("NRIC {id}", "my NRIC is {id}, thanks")),
        },
        accounts=False,
    ),
)
GENERAL = (
    # mails and chats
    "Hello team, could you resend the invoice {invoice} to {email}? Thanks, {name}",
    "Hi, I moved; new phone {phone}, everything else as before.",
    "hey, send it to {email} or {email} pls",
    "The refund should go to {iban} and not to the old account.",
    "My card {card} was charged twice for order {order}.",
    "You can verify me: SSN {ssn}, born {birth}.",
    "For the record: social security number {ssn}",
    "Please wire 0.25 BTC to {bitcoin} by Friday.",
    "I sent the tokens from {ether}, tx {hash}",
    "I found your profile at {url} and would like to talk.",
    "Portfolio: {url}. Reach me: {email}.",
    "Meet me at {place}, GPS location of the cabin.",
    "My car's VIN is {vin}, please book the service.",
    # tickets
    "Ticket #{count}: user {user} cannot sign in from {ip} since build {version}",
    "Caller {name} left callback number {phone} and order {order}.",
    "Customer gave card number {card}, exp. {expiry}, for booking {code}.",
    "Escalation: account holder {name}, IBAN {iban}, complaint about {price} EUR",
    "Laptop with MAC {mac} is blocked, serial {serial}",
    "Insured vehicle {vin}, claim {order}, contact {email}",
    # logs
    "{stamp} WARN login failed for {email} from {ip} (attempt 3)",
    "{stamp} INFO [http-{count}] {ip} GET /cart?item={sku} 200 {count}ms",
    '{ip} - - [{stamp}] "POST /api/v2/users HTTP/1.1" 201 {count}',
    "dhcpd: DHCPACK on {ip} to {mac} via eth0",
    "{stamp} sshd[{count}]: Accepted publickey for {user} from {ip} port {port} ssh2",
    "{stamp} ERROR mail bounced: <{email}> {uuid}",
    'level=info ts={stamp} client_ip={ip} trace={hash} msg="ok"',
    # forms
    "Name: {name}\nEmail: {email}\nPhone: {phone}\nOrder: {order}",
    "Full name | {name}\nSSN | {ssn}\nDate of birth | {birth}",
    "First contact: {day}\nWebsite: {url}\nE-mail: {email}",
    "Card number: {card}\nAmount: {price}\nReference: {order}",
    "IBAN: {iban}\nBIC: see below\nAmount: {price}",
    "Device: {mac}\nLast IP: {ip}\nFirmware: {version}",
    "Wallet address: {bitcoin}\nNetwork: mainnet",
    # rows
    "id,email,phone,created\n{count},{email},{phone},{stamp}",
    "{order};{name};{email};{price};{day}",
    "user_id\temail\tlast_ip\n{count}\t{email}\t{ip}",
    "name,ssn,birth_date\n{name},{ssn},{birth}",
    '{"id": {count}, "email": "{email}", "ip": "{ip}", "sku": "{sku}"}',
    "order_id,card_number,total\n{order},{card},{price}",
    "iban,amount,currency\n{iban},{price},EUR",
)
DECOYS = (
    "Please ship order {order} with tracking number {track} today.",
    "The book has ISBN {isbn} and costs {price}.",
    "Upgrade from {version} to {version} fixes the crash.",
    "commit {hash}\nAuthor: build bot\n\n    bump to {version}",
    "{stamp} DEBUG cache miss key={hash} size={count}",
    "{stamp} INFO started worker {count} on port {port} in {count} ms",
    "Invoice {invoice} of {day} over {price} is overdue.",
    "sku,ean,price,stock\n{sku},{ean},{price},{count}",
    "Part {part} replaces {part}; see sheet {count}.",
    "Scanned {ean} at register {count}, total {price}.",
    "The job ran from {epoch} to {epoch} and read {count} rows.",
    "Your parcel {track} is out for delivery.",
    "Serial number {serial}, warranty until {day}.",
    "Meeting on {day} at 10:30 in room {count}, about {count} open tickets.",
    "sha256:{hash}  app-{version}.tar.gz",
    "error 0x80070057 in module core.dll, build {version}",
    '{"order": "{order}", "sku": "{sku}", "ts": {epoch}, "qty": {count}}',
    "Use coupon {code} before {day} and save {price}.",
    "id;ref;amount\n{count};{invoice};{price}",
    "The list has {count} entries; chapter 3.2.1 explains the rest.",
    "Batch {serial} of article {part}, count {count}.",
    "Flight LH{code} was moved to gate {count}.",
    "SELECT total FROM orders WHERE id = {order} AND ts > {epoch}",
    "Temperature 21.5, humidity 40.2 %, pressure {price} hPa",
    "Lot {order} passed inspection; see report {invoice}, page {count}.",
    "Ports {port}, {port} and {port} must be open.",
    "Released {version} on {day}: see CHANGES, section {count}.",
    "The printer model {sku} needs toner {part}.",
)
HELD_OUT = Half("written held out", LOCALES, GENERAL, DECOYS)
