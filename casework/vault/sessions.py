"""Session payloads are sealed: a pending TOTP seed stands there until its owner has confirmed it."""

import json
from typing import Any

from casework.vault.cipher import seal, unseal

CONTEXT = "session"


class SealedSerializer:
    """What Django's SESSION_SERIALIZER asks for: JSON, sealed under the root key."""

    def dumps(self, obj: dict[str, Any]) -> bytes:
        return seal(json.dumps(obj, separators=(",", ":")).encode(), CONTEXT)

    def loads(self, data: bytes) -> dict[str, Any]:
        payload: dict[str, Any] = json.loads(unseal(data, CONTEXT))
        return payload
