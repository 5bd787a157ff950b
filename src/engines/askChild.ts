import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LONGEST_MS = 60_000;

/** What a child says that could not do what it was asked. */
export interface Failure {
  failure: string;
}

/**
 * Asks a process of its own, which a driver may end: what a GPU's driver does to a process is not foreseeable.
 *
 * @param program a JavaScript file that answers one message with one
 * @returns its answer, or why there is none, with what the driver wrote
 */
export async function askChild<Reply extends object>(program: URL, request: object): Promise<Reply | Failure> {
  const [reply, log] = await answerOf<Reply>(program, request);
  return 'failure' in reply ? { failure: reasonOf(reply.failure, log) } : reply;
}

function answerOf<Reply extends object>(program: URL, request: object): Promise<[Reply | Failure, log: string]> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(program), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      execArgv: [],
      timeout: LONGEST_MS,
    });
    let log = '';
    let reply: Reply | Failure | undefined;
    child.stderr?.on('data', (text) => {
      log += text;
    });
    child.on('message', (message: Reply | Failure) => {
      reply = message;
    });
    child.on('error', (error) => {
      reply = { failure: error.message };
    });
    child.on('close', (code, signal) => {
      resolve([reply ?? { failure: `its driver ended the process (${signal ?? `exit code ${code}`})` }, log]);
    });
    child.send(request);
  });
}

/** What went wrong in one line: the first line of the message, and what the driver wrote, where it did. */
function reasonOf(failure: string, log: string): string {
  // onnxruntime puts its source line and the condition that did not hold before the message.
  const reason = failure
    .trim()
    .split('\n')[0]
    .replace(/^.* was false\. /, '');
  const hint = log.split('\n').find((line) => line.startsWith('Warning: '));
  return hint ? `${reason} (${hint.slice('Warning: '.length)})` : reason;
}
