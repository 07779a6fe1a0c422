"""Makes test/parity/fixtures/<architecture>: a tiny random checkpoint of each architecture that is read, as transformers
saves it, and the logits that transformers computes. Rerun with `python test/parity-python/architectures.py` after `pip
install torch transformers`; the same versions give the same files.
"""
import json
import pathlib

import torch
from transformers import LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

torch.set_num_threads(1)
fixtures = pathlib.Path(__file__).resolve().parent.parent / "parity" / "fixtures"
sizes = dict(vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=64, rms_norm_eps=1e-5, attn_implementation="eager")
rope = lambda theta, **more: {"rope_type": "default", "rope_theta": theta, **more}
llama3 = rope(5000.0, rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=24)

# name: (config, model, element type, largest shard or None)
models = {
    "llama2": (LlamaConfig(**{**sizes, "num_key_value_heads": 4}, tie_word_embeddings=False, rope_parameters=rope(10000.0)), LlamaForCausalLM, torch.float16, None),
    "llama3": (LlamaConfig(**sizes, tie_word_embeddings=True, rope_parameters=llama3), LlamaForCausalLM, torch.bfloat16, None),
    "llama-bias": (LlamaConfig(**sizes, tie_word_embeddings=True, attention_bias=True, rope_parameters=rope(100.0, rope_type="linear", factor=2.0)), LlamaForCausalLM, torch.float32, None),
    "mistral": (MistralConfig(**sizes, sliding_window=7, tie_word_embeddings=False, rope_parameters=rope(10000.0)), MistralForCausalLM, torch.bfloat16, None),
    "qwen2": (Qwen2Config(**sizes, tie_word_embeddings=True, rope_parameters=rope(1000000.0)), Qwen2ForCausalLM, torch.bfloat16, "12KB"),
    "qwen3": (Qwen3Config(**sizes, head_dim=12, tie_word_embeddings=False, rope_parameters=rope(1000000.0)), Qwen3ForCausalLM, torch.float32, "20KB"),
    "smollm2": (LlamaConfig(**{**sizes, "num_attention_heads": 3, "num_key_value_heads": 1, "hidden_size": 24}, tie_word_embeddings=True, rope_parameters=rope(100000.0)), LlamaForCausalLM, torch.bfloat16, None),
}

for name, (config, kind, dtype, shard) in models.items():
    torch.manual_seed(len(name))
    model = kind(config).float().eval()
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if key.endswith("bias"):
                weight.copy_(torch.randn_like(weight) * 0.5)
            elif weight.dim() == 2:
                weight.copy_(torch.randn_like(weight) * 0.9 / weight.shape[1] ** 0.5)
            else:
                weight.copy_(1 + 0.3 * torch.randn_like(weight))
    folder = fixtures / name
    folder.mkdir(parents=True, exist_ok=True)
    model.to(dtype).save_pretrained(str(folder), **({"max_shard_size": shard} if shard else {}))
    (folder / "generation_config.json").unlink(missing_ok=True)
    # the stored numbers, widened: what every reader has to compute with (widening the model in place keeps rounded angles)
    model = kind.from_pretrained(str(folder), dtype=torch.float32, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(5)
    ids = torch.randint(0, 48, (40,), generator=generator).tolist()
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
    at = [0, 5, 11, 39]
    (folder / "expected.json").write_text(json.dumps({
        "versions": {"torch": torch.__version__, "transformers": __import__("transformers").__version__},
        "ids": ids, "at": at, "logits": [[float(f"{x:.9g}") for x in logits[i].tolist()] for i in at],
    }) + "\n")
    print(name, sorted(path.name for path in folder.iterdir()))
