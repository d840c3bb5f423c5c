"""Why a sheet goes to the reference engine."""


class SlotError(Exception):
    """This sheet cannot be assembled as the reference engine would draw it; `reason` is one of `REASONS`, for counting."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class CompileError(SlotError):
    """The page of this design cannot be taken apart; every sheet of its ground goes to the reference engine."""

    def __init__(self, detail: str) -> None:
        super().__init__("compile", detail)


REASONS = ("glyph", "width", "wrapping", "script", "white_space", "picture", "ground", "compile")
