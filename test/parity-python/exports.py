"""Opens what `steptool export` wrote with the programs it is for: transformers, peft, gguf. See test/parity/exports.test.ts."""
import json
import pathlib
import sys

what, path, *more = sys.argv[1:]


def greedy(model):
    import torch
    ids = torch.tensor([[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]])
    with torch.inference_mode():
        # past ends of turns: what counts is that the next tokens are the same
        out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=16, eos_token_id=[], pad_token_id=0)
    return out[0, ids.shape[1]:].tolist()


def beside(original, exported, *names):
    """How the tokenizers of exports, one in a folder for each name, differ from those that they were made of: of each the first differences."""
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer
    fixtures = pathlib.Path(__file__).resolve().parent.parent / "parity" / "fixtures"
    texts = json.loads((fixtures / "real-tokenizers.json").read_text(encoding="utf-8"))["texts"]
    messages = [{"role": "user", "content": "Rain in Ōsaka?"}, {"role": "assistant", "content": "Yes."}, {"role": "user", "content": "And 12 ½ km\n\naway?"}]
    found = {}
    for name in names:
        source, folder = pathlib.Path(original) / name, pathlib.Path(exported) / name
        plain, theirs, ours = Tokenizer.from_file(str(source / "tokenizer.json")), AutoTokenizer.from_pretrained(str(source)), AutoTokenizer.from_pretrained(str(folder))
        first = lambda pairs: [[what, one, other] for what, one, other in pairs if one != other][:3]
        ids = [plain.encode(text).ids for text in texts]
        controls = {token.content: id for id, token in plain.get_added_tokens_decoder().items()}
        chat = {} if theirs.chat_template is None else {"messages": (plain.encode(theirs.apply_chat_template(messages, tokenize=False, add_generation_prompt=True), add_special_tokens=False).ids, ours.apply_chat_template(messages, add_generation_prompt=True, return_dict=False))}
        found[name] = {
            "controls": first((token, id, ours.convert_tokens_to_ids(token)) for token, id in controls.items()),
            "controls beside text": first((token, plain.encode(f"a{token}b").ids, ours(f"a{token}b")["input_ids"]) for token in list(controls)[:20]),
            "texts": first((text, one, ours(text)["input_ids"]) for text, one in zip(texts, ids)),
            "decoded": first((text, plain.decode(one, skip_special_tokens=skip), ours.decode(one, skip_special_tokens=skip)) for text, one in zip(texts, ids) for skip in (False, True)),
            "ends": first([("eos", theirs.eos_token_id, ours.eos_token_id), ("bos", theirs.bos_token_id, ours.bos_token_id)]),
            "chat": first((what, *pair) for what, pair in chat.items()),
        }
    return found


if what == "transformers":
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(path)
    model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)
    answer = {"tokens": greedy(model), "ids": tokenizer(more[0], add_special_tokens=False)["input_ids"], "text": tokenizer.decode(tokenizer(more[0], add_special_tokens=False)["input_ids"])}
elif what == "peft":
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM
    base = AutoModelForCausalLM.from_pretrained(more[0], dtype=torch.float32)
    answer = {"base": greedy(base), "tokens": greedy(PeftModel.from_pretrained(base, path))}
elif what == "gguf":
    import gguf
    import numpy
    reader = gguf.GGUFReader(path)
    tensors = {}
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        tensors[tensor.name] = {"type": tensor.tensor_type.name, "shape": [int(n) for n in tensor.shape], "sum": float(numpy.abs(values.astype(numpy.float64)).sum())}
    answer = {"architecture": str(bytes(reader.fields["general.architecture"].parts[-1]), "utf8"), "tensors": tensors}
elif what == "tokenizer":
    answer = beside(path, *more)
elif what == "gguf tokenizer":
    from transformers import AutoTokenizer
    file = pathlib.Path(more[0])
    messages = [{"role": "user", "content": "Rain in Oslo?"}, {"role": "assistant", "content": "Yes."}, {"role": "user", "content": "And in Bergen?"}]
    theirs, ours = AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name), AutoTokenizer.from_pretrained(path)
    names = [token.content for token in ours.added_tokens_decoder.values()]
    said = lambda of: {"controls": of.convert_tokens_to_ids(names), "eos": of.eos_token_id, "chat": of.apply_chat_template(messages, add_generation_prompt=True, return_dict=False), "text": of.decode(of.apply_chat_template(messages, return_dict=False))}
    answer = {"theirs": said(theirs), "ours": said(ours)}
print(json.dumps(answer))
