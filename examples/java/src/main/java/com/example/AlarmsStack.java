package com.example;

import io.github.cdkrekognitionteardown.TeardownProvider;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.targets.SnsTopic;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells the operators when a model may be running that nobody knows of. It outlives the stack that it watches. */
public class AlarmsStack extends Stack {
    private final Topic operators;

    public AlarmsStack(final Construct scope, final String id, final TeardownProvider provider) {
        super(scope, id);

        operators = new Topic(this, "Operators");
        // the rule gives the topic a policy, which names those who may publish, but not alarms.
        operators.grantPublish(new ServicePrincipal("cloudwatch.amazonaws.com"));
        alarm("TeardownFailed", provider.metricFailed(), "A teardown failed: a model may be billed");
        alarm("ModelKept", provider.metricKept(), "A teardown kept something, which may be billed");

        // also if the functions of the provider cannot run. In the cleanup after an update, the type is a general one.
        Rule.Builder.create(this, "DeletionFailed")
                .eventPattern(EventPattern.builder()
                        .source(List.of("aws.cloudformation"))
                        .detailType(List.of("CloudFormation Resource Status Change"))
                        // always in the same order: a template that changes its text is deployed again.
                        .detail(new TreeMap<>(Map.of(
                                "resource-type", List.of(
                                        "Custom::RekognitionProjectTeardown",
                                        "Custom::RekognitionProjectVersionTeardown",
                                        "AWS::CloudFormation::CustomResource"),
                                "status-details", Map.of("status", List.of("DELETE_FAILED")))))
                        .build())
                .targets(List.of(new SnsTopic(operators)))
                .build();
    }

    private void alarm(final String id, final Metric metric, final String description) {
        Alarm alarm = metric.createAlarm(this, id, CreateAlarmOptions.builder()
                .alarmDescription(description)
                .threshold(1)
                .evaluationPeriods(1)
                // the metric has no data as long as there is nothing to count.
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build());
        alarm.addAlarmAction(new SnsAction(operators));
    }
}
