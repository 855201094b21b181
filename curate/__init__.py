"""Data curation for fine-tuning: audit, build, verify."""

__version__ = "0.1.0"
