"""The verbs of `curate`, one module each."""
