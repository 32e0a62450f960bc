"""Genetic and biometric data: variants and sequences of genomes, templates of fingers, faces and eyes."""

from __future__ import annotations

from classifiers.catalogue.secrets import token
from classifiers.catalogue.special import special
from classifiers.detector import Detector, Pattern

_GENETIC = "user.health_and_medical.genetic"
_AMINO = "Ala|Arg|Asn|Asp|Cys|Gln|Glu|Gly|His|Ile|Leu|Lys|Met|Phe|Pro|Ser|Thr|Trp|Tyr|Val|Ter"

GENETIC_DATA = special(
    "GENETIC_DATA",
    "A variant of a genome, or a karyotype.",
    _GENETIC,
    "GDPR Art. 4(13); HGVS nomenclature 21; dbSNP (rs numbers); ISCN 2020",
    (
        Pattern(
            regex=r"(?<![\w.])[NX][CGMRPT]_[0-9]{6,9}\.[0-9]{1,2}(?:\([\w-]{1,15}\))?:[cgmnpr]\.[\w*+>=?()\[\];-]{3,60}",
            form=r"(?:N[CGMRPT]_|X[CGMRPT]_)[0-9]{6}",
            score=0.95,
            width=100,
        ),
        Pattern(
            regex=r"(?<![\w.])c\.[0-9*-][0-9_+*-]{0,20}(?:[ACGT]>[ACGT]|del[ACGT]{0,20}|dup[ACGT]{0,20}|ins[ACGT]{1,20})(?!\w)",
            form=r"[^\w.]c\.[0-9*-]",
            score=0.9,
            width=54,
        ),
        Pattern(
            regex=rf"(?<![\w.])p\.\(?(?:{_AMINO})[0-9]{{1,5}}(?:{_AMINO}|fs(?:Ter|\*)?[0-9]{{0,4}}|del|dup|\*|=)\)?(?!\w)",
            form=rf"[^\w.]p\.\(?(?:{_AMINO})[0-9]",
            score=0.9,
            width=30,
        ),
        Pattern(
            regex=r"(?<![\w.-])rs[0-9]{4,9}(?![\w-])",
            form=r"[^\w.-]rs[0-9]{4,9}[^\w-]",
            score=0.2,
            width=11,
        ),
        Pattern(
            regex=r"(?<![\w.])4[5-9],(?:XX|XY|X|XXY|XYY|XXX|X0)(?:,[+-]?(?:[0-9]{1,2}|(?:del|t|inv|dup)\([\w;.]{1,20}\)(?:\([\w;.]{1,30}\))?))?(?!\w)",
            form=r"[^\w.]4[5-9],X",
            score=0.9,
            width=68,
        ),
    ),
    (
        *("genotype", "genetic variant", "gene variant", "variant hgvs", "hgvs", "rsid", "snp", "snp id", "mutation"),
        *(
            "karyotype",
            "haplotype",
            "haplogroup",
            "brca status",
            "genetic test result",
            "genotyp",
            "genetischer befund",
        ),
        *("variante genetica", "variant genetique", "genotipo", "karyotyp"),
    ),
    context=("snp", "variant", "dbsnp", "genotype", "allele", "gene", "mutation", "polymorphism", "rsid"),
    not_columns=("product", "name", "graphql"),
    shapes=r"[ACGTA]/[A]|A{1}[/|]A|[aA]{1,2}9{4,9}|A(?:9A)+|[A9]{1,8}[+-]",
)

DNA_SEQUENCE = special(
    "GENETIC_DATA",
    "A sequence of DNA or RNA.",
    _GENETIC,
    "GDPR Art. 4(13); IUPAC nucleotide codes: at least thirty bases",
    (
        Pattern(
            regex=r"(?<![\w-])[ACGTUN]{30,20000}(?![\w-])",
            form=r"[^\w-][ACGTUN]{12}",
            score=0.9,
            width=20_000,
        ),
    ),
    (
        "dna sequence",
        "dna",
        "nucleotide sequence",
        "gene sequence",
        "rna sequence",
        "fasta",
        "dna profile",
        "str profile",
    ),
    subtype="SEQUENCE",
    shapes=None,
    chance=0.001,
)

BIOMETRIC_DATA = special(
    "BIOMETRIC_DATA",
    "A template or record of a finger, face, iris or voice.",
    "user.biometric",
    "GDPR Art. 4(14); ISO/IEC 19794-2, -4, -5 and -6: format identifiers FMR, FIR, FAC and IIR, in base 64",
    (
        token(
            r"(?:Rk1SAC[A-D][A-Za-z0-9+/]{20,20000}|(?:RklSAD|RkFDAD|SUlSAD)[A-Za-z0-9+/]{20,20000})={0,2}",
            20_010,
            least=r"(?:Rk1SAC|RklSAD|RkFDAD|SUlSAD)[A-Za-z0-9+/]{20}",
            score=0.95,
        ),
    ),
    (
        *(
            "biometric",
            "biometric data",
            "biometric template",
            "fingerprint",
            "fingerprint template",
            "fingerprint data",
        ),
        *("face template", "face embedding", "face encoding", "facial template", "face id template", "iris template"),
        *("iris code", "retina scan", "voiceprint", "voice print", "palm vein", "hand geometry", "fingerabdruck"),
        *("gesichtsvorlage", "empreinte digitale", "huella dactilar", "huella digital", "impronta digitale"),
        *("vingerafdruk", "donnees biometriques", "datos biometricos", "dati biometrici"),
    ),
    not_columns=(
        "browser",
        "device",
        "enabled",
        "ssh",
        "key",
        "cert",
        "certificate",
        "canvas",
        "file",
        "status",
        "type",
    ),
    shapes=r"(?=.{0,62}9)\[?[aA9+/=.,: -]{20,64}\]?",
    chance=0.05,
)

DETECTORS: tuple[Detector, ...] = (GENETIC_DATA, DNA_SEQUENCE, BIOMETRIC_DATA)
