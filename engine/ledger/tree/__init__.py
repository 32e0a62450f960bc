"""The Merkle tree of RFC 6962 and RFC 9162, pure: hashes, proofs and tiles. No file, database or clock."""
