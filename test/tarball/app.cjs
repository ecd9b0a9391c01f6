'use strict';

// what a user of JavaScript writes with only the package and no tools.
const { App, CfnParameter, Stack } = require('aws-cdk-lib');
const { CfnProject } = require('aws-cdk-lib/aws-rekognition');
const { ProjectTeardown, ProjectVersionTeardown } = require('cdk-rekognition-teardown');

// newer releases validate the templates: a finding is an error here.
const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
const stack = new Stack(app, 'Consumer');
const modelArn = new CfnParameter(stack, 'ModelArn');
new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: modelArn.valueAsString });
const project = new CfnProject(stack, 'Project', { projectName: 'bolts' });
new ProjectTeardown(stack, 'Teardown', { project });
app.synth();
