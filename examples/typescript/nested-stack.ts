import { App, NestedStack, NestedStackProps, Stack, StackProps } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { ProjectTeardown } from 'cdk-rekognition-teardown';

/** The models of a plant. The provider of the teardown is in this stack too. */
class ModelsStack extends NestedStack {
  constructor(scope: Construct, id: string, props?: NestedStackProps) {
    super(scope, id, props);

    const project = new CfnProject(this, 'Project', { projectName: 'plant-inspection' });
    new ProjectTeardown(this, 'Teardown', { project });
  }
}

/** Deleting this stack deletes the one nested in it, and so the models. */
class PlantStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    new ModelsStack(this, 'Models', { description: 'The models of the plant, and what tears them down' });
  }
}

const app = new App();
new PlantStack(app, 'Plant');
app.synth();
