"""The REST service: chat completions as other servers word them, an A/B split over base and tuned, and its outcome."""

from __future__ import annotations

import hashlib
import hmac
import time
import uuid
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from curate.errors import UserError
from curate.reading.formats import chat, record_of
from train.abtest import Log, assigned
from train.answering import Answer, Answerer, Variant

MOST_TEXT, MOST_TURNS = 200_000, 200
Text = Annotated[str, Field(max_length=MOST_TEXT)]


class Turn(BaseModel):
    role: Literal["system", "user", "assistant", "tool"]
    content: Text


class Settled(BaseModel):
    """What every question may set. An unknown key is refused: a misspelt `temperature` would change nothing, silently."""

    model_config = ConfigDict(extra="forbid")
    model: Literal["tuned", "base", "ab"] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=8192)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    seed: int | None = None
    user: Annotated[str, Field(max_length=256)] | None = None
    """Who asks: one user always gets the same model of an A/B test. Kept as a digest."""


class Chat(Settled):
    messages: Annotated[list[Turn], Field(min_length=1, max_length=MOST_TURNS)]
    stream: Literal[False] = False


class Question(Settled):
    instruction: Text
    input: Text = ""


class Score(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    score: Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True)
class Service:
    answerer: Answerer
    log: Log
    share: float
    """Of requests to `ab` that the base answers; 0: no test is running."""
    seed: int = 0
    key: str = ""
    """What a request must bring as a bearer token; empty: none."""
    name: str = ""
    texts: bool = False
    """Keep questions and answers in the log. Off: people write personal data into chats."""

    @property
    def names(self) -> list[str]:
        return [*self.answerer.models, *(["ab"] if self.share else [])]

    def usual(self) -> str:
        return "ab" if self.share else "tuned"

    def answer(self, asked: Settled, messages: list[Turn]) -> tuple[str, str, Answer]:
        """Id, the name asked for, and the answer; every answer is in the log before it is sent."""
        name = asked.model or self.usual()
        if name not in self.names:
            raise HTTPException(404, f"model {name!r} is not served here; there are {', '.join(self.names)}")
        number = f"chatcmpl-{uuid.uuid4().hex}"
        unit = f"user-{digest(asked.user, self.seed)}" if asked.user else number
        variant: Variant = assigned(unit, self.share, self.seed) if name == "ab" else "base" if name == "base" else "tuned"
        turns: list[Any] = [{"role": t.role, "content": t.content} for t in messages]
        try:
            said = self.answerer.answer(turns, variant, asked.max_tokens or 0, asked.temperature, asked.seed)
        except UserError as error:
            raise HTTPException(400, str(error)) from None
        if name == "ab":
            self.log.add(self.entry(number, variant, unit, said, turns))
        return number, name, said

    def entry(self, number: str, variant: Variant, unit: str, said: Answer, turns: list[Any]) -> dict[str, Any]:
        entry = {"id": number, "time": int(time.time()), "variant": variant, "unit": unit}
        entry |= {"prompt_tokens": said.prompt_tokens, "new_tokens": said.new_tokens, "stopped": said.stopped}
        entry |= {"seconds": round(said.seconds, 3)}
        return entry | ({"messages": turns, "answer": said.text} if self.texts else {})


def digest(user: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\x1f{user}".encode()).hexdigest()[:16]


def app(service: Service) -> FastAPI:
    web = FastAPI(title="curate & train", version="1", docs_url=None, redoc_url=None)

    def allowed(authorization: Annotated[str, Header()] = "") -> None:
        if service.key and not hmac.compare_digest(authorization.encode(), f"Bearer {service.key}".encode()):
            raise HTTPException(401, "a bearer token is needed")

    guard = [Depends(allowed)]

    @web.get("/health")
    def health() -> dict[str, Any]:
        return {"status": "ok", "run": service.name, "models": service.names, "base_share": service.share}

    @web.get("/v1/models", dependencies=guard)
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": n, "object": "model", "owned_by": service.name} for n in service.names]}

    @web.post("/v1/chat/completions", dependencies=guard)
    def completions(asked: Chat) -> dict[str, Any]:
        number, name, said = service.answer(asked, asked.messages)
        return completion(number, name, said)

    @web.post("/generate", dependencies=guard)
    def generate(question: Question) -> dict[str, Any]:
        """The instruction-input shape of the training data."""
        row = {"instruction": question.instruction, "input": question.input, "output": "-"}
        # As the trainer joins them: a question put otherwise is another question.
        turns = [Turn.model_validate(message) for message in chat(record_of(row, 0))[:-1]]
        number, name, said = service.answer(question, turns)
        return {"id": number, "model": name, "output": said.text, "stopped": said.stopped}

    @web.post("/v1/feedback", dependencies=guard)
    def feedback(score: Score) -> dict[str, Any]:
        if score.id not in service.log.seen:
            raise HTTPException(404, f"no answer of the A/B test has the id {score.id!r}")
        service.log.add({"id": score.id, "time": int(time.time()), "score": score.score})
        return {"status": "ok"}

    @web.get("/v1/ab", dependencies=guard)
    def ab() -> dict[str, Any]:
        return {"base_share": service.share, **service.log.summary()}

    return web


def completion(number: str, name: str, said: Answer) -> dict[str, Any]:
    """Which model of an A/B test answered is not told: whoever scores it must not know."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": said.text},
        "finish_reason": "stop" if said.stopped else "length",
    }
    usage = {"prompt_tokens": said.prompt_tokens, "completion_tokens": said.new_tokens}
    usage["total_tokens"] = said.prompt_tokens + said.new_tokens
    return {
        "id": number,
        "object": "chat.completion",
        "created": int(time.time()),
        "model": name,
        "choices": [choice],
        "usage": usage,
    }
