import { awscdk, github, javascript, ReleasableCommits, TextFile } from 'projen';

const TITLES = ['feat', 'fix', 'docs', 'test', 'refactor', 'chore'];

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-rekognition-teardown',
  description: 'AWS CDK constructs that stop and delete Amazon Rekognition Custom Labels models and adapters with their stack, and never one you wanted to keep',
  keywords: ['aws', 'aws-cdk', 'cdk', 'awscdk', 'rekognition', 'custom-labels', 'custom-resource', 'teardown'],
  author: 'cdk-rekognition-teardown contributors',
  authorAddress: 'https://github.com/cdk-rekognition-teardown',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-rekognition-teardown/cdk-rekognition-teardown.git',
  license: 'Apache-2.0',
  stability: 'experimental',
  defaultReleaseBranch: 'main',

  // the floor: the oldest aws-cdk-lib and constructs that users may have.
  cdkVersion: '2.239.0',
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '22.x',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  // keeps its tsconfig out of the top level.
  projenrcTsOptions: { projenCodeDir: '.projen' },
  sampleCode: false,
  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  integrationTestAutoDiscover: false,

  publishToPypi: {
    distName: 'cdk-rekognition-teardown',
    module: 'cdk_rekognition_teardown',
    trustedPublishing: true,
  },
  publishToMaven: {
    mavenGroupId: 'io.github.cdk-rekognition-teardown',
    mavenArtifactId: 'cdk-rekognition-teardown',
    javaPackage: 'io.github.cdkrekognitionteardown',
  },
  publishToNuget: {
    packageId: 'CdkRekognitionTeardown',
    dotNetNamespace: 'CdkRekognitionTeardown',
    trustedPublishing: true,
  },
  publishToGo: {
    moduleName: 'github.com/cdk-rekognition-teardown/cdk-rekognition-teardown-go',
  },
  jsiiReleaseVersion: '0.2.1061',
  // 13 needs Node.js 22.
  bumpPackage: 'commit-and-tag-version@^12',
  npmTrustedPublishing: true,
  npmProvenance: true,
  // projen would call the first one 0.0.0; after it, the commits tell.
  nextVersionCommand: '[ -n "$LATEST_TAG" ] || echo 0.1.0',
  releaseEnvironment: 'release',
  releasableCommits: ReleasableCommits.featuresAndFixes(),
  depsUpgradeOptions: {
    workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.WEEKLY },
    cooldown: 7,
  },
  // its place is taken by the workflow `ci`, below.
  buildWorkflow: false,
  githubOptions: {
    mergify: false,
    pullRequestLintOptions: { semanticTitleOptions: { types: TITLES } },
    dependencyReview: true,
    dependencyReviewOptions: {
      failOnScopes: ['runtime', 'development'],
      // permissive ones only.
      allowLicenses: ['Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Python-2.0', 'CC0-1.0', 'CC-BY-3.0', 'CC-BY-4.0'],
      // needs no permission to write.
      commentSummaryInPr: 'never',
    },
  },
  pullRequestTemplateContents: [
    `<!-- The title becomes a line of the release notes: \`feat: ...\` or \`fix: ...\`; or ${TITLES.slice(2).map(title => `\`${title}: ...\``).join(', ')}. -->`,
    '',
    '## What changes for users, and why',
    '',
    'Fixes #',
    '',
    '## Checklist',
    '',
    '- [ ] A test fails without the change.',
    '- [ ] Nothing is deleted that was kept before, or `docs/custody.md` and `README.md` say so.',
    '- [ ] `docs/iam.md` lists new permissions, `docs/troubleshooting.md` new messages, and `CHANGELOG.md` changes that users notice.',
    '- [ ] `npx projen build` leaves nothing to commit.',
  ],

  devDeps: [
    '@aws-cdk/aws-service-spec@^0.1.216',
    '@aws-cdk/integ-runner@2.197.10',
    '@aws-cdk/integ-tests-alpha@2.239.0-alpha.0',
    '@aws-sdk/client-cloudformation@^3',
    '@aws-sdk/client-cloudwatch-logs@^3',
    '@aws-sdk/client-lambda@^3',
    '@aws-sdk/client-rekognition@^3',
    '@aws-sdk/client-sfn@^3',
    '@aws-sdk/credential-provider-env@^3',
    '@smithy/core',
    // 10 needs Node.js 22.
    '@stryker-mutator/core@^9',
    '@stryker-mutator/jest-runner@^9',
    '@types/aws-lambda',
    'aws-cdk@2.1148.1',
    'aws-local-stepfunctions@3.0.0',
    '@swc/core',
    '@swc/jest',
    'ajv@^8',
    'aws-sdk-client-mock',
    'cdk-nag@^2.38',
    'esbuild',
    'fast-check',
    'fast-xml-parser',
    'fflate',
    'selfsigned',
    'tsx',
    'yaml',
  ],

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    // the examples import the package as its users do.
    compilerOptions: { paths: { 'cdk-rekognition-teardown': ['./src'] } },
    include: ['.projenrc.ts', 'src/**/*.ts', 'lambda/**/*.ts', 'sandbox/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts', 'benchmark/**/*.ts'],
    exclude: ['node_modules', 'lib'],
  },
  eslintOptions: {
    dirs: ['src', 'lambda', 'sandbox'],
    devdirs: ['test', 'examples', 'benchmark'],
    tsconfigPath: './tsconfig.dev.json',
    projectService: false,
  },
  typecheckTests: true,
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    coverageText: false,
    jestConfig: {
      // flows and lifecycles run the bundle, or take twice as long with it: see test:coverage.
      collectCoverage: false,
      // a guard against hanging only: on a busy machine, correct flows take minutes.
      testTimeout: 900_000,
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      moduleNameMapper: { '^cdk-rekognition-teardown$': '<rootDir>/src' },
      setupFiles: ['<rootDir>/test/support/async-storages.cjs', '<rootDir>/test/support/quiet.cjs', '<rootDir>/test/support/no-flag-report.cjs'],
      reporters: [new javascript.JestReporter('<rootDir>/test/support/slowest.cjs')],
      // most of it waits for processes: a worker for each core.
      maxWorkers: '100%',
      // the contract and the model are types only, and the credentials exist in the bundle only.
      collectCoverageFrom: ['src/**/*.ts', 'lambda/**/*.ts', '!src/private/contract.ts', '!lambda/{model,credentials}.ts'],
      // the one function that nothing calls is the private constructor of a class with static members only.
      coverageThreshold: { statements: 100, branches: 95, functions: 99, lines: 100 },
    },
  },
  gitignore: ['/assets/', 'cdk.out/', '.jsii.tabl.json', 'test/**/*.snapshot/**/asset.*', 'cdk-integ.out.*', '/.stryker-tmp/', '/reports/'],
});

// for those who work on it, not for those who use it.
for (const path of ['/CHANGELOG.md', '/CODE_OF_CONDUCT.md', '/CONTRIBUTING.md', '/SECURITY.md']) project.npmignore?.exclude(path);
for (const path of ['/lambda/', '/scripts/', '/sandbox/', '/examples/', '/benchmark/', '/docs/', '/.ci/', '/assets/**/*.map', 'stryker.config.mjs']) project.npmignore?.exclude(path);

// types are checked once, by `tsc`; compiling each file for Jest only drops them.
project.deps.removeDependency('ts-jest');
project.jest!.config.transform = { '^.+\\.ts$': new javascript.Transform('@swc/jest') };
// lists only the files that are not fully covered.
project.jest!.config.coverageReporters = ['lcov', ['text', { skipFull: true }]];

// what runs in AWS and what imitates AWS is bundled, or not published at all.
project.eslint?.allowDevDeps('lambda/**');
project.eslint?.allowDevDeps('sandbox/**');
project.eslint?.allowDevDeps('examples/**');

// the handler is a prebuilt asset.
const bundle = 'node scripts/bundle.mjs';
const bundleTask = project.addTask('bundle:handler', { description: 'Bundle the Lambda handler into assets/', exec: bundle });
project.preCompileTask.exec('rm -rf lib');
project.preCompileTask.spawn(bundleTask);
project.preCompileTask.exec('node scripts/notice.mjs');
project.testTask.prependSpawn(bundleTask);
project.npmignore?.include('/assets/');

// the library supports Node.js 20, which jsii considers end-of-life; the value is the major version to be silent about.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

// every snippet of the README compiles; their translations ship, for the READMEs of the other languages' packages.
project.postCompileTask.exec('jsii-rosetta extract --compile --strict --fail --output .jsii.tabl.json');

// the README and the API as Construct Hub shows them: after `npx projen compile`.
project.package.setScript('docs:languages', 'jsii-docgen --readme -l typescript -l python -l java -l csharp -l go -o dist/docs/API && node scripts/languages.mjs');

project.package.setScript('predemo', bundle);
project.package.setScript('demo', 'tsx examples/demo/main.ts');
// the terminal session that README.md shows.
project.package.setScript('predemo:picture', bundle);
project.package.setScript('demo:picture', 'node scripts/picture.mjs');
// the marks in docs/sandbox.md.
project.package.setScript('docs:marks', 'node scripts/marks.mjs');
// without the dashes, Node.js 20 takes --env-file for its own.
project.package.setScript('sandbox', 'tsx sandbox/main.ts --');
// what CloudFormation does in an account, beside what the library assumes.
project.package.setScript('probe', 'tsx --tsconfig tsconfig.dev.json test/probe/main.ts');
// how fast it is, and what it costs: npm run bench, or npm run bench -- '50 projects' for some of it.
project.package.setScript('prebench', bundle);
project.package.setScript('bench', 'tsx --tsconfig tsconfig.dev.json benchmark/main.ts');
// what a change of the handler or of a construct needs first: no flows, and nothing that tries every combination.
project.package.setScript('pretest:fast', bundle);
project.package.setScript('test:fast', "jest --testPathIgnorePatterns '/test/(flows|properties|sandbox|integ)/' '/test/(lambda/model|security|fuzz-props|examples)\\.test'");
// of what they cover: the flows run the bundle, which counts for nothing.
project.package.setScript('test:coverage', 'npm run --silent test:fast -- --coverage');
// longer runs than `npm test` makes: LIFECYCLES=20000 npm run test:soak.
project.package.setScript('test:soak', 'jest --maxWorkers=100% test/properties');
// what takes minutes, as it runs the CDK CLI again and again: its commands, real apps and the probe.
project.package.setScript('pretest:long', bundle);
project.package.setScript('test:long', "jest --coverage=false --testMatch='<rootDir>/test/**/*.long.ts'");
// what no test would notice: npm run test:mutation -- --mutate 'lambda/**/*.ts'.
project.package.setScript('pretest:mutation', bundle);
project.package.setScript('test:mutation', 'stryker run');
// whoever deploys a template that CloudFormation refuses learns it late. Needs Python.
project.package.setScript('prelint:templates', bundle);
project.package.setScript('lint:templates', 'tsx --tsconfig tsconfig.dev.json test/templates/lint.ts');

// the packages of all languages, as far as the machine has their toolchains, and what their users would do with them.
project.tasks.tryFind('package-all')!.reset('tsx test/consumers/package.ts');
const packageAll = project.addTask('package:all', { description: 'Compile, and package for all target languages' });
packageAll.spawn(project.preCompileTask);
packageAll.spawn(project.compileTask);
packageAll.spawn(project.postCompileTask);
packageAll.spawn(project.tasks.tryFind('package-all')!);
project.package.setScript('test:consumers', 'tsx test/consumers/main.ts');

// botocore, the AWS CLI and the AWS SDK for Go against the sandbox, as far as the machine has Python and Go.
project.package.setScript('test:clients', 'tsx test/clients/main.ts');
// what the handler's messages advise, followed to the letter with the AWS CLI: npm run test:drill -- training for some rows.
project.package.setScript('pretest:drill', bundle);
project.package.setScript('test:drill', 'tsx --tsconfig tsconfig.dev.json test/drill/main.ts');

// the integration tests: comparing and writing their snapshots needs no account, deploying them does.
const integRunner = 'integ-runner --config test/integ/integ.config.json';
// without any, the runner spends seconds on looking for some.
const noCredentials = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', CDK_DISABLE_CLI_TELEMETRY: 'true' };
project.addTask('integ', {
  description: 'Compare the integration tests with their snapshots',
  env: noCredentials,
  steps: [{ exec: integRunner, receiveArgs: true }],
});
project.addTask('integ:update', {
  description: 'Write the snapshots of the integration tests that have changed',
  env: noCredentials,
  steps: [{ exec: `${integRunner} --dry-run --update-on-failed`, receiveArgs: true }],
});
project.addTask('integ:deploy', {
  description: 'Deploy, check and delete the integration tests, with the credentials and the AWS_REGION of the environment',
  steps: [{ exec: `${integRunner} --force --parallel-regions "\${AWS_REGION:?is not set}"`, receiveArgs: true }],
});
project.gitattributes.addAttributes('/test/**/*.snapshot/**', 'linguist-generated');
project.gitattributes.addAttributes('/sandbox/rekognition/service-model.json', 'linguist-generated');
for (const task of ['integ', 'integ:update', 'integ:deploy']) project.package.setScript(`pre${task}`, bundle);

// what users have: any aws-cdk-lib since the floor, and what is in the package.
project.package.setScript('test:newest', 'tsx test/newest/main.ts');
project.package.setScript('test:tarball', 'tsx test/tarball/main.ts');

// unrs-resolver 1.13 was published without most of its platform packages, which breaks `npm ci`.
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });

// each of these finds its platform's package without running a script at installation.
project.package.addField('allowScripts', { '@parcel/watcher': false, '@swc/core': false, 'esbuild': false, 'unrs-resolver': false });

// the development tools are quiet on this one; users may have an older one (minNodeVersion).
new TextFile(project, '.nvmrc', { lines: ['22', ''] });
project.npmignore?.exclude('/.nvmrc');

// what GitHub checks is what `.ci/run` checks, with the toolchains of all languages.
const ci = project.github!.addWorkflow('ci');
ci.on({ pullRequest: {}, workflowCall: {}, workflowDispatch: {} });
ci.addJob('ci', {
  runsOn: ['ubuntu-latest'],
  permissions: { contents: github.workflows.JobPermission.READ },
  timeoutMinutes: 90,
  env: { ALL_TOOLCHAINS: 'true' },
  tools: {
    node: { version: '22.x' },
    python: { version: '3.x' },
    java: { version: '17' },
    go: { version: '^1.25.0' },
    dotnet: { version: '8.x' },
  },
  steps: [
    { ...github.WorkflowSteps.checkout(), with: { 'persist-credentials': false } },
    { name: 'Check', run: '.ci/run' },
    github.WorkflowSteps.uploadArtifact({ name: 'Keep the reports', if: 'failure()', with: { name: 'test-reports', path: 'test-reports' } }),
  ],
});

// nothing is released that CI refuses.
const release = project.tryFindObjectFile('.github/workflows/release.yml')!;
release.addOverride('jobs.ci', { uses: './.github/workflows/ci.yml', permissions: { contents: 'read' } });
release.addOverride('jobs.release.needs', ['ci']);
// tags are pushed by the job that makes the GitHub release.
release.addOverride('jobs.release.permissions.contents', 'read');
// it is the default of what publishes, and no file here names a registry's host.
release.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');
project.tryFindObjectFile('.github/workflows/pull-request-lint.yml')!.addOverride('jobs.validate.permissions.pull-requests', 'read');

// the commits behind the tags that projen has for these.
const PINNED = {
  'actions/setup-dotnet@v6.0.0': 'a98b56852c35b8e3190ac28c8c2271da59106c68',
  'actions/setup-go@v7.0.0': 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e',
  // of v5.7.0, the newest whose commit could be looked up; it has the same inputs.
  'actions/setup-java@v6.0.0': 'b6effb05e454b25005698d916606bdc6ffcbf961',
  'actions/setup-node@v7.0.0': '820762786026740c76f36085b0efc47a31fe5020',
  'actions/setup-python@v7.0.0': '5fda3b95a4ea91299a34e894583c3862153e4b97',
  'peter-evans/create-pull-request@v8.1.1': '5f6978faf089d4d20b00c7766989d076bb2fc7f1',
};
for (const [action, commit] of Object.entries(PINNED)) project.github!.actions.set(action, `${action.split('@')[0]}@${commit}`);

// whose review a pull request needs.
new TextFile(project, '.github/CODEOWNERS', { lines: ['* @cdk-rekognition-teardown/maintainers', ''] });

project.synth();
