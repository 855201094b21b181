"""Other libraries' bars, advice and telemetry, off."""

from __future__ import annotations

import os
import warnings
from typing import Any


def quiet() -> None:
    """Bars and advice of the libraries would run into ours."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from transformers.utils import logging

    talk: Any = logging

    talk.disable_progress_bar()
    talk.set_verbosity_error()
    # peft 0.21 asks transformers 5 for names that it is about to rename; nothing the user can do about it.
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
