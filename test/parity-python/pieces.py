"""Makes test/parity/fixtures/sentencepiece.json: ids that Hugging Face's `tokenizers` gives for texts and dialogues, with a BPE of
SentencePiece's kind: U+2581 for spaces, bytes where a letter has no token. Three tokenizer.json files of one vocabulary, as published
models have them: Llama 2's (a space is put before each stretch of text), Mistral's newer ones (before the first alone) and one that
puts none. Rerun with `python test/parity-python/pieces.py` after `pip install tokenizers`.
"""
import json
import pathlib
import random

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

draw = random.Random(3)
words = ["user", "system", "assistant", "Rain in Oslo?", "Action: get_weather", "Action Input:", '{"city": "Oslo"}', "Thought:", "the tool", "search", "don't", "é", "12", "2041", "\n", "\n\n", "\t", "  ", " "]
odd = words + ["中", "😀", "½", "\u00a0", "\u2581", "\u200d", "\ufeff", "\u0301", "\0", "ﬃ", "<s>", "</s>", "[INST]", "<0x0A>", "<unk>", "_"]
some = lambda parts: "".join(draw.choice(parts) for _ in range(draw.randint(1, 8)))

special = ["<unk>", "<s>", "</s>", "[INST]", "[/INST]"]
trained = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
trained.train_from_iterator((some(words) for _ in range(4000)), trainers.BpeTrainer(vocab_size=700, special_tokens=special + [f"<0x{byte:02X}>" for byte in range(256)], show_progress=False))
base = json.loads(trained.to_str())
# of the tokens that training took for special, those for bytes are ordinary ones in published files
base["added_tokens"] = [token for token in base["added_tokens"] if token["content"] in special]

spaces = {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}
fallback = [{"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]
strip = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
decoder = {"type": "Sequence", "decoders": [*fallback, strip]}
kinds = {
    "llama 2": {"normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"}, spaces]}, "pre_tokenizer": None, "decoder": decoder},
    "mistral": {"normalizer": None, "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": False}, "decoder": decoder},
    "always": {"normalizer": None, "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}, "decoder": decoder},
    "no prefix": {"normalizer": spaces, "pre_tokenizer": None, "decoder": {"type": "Sequence", "decoders": fallback}},
}
texts = [some(odd) for _ in range(60)]
# a dialogue: control tokens as names in a list of their own, texts in pieces as a program has them
dialogues = [[["<s>"], ["[INST]"], some(words), some(words), ["[/INST]"], some(words), ["</s>"], ["[INST]"], some(words), "\n" + some(words), ["[/INST]"]] for _ in range(25)]
dialogues += [["System:\n", some(words), "\nAssistant:\n", ["</s>"], "Function:\n", some(words)] for _ in range(10)]


def recorded(kind):
    whole = Tokenizer.from_str(json.dumps({**base, **kind}))
    # texts are told apart from control tokens here: without added tokens, what they spell stays text
    plain = Tokenizer.from_str(json.dumps({**base, **kind, "added_tokens": []}))
    joined = lambda dialogue: "".join(part if isinstance(part, str) else part[0] for part in dialogue)
    return {**kind, "ids": [plain.encode(text, add_special_tokens=False).ids for text in texts], "dialogueIds": [whole.encode(joined(dialogue), add_special_tokens=False).ids for dialogue in dialogues]}


target = pathlib.Path(__file__).resolve().parent.parent / "parity" / "fixtures" / "sentencepiece.json"
small = lambda value: json.dumps(value, separators=(",", ":"))
lines = ",\n".join(f"{small(name)}:{small(recorded(kind))}" for name, kind in kinds.items())
target.write_text(f'{{"tokenizer":{small(base)},\n"texts":{small(texts)},\n"dialogues":{small(dialogues)},\n"kinds":{{\n{lines}\n}}}}\n', encoding="utf-8")
print(len(texts), "texts,", len(dialogues), "dialogues,", target.stat().st_size, "bytes")
