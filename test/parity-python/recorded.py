"""Makes the fixtures of test/rollout/recorded: Python literals with what ast.literal_eval makes of them, and tables in the
form of the released training files, of made-up dialogues. Needs nothing but Python.

    python3 test/parity-python/recorded.py
"""
import ast, csv, json, pathlib, random, warnings

folder = pathlib.Path(__file__).resolve().parent.parent / 'rollout' / 'recorded' / 'fixtures'
warnings.simplefilter('ignore')
draw = random.Random(2410)

# Literals, right and wrong ---------------------------------------------------------------------------------------------
atoms = ['None', 'True', 'False', 'set()', '0', '1', '-5', '0x1F', '1_000', '007', '0o17', '0b11', '1.5', '.5', '5.', '1e5', '-1.2e-3', '00', '1__0', '12345678901234567890',
         '1j', '+3', '- 2', '--2', '-True', '1e400', '0.1', '1_0.0_1e1_0', 'nan', 'print(1)', '1+1', 'a']
pieces = ['a', '\\n', '\\x41', '\\u00e9', '\\U0001F600', '\\101', '\\7', '\\q', '\\\\', "\\'", '\\"', 'é', '😀', '\t', '"', "'", '\\\n', '\n', '\r\n', '\\x4', '\\ud83d', '\\0', ' ', '<|im_end|>']

def literal(depth=0):
    kind = draw.random()
    if depth > 3 or kind < .5:
        if draw.random() < .4:
            return draw.choice(atoms)
        quote = draw.choice(["'", '"', "'''", '"""'])
        return draw.choice(['', '', '', 'r', 'u', 'b', 'rb', 'Rb', 'U', 'f', 'ur']) + quote + ''.join(draw.choice(pieces) for _ in range(draw.randrange(5))) + quote
    comma, last = draw.choice([',', ', ', ' ,\n']), draw.choice(['', '', ','])
    items = [literal(depth + 1) for _ in range(draw.randrange(4))]
    if kind < .7: return '[' + comma.join(items) + last + ']'
    if kind < .82: return '(' + comma.join(items) + last + ')'
    if kind < .86: return ' '.join(items) or '1'
    return '{' + comma.join(literal(depth + 1) + ': ' + item for item in items) + last + '}'

def damaged(text):
    letters = list(text)
    for _ in range(draw.randrange(1, 3)):
        if letters:
            at = draw.randrange(len(letters))
            letters[at:at + draw.randrange(2)] = draw.choice('[](){},:\'"\\ab1.-_ #\n')
    return ''.join(letters)

def plain(value):
    """Kinds that JSON does not have, named; texts as UTF-16 units, since surrogates may stand alone."""
    if value is None or isinstance(value, bool): return value
    if isinstance(value, int): return ['integer', str(value)]
    if isinstance(value, float): return ['float', 'inf' if value == float('inf') else '-inf' if value == float('-inf') else value]
    if isinstance(value, bytes): return ['bytes', list(value)]
    if isinstance(value, str):
        units = value.encode('utf-16-le', 'surrogatepass')
        return ['text', [units[i] | units[i + 1] << 8 for i in range(0, len(units), 2)]]
    if isinstance(value, dict): return ['dict', [[plain(key), plain(inner)] for key, inner in value.items()]]
    return [type(value).__name__, [plain(item) for item in value]]

cases = {}
while len(cases) < 600:
    text = literal() if draw.random() < .6 else damaged(literal())
    try:
        found = ast.literal_eval(text)
        if '{' in text and len(str(found)) < 2: continue
        cases[text] = plain(found)
    except Exception:
        cases[text] = 'refused'
# Python keeps one of equal keys, and complex numbers and characters by name are left out here: not part of the comparison
cases = {text: value for text, value in cases.items() if 'j' not in text and '\\N' not in text and text.count(': ') <= 1 and (not text.startswith('{') or ',' not in text)}
with open(folder / 'literals.json', 'w', encoding='utf-8', newline='\n') as file:
    file.write('[\n' + ',\n'.join(json.dumps(case) for case in cases.items()) + '\n]\n')

# Tables ------------------------------------------------------------------------------------------------------------------
tools = ['tides_for_harbour', 'berths_for_harbour', 'ferries_for_timetable']
dialogues = [
    ("When is high tide in Møre?\nAnd \"who\" has a berth?", [('high tide first', 'tides_for_harbour', '{"port": "Møre"}', '{"error": "", "response": {"high": "06:40\\t\\u00e9"}}', 0.8),
        ('', 'berths_for_harbour', '{"port": "Møre"}', '{"error": "", "response": [\'it\', "isn\'t JSON"]}', 0.5333333333333333), ('', 'Finish', '{"return_type": "give_answer", "final_answer": "06:40; two berths."}', None, 1.0)]),
    ('Is there a ferry tonight?', [('', 'ferries_for_timetable', '{}', '{"error": "port missing", "response": ""}', 0.0), ('', 'Finish', '{"return_type": "give_up_and_restart"}', None, 0.0)]),
    ('Ferries and tides?', [('', 'ferries_for_timetable', '{\n  "port": "Bodø"\n}', '{"error": "", "response": "<|im_end|> said the \\\\ harbour, \'closed\'"}', 1),
        ('', 'tides_for_harbour', '{"port": "Bodø"}', '', 0.3), ('', 'Finish', '{"return_type": "give_answer", "final_answer": "Closed."}', None, 0.5)]),
    ('Berths?', [('', 'berths_for_harbour', '{"port": "Ålesund"}', '{"error": "", "response": "none"}', 0.6), ('', 'berths_for_harbour', '{"port": "Alesund"}', None, 0.1)]),
    ('Tides?', [('say what I know', 'Finish', '{"return_type": "give_answer", "final_answer": "I do not know."}', None, 0.5)]),
]
system = f"Specifically, you have access to the following APIs: {tools + ['Finish']}"
chat = lambda role, said: f'<|im_start|>{role}\n{said}<|im_end|>\n'
head = lambda role, said: f'<|start_header_id|>{role}<|end_header_id|>\n\n{said}<|eot_id|>'
react = lambda thought, name, given: f'Thought: {thought}\nAction: {name}\nAction Input: {given}'
formats = {
    'toolllama': (lambda query: f'System:\n{system}\nUser:\n{query}\nBegin!\n\nAssistant:\n', lambda seen: f'Function:\n{seen}\nAssistant:\n', lambda thought, name, given: f'Action: {name}\nAction Input: {given}\n'),
    'qwen2': (lambda query: chat('system', system) + chat('user', f'\n{query}\nBegin!\n') + '<|im_start|>assistant\n', lambda seen: chat('function', seen) + '<|im_start|>assistant\n', lambda *turn: react(*turn) + '<|im_end|>\n'),
    'llama3-1': (lambda query: head('system', system) + head('user', f'\n{query}\nBegin!\n') + '<|start_header_id|>assistant<|end_header_id|>\n\n', lambda seen: head('function', seen) + '<|start_header_id|>assistant<|end_header_id|>\n\n', lambda *turn: react(*turn) + '<|eot_id|>'),
}
for name, (opening, observation, turn) in formats.items():
    with open(folder / f'{name}.csv', 'w', encoding='utf-8', newline='') as file:
        table = csv.writer(file, delimiter='\t', lineterminator='\n')
        table.writerow(['prompt', 'response', 'reward'])
        for query, steps in dialogues:
            prompts = [opening(query)] + [observation(seen) for _, _, _, seen, _ in steps[:-1]]
            table.writerow([prompts, [turn(*step[:3]) for step in steps], [step[4] for step in steps]])
