"""Many callers of an HTTP API at once, who log for each write whether it was acknowledged, refused or unknown."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

ANSWER_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 20.0
_RETRIED = {409, 425, 429}
_IN_FLIGHT = "urn:tradewind:problem:idempotency-key-in-flight"


class Outcome(StrEnum):
    """What a caller may conclude: an unknown write may have happened once, or not at all."""

    ACKED = "acked"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Lost(Exception):
    """The connection broke, or no whole answer came in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def is_final(self) -> bool:
        """Whether repeating the same request with the same key would change nothing."""
        if self.status == 409:
            return bool(self.json().get("type") != _IN_FLIGHT)
        return self.status < 500 and self.status not in _RETRIED


@dataclass(slots=True)
class Caller:
    """One keep-alive connection to a service, opened when needed; `url` is a base that ends with /v1."""

    url: str
    key: str
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request and its whole answer; Lost when it cannot be told what became of it."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._exchange(method, path, body, headers or {})
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            await self.close()
            raise Lost(f"{type(error).__name__}: {error}") from None
        except asyncio.CancelledError:
            await self.close()
            raise

    async def send_and_hang_up(
        self, method: str, path: str, body: Any, headers: Mapping[str, str], after_seconds: float
    ) -> None:
        """Send a request and close the connection without reading the answer: the acknowledgement is lost."""
        await self.close()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._write(method, path, body, headers)
                await asyncio.sleep(after_seconds)
        except (OSError, TimeoutError):
            pass
        finally:
            await self.close()

    async def _exchange(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        reader = await self._write(method, path, body, headers)
        return await self._answer(reader)

    async def _write(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> asyncio.StreamReader:
        target = urlsplit(self.url)
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(target.hostname, target.port)
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {target.path}{path} HTTP/1.1", f"Host: {target.netloc}"]
        lines += [f"Authorization: Bearer {self.key}", f"Content-Length: {len(content)}"]
        if body is not None:
            lines.append("Content-Type: application/json")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        await self._writer.drain()
        return self._reader

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        headers = {}
        for line in head[1:]:
            name, colon, value = line.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            while size := int((await reader.readline()).strip(), 16):
                parts.append((await reader.readexactly(size + 2))[:-2])
            await reader.readline()
            body = b"".join(parts)
        else:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(status, headers, body)

    async def close(self) -> None:
        """Drop the connection."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()
            with suppress(Exception):
                await writer.wait_closed()


@dataclass(slots=True)
class LogEntry:
    """One write as its caller saw it: `name` is unique and is stored with the effect."""

    name: str
    outcome: Outcome
    status: int | None
    attempts: int
    seconds: float
    was_lost: bool
    was_replayed: bool
    answer: Any = None


@dataclass(slots=True)
class Log:
    """All writes of a run."""

    entries: list[LogEntry] = field(default_factory=list)

    def names(self, outcome: Outcome) -> set[str]:
        """The writes with this outcome."""
        return {entry.name for entry in self.entries if entry.outcome is outcome}

    @property
    def counts(self) -> Counter[str]:
        """How many of each outcome."""
        return Counter(entry.outcome.value for entry in self.entries)

    @property
    def absorbed(self) -> int:
        """Writes whose acknowledgement was lost and whose repetition was answered from the key."""
        return sum(entry.was_lost and entry.was_replayed for entry in self.entries)

    def latency(self, share: float) -> float:
        """A quantile of the seconds from the first attempt to the last answer."""
        ordered = sorted(entry.seconds for entry in self.entries)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


async def write_once(
    caller: Caller, name: str, path: str, body: Any, *, attempts: int, rng: random.Random, hang_ups: float = 0.0
) -> LogEntry:
    """POST with `name` as its Idempotency-Key, repeated with the same key until the answer is final.

    It pauses for longer each time, and for as long as an answer asks. `hang_ups` is the share of writes whose first
    answer is not waited for. Out of attempts, the outcome is unknown: any of them may have reached the database.
    """
    begun = time.perf_counter()
    was_lost = rng.random() < hang_ups
    status: int | None = None
    if was_lost:
        await caller.send_and_hang_up("POST", path, body, {"Idempotency-Key": name}, rng.uniform(0, 0.05))
    for attempt in range(1, attempts + 1):
        wanted_pause = 0.0
        try:
            answer = await caller.send("POST", path, body, {"Idempotency-Key": name})
        except Lost:
            was_lost = True
        else:
            status = answer.status
            wanted_pause = float(answer.headers.get("retry-after", "0"))
            if answer.is_final:
                outcome = Outcome.ACKED if status < 300 else Outcome.REFUSED
                replayed = answer.headers.get("idempotency-replayed") == "true"
                seconds = time.perf_counter() - begun
                return LogEntry(name, outcome, status, attempt, seconds, was_lost, replayed, answer.json())
            was_lost = was_lost or status >= 500
        if attempt < attempts:
            pause = max(wanted_pause, min(LONGEST_PAUSE_SECONDS, 0.1 * 2**attempt))
            await asyncio.sleep(pause * rng.uniform(0.5, 1.5))
    return LogEntry(name, Outcome.UNKNOWN, status, attempts, time.perf_counter() - begun, was_lost, False)
