"""Makes test/parity/fixtures/strip.json: ids that Hugging Face's `tokenizers` gives for dialogues whose control tokens take the
whitespace beside them to themselves (`lstrip`, `rstrip`). The tokenizers are those of other fixtures and of the package, with these
fields set. Rerun with `python test/parity-python/strip.py` after `pip install tokenizers`.
"""
import json
import pathlib
import random

from tokenizers import Tokenizer

tests = pathlib.Path(__file__).resolve().parent.parent
draw = random.Random(11)
spaces = ["", " ", "  ", "\n", "\n\n", "\t", "\r\n", " \u0085", "\u00a0", "\u3000 ", "\u2028", "\ufeff", "\u200b", "\u001c"]
words = ["user", "wet", "Action: a", "{}", "中", "Rain in Oslo?"]
sides = [(False, False), (True, False), (False, True), (True, True)]


def text():
    inner = draw.choice(spaces).join(draw.choice(words) for _ in range(draw.randint(0, 2)))
    return draw.choice(spaces) + inner + draw.choice(spaces)


def recorded(base, controls):
    strips = {token: sides[(i + 1) % 4] for i, token in enumerate(controls)}
    added = [{**token, "lstrip": strips[token["content"]][0], "rstrip": strips[token["content"]][1]} if token["content"] in strips else token for token in base["added_tokens"]]
    whole = Tokenizer.from_str(json.dumps({**base, "added_tokens": added}))
    # control tokens as names in lists of their own; between two of them one text, or none
    dialogues = [[part for _ in range(draw.randint(2, 6)) for part in ([draw.choice(controls)], *([text()] if draw.random() < 0.8 else []))] for _ in range(40)]
    dialogues = [[text(), *dialogue] if draw.random() < 0.3 else dialogue for dialogue in dialogues]
    dialogues = [[part for part in dialogue if part != ""] for dialogue in dialogues]
    joined = lambda dialogue: "".join(part if isinstance(part, str) else part[0] for part in dialogue)
    return {"strips": strips, "dialogues": dialogues, "ids": [whole.encode(joined(dialogue), add_special_tokens=False).ids for dialogue in dialogues]}


pieces = json.loads((tests / "parity" / "fixtures" / "sentencepiece.json").read_text(encoding="utf-8"))
form = lambda kind: {name: value for name, value in kind.items() if name in ("normalizer", "pre_tokenizer", "decoder")}
kinds = {name: recorded({**pieces["tokenizer"], **form(kind)}, ["<s>", "</s>", "[INST]", "[/INST]"]) for name, kind in pieces["kinds"].items()}
bundled = json.loads((tests.parent / "media" / "policy" / "tokenizer.json").read_text(encoding="utf-8"))
kinds["bytes"] = recorded(bundled, ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>"])

target = tests / "parity" / "fixtures" / "strip.json"
small = lambda value: json.dumps(value, separators=(",", ":"))
target.write_text("{" + ",\n".join(f"{small(name)}:{small(kind)}" for name, kind in kinds.items()) + "}\n", encoding="utf-8")
print(len(kinds), "tokenizers,", target.stat().st_size, "bytes")
