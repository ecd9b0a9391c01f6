import type { Clock } from '../../clock';
import type { CloudWatchLogs } from '../../cloudwatch-logs';
import type { Iam } from '../../iam';
import type { Lambda } from '../../lambda';
import type { Ssm } from '../../ssm';
import type { StepFunctions } from '../../step-functions';
import { CustomResource, CustomResourceProps } from '../custom-resource';
import type { Engine } from '../engine';
import type { ResourceTypes } from '../service';
import { ManagedPolicy, Policy, Role, RolePolicy } from './iam';
import { Inert, WaitConditionHandle } from './inert';
import { LambdaFunction } from './lambda';
import { LogGroup } from './logs';
import { NestedStack } from './nested-stack';
import { Dataset, Project, RekognitionApi } from './rekognition';
import { Parameter } from './ssm';
import { StateMachine } from './step-functions';

/** The services in which resources are created. */
export interface Services {
  readonly clock: Clock;
  readonly iam: Iam;
  readonly ssm: Ssm;
  readonly lambda: Lambda;
  readonly logs: CloudWatchLogs;
  readonly stepFunctions: StepFunctions;
  readonly responses: CustomResourceProps['responses'];
  readonly rekognition: RekognitionApi;
}

/** All resource types with an effect in the sandbox. */
export function resourceTypes(services: Services, engine: Engine): ResourceTypes {
  return {
    'AWS::CDK::Metadata': new Inert(),
    'AWS::CloudFormation::Stack': new NestedStack(engine),
    'AWS::CloudFormation::WaitConditionHandle': new WaitConditionHandle(),
    'AWS::IAM::ManagedPolicy': new ManagedPolicy(services.iam),
    'AWS::IAM::Policy': new Policy(services.iam),
    'AWS::IAM::Role': new Role(services.iam),
    'AWS::IAM::RolePolicy': new RolePolicy(services.iam),
    'AWS::Lambda::Function': new LambdaFunction(services.lambda, engine.assets),
    'AWS::Logs::LogGroup': new LogGroup(services.logs),
    'AWS::Rekognition::Dataset': new Dataset(services.rekognition, services.clock),
    'AWS::Rekognition::Project': new Project(services.rekognition),
    'AWS::SSM::Parameter': new Parameter(services.ssm),
    'AWS::StepFunctions::StateMachine': new StateMachine(services.stepFunctions, engine.assets),
    'Custom::*': new CustomResource({ ...services, settings: engine.settings }),
  };
}
