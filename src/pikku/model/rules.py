"""All kinds of diagnostics. Codes are never given to something else; those of the original keep their numbers."""

from pikku.model.diagnostic import Rule, Severity

_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFORMATION

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("PKU001", _E, "the file cannot be read"),
        Rule("PKU002", _W, "an ignore comment that ignores nothing"),
        Rule("PKU111", _E, "a name that is not written as a text"),
        Rule("PKU236", _E, "wired, but not a workflow"),
        Rule("PKU301", _E, "two things of one name"),
        Rule("PKU302", _W, "a workflow that is never wired"),
        Rule("PKU303", _E, "a workflow that is not async"),
        Rule("PKU304", _W, "a function that no application includes"),
        Rule("PKU401", _E, "a function that does not exist"),
        Rule("PKU402", _E, "data that do not fit the function"),
        Rule("PKU403", _E, "an option or duration that makes no sense"),
        Rule("PKU501", _E, "a step that is not awaited"),
        Rule("PKU502", _E, "a step outside of a workflow body"),
        Rule("PKU529", _W, "a step name that is not known before the run, without a description"),
        Rule("PKU530", _I, "the same step name in every pass of a loop"),
        Rule("PKU801", _E, "the clock, outside of a step"),
        Rule("PKU802", _E, "chance, outside of a step"),
        Rule("PKU803", _E, "a new UUID, outside of a step"),
        Rule("PKU804", _W, "the environment, outside of a step"),
        Rule("PKU805", _E, "the network, outside of a step"),
        Rule("PKU806", _W, "files, outside of a step"),
        Rule("PKU807", _E, "another program, outside of a step"),
        Rule("PKU808", _W, "a variable of the module that changes"),
        Rule("PKU809", _W, "the order of a set"),
        Rule("PKU810", _E, "asyncio.sleep instead of workflow.sleep"),
        Rule("PKU811", _E, "a task that nobody waits for"),
        Rule("PKU812", _E, "whichever ends first"),
        Rule("PKU813", _E, "threads and processes, outside of a step"),
        Rule("PKU814", _W, "catching what ends a body from outside"),
        Rule("PKU815", _E, "a function called or a run started, outside of a step"),
    )
}
