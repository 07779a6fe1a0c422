"""What PyTorch and transformers take for the work that the bench gives to StepTool's engine. Reads one request a line, answers one."""
import json
import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM


class Model:
    def __init__(self, size, threads, learning_rate=1e-4):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        self.size = size
        self.model = LlamaForCausalLM(LlamaConfig(
            hidden_size=size["width"], num_hidden_layers=size["layers"], num_attention_heads=size["heads"],
            num_key_value_heads=size["keyValueHeads"], intermediate_size=size["feedForward"], vocab_size=size["vocabulary"],
            max_position_embeddings=size["context"], rope_theta=size["ropeTheta"], rms_norm_eps=size["normEpsilon"],
            tie_word_embeddings=True, bos_token_id=0, eos_token_id=None, pad_token_id=None))
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=learning_rate, weight_decay=0)
        self.compiled = None

    def tokens(self, rows, length):
        return torch.randint(5, self.size["vocabulary"], (rows, length))

    def train(self, batches, compiled):
        """Forward and backward of each batch, clipping, Adam. A batch is a list of [prompt, response] lengths, padded to its longest,
        as transformers' trainers pad; the cross-entropy of the responses."""
        if compiled and self.compiled is None:
            self.compiled = torch.compile(self.model)
        model = self.compiled if compiled else self.model
        made = []
        for lengths in batches:
            longest = max(prompt + response for prompt, response in lengths)
            ids = self.tokens(len(lengths), longest)
            place = torch.arange(longest)
            ends = torch.tensor([prompt + response for prompt, response in lengths])[:, None]
            prompts = torch.tensor([prompt for prompt, _ in lengths])[:, None]
            mask = (place < ends).long()
            labels = torch.where((place >= prompts) & (place < ends), ids, -100)
            made.append({"input_ids": ids, "attention_mask": None if bool(mask.all()) else mask, "labels": labels})
        self.model.train()
        started = time.perf_counter()
        for batch in made:
            model(use_cache=False, **batch).loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return time.perf_counter() - started

    def generate(self, rows, prompt, new):
        """Greedy continuation by `generate`: the time of `new` tokens behind the first, which the prompt is computed for."""
        ids = self.tokens(rows, prompt)
        mask = torch.ones_like(ids)
        self.model.eval()
        took = []
        with torch.inference_mode():
            for count in (1, new + 1):
                started = time.perf_counter()
                self.model.generate(ids, attention_mask=mask, do_sample=False, max_new_tokens=count, min_new_tokens=count, pad_token_id=0)
                took.append(time.perf_counter() - started)
        return took[1] - took[0]

    def product(self, size, repeats):
        a, b = torch.full((size, size), 0.01), torch.full((size, size), 0.01)
        with torch.inference_mode():
            started = time.perf_counter()
            for _ in range(repeats):
                a = a @ b
            return time.perf_counter() - started


model = None
print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    what = request.pop("do")
    try:
        if what == "open":
            model = None
            model = Model(**request)
            answer = {"parameters": sum(p.numel() for p in model.model.parameters())}
        else:
            answer = {"seconds": getattr(model, what)(**request)}
    except Exception as error:  # told to the bench, which leaves the cell empty
        answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:300]}
    print(json.dumps(answer), flush=True)
