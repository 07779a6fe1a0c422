"""Opens what `steptool export` wrote with the programs it is for: transformers, peft, gguf. See test/parity/exports.test.ts."""
import json
import sys

import numpy
import torch

what, path, *more = sys.argv[1:]
ids = torch.tensor([[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]])


def greedy(model):
    with torch.inference_mode():
        out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=16, min_new_tokens=16, pad_token_id=0)
    return out[0, ids.shape[1]:].tolist()


if what == "transformers":
    from transformers import AutoModelForCausalLM, AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(path)
    model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)
    answer = {"tokens": greedy(model), "ids": tokenizer(more[0], add_special_tokens=False)["input_ids"], "text": tokenizer.decode(tokenizer(more[0], add_special_tokens=False)["input_ids"])}
elif what == "peft":
    from peft import PeftModel
    from transformers import AutoModelForCausalLM
    base = AutoModelForCausalLM.from_pretrained(more[0], dtype=torch.float32)
    answer = {"base": greedy(base), "tokens": greedy(PeftModel.from_pretrained(base, path))}
elif what == "gguf":
    import gguf
    reader = gguf.GGUFReader(path)
    tensors = {}
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        tensors[tensor.name] = {"type": tensor.tensor_type.name, "shape": [int(n) for n in tensor.shape], "sum": float(numpy.abs(values.astype(numpy.float64)).sum())}
    answer = {"architecture": str(bytes(reader.fields["general.architecture"].parts[-1]), "utf8"), "tensors": tensors}
print(json.dumps(answer))
