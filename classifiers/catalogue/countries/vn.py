"""Vietnam: tax number."""

from __future__ import annotations

from classifiers.catalogue.countries import national
from classifiers.checks.sampled import Stdnum
from classifiers.detector import digits

VN_MST = national(
    "VN_MST",
    "A tax number of Vietnam (mã số thuế).",
    "Circular 105/2020/TT-BTC: province, serial, check digit modulo 11, branch",
    (digits("9999999999"), digits("9999999999-999", 0.3)),
    Stdnum("vn.mst"),
    chance=0.1,
    context=("mst", "mã số thuế", "ma so thue"),
    columns=("mst", "ma so thue", "mã số thuế", "ma so thue cong ty", "ma so doanh nghiep"),
)

DETECTORS = (VN_MST,)
