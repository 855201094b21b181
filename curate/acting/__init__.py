"""What a person does about findings: accept, suppress, mend, review."""
