"""What can go wrong with FEEL text: it does not parse, or it costs more than it may."""


class FeelError(Exception):
    """The root of every error of the language; host functions raise it to answer null with a reason."""


class FeelSyntaxError(FeelError):
    """The text is not FEEL: `position` is a 0-based offset, `sentence` says why in plain words."""

    def __init__(self, sentence: str, position: int, text: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.position = position
        self.text = text


class FeelBudgetExceeded(FeelError):
    """An evaluation went over its budget: `limit` names which one, `sentence` says it in plain words."""

    def __init__(self, limit: str, sentence: str) -> None:
        super().__init__(sentence)
        self.limit = limit
        self.sentence = sentence
