"""What to do about a gap: one sentence for each reason why something was not read in full."""

from __future__ import annotations

from typing import Final

from engine.estate.inventory.view import CoverageState

REASONS: Final[dict[str, str]] = {
    "permission_denied": "Give the scan's read credential access to it, then scan this store again.",
    "not_found": "It was listed but gone when it was opened. Scan again; if it stays, look for a broken link.",
    "unreachable": "Check that the store is up and that its address and network path are right, then scan it again.",
    "tls_refused": "Make the store's URL and its server agree on TLS and on who signs certificates, then scan it again.",
    "timeout": "Scan it again at a quieter time; if it stays, ask the store's owner what holds it up.",
    "changed_while_read": "It was written to during the scan. Scan it again when it is still, or read from a replica.",
    "truncated": "The file ends too early. Get a whole copy from where it came from, or delete it if nobody needs it.",
    "not_parseable": "The file is not what its name says, or it is damaged. Look at how it is written, or rename it.",
    "encrypted": "It cannot be read without its key. Record by hand what it holds, and who has the key.",
    "too_large": "It is above the size that can be read safely. Split it, or record by hand what it holds.",
    "store_error": "The store answered with an error. Ask its owner to look at the store's own log for the scan's time.",
    "records_lost": "Some records do not parse and were left out. Look at how the file is written, then scan again.",
    "cells_cut": "Of very long cells only the first MiB was read. Look by hand at what stands behind it.",
    "since_high_water": "Rows that changed below the mark are not seen before it is read whole: `reeve scan --full`.",
    "high_water_unusable": "Correct `high_water` in the configuration, or take the table out of it.",
    "not_drawn": "It was left out of a sample of whole objects. Scan without --blocks where the bound is not enough.",
    "long_rows": "Its rows are so long that fewer were drawn than asked for. Scan it in full where the bound is not enough.",
    "not_scanned": "Scan this store.",
    "shadow_table": "Nothing to do: it is the inner table of a virtual one, which is read.",
    "binary_file": "Nothing to do if it is a program or a picture. If it may hold personal data, record it by hand.",
    "unsupported_format": "Reeve does not read this format. If it may hold personal data, export it to CSV or Parquet.",
    "unsupported_codec": "Its blocks are packed in a way that Reeve does not read. Write it again, with deflate or zstandard.",
    "symbolic_link": "Links are not followed. Add the place it points to as a store of its own if it should be read.",
    "archived": "It is in an archive tier. Restore a copy and scan again if nobody can say what it holds.",
    "noncurrent_version": "It is an older version of an object. Set `versions: all` for the store to read these too.",
    "delete_marker": "Nothing to do: it marks an object as deleted. Its older versions are listed beside it.",
    "folder_marker": "Nothing to do: it is an empty key that stands for a folder.",
    "special_file": "Nothing to do: it is a device, pipe or socket, not a file with content.",
}
STATES: Final[dict[CoverageState, str]] = {
    "failed": "Scan it again; if it fails again, treat it as holding personal data until somebody has looked.",
    "skipped": "Decide by hand whether it may hold personal data, and record that.",
    "sampled": "Scan it in full where the bound is not enough.",
    "full": "",
}


def advice(state: CoverageState, reason: str) -> str:
    """The sentence for this reason, or a general one for the state when the reason is new to us."""
    return REASONS.get(reason, STATES[state])
