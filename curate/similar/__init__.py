"""What "the same" means, for duplicates, leaks and splits alike: exact, and fast."""

from curate.similar.canonical import canonical, fraction, is_cjk, jaccard, shingle_set
from curate.similar.containment import Contained, Needles, contained, looked_for
from curate.similar.dedup import Duplicates, dedup, keep_order
from curate.similar.graph import Forest, components
from curate.similar.pairs import Edges, copy_groups, near_pairs, same_groups
from curate.similar.reading import Pieces, read_pieces
from curate.similar.spans import longest, shared_spans
from curate.similar.texts import Part, Rows, Texts, read
from curate.similar.warming import prepare

__all__ = [
    "Contained",
    "Duplicates",
    "Edges",
    "Forest",
    "Needles",
    "Part",
    "Pieces",
    "Rows",
    "Texts",
    "canonical",
    "components",
    "contained",
    "copy_groups",
    "dedup",
    "fraction",
    "is_cjk",
    "jaccard",
    "keep_order",
    "longest",
    "looked_for",
    "near_pairs",
    "prepare",
    "read",
    "read_pieces",
    "same_groups",
    "shared_spans",
    "shingle_set",
]
