/** What a training run keeps in its folder. */
export const runFiles = ['run.json', 'data.json', 'log.jsonl', 'checkpoint.safetensors', 'report.html'];
