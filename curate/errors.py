"""What can go wrong that is not our bug."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend: printed as `what` at `where`, with a `hint`; exit code 2."""

    def __init__(self, what: str, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.hint = what, where, hint

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.hint}" if self.hint else head


class MissingExtra(UserError):
    """A verb needs an optional dependency that is not installed."""

    def __init__(self, verb: str, extra: str) -> None:
        super().__init__(f"{verb} needs the extra [{extra}]", hint=f"pip install 'curate-train[{extra}]'")


class NotApplicable(Exception):
    """A stage has nothing to look at; the reason stands in the report."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
