import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { compileFunction } from 'vm';
import { App, BootstraplessSynthesizer, DefaultStackSynthesizer, PermissionsBoundary, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalog';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { buildSync } from 'esbuild';
import { ProjectAutoTeardown, ProjectTeardown } from '../src';

const CONTEXT = { 'aws:cdk:disable-asset-staging': true };

function define(stack: Stack): void {
  new ProjectTeardown(stack, 'Teardown', { project: new CfnProject(stack, 'Project', { projectName: 'screws' }) });
}

/** Where the code of the functions is. */
function codeIn(template: any): any[] {
  return Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function').map(({ Properties }) => Properties.Code.S3Bucket);
}

describe('a product of Service Catalog', () => {
  class Product extends servicecatalog.ProductStack {
    constructor(scope: Stack, id: string, props?: servicecatalog.ProductStackProps) {
      super(scope, id, props);
      define(this);
    }
  }

  const portfolio = (bucketName?: string) => {
    const app = new App({ context: CONTEXT });
    const stack = new Stack(app, 'Portfolio');
    const assetBucket = bucketName === undefined ? undefined : s3.Bucket.fromBucketName(stack, 'Bucket', bucketName);
    const cloudFormationTemplate = servicecatalog.CloudFormationTemplate.fromProductStack(new Product(stack, 'Template', { assetBucket }));
    new servicecatalog.CloudFormationProduct(stack, 'Product', { productName: 'screws', owner: 'vision', productVersions: [{ cloudFormationTemplate }] });
    return app.synth().directory;
  };

  test('can contain a teardown if it has an asset bucket', () => {
    const directory = portfolio('assets');
    const [file] = readdirSync(directory).filter(name => name.endsWith('.product.template.json'));
    const template = JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
    expect(new Set(codeIn(template))).toEqual(new Set(['assets']));
    Template.fromJSON(template).resourceCountIs('Custom::RekognitionProjectTeardown', 1);
  });

  test('cannot contain a teardown without an asset bucket', () => {
    expect(() => portfolio()).toThrow('An Asset Bucket must be provided to use Assets');
  });
});

describe('the template of a stack set', () => {
  test('can contain a teardown if each region has an asset bucket', () => {
    const synthesizer = new DefaultStackSynthesizer({ fileAssetsBucketName: 'assets-${AWS::Region}', generateBootstrapVersionRule: false });
    const stack = new Stack(new App({ context: CONTEXT }), 'Set', { synthesizer });
    define(stack);
    const template = Template.fromStack(stack).toJSON();
    expect(new Set(codeIn(template).map(bucket => JSON.stringify(bucket)))).toEqual(new Set(['{"Fn::Sub":"assets-${AWS::Region}"}']));
    expect(template).not.toHaveProperty('Rules');
  });

  test('cannot contain a teardown without asset buckets', () => {
    const stack = new Stack(new App({ context: CONTEXT }), 'Set', { synthesizer: new BootstraplessSynthesizer() });
    expect(() => define(stack)).toThrow('Cannot add assets to a Stack that uses the BootstraplessSynthesizer');
  });
});

test('a permissions boundary of the app applies to the role of the handler', () => {
  const stack = new Stack(new App({ context: CONTEXT }), 'Models', { permissionsBoundary: PermissionsBoundary.fromName('boundary') });
  define(stack);
  const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  expect(roles.length).toBe(5);
  for (const { Properties: properties } of roles) expect(JSON.stringify(properties.PermissionsBoundary)).toContain('policy/boundary');
});

test('a stack that is defined inside another stack has its own provider', () => {
  const outer = new Stack(new App({ context: CONTEXT }), 'Outer');
  const inner = new Stack(outer, 'Inner');
  define(outer);
  define(inner);
  for (const stack of [outer, inner]) Template.fromStack(stack).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
});

describe('an app with CDK Pipelines', () => {
  class Production extends Stage {
    readonly models = new Stack(this, 'Models');

    constructor(scope: App, mixin?: ProjectAutoTeardown) {
      super(scope, 'Production');
      new CfnProject(this.models, 'Project', { projectName: 'screws' });
      if (mixin) this.with(mixin);
    }
  }

  const release = (app: App, stage: Stage) => {
    const input = pipelines.CodePipelineSource.connection('example/screws', 'main', {
      connectionArn: 'arn:aws:codeconnections:us-east-1:111122223333:connection/1',
    });
    const synth = new pipelines.ShellStep('Synth', { input, commands: ['npx cdk synth'] });
    new pipelines.CodePipeline(new Stack(app, 'Release'), 'Pipeline', { synth }).addStage(stage);
  };

  test('may apply the mixin inside a stage', () => {
    const app = new App({ context: CONTEXT });
    const stage = new Production(app, new ProjectAutoTeardown());
    release(app, stage);
    app.synth();
    Template.fromStack(stage.models).resourceCountIs('Custom::RekognitionProjectTeardown', 1);
  });

  test('must not apply it to the app, whose stages have been synthesized, and the error says where', () => {
    const app = new App({ context: CONTEXT });
    release(app, new Production(app));
    expect(() => app.with(new ProjectAutoTeardown())).toThrow('the stage Production has been synthesized, so no '
      + 'teardown can be added to the project Production/Models/Project; apply ProjectAutoTeardown inside the stage');
  });

  test('may apply it to the app before a stage is added', () => {
    const app = new App({ context: CONTEXT });
    const stage = new Production(app);
    app.with(new ProjectAutoTeardown());
    release(app, stage);
    expect(() => app.synth()).not.toThrow();
  });
});

test('an app that is bundled together with the library does not find the code of the handler', () => {
  const entryPoints = [path.join(__dirname, '..', 'src', 'index.ts')];
  const external = ['aws-cdk-lib', 'constructs'];
  const { outputFiles: [file] } = buildSync({ entryPoints, external, bundle: true, write: false, platform: 'node' });
  const bundled = { exports: {} as typeof import('../src') };
  compileFunction(file.text, ['module', 'require', '__dirname'])(bundled, require, '/app/dist');
  const { TeardownProvider } = bundled.exports;
  const stack = new Stack(new App(), 'Models');
  expect(() => new TeardownProvider(stack, 'Provider')).toThrow('Cannot find asset');
});
