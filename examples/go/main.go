package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrekognition"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawsrekognition"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	teardown "github.com/cdk-rekognition-teardown/cdk-rekognition-teardown-go/cdkrekognitionteardown"
)

func NewScrewInspectionStack(scope constructs.Construct, id string, props *awscdk.StackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, props)

	// whatever is trained in the project is stopped and deleted with it.
	project := awsrekognition.NewCfnProject(stack, jsii.String("Project"), &awsrekognition.CfnProjectProps{
		ProjectName: jsii.String("screw-inspection"),
	})
	contents := teardown.NewProjectTeardown(stack, jsii.String("Teardown"), &teardown.ProjectTeardownProps{
		Project:          project,
		TrainingBehavior: teardown.TrainingBehavior_FAIL,
	})

	// the same as a mixin.
	trials := awsrekognition.NewCfnProject(stack, jsii.String("Trials"), &awsrekognition.CfnProjectProps{
		ProjectName: jsii.String("screw-inspection-trials"),
	})
	trials.With(teardown.NewProjectAutoTeardown(&teardown.ProjectAutoTeardownProps{}))

	// a model of somebody else's project: it is stopped when this stack no longer uses it, and kept.
	model := teardown.NewProjectVersionTeardown(stack, jsii.String("Model"), &teardown.ProjectVersionTeardownProps{
		ProjectVersionArn: jsii.String(stack.Node().GetContext(jsii.String("modelArn")).(string)),
		Trigger:           teardown.TeardownTrigger_RESOURCE_REMOVAL,
		Mode:              teardown.TeardownMode_STOP,
		Provider: teardown.NewTeardownProvider(stack, jsii.String("Provider"), &teardown.TeardownProviderProps{
			QueryInterval: awscdk.Duration_Seconds(jsii.Number(30)),
			TotalTimeout:  awscdk.Duration_Minutes(jsii.Number(50)),
		}),
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

	return stack
}

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	NewScrewInspectionStack(app, "ScrewInspection", nil)
	app.Synth(nil)
}
