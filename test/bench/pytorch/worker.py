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

    def episodes(self, dialogues):
        """Dialogues with a tool, as a loop around `generate` plays them: for each turn one call for all that are still going on, padded on
        the left; a row that has ended its turn waits for the longest. A dialogue is its prompt's length and its turns' [written, read].
        Neither tools nor parsing, log-probabilities nor values are part of it."""
        ids = [self.tokens(1, dialogue["prompt"])[0] for dialogue in dialogues]
        self.model.eval()
        started = time.perf_counter()
        with torch.inference_mode():
            for turn in range(max(len(dialogue["turns"]) for dialogue in dialogues)):
                live = [i for i, dialogue in enumerate(dialogues) if turn < len(dialogue["turns"])]
                longest = max(len(ids[i]) for i in live)
                batch = torch.stack([torch.nn.functional.pad(ids[i], (longest - len(ids[i]), 0)) for i in live])
                mask = torch.stack([torch.arange(longest) >= longest - len(ids[i]) for i in live]).long()
                count = max(dialogues[i]["turns"][turn][0] for i in live)
                out = self.model.generate(batch, attention_mask=mask, do_sample=True, temperature=1.0, top_k=0, max_new_tokens=count, min_new_tokens=count, pad_token_id=0)
                for row, i in enumerate(live):
                    written, read = dialogues[i]["turns"][turn]
                    ids[i] = torch.cat([ids[i], out[row, longest:longest + written], self.tokens(1, read)[0]])
        return time.perf_counter() - started

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
