"""English and Chinese: which a user reads, and the catalogues of what is said."""
