"""`python -m train`, so that torchrun and accelerate can launch it."""

from train.cli import run

run()
