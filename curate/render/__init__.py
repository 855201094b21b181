"""Blocks to text. A renderer knows a format and nothing of audits."""
