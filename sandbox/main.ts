import { parseArgs } from 'util';
import { Clock } from './clock';
import { Rekognition } from './rekognition';
import { loadState } from './rekognition/state-file';
import { ApiServer } from './server';

const USAGE = `usage: npm run sandbox -- [--port N] [--speed N] [--state FILE.json]

Runs Rekognition's control plane on 127.0.0.1, for any AWS SDK or the AWS CLI.
  --port   where to listen; any free port by default
  --speed  how many times faster than real time; 1 by default, 60 makes a minute of a second
  --state  the projects and versions there are at the start`;

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';

async function main(): Promise<void> {
  const { port, speed, state } = readArguments();
  const clock = new Clock(speed);
  const rekognition = new Rekognition({ clock, account: ACCOUNT, region: REGION });
  if (state) loadState(state, rekognition);

  const server = await ApiServer.start({
    clock,
    port,
    services: { rekognition },
    callerOf: () => ({ arn: `arn:aws:iam::${ACCOUNT}:user/developer` }),
    authorize: () => true,
  });
  // exactly this goes to the standard output, so that a shell can evaluate it; everything else is commentary.
  console.log([
    `export AWS_ENDPOINT_URL_REKOGNITION=${server.url}`,
    `export AWS_REGION=${REGION} AWS_DEFAULT_REGION=${REGION}`,
    'export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox AWS_SESSION_TOKEN=',
  ].join('\n'));
  for (const version of rekognition.versions) console.error(`  ${version.arn} ${version.status}`);

  const log = (time: number, text: string) => console.error(`${new Date(time).toISOString()} ${text}`);
  server.onCall(({ time, operation, error, errorMessage }) => log(time, error ? `${operation}: ${error}: ${errorMessage}` : operation));
  rekognition.onStatus(({ time, arn, from, to }) => log(time, `${arn} ${from ?? '(new)'} -> ${to ?? '(gone)'}`));

  // what becomes due between two requests is shown when it happens, not with the next request.
  const ticking = setInterval(() => clock.tick(), 100);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clearInterval(ticking);
      server.stop().catch(fail);
    });
  }
}

function readArguments(): { port?: number; speed: number; state?: string } {
  const { values } = parseArgs({ options: { port: { type: 'string' }, speed: { type: 'string' }, state: { type: 'string' } } });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535)) throw new Error(`--port ${values.port} is not a port number`);
  const speed = Number(values.speed ?? 1);
  if (!(speed > 0 && speed < Infinity)) throw new Error(`--speed ${values.speed} is not a number greater than 0`);
  return { port, speed, state: values.state };
}

function fail(error: Error): void {
  const wrongArgument = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') || error.message.startsWith('--');
  console.error(wrongArgument ? `${error.message}\n\n${USAGE}` : error.message);
  process.exitCode = 1;
}

main().catch(fail);
