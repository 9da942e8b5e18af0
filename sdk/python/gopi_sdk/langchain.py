"""Reports what a LangChain agent spends on language models. Needs langchain-core."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple

from .client import GopiClient

try:
    from langchain_core.callbacks import BaseCallbackHandler
except ImportError as missing:
    raise ImportError("gopi_sdk.langchain needs langchain-core: pip install langchain-core") from missing

if TYPE_CHECKING:
    from uuid import UUID

    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import LLMResult

__all__ = ["GopiCallbackHandler"]

MICRO = Decimal("0.000001")
# Enough digits for any price of any number of tokens, whatever the program's own context says.
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)

_log = logging.getLogger("gopi_sdk.langchain")


class GopiCallbackHandler(BaseCallbackHandler):
    """Makes every LLM call one autonomous payment, and every LLM error one disputed payment.

    A call costs its tokens / 1000 x `cost_per_1k_tokens`, rounded to the millionth and at least 0.000001; an error the
    same for the tokens of its prompt. Tokens are the provider's count; where it gives none, a quarter of the text's
    UTF-8 bytes, rounded up. A call that the program cuts short (a cancelled task, a stream closed early) is no error:
    it is paid for the prompt and what had arrived. An answer from LangChain's cache costs nothing and is not reported.

    A report that fails is logged and never disturbs the call. Each is sent under an Idempotency-Key made from the run
    id, so that it counts once. `client` replaces the one made from `api_key`, `agent_id` and `base_url`.
    """

    def __init__(
        self,
        api_key: str,
        agent_id: str,
        cost_per_1k_tokens: Decimal | float | str,
        *,
        currency: str = "EUR",
        base_url: str | None = None,
        client: GopiClient | None = None,
    ) -> None:
        super().__init__()
        self.cost_per_1k_tokens = _price(cost_per_1k_tokens)
        self.currency = currency
        # Less patient than a plain client: the agent waits for the report.
        self.client = client or GopiClient(api_key, agent_id, base_url, timeout=5.0, max_attempts=3, total_timeout=10.0)
        self._started: dict[UUID, _Prompt] = {}

    def on_llm_start(self, serialized: dict[str, Any], prompts: list[str], *, run_id: UUID, **kwargs: Any) -> None:
        self._remember(run_id, "".join(prompts), kwargs)

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **kwargs: Any
    ) -> None:
        self._remember(run_id, "".join(_text_of(m) for ms in messages for m in ms), kwargs)

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        prompt = self._started.pop(run_id, _Prompt())
        if not _from_cache(response):
            self._report(run_id, _tokens_of_call(response, prompt), "paid")

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        prompt = self._started.pop(run_id, _Prompt())
        response = kwargs.get("response")
        if isinstance(error, Exception):
            self._report(run_id, _tokens_of_prompt(response, prompt), "disputed")
        else:
            # KeyboardInterrupt, CancelledError, GeneratorExit: the program's wish, not the model's failure.
            self._report(run_id, _tokens_so_far(response, prompt), "paid")

    def _remember(self, run_id: UUID, text: str, options: Mapping[str, Any]) -> None:
        size = options.get("batch_size")
        self._started[run_id] = _Prompt(_estimate(text), isinstance(size, int) and size > 1)

    def _report(self, run_id: UUID, tokens: int, status: Any) -> None:
        amount = self._cost(tokens)
        try:
            self.client.track_payment(
                amount, self.currency, status, reference=f"langchain:{run_id}", idempotency_key=f"langchain-{run_id}"
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, the agent's call goes on
            _log.warning(
                "A %s payment of %s %s for LLM run %s was not reported: %s",
                status,
                amount,
                self.currency,
                run_id,
                error,
            )

    def _cost(self, tokens: int) -> Decimal:
        cost = EXACT.divide(EXACT.multiply(Decimal(tokens), self.cost_per_1k_tokens), Decimal(1000))
        return max(MICRO, cost.quantize(MICRO, context=EXACT))


def _price(given: Decimal | float | str) -> Decimal:
    try:
        # A str first, so that 0.03 is three hundredths and not the float next to it.
        price = Decimal(str(given))
    except InvalidOperation:
        price = Decimal("NaN")
    if not (price.is_finite() and price >= 0):
        raise ValueError("cost_per_1k_tokens must be a number that is not negative")
    return price


class _Prompt(NamedTuple):
    tokens: int = 0
    in_batch: bool = False


class _Usage(NamedTuple):
    prompt: int
    total: int


def _tokens_of_call(response: LLMResult | None, prompt: _Prompt) -> int:
    usage = _usage(response)
    if usage:
        return usage.total
    output = getattr(response, "llm_output", None) or {}
    if prompt.in_batch and output.get("token_usage") == {}:
        # LangChain puts the usage of a whole batch of prompts into the first one's result.
        return 0
    return prompt.tokens + _estimate_answer(response)


def _tokens_so_far(response: LLMResult | None, prompt: _Prompt) -> int:
    usage = _usage(response)
    if usage is None:
        return prompt.tokens + _estimate_answer(response)
    # Some providers count the prompt at the start of a stream and the answer only at its end.
    return usage.prompt + max(usage.total - usage.prompt, _estimate_answer(response))


def _tokens_of_prompt(response: LLMResult | None, prompt: _Prompt) -> int:
    usage = _usage(response)
    return usage.prompt if usage and usage.prompt else prompt.tokens


def _generations(response: LLMResult | None) -> list[Any]:
    return [g for candidates in getattr(response, "generations", ()) for g in candidates]


def _usage(response: LLMResult | None) -> _Usage | None:
    """The provider's own count, from wherever the integration has put it."""
    # One candidate is enough: each carries the usage of the whole call.
    for generation in _generations(response):
        message = getattr(generation, "message", None)
        usage = _read_usage(getattr(message, "usage_metadata", None))
        if usage:
            return usage
    places = [getattr(response, "llm_output", None)]
    for generation in _generations(response):
        message = getattr(generation, "message", None)
        places.append(getattr(message, "response_metadata", None))
        places.append(getattr(generation, "generation_info", None))
    for place in places:
        if isinstance(place, Mapping):
            for name in ("token_usage", "usage", "usage_metadata"):
                usage = _read_usage(place.get(name))
                if usage:
                    return usage
            usage = _read_usage(place)
            if usage:
                return usage
    return None


def _read_usage(counts: object) -> _Usage | None:
    if not isinstance(counts, Mapping):
        return None
    prompt = _first(counts, "input_tokens", "prompt_tokens", "prompt_token_count", "prompt_eval_count")
    completion = _first(counts, "output_tokens", "completion_tokens", "candidates_token_count", "eval_count")
    total = _first(counts, "total_tokens", "total_token_count")
    total = total or (prompt or 0) + (completion or 0)
    # No call takes 0 tokens: some integrations fill in zeros where they know nothing.
    return _Usage(prompt or 0, total) if total else None


def _first(counts: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        count = counts.get(name)
        if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
            return count
    return None


def _from_cache(response: LLMResult) -> bool:
    # LangChain marks a cached chat message so, and no other; cached texts of plain LLMs start no run at all.
    costs = [
        (getattr(getattr(g, "message", None), "usage_metadata", None) or {}).get("total_cost")
        for g in _generations(response)
    ]
    return bool(costs) and all(cost == 0 for cost in costs)


def _estimate(text: str) -> int:
    return -(-len(text.encode(errors="replace")) // 4)


def _estimate_answer(response: LLMResult | None) -> int:
    return _estimate("".join(_text_of(g) for g in _generations(response)))


def _text_of(part: object) -> str:
    """What a model reads or writes as text in a message, a generation or a content block."""
    if isinstance(part, str):
        return part
    if isinstance(part, Mapping):
        return _text_of(part.get("text") or part.get("content") or "")
    if isinstance(part, Sequence):
        return "".join(_text_of(p) for p in part)
    message = getattr(part, "message", part)
    if not hasattr(message, "content"):
        return str(getattr(part, "text", ""))
    calls = getattr(message, "tool_calls", None)
    return _text_of(message.content) + (json.dumps(calls, default=str) if calls else "")
