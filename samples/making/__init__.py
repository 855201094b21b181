"""How the sample corpora are made: hand-written wordings (TOML), what is planted among them, and the checks on both."""
