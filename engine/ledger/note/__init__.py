"""Signed notes, checkpoints, cosignatures, proofs and policies, in the formats of C2SP: pure, bytes in and values out."""
