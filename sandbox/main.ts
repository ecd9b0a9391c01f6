// a user of the sandbox cannot act on warnings of the SDK that it uses internally.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Sandbox } from '.';
import { Commentary } from './commentary';
import { LiveClock } from './live-clock';
import { loadState } from './rekognition/state-file';
import { NotModeled } from './service';

const USAGE = `usage: npm run sandbox -- [options]

A local AWS on 127.0.0.1, for the AWS CDK CLI and for any AWS SDK: Rekognition's control plane, CloudFormation, and the services that deployments need.

  --env-file FILE  write the environment variables for a shell to this file
  --state FILE     the projects and versions at the start, as JSON: see examples/sandbox/state.json
  --speed N        how many times faster time passes while everything is waiting; 60 by default: an hour takes a minute
  --account ID     the account; 111122223333 by default
  --region NAME    the region; us-east-1 by default
  --port N         where to listen; any free port by default
  --strict         refuses resource types that the sandbox would only record
  --help           this text`;

interface Options {
  readonly account: string;
  readonly region: string;
  readonly port: number;
  readonly speed: number;
  readonly strict: boolean;
  readonly state?: string;
  readonly envFile?: string;
}

async function main(): Promise<void> {
  const options = readArguments();
  if (!options) return console.log(USAGE);
  const { account, region, port, speed, strict, state, envFile } = options;
  const clock = new LiveClock(speed);
  const sandbox: Sandbox = await Sandbox.start({
    account,
    region,
    port,
    strict,
    clock,
    // what is not modeled appears as the error of a call or as the reason of an event.
    onProblem: problem => { if (!(problem instanceof NotModeled)) console.error(problem); },
  });
  const { rekognition } = sandbox;
  if (state) await start(() => loadState(state, rekognition), sandbox);

  const environment = [
    'unset AWS_PROFILE AWS_DEFAULT_PROFILE',
    `export AWS_ENDPOINT_URL=${sandbox.url} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    'export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox AWS_SESSION_TOKEN=sandbox',
  ];
  if (envFile) await start(() => writeFileSync(envFile, `${environment.join('\n')}\n`), sandbox);
  console.log(`account ${account}, ${region}, on ${sandbox.url}\n`);
  console.log(envFile ? `1. in a second terminal:  . ${envFile}` : `1. in a second terminal:\n${environment.join('\n')}`);
  console.log("2. in the folder of your app:  npx cdk deploy '**', then npx cdk destroy '**'");
  console.log('3. watch what happens here; Ctrl-C ends it\n');
  for (const version of rekognition.versions) console.log(`  ${version.arn} ${version.status}`);

  const commentary = new Commentary(sandbox);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clock.stop();
      commentary.flush();
      sayWhatIsLeft(sandbox);
      // failures have already been printed, and the results of unfinished operations are no longer needed.
      void sandbox.stop().catch(() => {}).finally(() => process.exit(0));
    });
  }
}

/** Stops the sandbox if it cannot start. */
async function start(step: () => void, sandbox: Sandbox): Promise<void> {
  try {
    step();
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

function sayWhatIsLeft({ cloudFormation, rekognition }: Sandbox): void {
  const stacks = cloudFormation.stacks.filter(({ status }) => status !== 'DELETE_COMPLETE').map(({ name, status }) => `${name} ${status}`);
  const left = [...stacks, ...rekognition.projects.map(({ name }) => `project ${name}`), ...rekognition.versions.map(({ arn, status }) => `${arn} ${status}`)];
  console.log(`\nleft: ${left.join(', ') || 'nothing'}`);
}

/** The options; undefined for `--help`. */
function readArguments(): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  // after `--`, because Node.js has an option --env-file too.
  const { values } = parseArgs({
    args: process.argv.slice(process.argv[2] === '--' ? 3 : 2),
    options: {
      'port': text, 'speed': text, 'state': text, 'account': text, 'region': text, 'env-file': text, 'strict': flag, 'help': flag,
    },
  });
  if (values.help) return undefined;
  const { account = '111122223333', region = 'us-east-1', strict = false, state, 'env-file': envFile } = values;
  const port = Number(values.port ?? 0);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65535)) throw new Error(`--port ${values.port} is not a port number`);
  const speed = Number(values.speed ?? 60);
  if (!(speed >= 1 && speed < Infinity)) throw new Error(`--speed ${values.speed} is not a number from 1`);
  if (!/^\d{12}$/.test(account)) throw new Error(`--account ${account} is not an account: 12 digits`);
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) throw new Error(`--region ${region} is not a region, such as us-east-1`);
  return { account, region, port, speed, strict, state, envFile };
}

function fail(error: Error): void {
  const wrongArgument = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') || error.message.startsWith('--');
  console.error(wrongArgument ? `${error.message}\n\n${USAGE}` : error.message);
  process.exitCode = 1;
}

main().catch(fail);
