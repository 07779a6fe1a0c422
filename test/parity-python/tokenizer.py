"""Makes test/parity/fixtures/tokenizer.json: ids that Hugging Face's `tokenizers` gives for some texts with the tokenizer
of media/policy, its added tokens taken out as our encoder takes them out. Rerun with
`python test/parity-python/tokenizer.py` after `pip install tokenizers`, whenever that tokenizer was trained anew.
"""
import hashlib
import json
import pathlib
import random

from tokenizers import Tokenizer

root = pathlib.Path(__file__).resolve().parent.parent
source = (root.parent / "media" / "policy" / "tokenizer.json").read_text(encoding="utf-8")
tokenizer = Tokenizer.from_str(json.dumps({**json.loads(source), "added_tokens": []}))

draw = random.Random(5)
odd = ["\n", "\r\n", "\t", " ", "   ", "\u00a0", "\u200d", "\u0301", "_", "__", "'s", "<|end|>", "{\"", "\\u", "👩‍👩‍👧", "ﬃ", "İ", "中文", "١٢٣", "½", "naïve", "Ünïcode", "😀"]
words = ["Thought: ", "Action: get_weather_for_skyline\n", "Action Input: ", '{"city": "Velmora", "limit": 3}', "Finish", "Who directs the museum of ", "search_", " in ", "2041", '{"error": "", "response": ["a", 12.5]}', "What is the phone number of "]
texts = ["", " ", "\n"] + ["".join(draw.choice(words if draw.random() < 0.6 else odd) for _ in range(draw.randint(1, 9))) for _ in range(220)]
texts += ["".join(chr(draw.choice([draw.randint(32, 126), draw.randint(0xA1, 0x24F), draw.randint(0x400, 0x4FF), draw.randint(0x4E00, 0x9FFF), draw.randint(0x1F300, 0x1F5FF)])) for _ in range(draw.randint(1, 14))) for _ in range(120)]

cases = [[text, tokenizer.encode(text, add_special_tokens=False).ids] for text in texts]
target = root / "parity" / "fixtures" / "tokenizer.json"
target.parent.mkdir(parents=True, exist_ok=True)
lines = ",\n".join(json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in cases)
digest = hashlib.sha256(source.replace("\r\n", "\n").encode()).hexdigest()
target.write_text(f'{{"sha256":"{digest}","cases":[\n{lines}\n]}}\n', encoding="utf-8")
print(len(cases), "texts,", target.stat().st_size, "bytes")
