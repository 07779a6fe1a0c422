"""Makes test/parity/fixtures/gguf-blocks.json: random blocks of each quantisation that is read, and their numbers as the gguf
package unpacks them; and gguf-types.json: the number, elements and bytes of a block of every type that the package knows. Rerun with `python test/parity-python/dequantize.py` after `pip install gguf numpy`.
"""
import base64
import json
import pathlib

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

random = np.random.default_rng(11)
# where the half-precision scales of a block are: random bytes there would be infinities
scales = {"Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q4_K": [0, 2], "Q6_K": [208], "F16": [0], "BF16": [], "F32": [],
          "Q5_0": [0], "Q5_1": [0, 2], "Q5_K": [0, 2]}
cases = {}
for name, places in scales.items():
    kind = GGMLQuantizationType[name]
    elements, size = GGML_QUANT_SIZES[kind]
    blocks = 3 if elements > 1 else 32
    data = random.integers(0, 256, (blocks, size), dtype=np.uint8)
    for place in places:
        data[:, place:place + 2] = random.normal(0, 0.1, (blocks, 1)).astype(np.float16).view(np.uint8)
    if name in ("F32", "BF16"):
        data = (random.normal(0, 1, (blocks, 1)).astype(np.float32).view(np.uint8))
        data = data if name == "F32" else data[:, 2:].copy()
    if name == "F32":
        numbers = data.view(np.float32)
    elif name == "F16":
        numbers = data.view(np.float16).astype(np.float32)
    else:
        numbers = dequantize(data.reshape(1, -1), kind)
    cases[name] = {"bytes": base64.b64encode(data.tobytes()).decode(), "numbers": [float(x) for x in numbers.flatten()]}
fixtures = pathlib.Path(__file__).resolve().parent.parent / "parity" / "fixtures"
(fixtures / "gguf-blocks.json").write_text(json.dumps(cases) + "\n")
types = {kind.name: [kind.value, *GGML_QUANT_SIZES[kind]] for kind in GGMLQuantizationType if kind in GGML_QUANT_SIZES}
(fixtures / "gguf-types.json").write_text(json.dumps(types) + "\n")
