import { readdirSync } from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { PROJECT_NAME, synthesize as synthesizeDemo } from '../../examples/demo/app';
import { VERSION_ARN } from '../support/arns';
import { CONSTRUCTS } from '../support/constructs';
import { exampleFiles, synthesizeExample } from '../support/examples';

/**
 * Synthesizes the examples that run on Node.js, and a stack for each construct; returns the templates, including those
 * of nested stacks.
 */
export function synthesizeAll(workspace: string): string[] {
  for (const file of exampleFiles()) synthesizeExample(file, path.join(workspace, file));
  synthesizeDemo(path.join(workspace, 'demo'), { model: VERSION_ARN.replaceAll('parts', PROJECT_NAME) });
  synthesizeDemo(path.join(workspace, 'demo-project'), 'contents');

  const app = new App({
    outdir: path.join(workspace, 'constructs'),
    context: { 'aws:cdk:disable-asset-staging': true },
    analyticsReporting: false,
  });
  for (const [name, define] of Object.entries(CONSTRUCTS)) define(new Stack(app, name));
  app.synth();

  const files = readdirSync(workspace, { recursive: true, encoding: 'utf8' });
  return files.filter(file => file.endsWith('.template.json')).map(file => path.join(workspace, file)).sort();
}
