"""What goes in comes out: values, names and errors of every shape."""

from typing import Any

import msgspec

from pikku.model.change import FailedAttempt, Standing
from pikku.model.failure import Failure
from pikku.model.payload import Json
from pikku.model.policy import StepPolicy
from pikku.model.run import RunStatus
from pikku.model.step import Seen, StepCall, StepKind, StepStatus
from pikku.ports.store import RunQuery
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    OTHER,
    RUN,
    claimed,
    claimed_step,
    created,
    ended,
    failed,
    ids,
    inserted,
    json,
    make,
    moved,
    remote,
    run_id,
    run_of,
    scheduled,
    snapshot,
    step_of,
    succeeded,
)
from pikku.testing.contracts.stores import Stores

TEXTS = [
    *("0", "-0.0", '""', "false", "null", "[]", "{}"),
    *("true", "1", "1.0", "1e100", "1.5e-7", "0.1", "9007199254740993", "-170141183460469231731687303715884105728"),
    *(
        '"null"',
        '"\\u0000"',
        '"a\\u0000b"',
        '"\\n\\t\\"\\\\/"',
        '"👩‍👩‍👧‍👦 مرحبا שלום \u200b\u202e\ufeff"',
        '"\\ud83d\\ude00"',
        '"\u2028"',
    ),
    *('{"b":1,"a":2}', '{"":{"":[[],{},[null]]}}', '[1,1.0,"1",true]', '{"a":1,"a":2}', '"é"', '"e\u0301"', '"\x7f"'),
]
"""JSON that stores like to change: false in `if`, other numbers when parsed, other text when written anew."""

NAMES = [
    *(
        "Pay",
        "pay",
        "PAY",
        " pay",
        "pay ",
        "pay#1",
        "pay/1",
        "../pay",
        "..",
        ".",
        "/etc/passwd",
        "C:\\pay",
        "CON",
        "-rf",
    ),
    *(
        "it's",
        '"pay"',
        "'; DROP TABLE runs; --",
        "100%",
        "pay_",
        "{pay}",
        "pay:1",
        "pay*?[!]",
        "$pay `pay`",
        "\\",
        "\\u0000",
        "]] redis.call('FLUSHALL') --[[",
        "x\r\nFLUSHALL\r\n",
        "$1); DROP TABLE workflow_runs; --",
    ),
    *(
        "two\nlines",
        "tab\there",
        "a\rb",
        "\x1b[31m",
        "👩‍👩‍👧‍👦",
        "مرحبا",
        "שלום",
        "zero\u200bwidth",
        "\u202ereversed",
        "é",
        "e\u0301",
    ),
    *("x" * 500, "長" * 500, "null", "0", "\u2028", "pay\x1f1", "\ufeffpay"),
]
"""Names that people use, and names that break files, queries, patterns and keys."""

DEEP = Failure(
    type="shop.errors.PaymentDeclined",
    message="declined: \x00 «no» 👩‍👩‍👧‍👦\n",
    code="DECLINED",
    stack='Traceback (most recent call last):\n  File "shop.py", line 1\n',
    cause=Failure(
        type="shop.errors.BankError",
        message="",
        cause=Failure(type="TimeoutError", message="30 s", args=("30 s", 1.5, None, [1, {"a": []}])),
        fields={"tries": 0, "left": None, "last": False},
    ),
    args=("declined", 0, "", False, None),
    fields={"amount": 12.5, "who": {"name": "Ada", "tags": []}, "": ""},
)


class ValueContract:
    """Round trips through every place that holds a value."""

    async def test_results_come_back_as_the_text_that_was_stored(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        for number, text in enumerate(TEXTS):
            await make(store, inserted(f"now {number}", _result(text)), inserted(f"later {number}", scheduled()))
            await make(store, moved(f"later {number}", _result(text)))
        steps = (await snapshot(await stores.open())).steps
        for number, text in enumerate(TEXTS):
            assert steps[f"now {number}"].result_json == text
            assert steps[f"later {number}"].result_json == text
        assert {each.result_json for each in await store.history(RUN)} == set(TEXTS)

    async def test_inputs_outputs_and_data_come_back_as_the_text_that_was_stored(self, stores: Stores) -> None:
        store = await stores.open()
        for number, text in enumerate(TEXTS):
            run = run_id(number)
            await make(store, created(run, by=ANN, input_json=Json(text)), inserted("a", run=run, data_json=Json(text)))
            await make(store, ended(run=run, output_json=Json(text)))
        for number, text in enumerate(TEXTS):
            run = run_id(number)
            found = await run_of(store, run)
            assert (found.input_json, found.output_json) == (text, text)
            assert (await step_of(store, "a", run)).call.data_json == text

    async def test_no_value_is_not_null(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(RUN, by=ANN), created(OTHER, by=ANN))
        await make(store, inserted("none", scheduled()), inserted("null", succeeded(None), data_json=Json("null")))
        await make(store, ended(), ended(run=OTHER, output_json=Json("null")))
        assert ((await run_of(store)).output_json, (await run_of(store, OTHER)).output_json) == (None, "null")
        none, null = await step_of(store, "none"), await step_of(store, "null")
        assert (none.result_json, null.result_json) == (None, "null")
        assert (none.call.data_json, null.call.data_json) == (None, "null")
        assert {each.key: each.result_json for each in await store.history(RUN)} == {"none": None, "null": "null"}

    async def test_a_payload_of_a_mebibyte_comes_back(self, stores: Stores) -> None:
        store = await stores.open()
        big = json("é👩\\\n" * (2**20 // 12))
        await make(store, created(by=ANN, input_json=big), inserted("big", _result(big), data_json=big))
        await make(store, ended(output_json=big))
        run, step = await run_of(store), await step_of(store, "big")
        assert run.input_json == run.output_json == step.result_json == step.call.data_json == big

    async def test_steps_of_any_name_are_kept_apart(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        await make(store, *(inserted(name, succeeded(name), position=at) for at, name in enumerate(NAMES)))
        found = (await snapshot(await stores.open())).steps
        assert {key: step.result_json for key, step in found.items()} == {name: json(name) for name in NAMES}
        assert all(step.name == step.key == key for key, step in found.items())
        history = await store.history(RUN)
        assert [(each.key, each.step_name) for each in history] == [(name, name) for name in NAMES]

    async def test_steps_of_any_name_can_be_moved_and_waited_for(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), *(inserted(name, scheduled()) for name in NAMES))
        assert (await run_of(store)).waiting_on == tuple(sorted(NAMES))
        for left in range(len(NAMES), 0, -1):
            await make(store, moved(NAMES[left - 1], succeeded(left)))
            assert len((await run_of(store)).waiting_on) == left - 1

    async def test_workflows_owners_tags_and_versions_may_have_any_name(self, stores: Stores) -> None:
        store = await stores.open()
        for number, name in enumerate(NAMES):
            await make(store, created(run_id(number), workflow=name, tags=(name, "all"), version=name))
        for number, name in enumerate(NAMES):
            assert ids(await store.list_runs(RunQuery(workflow=name))) == [run_id(number)]
            assert ids(await store.list_runs(RunQuery(tags=["all", name]))) == [run_id(number)]
            (run,) = await store.claim_runs(msgspec.structs.replace(BOB, owner=name), [name], 10)
            assert (run.run_id, run.owner, run.version, run.tags) == (run_id(number), name, name, (name, "all"))

    async def test_functions_may_have_any_name(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), *(remote(f"key of {name}", function=name) for name in NAMES))
        for name in NAMES:
            assert await store.next_due([], [name]) == 0
            step = await claimed_step(store, BOB, name)
            assert (step.key, step.call.rpc_name) == (f"key of {name}", name)

    async def test_tags_keep_their_order(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(tags=("z", "a", "z", "")))
        assert (await run_of(store)).tags == ("z", "a", "z", "")

    async def test_a_version_may_be_empty_or_missing(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(RUN, version=""), created(OTHER, version=None))
        assert ((await run_of(store)).version, (await run_of(store, OTHER)).version) == ("", None)

    async def test_a_call_comes_back_whole(self, stores: Stores) -> None:
        store = await stores.open()
        calls = [
            StepCall(key="plain", name="plain", kind=StepKind.INLINE, position=0),
            StepCall(
                key="full#3",
                name="full",
                kind=StepKind.RPC,
                position=1,
                rpc_name="email.send",
                data_json=json({"to": None}),
                policy=StepPolicy(3, 5_000, 1.1, 60_000, 0.2, 1_500),
                description="Tell them\nthey are in",
                remote=True,
                seen=Seen(4, ("a", "pay#1", "", "長")),
            ),
            StepCall(key="none seen", name="x", kind=StepKind.SLEEP, position=2, seen=None),
            StepCall(key="nothing seen", name="x", kind=StepKind.SLEEP, position=3, seen=Seen(0, ())),
            StepCall(key="empty", name="", kind=StepKind.RPC, position=4, rpc_name="", description=""),
            StepCall(key="a third", name="x", kind=StepKind.INLINE, position=10**6, policy=StepPolicy(jitter=1 / 3)),
            StepCall(key="endless", name="x", kind=StepKind.INLINE, position=7, policy=StepPolicy(retries=2**53 - 1)),
        ]
        await make(store, created(by=ANN), *(inserted(call.key, scheduled(), **_fields(call)) for call in calls))
        steps = (await snapshot(await stores.open())).steps
        for call in calls:
            assert steps[call.key].call == call

    async def test_failures_come_back_whole(self, stores: Stores) -> None:
        store = await stores.open()
        plain = Failure(type="ValueError", message="")
        for number, failure in enumerate((DEEP, plain, Failure(type="E", message="", code="", stack="", args=()))):
            run = run_id(number)
            await make(store, created(run, by=ANN))
            await make(store, inserted("now", failed(failure), run), inserted("later", scheduled(), run, position=1))
            await make(store, moved("later", scheduled(0, 2, FailedAttempt(1, failure, 0)), run))
            await make(store, ended(RunStatus.FAILED, run, error=failure))
            assert (await run_of(store, run)).error == failure
            assert (await step_of(store, "now", run)).error == failure
            assert failure in [each.error for each in await store.history(run) if each.key == "later"]

    async def test_what_abandons_a_step_comes_back_whole(self, stores: Stores) -> None:
        store = await stores.open()
        end = msgspec.structs.replace(ended(), abandon=DEEP)
        await make(store, created(by=ANN), inserted("open", scheduled()), end)
        step = await step_of(store, "open")
        assert (step.status, step.error) == (StepStatus.FAILED, DEEP)

    async def test_workflow_names_are_told_apart_by_case(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(RUN, workflow="Pay"), created(OTHER, workflow="pay"))
        assert await claimed(store, workflow="pay") == [OTHER]
        assert await claimed(store, workflow="Pay") == [RUN]


def _result(text: str) -> Standing:
    return msgspec.structs.replace(succeeded(), result_json=Json(text))


def _fields(call: StepCall) -> dict[str, Any]:
    return {name: getattr(call, name) for name in call.__struct_fields__ if name != "key"}
