package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrekognition"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawsrekognition"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	teardown "github.com/cdk-rekognition-teardown/cdk-rekognition-teardown-go/cdkrekognitionteardown"
)

func NewScrewInspectionStack(scope constructs.Construct, id string) teardown.TeardownProvider {
	stack := awscdk.NewStack(scope, &id, nil)

	// does the work of all teardowns of the stack; the default settings need none.
	provider := teardown.NewTeardownProvider(stack, jsii.String("Provider"), &teardown.TeardownProviderProps{
		QueryInterval: awscdk.Duration_Seconds(jsii.Number(30)),
		TotalTimeout:  awscdk.Duration_Minutes(jsii.Number(50)),
	})

	// whatever is trained in the project is stopped and deleted with it.
	project := awsrekognition.NewCfnProject(stack, jsii.String("Project"), &awsrekognition.CfnProjectProps{
		ProjectName: jsii.String("screw-inspection"),
	})
	contents := teardown.NewProjectTeardown(stack, jsii.String("Teardown"), &teardown.ProjectTeardownProps{
		Project:          project,
		TrainingBehavior: teardown.TrainingBehavior_FAIL,
		Provider:         provider,
	})

	// the same as a mixin.
	trials := awsrekognition.NewCfnProject(stack, jsii.String("Trials"), &awsrekognition.CfnProjectProps{
		ProjectName: jsii.String("screw-inspection-trials"),
	})
	trials.With(teardown.NewProjectAutoTeardown(&teardown.ProjectAutoTeardownProps{Provider: provider}))

	// a model of somebody else's project: it is stopped when this stack no longer uses it, and kept.
	model := teardown.NewProjectVersionTeardown(stack, jsii.String("Model"), &teardown.ProjectVersionTeardownProps{
		ProjectVersionArn: jsii.String(stack.Node().GetContext(jsii.String("modelArn")).(string)),
		Trigger:           teardown.TeardownTrigger_RESOURCE_REMOVAL,
		Mode:              teardown.TeardownMode_STOP,
		Provider:          provider,
	})

	// the pipeline that trains and starts models may clean up after itself.
	pipeline := awsiam.NewRole(stack, jsii.String("Pipeline"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("states.amazonaws.com"), nil),
	})
	contents.Grants().Teardown(pipeline)
	model.Grants().Stop(pipeline)

	// and may stop whatever runs in the project, for as long as that takes.
	nights := teardown.NewTeardownWorkflow(stack, jsii.String("Nights"), &teardown.TeardownWorkflowProps{
		Mode:     teardown.TeardownMode_STOP,
		Projects: &[]interfacesawsrekognition.IProjectRef{project},
	})
	nights.StateMachine().GrantStartExecution(pipeline)

	return provider
}

// NewAlarmsStack tells the operators when a model may be running that nobody knows of.
// It outlives the stack that it watches.
func NewAlarmsStack(scope constructs.Construct, id string, provider teardown.TeardownProvider) {
	stack := awscdk.NewStack(scope, &id, nil)

	operators := awssns.NewTopic(stack, jsii.String("Operators"), nil)
	// the rule gives the topic a policy, which names those who may publish, but not alarms.
	operators.GrantPublish(awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil))

	alarm := func(id string, metric awscloudwatch.Metric, description string) {
		metric.CreateAlarm(stack, &id, &awscloudwatch.CreateAlarmOptions{
			AlarmDescription:  &description,
			Threshold:         jsii.Number(1),
			EvaluationPeriods: jsii.Number(1),
			// the metric has no data as long as there is nothing to count.
			TreatMissingData: awscloudwatch.TreatMissingData_NOT_BREACHING,
		}).AddAlarmAction(awscloudwatchactions.NewSnsAction(operators))
	}
	alarm("TeardownFailed", provider.MetricFailed(nil), "A teardown failed: a model may be billed")
	alarm("ModelKept", provider.MetricKept(nil), "A teardown kept something, which may be billed")

	// also if the functions of the provider cannot run. In the cleanup after an update, the type is a general one.
	awsevents.NewRule(stack, jsii.String("DeletionFailed"), &awsevents.RuleProps{
		EventPattern: &awsevents.EventPattern{
			Source:     jsii.Strings("aws.cloudformation"),
			DetailType: jsii.Strings("CloudFormation Resource Status Change"),
			Detail: &map[string]interface{}{
				"resource-type": jsii.Strings(
					"Custom::RekognitionProjectTeardown",
					"Custom::RekognitionProjectVersionTeardown",
					"AWS::CloudFormation::CustomResource",
				),
				"status-details": map[string]interface{}{"status": jsii.Strings("DELETE_FAILED")},
			},
		},
		Targets: &[]awsevents.IRuleTarget{awseventstargets.NewSnsTopic(operators, nil)},
	})
}

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	provider := NewScrewInspectionStack(app, "ScrewInspection")
	NewAlarmsStack(app, "ScrewInspectionAlarms", provider)
	app.Synth(nil)
}
