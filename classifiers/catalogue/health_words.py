"""Names of frequent conditions in English, German, French, Spanish, Italian and Dutch, as patients and records have them."""

from __future__ import annotations

CONDITIONS = (
    *("cancer", "breast cancer", "lung cancer", "prostate cancer", "leukemia", "leukaemia", "lymphoma", "melanoma", "tumor"),
    *("tumour", "diabetes", "type 1 diabetes", "type 2 diabetes", "diabetes mellitus", "gestational diabetes", "asthma"),
    *("copd", "hypertension", "high blood pressure", "heart failure", "heart disease", "coronary artery disease", "angina"),
    *("myocardial infarction", "heart attack", "stroke", "atrial fibrillation", "epilepsy", "migraine", "dementia"),
    *("alzheimer's disease", "alzheimer's", "parkinson's disease", "parkinson's", "multiple sclerosis", "hiv", "aids"),
    *("hiv/aids", "hepatitis", "hepatitis b", "hepatitis c", "tuberculosis", "covid-19", "pneumonia", "influenza", "syphilis"),
    *("gonorrhea", "chlamydia", "herpes", "depression", "major depressive disorder", "anxiety", "anxiety disorder"),
    *("bipolar disorder", "schizophrenia", "ptsd", "post-traumatic stress disorder", "adhd", "autism", "ocd"),
    *("eating disorder", "anorexia", "bulimia", "alcoholism", "alcohol dependence", "opioid use disorder", "drug addiction"),
    *("arthritis", "rheumatoid arthritis", "osteoporosis", "lupus", "psoriasis", "eczema", "crohn's disease", "celiac disease"),
    *("ulcerative colitis", "irritable bowel syndrome", "kidney failure", "chronic kidney disease", "cirrhosis", "anemia"),
    *("anaemia", "hypothyroidism", "hyperthyroidism", "endometriosis", "infertility", "obesity", "sleep apnea", "glaucoma"),
    *("cystic fibrosis", "sickle cell disease", "hemophilia", "down syndrome", "cerebral palsy", "penicillin allergy"),
    *("peanut allergy", "krebs", "brustkrebs", "lungenkrebs", "leukämie", "bluthochdruck", "herzinsuffizienz", "herzinfarkt"),
    *("schlaganfall", "vorhofflimmern", "epilepsie", "migräne", "demenz", "parkinson", "multiple sklerose", "depressionen"),
    *("depressiver episode", "angststörung", "schizophrenie", "magersucht", "alkoholabhängigkeit", "rheuma", "asthma bronchiale"),
    *("schuppenflechte", "morbus crohn", "zöliakie", "niereninsuffizienz", "leberzirrhose", "burnout", "cancer du sein"),
    *("cancer du poumon", "leucémie", "diabète", "asthme", "hypertension artérielle", "insuffisance cardiaque", "infarctus"),
    *("épilepsie", "démence", "maladie d'alzheimer", "maladie de parkinson", "sclérose en plaques", "dépression", "sida", "vih"),
    *("schizophrénie", "trouble bipolaire", "anorexie", "alcoolisme", "cáncer", "cáncer de mama", "leucemia", "asma"),
    *("hipertensión", "insuficiencia cardíaca", "infarto", "ictus", "epilepsia", "migraña", "demencia", "esclerosis múltiple"),
    *("depresión", "ansiedad", "esquizofrenia", "alcoholismo", "sida", "tumore", "cancro", "diabete", "ipertensione"),
    *("epilessia", "demenza", "sclerosi multipla", "depressione", "schizofrenia", "alcolismo", "kanker", "borstkanker"),
    *("longkanker", "suikerziekte", "hoge bloeddruk", "hartfalen", "hartaanval", "beroerte", "dementie", "depressie"),
    *("schizofrenie", "alcoholverslaving"),
)
