import { awscdk, javascript, ReleasableCommits, TextFile } from 'projen';
import { addCommands } from './projenrc/commands';
import { addInstallation, DEV_DEPENDENCIES, LICENSES } from './projenrc/dependencies';
import { FLOOR } from './projenrc/floor';
import { configureJest, JEST } from './projenrc/jest';
import { limitLines } from './projenrc/lint';
import { pullRequestTemplate, TITLES } from './projenrc/pull-requests';
import { Workflows } from './projenrc/workflows';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-rekognition-teardown',
  description: 'AWS CDK constructs that stop and delete Amazon Rekognition Custom Labels models and adapters '
    + 'with their stack, and never one you wanted to keep',
  keywords: ['aws', 'aws-cdk', 'cdk', 'awscdk', 'rekognition', 'custom-labels', 'custom-resource', 'teardown'],
  author: 'cdk-rekognition-teardown contributors',
  authorAddress: 'https://github.com/cdk-rekognition-teardown',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-rekognition-teardown/cdk-rekognition-teardown.git',
  license: 'Apache-2.0',
  stability: 'experimental',
  defaultReleaseBranch: 'main',

  cdkVersion: FLOOR.cdk,
  constructsVersion: FLOOR.constructs,
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '22.x',
  packageManager: javascript.NodePackageManager.NPM,
  devDeps: DEV_DEPENDENCIES,
  projenrcTs: true,
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
  // its place is taken by the workflow `ci`.
  buildWorkflow: false,
  githubOptions: {
    mergify: false,
    pullRequestLintOptions: { semanticTitleOptions: { types: TITLES } },
    dependencyReview: true,
    dependencyReviewOptions: {
      failOnScopes: ['runtime', 'development'],
      allowLicenses: LICENSES,
      // needs no permission to write.
      commentSummaryInPr: 'never',
    },
  },
  pullRequestTemplateContents: pullRequestTemplate(),

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    // the examples import the package as its users do.
    compilerOptions: { paths: { 'cdk-rekognition-teardown': ['./src'] } },
    include: [
      '.projenrc.ts', 'projenrc/**/*.ts', 'src/**/*.ts', 'lambda/**/*.ts', 'sandbox/**/*.ts', 'test/**/*.ts',
      'examples/**/*.ts', 'benchmark/**/*.ts',
    ],
    exclude: ['node_modules', 'lib'],
  },
  eslintOptions: {
    dirs: ['src', 'lambda', 'sandbox'],
    devdirs: ['test', 'examples', 'benchmark'],
    tsconfigPath: './tsconfig.dev.json',
    projectService: false,
  },
  typecheckTests: true,
  jestOptions: JEST,
  gitignore: [
    '/assets/', 'cdk.out/', '.jsii.tabl.json', 'test/**/*.snapshot/**/asset.*', 'cdk-integ.out.*', '/.stryker-tmp/',
    '/reports/',
  ],
});

// for those who work on it, not for those who use it.
for (const path of [
  '/CHANGELOG.md', '/CODE_OF_CONDUCT.md', '/CONTRIBUTING.md', '/SECURITY.md', '/lambda/', '/scripts/', '/sandbox/',
  '/examples/', '/benchmark/', '/docs/', '/.ci/', '/assets/**/*.map', 'stryker.config.mjs', '/.nvmrc',
]) project.npmignore?.exclude(path);
project.npmignore?.include('/assets/');

// the handler is bundled; the sandbox and the examples are not published.
for (const folder of ['lambda', 'sandbox', 'examples']) project.eslint?.allowDevDeps(`${folder}/**`);

addInstallation(project);
configureJest(project.jest!);
limitLines(project.eslint!);
addCommands(project);
new Workflows(project);

for (const generated of ['/test/**/*.snapshot/**', '/sandbox/rekognition/service-model.json']) {
  project.gitattributes.addAttributes(generated, 'linguist-generated');
}

// the development tools are quiet on this one; users may have an older one (minNodeVersion).
new TextFile(project, '.nvmrc', { lines: ['22', ''] });

project.synth();
