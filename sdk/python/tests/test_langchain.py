"""The LangChain callback with langchain-core's own fake models; what it sends is read on its way to a real instance."""

from __future__ import annotations

import asyncio
import threading
import unittest
import uuid
from decimal import Decimal
from typing import Any

from live import api_key, base_url, needs_instance, new_agent, stats
from servers import Server

from gopi_sdk import GopiClient

try:
    from langchain_core.caches import InMemoryCache
    from langchain_core.language_models import FakeListChatModel, FakeListLLM, GenericFakeChatModel
    from langchain_core.language_models.fake_chat_models import FakeListChatModelError
    from langchain_core.messages import AIMessage
    from langchain_core.outputs import ChatGeneration, Generation, LLMResult

    from gopi_sdk.langchain import GopiCallbackHandler
except ImportError as missing:
    raise unittest.SkipTest("needs langchain-core") from missing


def counted(prompt: int, answer: int) -> AIMessage:
    usage: Any = {"input_tokens": prompt, "output_tokens": answer, "total_tokens": prompt + answer}
    return AIMessage("An answer.", usage_metadata=usage)


def chat(*messages: AIMessage | str) -> GenericFakeChatModel:
    return GenericFakeChatModel(messages=iter(messages))


class Broken(FakeListChatModel):
    def _call(self, *_: Any, **__: Any) -> str:
        raise RuntimeError("the provider is down")


class Recorded(unittest.TestCase):
    """Each test has a server that answers 201 to everything and remembers it."""

    def setUp(self) -> None:
        self.server = Server()
        self.addCleanup(self.server.__exit__)

    def handler(self, cost: Any = "0.03", **more: Any) -> GopiCallbackHandler:
        return GopiCallbackHandler("gopi_sk_1", "agent-1", cost, base_url=self.server.url, **more)

    def config(self, *arguments: Any, **more: Any) -> Any:
        return {"callbacks": [self.handler(*arguments, **more)]}

    @property
    def sent(self) -> list[tuple[str, str]]:
        return [(r.json["status"], r.json["amount"]) for r in self.server.requests]


class Calls(Recorded):
    def test_a_call_is_one_autonomous_payment_exact_to_the_millionth(self) -> None:
        cases = [
            ("0.03", 150, "0.0045"),
            (0.03, 150, "0.0045"),
            (Decimal("0.1"), 3, "0.0003"),
            (2, 1500, "3"),
            ("0.0005", 1, "0.000001"),
            ("0.0025", 1, "0.000002"),
            ("0.0035", 1, "0.000004"),
            ("0.0000001", 1, "0.000001"),
            (0, 9000, "0.000001"),
            ("12.345678", 123_457, "1524.160369"),
        ]
        for cost, tokens, amount in cases:
            with self.subTest(cost=cost, tokens=tokens):
                self.server.requests.clear()
                chat(counted(0, tokens)).invoke("Hi", config=self.config(cost))
                self.assertEqual(self.sent, [("paid", amount)])
                event = self.server.requests[0].json
                self.assertEqual((event["is_autonomous"], event["currency"]), (True, "EUR"))

    def test_currency_and_client_can_be_given(self) -> None:
        own = GopiClient("gopi_sk_2", "agent-2", self.server.url)
        config = {"callbacks": [GopiCallbackHandler("x", "y", 1, currency="USDC", client=own)]}
        chat(counted(1, 1)).invoke("Hi", config=config)  # type: ignore[arg-type]
        event = self.server.requests[0].json
        self.assertEqual((event["agent_id"], event["currency"]), ("agent-2", "USDC"))

    def test_stream_and_async_calls_are_reported_once(self) -> None:
        # The fake model loses the usage when it streams: 3 tokens of prompt ("Pay the bill" is 12 bytes), 3 of answer.
        chunks = chat("Paid it now.").stream("Pay the bill", config=self.config(1))
        self.assertEqual("".join(str(c.content) for c in chunks), "Paid it now.")
        asyncio.run(chat(counted(4, 2)).ainvoke("Hi", config=self.config(1)))
        self.assertEqual(self.sent, [("paid", "0.006"), ("paid", "0.006")])

    def test_plain_llms_are_estimated_per_prompt(self) -> None:
        FakeListLLM(responses=["12345678", "1234"]).batch(["1234", "123456789"], config=self.config(1))
        self.assertEqual(sorted(self.sent), [("paid", "0.003"), ("paid", "0.004")])

    def test_an_answer_from_the_cache_costs_nothing(self) -> None:
        model = FakeListChatModel(responses=["one", "two"], cache=InMemoryCache())
        config = self.config()
        texts = [model.invoke("Same", config=config).content for _ in range(2)]
        self.assertEqual((texts, len(self.sent)), (["one", "one"], 1))

    def test_keys_come_from_the_run(self) -> None:
        run, handler = uuid.uuid4(), self.handler()
        chat(counted(1, 1)).invoke("Hi", config={"callbacks": [handler], "run_id": run})
        request = self.server.requests[0]
        self.assertEqual((request.key, request.json["reference"]), (f"langchain-{run}", f"langchain:{run}"))
        handler.on_llm_error(RuntimeError(), run_id=run)
        self.assertEqual(self.server.requests[1].key, request.key)


class Errors(Recorded):
    def test_an_error_is_one_disputed_payment_of_the_prompt(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "provider is down"):
            Broken(responses=[]).invoke("x" * 4001, config=self.config("0.5"))
        self.assertEqual(self.sent, [("disputed", "0.5005")])

    def test_a_stream_that_breaks_is_disputed_once(self) -> None:
        model = FakeListChatModel(responses=["abcdef"], error_on_chunk_number=3)
        with self.assertRaises(FakeListChatModelError):
            list(model.stream("12345678", config=self.config(1)))
        self.assertEqual(self.sent, [("disputed", "0.002")])

    def test_an_error_costs_at_least_a_millionth(self) -> None:
        handler = self.handler("0.000001")
        handler.on_llm_error(RuntimeError("never started"), run_id=uuid.uuid4())
        self.assertEqual(self.sent, [("disputed", "0.000001")])

    def test_a_stream_that_the_program_closes_is_paid(self) -> None:
        stream = FakeListChatModel(responses=["abcdefgh"]).stream("1234", config=self.config(1))
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        self.assertEqual(self.sent, [("paid", "0.002")])

    def test_a_report_that_fails_breaks_nothing(self) -> None:
        with Server() as gone:
            pass
        config = {"callbacks": [GopiCallbackHandler("gopi_sk_9", "a", 1, base_url=gone.url)]}
        with self.assertLogs("gopi_sdk.langchain", "WARNING") as logs:
            answer = chat(counted(1, 1)).invoke("Hi", config=config)  # type: ignore[arg-type]
            with self.assertRaises(RuntimeError):
                Broken(responses=[]).invoke("Hi", config=config)  # type: ignore[arg-type]
        self.assertEqual((answer.content, len(logs.output)), ("An answer.", 2))
        self.assertIn("0.002000 EUR", logs.output[0])
        self.assertNotIn("gopi_sk_9", "".join(logs.output))

    def test_prices_that_are_none(self) -> None:
        for price in ("much", "-1", float("nan"), None):
            with self.assertRaises(ValueError):
                self.handler(price)


class Usage(Recorded):
    """Where integrations put their token counts."""

    def reported(self, *candidates: Generation, output: dict[str, Any] | None = None, batch: int = 1) -> str:
        handler, run = self.handler(1), uuid.uuid4()
        handler.on_llm_start({}, ["12345678"], run_id=run, batch_size=batch)
        handler.on_llm_end(LLMResult(generations=[list(candidates)], llm_output=output), run_id=run)
        return self.sent[-1][1]

    def test_places_and_names(self) -> None:
        answer = Generation(text="1234")
        openai = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
        self.assertEqual(self.reported(answer, output={"token_usage": openai}), "0.012")
        anthropic = {"usage": {"input_tokens": 5, "output_tokens": 6}}
        self.assertEqual(self.reported(answer, output=anthropic), "0.011")
        ollama = Generation(text="1234", generation_info={"prompt_eval_count": 4, "eval_count": 6})
        self.assertEqual(self.reported(ollama), "0.01")
        google = {"usage_metadata": {"prompt_token_count": 3, "total_token_count": 9}}
        self.assertEqual(self.reported(answer, output=google), "0.009")

    def test_nothing_or_zeros_is_estimated(self) -> None:
        answer = Generation(text="1234")
        nothing: list[Any] = [
            None,
            {},
            {"token_usage": {}},
            {"token_usage": {"total_tokens": 0}},
            {"token_usage": None},
        ]
        for output in nothing:
            self.assertEqual(self.reported(answer, output=output), "0.003")

    def test_the_usage_of_a_batch_counts_once(self) -> None:
        rest = self.reported(Generation(text="1234"), output={"token_usage": {}}, batch=2)
        self.assertEqual(rest, "0.000001", "LangChain has put all of it into the first prompt's result")

    def test_candidates_of_one_call_count_once(self) -> None:
        twice = [ChatGeneration(message=counted(10, 10)) for _ in range(2)]
        self.assertEqual(self.reported(*twice), "0.02")


@needs_instance
class Live(unittest.TestCase):
    def test_what_is_sent_is_what_is_counted(self) -> None:
        agent = new_agent(framework="langchain")
        with Server(upstream=base_url()) as proxy:
            handler = GopiCallbackHandler(api_key(), agent, "0.03", base_url=proxy.url)
            config: Any = {"callbacks": [handler]}
            chat(counted(120, 30)).invoke("Pay the invoice.", config=config)
            with self.assertRaises(RuntimeError):
                Broken(responses=[]).invoke("Pay the invoice.", config=config)
        sent = [(r.json["status"], r.json["amount"], r.json["is_autonomous"]) for r in proxy.requests]
        self.assertEqual(sent, [("paid", "0.0045", True), ("disputed", "0.00012", True)])
        self.assertEqual(stats(agent), {"total": 2, "autonomous": 2, "on_time": 1})

    def test_calls_in_many_threads_count_once_each(self) -> None:
        agent = new_agent(framework="langchain")
        handler = GopiCallbackHandler(api_key(), agent, "1", base_url=base_url())
        models = [chat(counted(n, 1)) for n in range(1, 9)]
        threads = [
            threading.Thread(target=m.invoke, args=("Hi",), kwargs={"config": {"callbacks": [handler]}}) for m in models
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(stats(agent)["total"], 8)


if __name__ == "__main__":
    unittest.main()
