// Trains, runs, stops and deletes a model with the AWS SDK for Go.
package main

import (
	"context"
	"errors"
	"log"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/rekognition"
	"github.com/aws/aws-sdk-go-v2/service/rekognition/types"
)

const patience = time.Minute

func main() {
	log.SetFlags(0)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	configuration, err := config.LoadDefaultConfig(ctx)
	must(err)
	client := rekognition.NewFromConfig(configuration)

	projects := listProjects(ctx, client)
	equal(len(projects), 5)
	birds, moss := projects[0], projects[4]
	equal(len(listVersions(ctx, client, birds)), 5)
	equal(strings.Join(listPolicies(ctx, client, birds), " "), "p1 p2 p3 p4 p5 p6 p7")

	version := train(ctx, client, moss)
	start(ctx, client, moss, version)
	remove(ctx, client, moss, version)
}

func listProjects(ctx context.Context, client *rekognition.Client) (arns []string) {
	pages := rekognition.NewDescribeProjectsPaginator(client, &rekognition.DescribeProjectsInput{MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		must(err)
		for _, project := range page.ProjectDescriptions {
			arns = append(arns, *project.ProjectArn)
		}
	}
	return
}

func listVersions(ctx context.Context, client *rekognition.Client, project string) (arns []string) {
	pages := rekognition.NewDescribeProjectVersionsPaginator(client, &rekognition.DescribeProjectVersionsInput{ProjectArn: &project, MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		must(err)
		for _, version := range page.ProjectVersionDescriptions {
			arns = append(arns, *version.ProjectVersionArn)
		}
	}
	return
}

func listPolicies(ctx context.Context, client *rekognition.Client, project string) (names []string) {
	pages := rekognition.NewListProjectPoliciesPaginator(client, &rekognition.ListProjectPoliciesInput{ProjectArn: &project, MaxResults: aws.Int32(3)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		must(err)
		for _, policy := range page.ProjectPolicies {
			names = append(names, *policy.PolicyName)
		}
	}
	return
}

func train(ctx context.Context, client *rekognition.Client, project string) string {
	created, err := client.CreateProjectVersion(ctx, &rekognition.CreateProjectVersionInput{
		ProjectArn:   &project,
		VersionName:  aws.String("go"),
		OutputConfig: &types.OutputConfig{S3Bucket: aws.String("results"), S3KeyPrefix: aws.String("moss")},
		TrainingData: &types.TrainingData{Assets: []types.Asset{{GroundTruthManifest: &types.GroundTruthManifest{
			S3Object: &types.S3Object{Bucket: aws.String("images"), Name: aws.String("train.manifest")},
		}}}},
		TestingData: &types.TestingData{AutoCreate: true},
	})
	must(err)
	waiter := rekognition.NewProjectVersionTrainingCompletedWaiter(client, func(options *rekognition.ProjectVersionTrainingCompletedWaiterOptions) {
		options.MinDelay, options.MaxDelay = time.Millisecond, 100*time.Millisecond
	})
	must(waiter.Wait(ctx, named(project), patience))

	described := describe(ctx, client, project)
	equal(described.Status, types.ProjectVersionStatusTrainingCompleted)
	equal(*described.StatusMessage, "The model is ready to run.")
	equal(int64(described.TrainingEndTimestamp.Sub(*described.CreationTimestamp).Round(time.Second).Seconds()), *described.BillableTrainingTimeInSeconds)
	equal(*described.EvaluationResult.F1Score, 1)
	equal(*described.EvaluationResult.Summary.S3Object.Name, "moss/EvaluationResultSummary-moss-go.json")
	equal(*described.ManifestSummary.S3Object.Bucket, "results")
	equal(*described.TrainingDataResult.Input.Assets[0].GroundTruthManifest.S3Object.Name, "train.manifest")
	equal(described.TestingDataResult.Output.AutoCreate, true)
	return *created.ProjectVersionArn
}

func start(ctx context.Context, client *rekognition.Client, project, version string) {
	_, err := client.StartProjectVersion(ctx, &rekognition.StartProjectVersionInput{ProjectVersionArn: &version, MinInferenceUnits: aws.Int32(1)})
	must(err)
	waiter := rekognition.NewProjectVersionRunningWaiter(client, func(options *rekognition.ProjectVersionRunningWaiterOptions) {
		options.MinDelay, options.MaxDelay = time.Millisecond, 100*time.Millisecond
	})
	must(waiter.Wait(ctx, named(project), patience))
	equal(*describe(ctx, client, project).StatusMessage, "The model is running.")

	_, err = client.DeleteProjectVersion(ctx, &rekognition.DeleteProjectVersionInput{ProjectVersionArn: &version})
	var inUse *types.ResourceInUseException
	equal(errors.As(err, &inUse), true)
}

func remove(ctx context.Context, client *rekognition.Client, project, version string) {
	_, err := client.StopProjectVersion(ctx, &rekognition.StopProjectVersionInput{ProjectVersionArn: &version})
	must(err)
	for describe(ctx, client, project).Status != types.ProjectVersionStatusStopped {
	}
	_, err = client.DeleteProjectVersion(ctx, &rekognition.DeleteProjectVersionInput{ProjectVersionArn: &version})
	must(err)
	for describe(ctx, client, project) != nil {
	}
	_, err = client.StopProjectVersion(ctx, &rekognition.StopProjectVersionInput{ProjectVersionArn: &version})
	var notFound *types.ResourceNotFoundException
	equal(errors.As(err, &notFound), true)
}

func named(project string) *rekognition.DescribeProjectVersionsInput {
	return &rekognition.DescribeProjectVersionsInput{ProjectArn: &project, VersionNames: []string{"go"}}
}

func describe(ctx context.Context, client *rekognition.Client, project string) *types.ProjectVersionDescription {
	answer, err := client.DescribeProjectVersions(ctx, named(project))
	must(err)
	if len(answer.ProjectVersionDescriptions) == 0 {
		return nil
	}
	return &answer.ProjectVersionDescriptions[0]
}

func must(err error) {
	if err != nil {
		log.Panic(err)
	}
}

func equal[T comparable](actual, expected T) {
	if actual != expected {
		log.Panicf("%v instead of %v", actual, expected)
	}
}
