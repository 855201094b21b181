"""Fine-tuning on curated data: run, evaluate, compare."""
