using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Rekognition;
using CdkRekognitionTeardown;
using Constructs;

namespace ScrewInspection
{
    public class ScrewInspectionStack : Stack
    {
        internal TeardownProvider Provider { get; }

        internal ScrewInspectionStack(Construct scope, string id, IStackProps props = null) : base(scope, id, props)
        {
            // does the work of all teardowns of the stack; the default settings need none.
            Provider = new TeardownProvider(this, "Provider", new TeardownProviderProps
            {
                QueryInterval = Duration.Seconds(30),
                TotalTimeout = Duration.Minutes(50)
            });

            // whatever is trained in the project is stopped and deleted with it.
            var project = new CfnProject(this, "Project", new CfnProjectProps { ProjectName = "screw-inspection" });
            var contents = new ProjectTeardown(this, "Teardown", new ProjectTeardownProps
            {
                Project = project,
                TrainingBehavior = TrainingBehavior.FAIL,
                Provider = Provider
            });

            // the same as a mixin.
            new CfnProject(this, "Trials", new CfnProjectProps { ProjectName = "screw-inspection-trials" })
                .With(new ProjectAutoTeardown(new ProjectAutoTeardownProps { Provider = Provider }));

            // a model of somebody else's project: it is stopped when this stack no longer uses it, and kept.
            var model = new ProjectVersionTeardown(this, "Model", new ProjectVersionTeardownProps
            {
                ProjectVersionArn = (string)Node.GetContext("modelArn"),
                Trigger = TeardownTrigger.RESOURCE_REMOVAL,
                Mode = TeardownMode.STOP,
                Provider = Provider
            });

            // the pipeline that trains and starts models may clean up after itself.
            var pipeline = new Role(this, "Pipeline", new RoleProps
            {
                AssumedBy = new ServicePrincipal("states.amazonaws.com")
            });
            contents.Grants.Teardown(pipeline);
            model.Grants.Stop(pipeline);

            // and may stop whatever runs in the project, for as long as that takes.
            var nights = new TeardownWorkflow(this, "Nights", new TeardownWorkflowProps
            {
                Mode = TeardownMode.STOP,
                Projects = new[] { project }
            });
            nights.StateMachine.GrantStartExecution(pipeline);
        }
    }
}
