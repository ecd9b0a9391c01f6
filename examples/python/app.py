from aws_cdk import (
    App,
    Duration,
    Stack,
    aws_cloudwatch as cloudwatch,
    aws_cloudwatch_actions as actions,
    aws_events as events,
    aws_events_targets as targets,
    aws_iam as iam,
    aws_rekognition as rekognition,
    aws_sns as sns,
)
from cdk_rekognition_teardown import (
    ProjectAutoTeardown,
    ProjectTeardown,
    ProjectVersionTeardown,
    TeardownMode,
    TeardownProvider,
    TeardownTrigger,
    TeardownWorkflow,
    TrainingBehavior,
)
from constructs import Construct


class ScrewInspectionStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        # does the work of all teardowns of the stack; the default settings need none.
        self.provider = TeardownProvider(
            self,
            "Provider",
            query_interval=Duration.seconds(30),
            total_timeout=Duration.minutes(50),
        )

        # whatever is trained in the project is stopped and deleted with it.
        project = rekognition.CfnProject(self, "Project", project_name="screw-inspection")
        contents = ProjectTeardown(
            self,
            "Teardown",
            project=project,
            training_behavior=TrainingBehavior.FAIL,
            provider=self.provider,
        )

        # the same as a mixin.
        trials = rekognition.CfnProject(self, "Trials", project_name="screw-inspection-trials")
        trials.with_(ProjectAutoTeardown(provider=self.provider))

        # a model of somebody else's project: it is stopped when this stack no longer uses it, and kept.
        model = ProjectVersionTeardown(
            self,
            "Model",
            project_version_arn=self.node.get_context("modelArn"),
            trigger=TeardownTrigger.RESOURCE_REMOVAL,
            mode=TeardownMode.STOP,
            provider=self.provider,
        )

        # the pipeline that trains and starts models may clean up after itself.
        pipeline = iam.Role(self, "Pipeline", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        contents.grants.teardown(pipeline)
        model.grants.stop(pipeline)

        # and may stop whatever runs in the project, for as long as that takes.
        nights = TeardownWorkflow(self, "Nights", mode=TeardownMode.STOP, projects=[project])
        nights.state_machine.grant_start_execution(pipeline)


class AlarmsStack(Stack):
    """Tells the operators when a model may be running that nobody knows of. It outlives the stack that it watches."""

    def __init__(self, scope: Construct, construct_id: str, provider: TeardownProvider, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        self.operators = sns.Topic(self, "Operators")
        # the rule gives the topic a policy, which names those who may publish, but not alarms.
        self.operators.grant_publish(iam.ServicePrincipal("cloudwatch.amazonaws.com"))
        self.alarm("TeardownFailed", provider.metric_failed(), "A teardown failed: a model may be billed")
        self.alarm("ModelKept", provider.metric_kept(), "A teardown kept something, which may be billed")

        # also if the functions of the provider cannot run. In the cleanup after an update, the type is a general one.
        events.Rule(
            self,
            "DeletionFailed",
            event_pattern=events.EventPattern(
                source=["aws.cloudformation"],
                detail_type=["CloudFormation Resource Status Change"],
                detail={
                    "resource-type": [
                        "Custom::RekognitionProjectTeardown",
                        "Custom::RekognitionProjectVersionTeardown",
                        "AWS::CloudFormation::CustomResource",
                    ],
                    "status-details": {"status": ["DELETE_FAILED"]},
                },
            ),
            targets=[targets.SnsTopic(self.operators)],
        )

    def alarm(self, construct_id: str, metric: cloudwatch.Metric, description: str) -> None:
        alarm = metric.create_alarm(
            self,
            construct_id,
            alarm_description=description,
            threshold=1,
            evaluation_periods=1,
            # the metric has no data as long as there is nothing to count.
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.operators))


app = App()
screws = ScrewInspectionStack(app, "ScrewInspection")
AlarmsStack(app, "ScrewInspectionAlarms", provider=screws.provider)
app.synth()
