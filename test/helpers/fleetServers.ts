import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (child.exitCode !== null) throw new Error(`the server has ended: ${child.spawnargs.join(' ')}`);
    const socket = connect(port, '127.0.0.1');
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isThere) return;
    await sleep(50);
  }
  throw new Error(`no server on port ${port}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** redis-server as docs/fleet.md has it, with its data in a folder. */
export interface RedisServer {
  url: string;
  /** Ends it by kill -9 and starts it again on its data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a Redis of one's own. @param args more of its options */
export async function startRedis(folder: string, args: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const options = ['--bind', '127.0.0.1', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction', '--save', ''];
  const start = async () => {
    const all = ['--port', String(port), '--dir', folder, ...options, ...args];
    const child = spawn('redis-server', all, { stdio: 'ignore' });
    await answering(port, child);
    return child;
  };
  let child = await start();
  const stop = async () => {
    child.kill('SIGKILL');
    await ended(child);
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    stop,
    async restart() {
      await stop();
      child = await start();
    },
  };
}

/** A server with the interface of S3 that honours conditional writes, in memory. */
export interface S3Server {
  /** What the AWS SDK has to find in the environment. */
  env: Record<string, string>;
  /** How many requests were refused. */
  refused(): number;
  stop(): Promise<void>;
}

/**
 * Starts moto's server.
 *
 * @param refuseEvery every so many requests one is answered by 503, as a store does that has too much to do. @default none
 */
export async function startS3({ refuseEvery = Number.POSITIVE_INFINITY } = {}): Promise<S3Server> {
  const port = await freePort();
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  await answering(port, child);
  let count = 0;
  let refused = 0;
  const proxy = createServer((incoming, outgoing) => {
    if (++count % refuseEvery === 0) {
      refused++;
      incoming.resume();
      incoming.on('end', () => outgoing.writeHead(503).end('<Error><Code>SlowDown</Code></Error>'));
      return;
    }
    const { method, url, headers } = incoming;
    const through = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    through.on('error', () => outgoing.destroy());
    incoming.pipe(through);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'secret-of-a-test',
      AWS_REGION: 'us-east-1',
    },
    refused: () => refused,
    async stop() {
      proxy.closeAllConnections();
      proxy.close();
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}
