"""Makes test/parity/fixtures/updates.json and fixtures/peft: one iteration of step-grained PPO, computed by PyTorch alone, from the
checkpoints that architectures.py made, and from one of them under an adapter that PEFT wrote. Rewards of steps become advantages here
too (KL penalty, advantages over steps, whitening), so that nothing of the method is taken from the program under test. Rerun with
`python test/parity-python/updates.py` after `pip install torch transformers peft`; the same versions give the same files.
"""
import json
import pathlib
import shutil

import peft
import torch
import transformers
from transformers import AutoModelForCausalLM

torch.set_num_threads(1)
fixtures = pathlib.Path(__file__).resolve().parent.parent / "parity" / "fixtures"
settings = {"gamma": 0.9, "lambda": 0.8, "beta": 0.15, "temperature": 0.8, "clipRange": 0.2, "valueClipRange": 0.15, "valueCoefficient": 0.4, "entropyCoefficient": 0.02}
nine = lambda tensor: [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]


def episodes(generator):
    """Two tasks of two samples each. Every sample has two or three steps, with what a tool said between them. """
    draw = lambda low, high: int(torch.randint(low, high + 1, (1,), generator=generator))
    made = []
    for task in range(2):
        prompt = [draw(0, 47) for _ in range(draw(4, 9))]
        for _ in range(2):
            ids, mask, steps = list(prompt), [0] * len(prompt), []
            for step in range(draw(2, 3)):
                start = len(ids)
                written = draw(2, 5)
                ids += [draw(0, 47) for _ in range(written)]
                mask += [1] * written
                steps.append([start, len(ids)])
                said = draw(1, 4)
                ids += [draw(0, 47) for _ in range(said)]
                mask += [0] * said
            made.append({"task": f"task {task}", "promptLength": len(prompt), "ids": ids, "mask": mask, "steps": steps, "scores": [draw(-10, 10) / 10 for _ in steps]})
    return made


def predictions(model, head, ids, temperature):
    """Of every token but the first: log-probability, value of the state before it, entropy there. [length - 1] each."""
    out = model(torch.tensor([ids]), output_hidden_states=True)
    log_probs = torch.log_softmax(out.logits[0, :-1] / temperature, -1)
    chosen = torch.tensor(ids[1:])
    return log_probs[torch.arange(len(chosen)), chosen], head(out.hidden_states[-1][0, :-1])[:, 0], -(log_probs.exp() * log_probs).sum(-1)


def advantages_of(episode, old, reference, old_values):
    """A step is a transition: its reward is its score less the penalties of its tokens, its value that of its first token. -> of each written token: advantage, return"""
    rewards, values = [], []
    for (start, end), score in zip(episode["steps"], episode["scores"]):
        rewards.append(score - settings["beta"] * float((old[start - 1:end - 1] - reference[start - 1:end - 1]).sum()))
        values.append(float(old_values[start - 1]))
    advantages, following = [0.0] * len(rewards), 0.0
    for t in reversed(range(len(rewards))):
        after = values[t + 1] if t + 1 < len(values) else 0.0
        following = rewards[t] + settings["gamma"] * after - values[t] + settings["gamma"] * settings["lambda"] * following
        advantages[t] = following
    lengths = [end - start for start, end in episode["steps"]]
    repeat = lambda numbers: torch.cat([torch.full((n,), x) for n, x in zip(lengths, numbers)])
    return repeat(advantages), repeat([a + v for a, v in zip(advantages, values)])


def update(model, head, trained, made, generator):
    """The loss of one minibatch of all episodes and the norm of each trained tensor's gradient."""
    noise = lambda n, size: (torch.rand(n, generator=generator) * 2 - 1) * size
    told, facts = [], []
    for episode in made:
        written = torch.tensor([i - 1 for i, bit in enumerate(episode["mask"]) if bit])
        with torch.no_grad():
            log_probs, values, _ = predictions(model, head, episode["ids"], settings["temperature"])
        # what was sampled under weights a little different from these; the reference is these
        old = torch.tensor(nine(log_probs + noise(len(log_probs), 0.4)))
        old_values = torch.tensor(nine(values + noise(len(values), 0.3)))
        advantages, returns = advantages_of(episode, old, log_probs, old_values)
        told.append({**episode, "logProbs": nine(old), "values": nine(old_values)})
        facts.append((written, old, old_values, advantages, returns))
    raw = torch.cat([advantages for *_, advantages, _ in facts])
    white = (raw - raw.mean()) / (raw.var(unbiased=True) + 1e-8).sqrt()
    policy, value, entropy, at, tokens = 0.0, 0.0, 0.0, 0, len(raw)
    for episode, (written, old, old_values, _, returns) in zip(made, facts):
        log_probs, values, entropies = (each[written] for each in predictions(model, head, episode["ids"], settings["temperature"]))
        advantage = white[at:at + len(written)]
        at += len(written)
        ratio = (log_probs - old[written]).exp()
        clipped = ratio.clamp(1 - settings["clipRange"], 1 + settings["clipRange"])
        policy = policy - torch.min(ratio * advantage, clipped * advantage).sum() / tokens
        near = old_values[written] + (values - old_values[written]).clamp(-settings["valueClipRange"], settings["valueClipRange"])
        value = value + 0.5 * torch.max((values - returns) ** 2, (near - returns) ** 2).sum() / tokens
        entropy = entropy + entropies.sum() / tokens
    loss = policy + settings["valueCoefficient"] * value - settings["entropyCoefficient"] * entropy
    loss.backward()
    norms = {name: float(f"{float(weight.grad.norm()):.9g}") for name, weight in trained.items()}
    return {"episodes": told, "advantages": nine(white), "loss": loss.item(), "policyLoss": policy.item(), "valueLoss": value.item(), "entropy": entropy.item(), "gradientNorms": norms}


def value_head(width, generator):
    head = torch.nn.Linear(width, 1)
    with torch.no_grad():
        head.weight.copy_(torch.tensor(nine(torch.randn(1, width, generator=generator) * 0.3)).reshape(1, width))
        head.bias.fill_(0.125)
    return head


results = {}
for name in ["llama2", "llama3", "llama-bias", "mistral", "qwen2", "qwen3", "smollm2"]:
    generator = torch.Generator().manual_seed(11)
    # trained within its window alone: without one
    within = {"sliding_window": None} if name == "mistral" else {}
    model = AutoModelForCausalLM.from_pretrained(str(fixtures / name), dtype=torch.float32, attn_implementation="eager", **within).eval()
    head = value_head(model.config.hidden_size, generator)
    trained = {**dict(model.named_parameters()), "value_head.weight": head.weight, "value_head.bias": head.bias}
    results[name] = {"valueHead": nine(head.weight), **update(model, head, trained, episodes(generator), generator)}

# an adapter as PEFT makes and saves it, its factors no longer nothing
generator = torch.Generator().manual_seed(13)
torch.manual_seed(13)
base = AutoModelForCausalLM.from_pretrained(str(fixtures / "qwen2"), dtype=torch.float32, attn_implementation="eager")
adapted = peft.get_peft_model(base, peft.LoraConfig(r=2, lora_alpha=6, lora_dropout=0.0, target_modules=["q_proj", "o_proj", "gate_proj", "down_proj"], task_type="CAUSAL_LM")).eval()
with torch.no_grad():
    for key, weight in adapted.named_parameters():
        if "lora_B" in key:
            weight.copy_(torch.tensor(nine(torch.randn(weight.shape, generator=generator) * 0.2)).reshape(weight.shape))
folder = fixtures / "peft"
shutil.rmtree(folder, ignore_errors=True)
adapted.save_pretrained(str(folder))
(folder / "README.md").unlink(missing_ok=True)
config = json.loads((folder / "adapter_config.json").read_text())
config["base_model_name_or_path"] = "qwen2"  # not where it was made
config["target_modules"].sort()  # of a set, whose order is another each time
(folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
head = value_head(base.config.hidden_size, generator)
trained = {key.replace("base_model.model.", "").replace(".default", ""): weight for key, weight in adapted.named_parameters() if weight.requires_grad}
trained.update({"value_head.weight": head.weight, "value_head.bias": head.bias})
results["peft"] = {"valueHead": nine(head.weight), **update(adapted, head, trained, episodes(generator), generator)}

versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
(fixtures / "updates.json").write_text(json.dumps({"versions": versions, "settings": settings, **results}) + "\n")
print({name: round(result["loss"], 4) for name, result in results.items()}, sorted(path.name for path in folder.iterdir()))
