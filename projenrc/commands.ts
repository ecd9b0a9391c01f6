import { awscdk } from 'projen';

/** The handler is a prebuilt asset. */
const BUNDLE = 'node scripts/bundle.mjs';

const TSX = 'tsx --tsconfig tsconfig.dev.json';

/** The tests that need the bundle of the handler, or try every combination: paths that `jest` takes as patterns. */
const SLOW = [
  '/test/(flows|sandbox|integ)/',
  '/test/(lambda/model|security|fuzz-props|examples)\\.test',
  '/test/properties/',
];

const patterns = (...paths: readonly string[]) => paths.map(path => `'${path}'`).join(' ');

/** Adds the tasks and scripts of CONTRIBUTING.md that projen does not bring. */
export function addCommands(project: awscdk.AwsCdkConstructLibrary): void {
  addBuild(project);
  addScripts(project);
  addPackages(project);
  addIntegrationTests(project);
}

function addBuild(project: awscdk.AwsCdkConstructLibrary): void {
  const bundle = project.addTask('bundle:handler', {
    description: 'Bundle the Lambda handler into assets/',
    exec: BUNDLE,
  });
  project.preCompileTask.exec('rm -rf lib');
  project.preCompileTask.spawn(bundle);
  project.preCompileTask.exec('node scripts/notice.mjs');
  project.testTask.prependSpawn(bundle);
  // every snippet of the README compiles; their translations ship, for the READMEs of the other languages' packages.
  project.postCompileTask.exec('jsii-rosetta extract --compile --strict --fail --output .jsii.tabl.json');
  // the library supports Node.js 20, which jsii considers end-of-life: the major version to be silent about.
  project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
}

function addScripts(project: awscdk.AwsCdkConstructLibrary): void {
  const script = (name: string, exec: string) => project.package.setScript(name, exec);
  /** A script that needs the current bundle. */
  const bundled = (name: string, exec: string) => {
    script(`pre${name}`, BUNDLE);
    script(name, exec);
  };

  // the README and the API as Construct Hub shows them: after `npx projen compile`.
  const languages = ['typescript', 'python', 'java', 'csharp', 'go'].map(language => `-l ${language}`).join(' ');
  script('docs:languages', `jsii-docgen --readme ${languages} -o dist/docs/API && node scripts/languages.mjs`);
  bundled('demo', 'tsx examples/demo/main.ts');
  // the terminal session that README.md shows.
  bundled('demo:picture', 'node scripts/picture.mjs');
  // the marks in docs/sandbox.md.
  script('docs:marks', 'node scripts/marks.mjs');
  // without the dashes, Node.js 20 takes --env-file for its own.
  script('sandbox', 'tsx sandbox/main.ts --');
  // compares AWS CloudFormation in an account with the assumptions of the library.
  script('probe', `${TSX} test/probe/main.ts`);
  // time, calls and cost of teardowns: npm run bench, or npm run bench -- '50 projects' for some rows.
  bundled('bench', `${TSX} benchmark/main.ts`);
  // a change of the handler or of a construct needs these first.
  bundled('test:fast', `jest --testPathIgnorePatterns ${patterns(...SLOW)}`);
  script('test:coverage', 'npm run --silent test:fast -- --coverage');
  // longer runs than `npm test` makes: LIFECYCLES=20000 npm run test:soak.
  script('test:soak', 'jest --maxWorkers=100% test/properties');
  // the CDK CLI takes minutes for its commands, real apps and the probe.
  bundled('test:long', "jest --coverage=false --testMatch='<rootDir>/test/**/*.long.ts'");
  // lists changes that no test notices: npm run test:mutation -- --mutate 'lambda/**/*.ts'.
  bundled('test:mutation', 'stryker run');
  // CloudFormation refuses a wrong template late. Needs Python.
  bundled('lint:templates', `${TSX} test/templates/lint.ts`);
}

/** The packages of all languages for which the machine has the toolchains, and tests of what is in them. */
function addPackages(project: awscdk.AwsCdkConstructLibrary): void {
  const script = (name: string, exec: string) => project.package.setScript(name, exec);

  const pack = project.tasks.tryFind('package-all')!;
  pack.reset('tsx test/consumers/package.ts');
  const all = project.addTask('package:all', { description: 'Compile, and package for all target languages' });
  for (const task of [project.preCompileTask, project.compileTask, project.postCompileTask, pack]) all.spawn(task);
  script('test:consumers', 'tsx test/consumers/main.ts');

  // botocore, the AWS CLI and the AWS SDK for Go in the sandbox, if the machine has Python and Go.
  script('test:clients', 'tsx test/clients/main.ts');
  // the advice of the handler's messages, followed to the letter with the AWS CLI: npm run test:drill -- training.
  script('pretest:drill', BUNDLE);
  script('test:drill', `${TSX} test/drill/main.ts`);

  // users have any aws-cdk-lib since the floor, and only the files of the package.
  script('test:newest', 'tsx test/newest/main.ts');
  script('test:tarball', 'tsx test/tarball/main.ts');
}

/** Comparing and writing the snapshots of the integration tests needs no account, deploying them does. */
function addIntegrationTests(project: awscdk.AwsCdkConstructLibrary): void {
  const runner = 'integ-runner --config test/integ/integ.config.json';
  // without any, the runner spends seconds on looking for some.
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  project.addTask('integ', {
    description: 'Compare the integration tests with their snapshots',
    env,
    steps: [{ exec: runner, receiveArgs: true }],
  });
  project.addTask('integ:update', {
    description: 'Write the snapshots of the integration tests that have changed',
    env,
    steps: [{ exec: `${runner} --dry-run --update-on-failed`, receiveArgs: true }],
  });
  project.addTask('integ:deploy', {
    description: 'Deploy, check and delete the integration tests, with the credentials and the AWS_REGION of '
      + 'the environment',
    steps: [{ exec: `${runner} --force --parallel-regions "\${AWS_REGION:?is not set}"`, receiveArgs: true }],
  });
  for (const task of ['integ', 'integ:update', 'integ:deploy']) project.package.setScript(`pre${task}`, BUNDLE);
}
