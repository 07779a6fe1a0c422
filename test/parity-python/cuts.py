"""Makes test/parity/fixtures/cuts.json: ids that Hugging Face's `tokenizers` gives for texts of odd spaces and digits, behind the
cuts of GPT-2 (`ByteLevel`), of SmolLM (single `Digits`, then `ByteLevel`) and with whole numbers. The merges are trained on such
texts without any cut, so that every cut shows in the ids. Rerun with `python test/parity-python/cuts.py` after
`pip install tokenizers`.
"""
import json
import pathlib
import random

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

draw = random.Random(7)
parts = [" ", "  ", "\n\n", "\r\n", "\t", "\u0085", "\ufeff", "\u200b", "\u00a0", "\u2028", "\u3000", "12", "7", "½", "²", "Ⅷ", "١٢", "१", "㊿", "search", "don't", "'S", "{\"", "é", "<|end|>", "中", "😀"]
some = lambda: "".join(draw.choice(parts) for _ in range(draw.randint(2, 8)))

trained = Tokenizer(models.BPE())
trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
trained.train_from_iterator((some() for _ in range(4000)), trainers.BpeTrainer(vocab_size=900, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
base = json.loads(trained.to_str())

byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
digits = lambda single: {"type": "Digits", "individual_digits": single}
cuts = {"gpt2": byte_level, "smollm": {"type": "Sequence", "pretokenizers": [digits(True), byte_level]}, "whole numbers": {"type": "Sequence", "pretokenizers": [digits(False), byte_level]}}
texts = [some() for _ in range(120)]


def recorded(pre_tokenizer):
    tokenizer = Tokenizer.from_str(json.dumps({**base, "pre_tokenizer": pre_tokenizer}))
    return {"preTokenizer": pre_tokenizer, "ids": [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]}


target = pathlib.Path(__file__).resolve().parent.parent / "parity" / "fixtures" / "cuts.json"
small = lambda value: json.dumps(value, separators=(",", ":"))
lines = ",\n".join(f"{small(name)}:{small(recorded(cut))}" for name, cut in cuts.items())
target.write_text(f'{{"tokenizer":{small(base)},\n"texts":{small(texts)},\n"cuts":{{\n{lines}\n}}}}\n', encoding="utf-8")
print(len(texts), "texts,", target.stat().st_size, "bytes")
