"""Words that stand beside telephone numbers, by language: nouns, their abbreviations, and what one is asked to do."""

from __future__ import annotations

_SHARED = "phone telephone tel mobile cell call fax ring dial mob cellphone phoned called callback sms whatsapp hotline landline"
_GERMANIC = (
    "gsm telefon mobil telefonnummer handy handynummer mobilnummer rufnummer festnetz durchwahl anrufen rückruf mobiltelefon "
    "telefoon telefoonnummer mobiel bellen bereikbaar tlf telefonnr ringa sími símanúmer foon selfoon"
)
_ROMANCE = (
    "téléphone tél portable appeler appelez télécopie telefono teléfono móvil movil celular llamar llame llámeme telefone "
    "telemóvel telemovel ligue ligar cellulare chiamare chiami telefonul sunați telèfon mòbil"
)
_SLAVIC = (
    "komórka zadzwoń telefón telefonní telefónne volejte volajte zavolejte zavolajte mobitel nazovite zovite pokličite pozovite "
    "телефон телефона тел моб мобильный мобільний мобилен позвоните звоните зателефонуйте телефонуйте обадете јавете "
    "позовите тэлефон факс"
)
_OTHERS_OF_EUROPE = (
    "telefonas skambinkite mobilusis tālrunis tālr zvaniet mobilais puhelin puhelinnumero matkapuhelin puh soita soittakaa "
    "helista helistage mobiil telefonszám hívjon hívja τηλέφωνο τηλ κινητό καλέστε cep telefonunuz celulari telefoni "
    "ტელეფონი ტელ მობილური հեռախոս zəng"
)
_NEAR_EAST = "טלפון נייד להתקשר פלאפון هاتف الهاتف جوال موبايل اتصل تلفن موبایل فون"
_ASIA_AND_AFRICA = (
    "फ़ोन फोन मोबाइल ফোন মোবাইল โทร โทรศัพท์ มือถือ đt sđt gọi telepon telp ponsel hubungi tawagan simu "
    "电话 手机 電話 手機 致电 拨打 携帯 전화 휴대폰 연락처"
)
_PHRASES = ("điện thoại", "di động", "no. hp", "no hp", "nomor hp", "telefon bimbit", "recapito telefonico")

TELEPHONE_WORDS = (
    *_SHARED.split(),
    *_GERMANIC.split(),
    *_ROMANCE.split(),
    *_SLAVIC.split(),
    *_OTHERS_OF_EUROPE.split(),
    *_NEAR_EAST.split(),
    *_ASIA_AND_AFRICA.split(),
    *_PHRASES,
)
