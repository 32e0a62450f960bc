"""What can be done to an export, and what each of both verifiers must say about it."""

from tests.ledger.verifier.mutations import asked, entries, holds, links, tiles
from tests.ledger.verifier.mutations.cases import CASES, Case, Expected

__all__ = ["CASES", "Case", "Expected", "asked", "entries", "holds", "links", "tiles"]
