package com.example;

import io.github.cdkrekognitionteardown.ProjectAutoTeardown;
import io.github.cdkrekognitionteardown.ProjectTeardown;
import io.github.cdkrekognitionteardown.ProjectVersionTeardown;
import io.github.cdkrekognitionteardown.TeardownMode;
import io.github.cdkrekognitionteardown.TeardownProvider;
import io.github.cdkrekognitionteardown.TeardownTrigger;
import io.github.cdkrekognitionteardown.TeardownWorkflow;
import io.github.cdkrekognitionteardown.TrainingBehavior;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.rekognition.CfnProject;
import software.constructs.Construct;

import java.util.List;

public class ScrewInspectionStack extends Stack {
    private final TeardownProvider provider;

    public ScrewInspectionStack(final Construct scope, final String id) {
        super(scope, id);

        // does the work of all teardowns of the stack; the default settings need none.
        provider = TeardownProvider.Builder.create(this, "Provider")
                .queryInterval(Duration.seconds(30))
                .totalTimeout(Duration.minutes(50))
                .build();

        // whatever is trained in the project is stopped and deleted with it.
        CfnProject project = CfnProject.Builder.create(this, "Project").projectName("screw-inspection").build();
        ProjectTeardown contents = ProjectTeardown.Builder.create(this, "Teardown")
                .project(project)
                .trainingBehavior(TrainingBehavior.FAIL)
                .provider(provider)
                .build();

        // the same as a mixin.
        CfnProject.Builder.create(this, "Trials").projectName("screw-inspection-trials").build()
                .with(ProjectAutoTeardown.Builder.create().provider(provider).build());

        // a model of somebody else's project: it is stopped when this stack no longer uses it, and kept.
        ProjectVersionTeardown model = ProjectVersionTeardown.Builder.create(this, "Model")
                .projectVersionArn((String) getNode().getContext("modelArn"))
                .trigger(TeardownTrigger.RESOURCE_REMOVAL)
                .mode(TeardownMode.STOP)
                .provider(provider)
                .build();

        // the pipeline that trains and starts models may clean up after itself.
        Role pipeline = Role.Builder.create(this, "Pipeline")
                .assumedBy(new ServicePrincipal("states.amazonaws.com"))
                .build();
        contents.getGrants().teardown(pipeline);
        model.getGrants().stop(pipeline);

        // and may stop whatever runs in the project, for as long as that takes.
        TeardownWorkflow nights = TeardownWorkflow.Builder.create(this, "Nights")
                .mode(TeardownMode.STOP)
                .projects(List.of(project))
                .build();
        nights.getStateMachine().grantStartExecution(pipeline);
    }
    public TeardownProvider getProvider() {
        return provider;
    }
}
