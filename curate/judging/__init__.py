"""The verdict: gates, each asked of the evidence, and advice as to a colleague."""
