"""What endpoints are given."""

from typing import Any

from rest_framework.request import Request

from hotspot.core.models import User


class ApiRequest(Request):
    """A request whose `user` is one of ours. For type hints only."""

    user: User
    _request: Any
