from aws_cdk import App, Duration, Stack, aws_iam as iam, aws_rekognition as rekognition
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

        # whatever is trained in the project is stopped and deleted with it.
        project = rekognition.CfnProject(self, "Project", project_name="screw-inspection")
        contents = ProjectTeardown(self, "Teardown", project=project, training_behavior=TrainingBehavior.FAIL)

        # the same as a mixin.
        trials = rekognition.CfnProject(self, "Trials", project_name="screw-inspection-trials")
        trials.with_(ProjectAutoTeardown())

        # a model of somebody else's project: it is stopped when this stack no longer uses it, and kept.
        model = ProjectVersionTeardown(
            self,
            "Model",
            project_version_arn=self.node.get_context("modelArn"),
            trigger=TeardownTrigger.RESOURCE_REMOVAL,
            mode=TeardownMode.STOP,
            provider=TeardownProvider(
                self,
                "Provider",
                query_interval=Duration.seconds(30),
                total_timeout=Duration.minutes(50),
            ),
        )

        # the pipeline that trains and starts models may clean up after itself.
        pipeline = iam.Role(self, "Pipeline", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        contents.grants.teardown(pipeline)
        model.grants.stop(pipeline)

        # and may stop whatever runs in the project, for as long as that takes.
        nights = TeardownWorkflow(self, "Nights", mode=TeardownMode.STOP, projects=[project])
        nights.state_machine.grant_start_execution(pipeline)


app = App()
ScrewInspectionStack(app, "ScrewInspection")
app.synth()
