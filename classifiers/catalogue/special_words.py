"""Words of the special categories in six languages: only those that seldom mean another thing.

Sources: census questionnaires for groups and denominations; official names of parties in parliament and of trade unions.
"""

from __future__ import annotations

ETHNIC_GROUPS = (
    *("african american", "african-american", "black or african american", "black african", "black caribbean"),
    *("black british", "white british", "white irish", "white other", "any other white background", "white european"),
    *("asian american", "asian british", "asian or asian british", "south asian", "east asian", "southeast asian"),
    *("caucasian", "hispanic", "latino", "latina", "latinx", "hispanic or latino", "not hispanic or latino"),
    *("native american", "american indian", "american indian or alaska native", "alaska native", "native hawaiian"),
    *("native hawaiian or other pacific islander", "pacific islander", "first nations", "métis", "inuit", "aboriginal"),
    *(
        "torres strait islander",
        "māori",
        "maori",
        "pasifika",
        "romani",
        "sinti",
        "sinti und roma",
        "gypsy or irish traveller",
    ),
    *("roma or sinti", "ashkenazi", "ashkenazi jewish", "sephardic", "multiracial", "biracial", "mixed race"),
    *(
        "mixed ethnicity",
        "two or more races",
        "white and black caribbean",
        "white and asian",
        "middle eastern or north african",
    ),
    *(
        "afrodeutsch",
        "kaukasisch",
        "türkischstämmig",
        "afroamericano",
        "afrodescendiente",
        "mestizo",
        "indígena",
        "gitano",
    ),
    *("afro-américain", "maghrébin", "métis antillais", "afroamericana", "caucasico", "sudasiatico", "afro-amerikaans"),
    *("surinaams", "antilliaans", "hindoestaans", "ostasiatisch", "südasiatisch"),
)

FAITHS = (
    *(
        "roman catholic",
        "catholicism",
        "christianity",
        "islam",
        "judaism",
        "hinduism",
        "buddhism",
        "sikhism",
        "jainism",
    ),
    *("zoroastrianism", "church of england", "eastern orthodox", "greek orthodox", "russian orthodox", "sunni", "shia"),
    *("shi'a", "ahmadiyya", "jehovah's witness", "jehovah's witnesses", "latter-day saints", "seventh-day adventist"),
    *("scientology", "paganism", "wicca", "taoism", "shinto", "bahá'í", "baha'i", "rastafarian", "humanism", "atheism"),
    *("agnosticism", "no religion", "non-religious", "konfessionslos", "römisch-katholisch", "römisch katholisch"),
    *("evangelisch-lutherisch", "alevitisch", "zeugen jehovas", "christentum", "judentum", "hinduismus"),
    *("buddhismus", "christianisme", "judaïsme", "hindouisme", "bouddhisme", "sans religion", "témoin de jéhovah"),
    *("cristianismo", "catolicismo", "judaísmo", "hinduismo", "budismo", "sin religión", "testigo de jehová"),
    *("cristianesimo", "cattolicesimo", "ebraismo", "induismo", "buddhismo", "testimone di geova", "christendom"),
    *("jodendom", "hindoeïsme", "boeddhisme", "rooms-katholiek", "nederlands hervormd", "jehova's getuige"),
)
"""Beliefs and churches by name."""

PEOPLE_OF_FAITH = (
    *("catholic", "muslim", "jewish", "jew", "hindu", "buddhist", "sikh", "protestant", "lutheran", "anglican"),
    *("methodist", "presbyterian", "baptist", "pentecostal", "evangelical christian", "orthodox christian"),
    *("orthodox jew", "mormon", "quaker", "atheist", "agnostic", "zoroastrian", "sunni muslim"),
    *("shia muslim", "katholisch", "evangelisch", "muslimisch", "jüdisch", "hinduistisch", "buddhistisch", "katholik"),
    *("katholikin", "protestantin", "muslima", "musliminisch", "atheistin", "konfessionslos", "catholique", "musulman"),
    *("musulmane", "juif", "juive", "protestante", "bouddhiste", "hindoue", "athée", "agnostique", "católico"),
    *("católica", "musulmán", "musulmana", "judío", "judía", "budista", "hindú", "ateo", "atea", "agnóstico"),
    *("cattolico", "cattolica", "musulmano", "ebreo", "ebrea", "buddista", "valdese", "katholiek", "moslim"),
    *("joods", "boeddhist", "hindoe", "gereformeerd", "hervormd", "atheïst"),
)
"""What believers are called."""

PARTIES = (
    *("republican", "democrat", "libertarian", "social democrat", "christian democrat", "communist", "socialist"),
    *("liberal democrat", "liberal democrats", "marxist", "anarchist", "sozialdemokrat", "christdemokrat", "kommunist"),
    *(
        "sozialdemokratisch",
        "christdemokratisch",
        "communiste",
        "socialiste",
        "comunista",
        "socialista",
        "socialdemócrata",
    ),
    *("democristiano", "sociaaldemocraat", "christendemocraat", "extrême gauche"),
    *("extrême droite", "rechtsextrem", "linksextrem", "extrema derecha", "extrema izquierda"),
)
"""Families of parties, by what their people are called."""

PARTY_NAMES = (
    *("Republican Party", "Democratic Party", "Libertarian Party", "Labour Party", "Conservative Party", "Green Party"),
    *("Communist Party", "Socialist Party", "Reform UK", "UKIP", "Plaid Cymru", "Sinn Féin", "Scottish National Party"),
    *("CDU", "CSU", "SPD", "AfD", "FDP", "NPD", "Bündnis 90/Die Grünen", "Die Linke", "Grünen", "Parti socialiste"),
    *("Rassemblement national", "Front national", "La France insoumise", "Les Républicains", "Parti communiste"),
    *("PSOE", "Partido Popular", "Podemos", "Izquierda Unida", "Esquerra Republicana", "Partito Democratico"),
    *("Forza Italia", "Fratelli d'Italia", "Movimento 5 Stelle", "Lega Nord", "Rifondazione Comunista", "VVD", "PvdA"),
    *("GroenLinks", "PVV", "ChristenUnie"),
)
"""Parties by name."""

UNION_NAMES = (
    *(
        "IG Metall",
        "IG BCE",
        "IG BAU",
        "ver.di",
        "NGG",
        "DGB",
        "Unite the Union",
        "UNISON",
        "GMB",
        "Teamsters",
        "AFL-CIO",
    ),
    *("SEIU", "AFSCME", "United Auto Workers", "UAW", "National Education Union", "CGT", "CFDT", "CFTC", "CFE-CGC"),
    *("Force Ouvrière", "Sud Solidaires", "Comisiones Obreras", "CCOO", "UGT", "CSIF", "CGIL", "CISL", "UIL", "COBAS"),
    *("FNV", "CNV Vakmensen", "Vakcentrale", "FNV Bondgenoten"),
)
"""Trade unions by name."""

UNIONS = (
    *UNION_NAMES,
    *("union member", "trade union member", "gewerkschaftsmitglied", "syndiqué", "syndiquée", "afiliado al sindicato"),
    *("iscritto al sindacato", "vakbondslid"),
)

ORIENTATIONS = (
    *("heterosexual", "homosexual", "bisexual", "lesbian", "asexual", "pansexual", "gay", "gay or lesbian", "queer"),
    *("straight or heterosexual", "heterosexuell", "homosexuell", "bisexuell", "lesbisch", "schwul", "asexuell"),
    *("pansexuell", "hétérosexuel", "hétérosexuelle", "homosexuel", "homosexuelle", "bisexuel", "bisexuelle"),
    *("lesbienne", "bisexual", "lesbiana", "eterosessuale", "omosessuale", "bisessuale", "lesbica", "heteroseksueel"),
    *("homoseksueel", "biseksueel"),
)
