"""Makes test/parity/fixtures/llama: a tiny random Llama checkpoint, what transformers says about some sequences, and one
update of PPO computed by PyTorch alone. Rerun with `python test/parity-python/llama.py` after `pip install torch
transformers numpy`; the same versions give the same files.
"""
import json
import pathlib

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

torch.manual_seed(7)
torch.set_num_threads(1)
folder = pathlib.Path(__file__).resolve().parent.parent / "parity" / "fixtures" / "llama"
folder.mkdir(parents=True, exist_ok=True)

config = LlamaConfig(
    vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    max_position_embeddings=64, rms_norm_eps=1e-5, hidden_act="silu", tie_word_embeddings=True, attention_bias=False, mlp_bias=False,
    attn_implementation="eager", rope_parameters={"rope_type": "default", "rope_theta": 500.0},
)
model = LlamaForCausalLM(config).float().eval()
value_head = torch.nn.Linear(16, 1)
with torch.no_grad():
    for name, weight in model.named_parameters():
        if weight.dim() == 2:
            weight.copy_(torch.randn_like(weight) * 0.9 / weight.shape[1] ** 0.5)
        else:
            weight.copy_(1 + 0.3 * torch.randn_like(weight))
    value_head.weight.copy_(torch.randn_like(value_head.weight) * 0.3)
    value_head.bias.fill_(0.1)

# the weights as they are before the update
weights = {name: weight.detach().clone() for name, weight in model.named_parameters()}
weights["value_head.weight"] = value_head.weight.detach().clone()
weights["value_head.bias"] = value_head.bias.detach().clone()
save_file(weights, str(folder / "model.safetensors"), metadata={"format": "pt"})
# the fields of config.json as published checkpoints have them
(folder / "config.json").write_text(json.dumps({
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 40, "max_position_embeddings": 64, "rms_norm_eps": 1e-5,
    "rope_theta": 500.0, "hidden_act": "silu", "tie_word_embeddings": True, "attention_bias": False, "mlp_bias": False, "torch_dtype": "float32",
}, indent=2) + "\n")

settings = {"clipRange": 0.2, "valueClipRange": 0.15, "valueCoefficient": 0.4, "entropyCoefficient": 0.02, "klInLoss": "k3", "temperature": 0.8}
adam = {"beta1": 0.9, "beta2": 0.98, "epsilon": 1e-6, "maxGradientNorm": 0.5, "weightDecay": 0.0}
kl_coefficient, learning_rate = 0.3, 1e-2


def heads(ids):
    """Logits [length, vocabulary] and values [length] of one sequence."""
    hidden = model.model(torch.tensor([ids])).last_hidden_state[0]
    return model.lm_head(hidden), value_head(hidden)[:, 0]


def rounded(tensor):
    return [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]


generator = torch.Generator().manual_seed(3)
draw = lambda low, high: int(torch.randint(low, high + 1, (1,), generator=generator))
sequences = []
for group in range(3):
    prompt = [draw(0, 39) for _ in range(draw(2, 9))]
    for _ in range(2):
        response = [draw(0, 39) for _ in range(draw(4, 12))]
        mask = [draw(0, 1) for _ in response]
        mask[draw(0, len(mask) - 1)] = 1
        sequences.append({"group": f"task {group}", "prompt": prompt, "response": response, "mask": mask})

cases, terms = [], []
for sequence in sequences:
    prompt, response, mask = sequence["prompt"], sequence["response"], sequence["mask"]
    logits, values = heads(prompt + response)
    tempered = torch.log_softmax(logits / settings["temperature"], -1)
    at = torch.tensor([len(prompt) + i - 1 for i, bit in enumerate(mask) if bit])
    chosen = torch.tensor([response[i] for i, bit in enumerate(mask) if bit])
    log_probs, value, entropy = tempered[at, chosen], values[at], -(tempered.exp() * tempered).sum(-1)[at]
    noise = lambda size: (torch.rand(len(at), generator=generator) * 2 - 1) * size
    facts = {
        "oldLogProb": log_probs.detach() + noise(0.5), "refLogProb": log_probs.detach() + noise(0.5), "oldValue": value.detach() + noise(0.4),
        "advantage": noise(2), "target": value.detach() + noise(1),
    }
    terms.append((log_probs, value, entropy, facts))
    cases.append({**sequence, "logits": rounded(logits[-1]), "values": rounded(values), "logProbs": rounded(log_probs), "entropies": rounded(entropy),
                  "facts": {name: rounded(fact) for name, fact in facts.items()}})

log_probs, value, entropy = (torch.cat([term[i] for term in terms]) for i in range(3))
fact = {name: torch.cat([torch.tensor(case["facts"][name]) for case in cases]) for name in cases[0]["facts"]}
ratio = (log_probs - fact["oldLogProb"]).exp()
clipped = ratio.clamp(1 - settings["clipRange"], 1 + settings["clipRange"])
policy_loss = -torch.min(ratio * fact["advantage"], clipped * fact["advantage"]).mean()
near = fact["oldValue"] + (value - fact["oldValue"]).clamp(-settings["valueClipRange"], settings["valueClipRange"])
value_loss = 0.5 * torch.max((value - fact["target"]) ** 2, (near - fact["target"]) ** 2).mean()
to_reference = fact["refLogProb"] - log_probs
kl_loss = (to_reference.exp() - to_reference - 1).mean()
loss = policy_loss + settings["valueCoefficient"] * value_loss + kl_coefficient * kl_loss - settings["entropyCoefficient"] * entropy.mean()

named = {**dict(model.named_parameters()), "value_head.weight": value_head.weight, "value_head.bias": value_head.bias}
optimizer = torch.optim.Adam(named.values(), lr=learning_rate, betas=(adam["beta1"], adam["beta2"]), eps=adam["epsilon"])
loss.backward()
norms = {name: float(weight.grad.norm()) for name, weight in named.items()}
norm = float(torch.nn.utils.clip_grad_norm_(named.values(), adam["maxGradientNorm"]))
optimizer.step()
save_file({name: weight.detach().clone() for name, weight in named.items()}, str(folder / "updated.safetensors"))
(folder / "expected.json").write_text(json.dumps({
    "versions": {"torch": torch.__version__, "transformers": __import__("transformers").__version__},
    "settings": settings, "adam": adam, "klCoefficient": kl_coefficient, "learningRate": learning_rate, "sequences": cases,
    "loss": loss.item(), "policyLoss": policy_loss.item(), "valueLoss": value_loss.item(), "klLoss": kl_loss.item(), "entropy": entropy.mean().item(),
    "clipFraction": ((ratio - 1).abs() > settings["clipRange"]).float().mean().item(), "gradientNorm": norm, "gradientNorms": norms,
}) + "\n")
print(json.dumps({"loss": loss.item(), "norm": norm, "clipped": ((ratio - 1).abs() > 0.2).float().mean().item(), "tokens": len(ratio)}))
