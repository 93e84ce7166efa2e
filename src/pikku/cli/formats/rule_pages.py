"""Where each rule is explained."""

RULES_FOLDER = "https://github.com/pikku-org/pikku-workflows/blob/main/docs/rules"


def page_of(code: str) -> str:
    """The address of the page about a rule: what is wrong with it, and a bad and a good example."""
    return f"{RULES_FOLDER}/{code}.md"
