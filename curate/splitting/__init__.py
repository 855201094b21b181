"""The parts of `curate.splits`: pure functions on integers, so that no machine rounds another way."""
