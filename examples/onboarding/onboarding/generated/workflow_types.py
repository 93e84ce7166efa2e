"""Types of what steps call: `from PACKAGE.workflow_types import WorkflowContext` in the files of workflows.

Written by `pikku prebuild`: do not edit, but run that again when the source has changed.
"""

# fmt: off
# ruff: noqa
# ruff: noqa: PGH004
# isort: skip_file

# mypy: disable-error-code="override, overload-overlap, overload-cannot-match"
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false
# pyright: reportOverlappingOverload=false, reportInconsistentOverload=false, reportImportCycles=false

from __future__ import annotations

import typing
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # importing this file imports nothing of the application
    import onboarding.functions
    import onboarding.services
    from collections.abc import Callable, Coroutine
    from typing import Any, TypeAlias, TypeVar, overload
    from typing import Unpack as _Unpack

    import pikku
    from pikku import Context
    from pikku.runtime.do import Do as _PikkuDo
    from pikku.runtime.step_options import StepOptions as _Options
    from pikku.runtime.workflow import Workflow as _PikkuWorkflow
else:
    from pikku import WorkflowContext

__all__ = ["LetterData", "NewUserData", "NoticeData", "ProfileData", "WorkflowContext"]


class LetterData(typing.TypedDict):
    """`onboarding.functions.Letter`, written as a dict."""

    to: str
    message: str


class NewUserData(typing.TypedDict):
    """`onboarding.functions.NewUser`, written as a dict."""

    email: str
    region: str


class NoticeData(typing.TypedDict):
    """`onboarding.functions.Notice`, written as a dict."""

    to: str
    subject: str


class ProfileData(typing.TypedDict):
    """`onboarding.functions.Profile`, written as a dict."""

    email: str
    user_id: str


if TYPE_CHECKING:
    _S = TypeVar("_S")
    _D = TypeVar("_D")
    _R = TypeVar("_R")
    _Text: TypeAlias = str
    _Step: TypeAlias = Coroutine[Any, Any, _R]

    _Data_create_user_profile: TypeAlias = onboarding.functions.Profile | ProfileData
    _Result_create_user_profile: TypeAlias = onboarding.services.User
    _Data_email_send: TypeAlias = onboarding.functions.Notice | NoticeData
    _Result_email_send: TypeAlias = None
    _Data_send_email: TypeAlias = onboarding.functions.Letter | LetterData
    _Result_send_email: TypeAlias = None
    _Data_users_create: TypeAlias = onboarding.functions.NewUser | NewUserData
    _Result_users_create: TypeAlias = onboarding.services.User

    class _Rpc:
        def create_user_profile(
            self,
            step: _Text,
            data: _Data_create_user_profile,
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_Result_create_user_profile]:
            """`create_user_profile`"""
            ...

        @property
        def email(self) -> _Rpc_email: ...

        def send_email(
            self,
            step: _Text,
            data: _Data_send_email,
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_Result_send_email]:
            """`send_email`"""
            ...

        @property
        def users(self) -> _Rpc_users: ...

    class _Rpc_email:
        def send(
            self,
            step: _Text,
            data: _Data_email_send,
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_Result_email_send]:
            """`email.send`"""
            ...

    class _Rpc_users:
        def create(
            self,
            step: _Text,
            data: _Data_users_create,
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_Result_users_create]:
            """`users.create`"""
            ...

    class _Do(_PikkuDo):
        @property
        def rpc(self) -> _Rpc: ...
        @overload
        def __call__(
            self,
            name: str,
            function: Callable[[Context[Any], _D], Coroutine[Any, Any, _R]],
            data: _D,
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_R]: ...
        @overload
        def __call__(
            self,
            name: str,
            function: Callable[[Context[Any], _D], _R],
            data: _D,
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_R]: ...
        @overload
        def __call__(
            self,
            name: str,
            work: Callable[[], Coroutine[Any, Any, _R]],
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_R]: ...
        @overload
        def __call__(self, name: str, work: Callable[[], _R], /, **options: _Unpack[_Options]) -> _Step[_R]: ...
        @overload
        def __call__(
            self,
            name: str,
            function: Callable[[Context[Any]], Coroutine[Any, Any, _R]],
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_R]: ...
        @overload
        def __call__(
            self,
            name: str,
            function: Callable[[Context[Any]], _R],
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_R]: ...
        @overload
        def __call__(
            self,
            name: str,
            rpc: typing.Literal["create_user_profile"],
            data: _Data_create_user_profile,
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_Result_create_user_profile]: ...
        @overload
        def __call__(
            self,
            name: str,
            rpc: typing.Literal["email.send"],
            data: _Data_email_send,
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_Result_email_send]: ...
        @overload
        def __call__(
            self,
            name: str,
            rpc: typing.Literal["send_email"],
            data: _Data_send_email,
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_Result_send_email]: ...
        @overload
        def __call__(
            self,
            name: str,
            rpc: typing.Literal["users.create"],
            data: _Data_users_create,
            /,
            **options: _Unpack[_Options],
        ) -> _Step[_Result_users_create]: ...
        def __call__(self, name: str, target: Any, data: Any = None, /, **options: _Unpack[_Options]) -> _Step[Any]: ...

    class Workflow(_PikkuWorkflow):
        """The steps of one run: see `pikku.WorkflowContext`."""

        @property
        def do(self) -> _Do: ...

    class WorkflowContext(pikku.WorkflowContext[_S]):
        """What a workflow body is given. At runtime it is `pikku.WorkflowContext`; type checkers know all functions."""

        @property
        def workflow(self) -> Workflow: ...
