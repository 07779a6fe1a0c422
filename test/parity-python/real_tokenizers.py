"""Makes test/parity/fixtures/real-tokenizers.json: ids that Hugging Face's `tokenizers` gives for texts, with the tokenizers of real
models. What a text spells stays text: no added token is looked for. And a dialogue
with tools in the models' own chat templates, as transformers renders it. Rerun with `python test/parity-python/real_tokenizers.py <folder>`
after `pip install tokenizers transformers`; the folder has one of each name below with its tokenizer.json, as `npm run test:llama-cpp` leaves it.
"""
import hashlib
import json
import pathlib
import random
import sys

from tokenizers import Tokenizer
from transformers import AutoTokenizer

root = pathlib.Path(sys.argv[1])
names = ["llama2", "llama3_1", "llama3_2", "mistral_nemo", "qwen2_5", "qwen3"]
draw = random.Random(5)
sentences = [
    "The capital of France is Paris.", "Was kostet 1 kg Äpfel, 3,50 € oder 4?", "I'll say it's done, don't you THINK SO'S?", "def add(a, b):\n    return a + b\n\n\nprint(add(2, 3))",
    'Action: get_weather\nAction Input: {"city": "Ōsaka", "days": [1, 2, 30], "unit": null}', "SELECT name FROM users WHERE id >= 1000000 AND born < '1987-06-05';",
    "   indented\n\n\ttext  with   spaces \r\n\r\nand ends ", "Привет, как дела? Всё хорошо!", "你好，世界。今天天气怎么样？", "今日は2026年11月23日です。", "مرحبا بالعالم ١٢٣", "नमस्ते दुनिया", "สวัสดีชาวโลก", "🙂🙃👩‍👩‍👧 means family",
    "https://example.org/a?b=c&d=%20#e", "x = 3.14159e-10; y = -0.5e+3", "camelCaseWords and UPPERCASEWords and snake_case_words", "naïve café, cafe\u0301", "<tool_call>\n{\"name\": \"f\"}\n</tool_call>", "aaaaaaaaaaaaaaaaaaaaaaaa", "1234567890123456789", "", " ", "\n", "\n\n\n", "     ",
]
parts = ["search", "Finish", "don't", "'S", "I'm", "{\"", "\"}", "_id", "12", "7", "2041", " ", " ", "  ", "\n", "\n\n", "\t", "é", "ß", "中文", "の", "нет", "عرب", "😀", ".", ",", "...", "!?", "/", "\\", "$", "€", "#", "--", "=>", "<|end|>", "</s>", "<|im_end|>", "½", "\u00a0", "Ω", "ﬁ"]
texts = sentences + ["".join(draw.choice(parts) for _ in range(draw.randint(2, 10))) for _ in range(100)]


text = lambda description: {"type": "string", "description": description}
function = lambda name, description, properties, required: {"type": "function", "function": {"name": name, "description": description, "parameters": {"type": "object", "properties": properties, "required": required}}}
tools = [
    function("today_for_weather", "The weather of a \"city\", ≥ 1 of them.", {"city": text("Its name."), "days": {"type": "integer", "description": "How many."}}, ["city"]),
    function("Finish", "Ends the task.", {"return_type": text("give_answer, or give_up_and_restart if it cannot be done"), "final_answer": text("The answer.")}, ["return_type"]),
]
turn = {"thought": "Look it up.", "action": "today_for_weather", "arguments": {"city": "Ōsaka", "days": 2}}
observation = '{"error": "", "response": "wet, 7 °C"}'
native = {"llama3_2", "mistral_nemo", "qwen2_5", "qwen3"}  # templates that write calls themselves
silent = {"llama3_2", "mistral_nemo"}  # of these, such as write a call and no thought
system, query = "Answer with the help of tools.", "Will it rain in Ōsaka?"


def dialogue(name):
    """Ids of the prompt, and of everything up to where the second turn begins."""
    tokenizer = AutoTokenizer.from_pretrained(str(root / name))
    call = {"type": "function", "id": "call00001", "function": {"name": turn["action"], "arguments": turn["arguments"]}}
    written = f"Thought: {turn['thought']}\nAction: {turn['action']}\nAction Input: {json.dumps(turn['arguments'], ensure_ascii=False)}"
    opening = [{"role": "system", "content": system}, {"role": "user", "content": query}]
    given = tools
    if name == "mistral_nemo":
        opening = [{"role": "user", "content": f"{system}\n\n{query}"}]  # its template moves the system's text to the last query
        # and puts texts between quotes as they are: escaped here, so that tools stay JSON, as the model has seen them
        given = [{**tool, "function": {**tool["function"], "description": json.dumps(tool["function"]["description"], ensure_ascii=False)[1:-1]}} for tool in tools]
    said = {"role": "assistant", "content": "" if name in silent else turn["thought"], "tool_calls": [call]} if name in native else {"role": "assistant", "content": written}
    seen = {"role": "tool", "tool_call_id": "call00001", "content": observation} if name in native else {"role": "user", "content": observation}
    rendered = lambda messages: list(tokenizer.apply_chat_template(messages, tools=given if name in native else None, add_generation_prompt=True, tokenize=True, return_dict=False, date_string="26 Jul 2024"))
    return {"prompt": rendered(opening), "after": rendered([*opening, said, seen]), **({"silent": True} if name in silent else {})}


def recorded(name):
    source = (root / name / "tokenizer.json").read_bytes()
    plain = Tokenizer.from_str(json.dumps({**json.loads(source), "added_tokens": []}))
    return {"sha256": hashlib.sha256(source).hexdigest(), "ids": [plain.encode(text, add_special_tokens=False).ids for text in texts], **({"dialogue": dialogue(name)} if name in native | {"llama3_1"} else {})}


target = pathlib.Path(__file__).resolve().parent.parent / "parity" / "fixtures" / "real-tokenizers.json"
small = lambda value: json.dumps(value, separators=(",", ":"))
lines = ",\n".join(f"{small(name)}:{small(recorded(name))}" for name in names)
said = {"tools": tools, "turn": {**turn, "arguments": json.dumps(turn["arguments"], ensure_ascii=False)}, "observation": observation, "system": system, "query": query}
target.write_text(f'{{"texts":{small(texts)},\n"said":{small(said)},\n"tokenizers":{{\n{lines}\n}}}}\n', encoding="utf-8")
print(len(texts), "texts,", target.stat().st_size, "bytes")
