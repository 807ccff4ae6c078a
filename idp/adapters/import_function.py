"""Asking the function `import` to go on with the job that runs (IDP_IMPORT_FUNCTION)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits
from idp.adapters.lambda_function import LambdaFunction
from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from idp.adapters.aws_credentials import CredentialSource

LIMITS = Limits(read=3.0, patience=2.0)


class ImportFunction:
    """The function `name`."""

    def __init__(
        self, name: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None
    ) -> None:  # fmt: skip
        self._function = LambdaFunction(name, region=region, endpoint=endpoint, credentials=credentials, limits=LIMITS)

    def wake(self) -> None:
        """Let it run, without waiting for it. Two runs at once do no harm: one of them finds nothing to do.

        Raises:
            Unavailable: Lambda did not take the event. The function runs by its schedule anyway.
        """
        try:
            self._function.enqueue({})
        except (AwsError, AwsUnreachableError) as error:
            raise Unavailable(detail=f"Lambda: {error}") from error
